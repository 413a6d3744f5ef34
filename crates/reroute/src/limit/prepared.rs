//! What is declared, made ready at start.

use super::{
    declared::{Counts, Declared, Limit, Per, StoreFailure},
    fields,
    store::Store,
};
use crate::guard::Policy;
use http::HeaderValue;
use reroute_core::{
    rate::Rate,
    window::{Standing, Window},
};
use sha2::{Digest, Sha256};
use std::{fmt::Write, time::Duration};

/// What all limits share.
pub(crate) struct Limits {
    pub(super) store: Store,
    /// Whether limits only count.
    pub(super) observed: bool,
    /// How many bits of an IPv6 address tell clients apart.
    pub(crate) network_length: u8,
    /// What holds where no route answers.
    unrouted: Staged,
}

/// The limits of an endpoint, by the step that asks them.
#[derive(Debug, Default)]
pub(crate) struct Staged {
    pub(super) address: Vec<Prepared>,
    pub(super) caller: Vec<Prepared>,
    pub(super) input: Vec<Prepared>,
    /// Whether something of the endpoint wants to know who calls.
    pub(crate) asks_caller: bool,
}

/// One limit, ready to be asked.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// Tells it from all other limits, alike in every process of the application.
    pub(super) id: u64,
    pub(super) rate: Rate,
    pub(super) window: Window,
    pub(super) per: Per,
    pub(super) counts: Counts,
    #[cfg_attr(not(feature = "redis"), allow(dead_code, reason = "without Redis no store fails"))]
    pub(super) if_store_fails: StoreFailure,
    /// What fields of answers call it.
    pub(super) name: String,
    /// What `RateLimit-Policy` says of it.
    pub(super) policy: HeaderValue,
}

impl Prepared {
    /// One that no endpoint declares, known by its name.
    pub(super) fn named(name: &str, limit: &Limit) -> Self {
        Self::new(identifier(name), name.to_owned(), limit, limit.if_store_fails)
    }

    fn new(id: u64, name: String, limit: &Limit, if_store_fails: StoreFailure) -> Self {
        Self {
            id,
            rate: limit.rate,
            window: Window::new(limit.rate),
            per: limit.per,
            counts: limit.counts,
            if_store_fails,
            policy: fields::policy(&name, limit.rate),
            name,
        }
    }

    /// How many whole seconds until a place is free. What goes beyond the period by no more than the resolution of the times is no second more.
    pub(super) fn wait(&self, standing: Standing) -> u64 {
        let (wait, period) = (standing.free_in, self.rate.period());
        let is_period = wait.checked_sub(period).is_some_and(|beyond| beyond <= self.window.resolution());
        whole_seconds(if is_period { period } else { wait })
    }
}

/// Rounded up: who waits that long has waited long enough.
pub(super) fn whole_seconds(span: Duration) -> u64 {
    span.as_secs() + u64::from(span.subsec_nanos() > 0)
}

impl Limits {
    pub(crate) fn new(store: Store, observed: bool, network_length: u8, unrouted: Staged) -> Self {
        Self { store, observed, network_length, unrouted }
    }

    /// What holds for a path that is none of ours.
    pub(crate) fn unrouted(&self) -> &Staged {
        &self.unrouted
    }
}

impl Staged {
    /// The limits of the endpoint `method` `pattern`: those of the application, then those declared. `least` is the setting
    /// `redis_failure`.
    pub(crate) fn new(
        method: &str,
        pattern: &str,
        application: Option<Rate>,
        declared: &[Limit],
        least: StoreFailure,
    ) -> Self {
        let mut staged = Self::default();
        if let Some(rate) = application {
            staged.add("application", &of_application(rate), least, 0);
        }
        for (nth, limit) in declared.iter().enumerate() {
            let place = match limit.declared {
                Declared::Handler => format!("{method} {pattern}"),
                Declared::Route => pattern.to_owned(),
                Declared::Scope(name) => name.to_owned(),
            };
            // Limits that are declared in one place stand in one order for every endpoint below it.
            let before = declared[..nth].iter().filter(|other| other.declared == limit.declared).count();
            staged.add(&place, limit, least, before);
        }
        staged
    }

    /// Whether nothing is asked at all.
    pub(crate) fn is_none(&self) -> bool {
        self.address.is_empty() && self.caller.is_empty() && self.input.is_empty()
    }

    /// Whether nothing is asked of somebody of whom only the address is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.address.is_empty()
    }

    /// Whether one is asked about the arguments.
    pub(crate) fn asks_input(&self) -> bool {
        !self.input.is_empty()
    }

    fn add(&mut self, place: &str, limit: &Limit, least: StoreFailure, nth: usize) {
        let identity = format!("{place}\n{nth}\n{limit}");
        let alike = [&self.address, &self.caller, &self.input].into_iter().flatten();
        let alike = alike.filter(|other| other.per.name() == limit.per.name()).count();
        let mut name = limit.per.name().to_owned();
        if alike > 0 {
            // Writing to a string cannot fail.
            let _ = write!(name, "-{}", alike + 1);
        }
        let prepared = Prepared::new(identifier(&identity), name, limit, limit.if_store_fails.max(least));
        match limit.per {
            Per::Ip | Per::Global | Per::Request(_) => self.address.push(prepared),
            Per::Principal => self.caller.push(prepared),
            Per::Input(_) => self.input.push(prepared),
        }
    }
}

/// Of the limits of a route's endpoints, those that hold for methods that it does not answer, too: what is declared for all of it.
pub(crate) fn of_other_methods<'a>(mut policies: impl Iterator<Item = &'a Policy>) -> Vec<Limit> {
    // What is not declared on a handler, every handler has.
    let limits = policies.next().map_or(&[][..], |policy| &policy.limits);
    limits.iter().filter(|limit| limit.declared != Declared::Handler).cloned().collect()
}

/// What the setting `rate_limit` says, as a limit.
fn of_application(rate: Rate) -> Limit {
    Limit { rate, per: Per::Ip, counts: Counts::All, if_store_fails: StoreFailure::Open, declared: Declared::Route }
}

fn identifier(identity: &str) -> u64 {
    Sha256::digest(identity.as_bytes()).iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}
