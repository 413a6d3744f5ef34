//! The steps of the guard that ask limits, and what is settled once the answer is there.

use super::{
    declared::{Counts, Key, Per},
    fields,
    prepared::{Limits, Prepared, Staged},
    store::{Charge, Counted, Decision},
};
use crate::{
    error::{Error, Result},
    log::security_log,
    route::{Context, RequestHead},
};
use axum_core::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header, request::Parts};
use reroute_core::{address::ClientNetwork, window::Standing};
use smallvec::SmallVec;
use std::{net::IpAddr, time::Duration};

/// What one request was counted against.
#[derive(Default)]
pub(crate) struct Ledger<'a> {
    lines: SmallVec<[Line<'a>; 1]>,
    /// Whether one of the limits refused.
    is_refused: bool,
}

struct Line<'a> {
    charge: Charge<'a>,
    standing: Standing,
    taken: Option<(u64, Counted)>,
}

impl<'a> Ledger<'a> {
    /// Asks the limits that need to know nothing but the head.
    ///
    /// # Errors
    ///
    /// 429, or 503 where it cannot be told.
    pub(crate) async fn by_address(&mut self, staged: &'a Staged, parts: &Parts, cx: &Context) -> Result<()> {
        if staged.address.is_empty() {
            return Ok(());
        }
        let key = |limit: &Prepared| match limit.per {
            Per::Request(key) => key(&RequestHead::new(parts, cx)),
            Per::Global => Key::ALL,
            _ => Key::of_network(cx.client_network()),
        };
        self.admit(&staged.address, key, &cx.shared().limits, &Whence::Endpoint(cx)).await
    }

    /// Asks the limits that a known caller's credential brings along, and those that count callers. Where nobody is known, the network stands for them.
    ///
    /// # Errors
    ///
    /// As [`by_address`](Self::by_address); 401 for a credential that is present and wrong.
    pub(crate) async fn by_caller(&mut self, staged: &'a Staged, parts: &Parts, cx: &'a Context) -> Result<()> {
        let caller = if staged.asks_caller { cx.caller(parts).await? } else { cx.known_caller() };
        if let Some(own) = caller.and_then(|caller| caller.own_limits()) {
            self.admit(&own.limits, |limit| own.key(limit), &cx.shared().limits, &Whence::Endpoint(cx)).await?;
        }
        if staged.caller.is_empty() {
            return Ok(());
        }
        let key = match cx.caller(parts).await? {
            Some(caller) => Key::of(caller.subject()),
            None => Key::of_network(cx.client_network()),
        };
        self.admit(&staged.caller, |_| key, &cx.shared().limits, &Whence::Endpoint(cx)).await
    }

    /// Asks the limits that count by what the caller wrote; `keys` are what the endpoint makes of it.
    ///
    /// # Errors
    ///
    /// As [`by_address`](Self::by_address).
    pub(crate) async fn by_input(&mut self, staged: &'a Staged, cx: &Context, keys: &[Key]) -> Result<()> {
        if staged.input.is_empty() {
            return Ok(());
        }
        let lacks = |limit: &Prepared| matches!(limit.per, Per::Input(nth) if nth >= keys.len());
        if staged.input.iter().any(lacks) {
            return Err(Error::internal("a limit is declared whose key is not written"));
        }
        let key = |limit: &Prepared| match limit.per {
            Per::Input(nth) => keys[nth],
            _ => Key::ALL,
        };
        self.admit(&staged.input, key, &cx.shared().limits, &Whence::Endpoint(cx)).await
    }

    /// Gives back the places that the answer does not count for, and tells the caller how they stand.
    pub(crate) async fn settle(mut self, response: &mut Response, limits: &Limits) {
        if self.lines.is_empty() {
            return;
        }
        let is_failure = response.status().is_client_error();
        let is_refused = self.is_refused;
        for line in &mut self.lines {
            let counts = line.charge.limit().counts == Counts::All || is_failure;
            if let Some((counted, place)) = line.taken
                && (is_refused || !counts)
            {
                limits.store.refund(&line.charge, counted, place).await;
                line.standing = with_one_more(line.standing, line.charge.limit());
            }
        }
        let lines = self.lines.iter().map(|line| (line.charge.limit(), line.standing));
        fields::write(response.headers_mut(), lines);
    }

    async fn admit(
        &mut self,
        stage: &'a [Prepared],
        key: impl Fn(&Prepared) -> Key,
        limits: &Limits,
        whence: &Whence<'_>,
    ) -> Result<()> {
        let charges: SmallVec<[Charge<'a>; 2]> = stage.iter().map(|limit| Charge::new(limit, key(limit))).collect();
        let (decision, place) = match limits.store.decide(&charges).await {
            Ok(decided) => decided,
            // What is only observed refuses nobody.
            Err(_) if limits.observed => return Ok(()),
            Err(refusal) => return Err(refusal),
        };
        match decision {
            Decision::Admitted(taken) => {
                let lines = charges.into_iter().zip(taken);
                self.lines.extend(lines.map(|(charge, taken)| Line {
                    charge,
                    standing: taken.standing,
                    taken: Some((taken.counted, place)),
                }));
                Ok(())
            }
            Decision::Refused(standings) => {
                let refusing = charges.iter().zip(&standings).filter(|(_, standing)| standing.remaining == 0);
                let longest = refusing.max_by_key(|(_, standing)| standing.free_in);
                let refusal = longest.map(|(charge, standing)| (charge.limit(), *standing));
                let lines = charges.into_iter().zip(standings);
                self.lines.extend(lines.map(|(charge, standing)| Line { charge, standing, taken: None }));
                match refusal {
                    Some((limit, standing)) if !limits.observed => {
                        self.is_refused = true;
                        Err(refused(limit, standing, whence))
                    }
                    _ => Ok(()),
                }
            }
        }
    }
}

/// Counts a request that no endpoint answers, and answers it with `answer` if it is admitted.
pub(crate) async fn unrouted(limits: &Limits, staged: &Staged, asked: Unrouted, answer: Response) -> Response {
    let network = ClientNetwork::of(asked.client, limits.network_length);
    // A function of the request's head is asked where an endpoint answers: here the network stands for what it makes.
    let key = |limit: &Prepared| if matches!(limit.per, Per::Global) { Key::ALL } else { Key::of_network(network) };
    let mut ledger = Ledger::default();
    let admitted = ledger.admit(&staged.address, key, limits, &Whence::Unrouted(&asked)).await;
    let mut response = admitted.map_or_else(IntoResponse::into_response, |()| answer);
    ledger.settle(&mut response, limits).await;
    response
}

/// A request that no endpoint answers.
pub(crate) struct Unrouted {
    pub(crate) client: IpAddr,
    pub(crate) method: Method,
    /// The pattern that its path matched, if one did.
    pub(crate) pattern: Option<String>,
}

/// Where a request stands on its way.
enum Whence<'a> {
    Endpoint(&'a Context),
    Unrouted(&'a Unrouted),
}

impl Whence<'_> {
    fn client(&self) -> IpAddr {
        match self {
            Self::Endpoint(cx) => cx.client(),
            Self::Unrouted(asked) => asked.client,
        }
    }

    /// As the log calls it. A path that nothing matches is the caller's own text.
    fn endpoint(&self) -> String {
        match self {
            Self::Endpoint(cx) => cx.endpoint_name(),
            Self::Unrouted(asked) => format!("{} {}", asked.method, asked.pattern.as_deref().unwrap_or("(no route)")),
        }
    }
}

/// How a key stands once a place is given back.
fn with_one_more(standing: Standing, limit: &Prepared) -> Standing {
    let remaining = (standing.remaining + 1).min(limit.rate.count());
    let free_in = if remaining == limit.rate.count() { Duration::ZERO } else { standing.free_in };
    Standing { remaining, free_in }
}

fn refused(limit: &Prepared, standing: Standing, whence: &Whence<'_>) -> Error {
    let event = security_log().rate_limit(whence.endpoint(), limit.rate.to_string()).ip(whence.client());
    match whence {
        Whence::Endpoint(cx) => event.request(*cx).emit(),
        Whence::Unrouted(_) => event.emit(),
    }
    let seconds = limit.wait(standing).max(1);
    Error::new(StatusCode::TOO_MANY_REQUESTS)
        .detail("There were too many requests; wait as long as `retry_after` says")
        .with("limit", limit.rate.to_string())
        .with("retry_after", seconds)
        .header(header::RETRY_AFTER, HeaderValue::from(seconds))
}
