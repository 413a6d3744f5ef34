//! Security events: one JSON object a line, in the shape of the security guide.

use reroute_core::{sensitive::is_sensitive, timestamp::rfc3339};
use serde::Serialize;
use serde_json::{Map, Value};
use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::Path,
    sync::{Mutex, OnceLock, PoisonError},
    time::SystemTime,
};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    RateLimitExceeded,
    #[cfg(feature = "redis")]
    StoreUnavailable,
    #[cfg(feature = "redis")]
    StoreAvailable,
}

/// One event in the making.
#[derive(Debug)]
pub(crate) struct Event {
    kind: Kind,
    message: String,
    details: Map<String, Value>,
}

/// Where events go: nowhere, until a server is started.
static SINK: OnceLock<Mutex<Box<dyn Write + Send>>> = OnceLock::new();

/// Lets events be written: to this file, or to the standard output.
///
/// # Errors
///
/// When the file cannot be opened for appending.
pub(crate) fn open(path: Option<&Path>) -> io::Result<()> {
    let sink: Box<dyn Write + Send> = match path {
        Some(path) => Box::new(OpenOptions::new().create(true).append(true).open(path)?),
        None => Box::new(io::stdout()),
    };
    // A second server in one process writes where the first does.
    let _ = SINK.set(Mutex::new(sink));
    Ok(())
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::RateLimitExceeded => "rate_limit_exceeded",
            #[cfg(feature = "redis")]
            Self::StoreUnavailable => "store_unavailable",
            #[cfg(feature = "redis")]
            Self::StoreAvailable => "store_available",
        }
    }

    fn severity(self) -> &'static str {
        match self {
            Self::RateLimitExceeded => "MEDIUM",
            #[cfg(feature = "redis")]
            Self::StoreUnavailable => "HIGH",
            #[cfg(feature = "redis")]
            Self::StoreAvailable => "INFO",
        }
    }

    /// The name in OWASP's logging vocabulary, where it has one.
    fn owasp(self) -> Option<&'static str> {
        match self {
            Self::RateLimitExceeded => Some("excess_rate_limit_exceeded"),
            #[cfg(feature = "redis")]
            Self::StoreUnavailable | Self::StoreAvailable => None,
        }
    }
}

impl Event {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        let details = kind.owasp().map(|name| ("owasp".to_owned(), Value::from(name))).into_iter().collect();
        Self { kind, message: message.into(), details }
    }

    /// A detail. What its name says to be secret is not written.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = if is_sensitive(name) { Value::from("[REDACTED]") } else { value.into() };
        self.details.insert(name.to_owned(), value);
        self
    }

    /// Writes it.
    pub(crate) fn emit(self) {
        let Some(sink) = SINK.get() else { return };
        let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let line = Line {
            timestamp: rfc3339(since.as_millis() as u64),
            event_type: self.kind.name(),
            severity: self.kind.severity(),
            message: &self.message,
            details: &self.details,
        };
        // Strings and JSON values under string keys: serialization has nothing to fail on.
        let Ok(mut line) = serde_json::to_vec(&line) else { return };
        line.push(b'\n');
        let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = sink.write_all(&line).and_then(|()| sink.flush()) {
            tracing::error!(%error, "a security event could not be written");
        }
    }
}

#[derive(Serialize)]
struct Line<'a> {
    timestamp: String,
    event_type: &'a str,
    severity: &'a str,
    message: &'a str,
    details: &'a Map<String, Value>,
}
