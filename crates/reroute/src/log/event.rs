use super::{
    kind::Kind,
    logger::{self, Logger},
    request::RequestFacts,
};
use serde::Serialize;
use serde_json::{Map, Value};
use std::{net::IpAddr, time::SystemTime};

/// One event in the making: it is written by [`emit`](Self::emit), and by nothing else.
#[derive(Debug)]
#[must_use = "an event is written by `emit`"]
pub struct Event(
    /// Nothing, while no log is open: what it would hold is not even made.
    pub(super) Option<Box<Facts>>,
);

/// What an event says. Nothing in it is redacted yet: the writer does so.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) kind: Kind,
    pub(super) at: SystemTime,
    pub(super) message: String,
    pub(super) user: Option<String>,
    pub(super) ip: Option<IpAddr>,
    pub(super) endpoint: Option<String>,
    /// The name in OWASP's vocabulary, where it is another than the kind's.
    pub(super) owasp: Option<&'static str>,
    pub(super) details: Map<String, Value>,
    /// How many equal events this one stands for, if it stands for others.
    pub(super) count: Option<u64>,
}

impl Event {
    pub(super) fn new(kind: Kind, message: impl FnOnce() -> String) -> Self {
        Self(logger::current().map(|_| Box::new(Facts::new(kind, message()))))
    }

    /// One that is not written.
    pub(super) fn none() -> Self {
        Self(None)
    }

    /// A detail, as it shows itself.
    pub(super) fn shown(self, name: &str, value: impl std::fmt::Display) -> Self {
        self.change(|facts| {
            facts.details.insert(name.to_owned(), Value::String(value.to_string()));
        })
    }

    /// Who it is about: written in `details.user`. Only the name of an account that exists belongs here; `unknown` says that there is none.
    pub fn user(self, user: impl Into<String>) -> Self {
        self.change(|facts| facts.user = Some(user.into()))
    }

    /// The client's address, in `details.ip_address`.
    pub fn ip(self, address: IpAddr) -> Self {
        self.change(|facts| facts.ip = Some(address))
    }

    /// Where it happened, in `details.endpoint`, such as `POST /users/{id}`.
    pub fn endpoint(self, endpoint: impl Into<String>) -> Self {
        self.change(|facts| facts.endpoint = Some(endpoint.into()))
    }

    /// Endpoint, address of the client and request id: `of` is a [`RequestHead`](crate::RequestHead), a [`Context`](crate::Context), or the
    /// [`RequestFacts`] that a handler takes.
    pub fn request(self, of: impl Into<RequestFacts>) -> Self {
        self.change(|facts| {
            let of = of.into();
            facts.endpoint = Some(of.endpoint);
            facts.ip = Some(of.ip);
            facts.details.insert("request_id".to_owned(), of.id.into());
        })
    }

    /// The event's name in OWASP's logging vocabulary, where another fits better than the usual.
    pub fn owasp(self, name: &'static str) -> Self {
        self.change(|facts| facts.owasp = Some(name))
    }

    /// A further detail. What its name says to be secret is written as `[REDACTED]`; a value that cannot be JSON is left out.
    pub fn with(self, name: &str, value: impl Serialize) -> Self {
        self.change(|facts| {
            if let Ok(value) = serde_json::to_value(value) {
                facts.details.insert(name.to_owned(), value);
            }
        })
    }

    /// Hands it to the writer, without ever waiting. What the writer has no room for is counted, and the count is written.
    pub fn emit(self) {
        if let (Some(facts), Some(logger)) = (self.0, logger::current()) {
            Logger::take(logger, facts);
        }
    }

    fn change(mut self, change: impl FnOnce(&mut Facts)) -> Self {
        if let Some(facts) = &mut self.0 {
            change(facts);
        }
        self
    }
}

impl Facts {
    pub(super) fn new(kind: Kind, message: String) -> Self {
        Self {
            kind,
            at: SystemTime::now(),
            message,
            user: None,
            ip: None,
            endpoint: None,
            owasp: None,
            details: Map::new(),
            count: None,
        }
    }

    /// About how many bytes it takes while it waits.
    pub(super) fn weight(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        256 + self.message.len() + length(&self.user) + length(&self.endpoint) + weight_of(&self.details)
    }
}

fn weight_of(details: &Map<String, Value>) -> usize {
    details.iter().map(|(name, value)| 64 + name.len() + weight(value)).sum()
}

fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => 32 + text.len(),
        Value::Array(items) => 32 + items.iter().map(weight).sum::<usize>(),
        Value::Object(members) => 32 + weight_of(members),
        _ => 32,
    }
}
