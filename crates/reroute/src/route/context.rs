#[cfg(feature = "db")]
use crate::db::Slot;
use crate::{
    app::States,
    auth::{Auth, Principal},
    error::{Error, Result},
    guard::Policy,
    limit::{Limits, Staged},
    log::security_log,
    route::{Resource, Table},
};
use http::{HeaderValue, StatusCode, header, request::Parts, uri::PathAndQuery};
use reroute_core::address::ClientNetwork;
use smallvec::SmallVec;
use std::{
    fmt,
    net::IpAddr,
    ops::Range,
    sync::{Arc, OnceLock},
    time::Duration,
};

/// What is known of one request beside the request itself: the state that extractors are handed.
///
/// An extractor of your own implements `FromRequestParts<Context>`; one that is generic over its state works as it is.
///
/// ```
/// use reroute::prelude::*;
///
/// /// The first language that the caller reads.
/// struct Language(String);
///
/// impl FromRequestParts<Context> for Language {
///     type Rejection = Error;
///
///     async fn from_request_parts(parts: &mut Parts, _: &Context) -> Result<Self> {
///         let header = parts.headers.get("accept-language").and_then(|value| value.to_str().ok());
///         Ok(Self(header.and_then(|value| value.split([',', ';']).next()).unwrap_or("en").to_owned()))
///     }
/// }
/// ```
pub struct Context {
    shared: Arc<Shared>,
    request_id: RequestId,
    client: IpAddr,
    is_https: bool,
    resource: usize,
    endpoint: usize,
    path: Option<PathAndQuery>,
    parameters: Parameters,
    caller: OnceLock<Option<Principal>>,
    #[cfg(feature = "db")]
    transaction: OnceLock<Arc<Slot>>,
}

/// Where in the path each parameter stands.
pub(crate) type Parameters = SmallVec<[Range<u32>; 2]>;

/// What all requests share: prepared at start, read ever after.
pub(crate) struct Shared {
    pub(crate) table: Table,
    pub(crate) states: Arc<States>,
    pub(crate) auth: Auth,
    pub(crate) limits: Limits,
    #[cfg(feature = "redis")]
    pub(crate) redis: Option<Arc<crate::redis::Redis>>,
    /// What asks other servers, if an endpoint does.
    #[cfg(feature = "fetch")]
    pub(crate) fetch: Option<crate::SafeClient>,
    /// Where answers are kept, if an endpoint's are.
    #[cfg(feature = "cache")]
    pub(crate) answers: Option<crate::cache::answer::Answers>,
    pub(crate) timeout: Duration,
    pub(crate) body_limit: usize,
}

impl Context {
    pub(crate) fn new(
        shared: Arc<Shared>,
        request_id: RequestId,
        client: IpAddr,
        is_https: bool,
        place: Place,
    ) -> Self {
        Self {
            shared,
            request_id,
            client,
            is_https,
            resource: place.resource,
            endpoint: place.endpoint,
            path: place.path,
            parameters: place.parameters,
            caller: OnceLock::new(),
            #[cfg(feature = "db")]
            transaction: OnceLock::new(),
        }
    }

    /// The request's id: in the answer's `x-request-id`, in problems and in the log.
    pub fn request_id(&self) -> &RequestId {
        &self.request_id
    }

    /// The address of the client.
    pub fn client(&self) -> IpAddr {
        self.client
    }

    /// The network that limits count the client by: an IPv4 address, or an IPv6 network.
    pub fn client_network(&self) -> ClientNetwork {
        ClientNetwork::of(self.client, self.shared.limits.network_length)
    }

    /// Whether the request came over HTTPS, as far as anybody says who can be believed.
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// The pattern that the path matched, such as `/users/{id}`.
    pub fn pattern(&self) -> &str {
        &self.resource().pattern
    }

    /// What [`App::state`](crate::App::state) was given of type `T`.
    pub fn state<T: 'static>(&self) -> Option<&T> {
        self.shared.states.get()
    }

    /// The path parameters, as they stand in the path: not decoded.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let path = self.path.as_ref().map_or("", PathAndQuery::path);
        let values = self.parameters.iter().map(move |range| {
            // The ranges were cut from this very path.
            path.get(range.start as usize..range.end as usize).unwrap_or_default()
        });
        self.resource().names.iter().map(String::as_str).zip(values)
    }

    /// Who calls, asked of the application's authenticators at most once for each request.
    ///
    /// # Errors
    ///
    /// 401 for a credential that is present and wrong, and for those of several callers; whatever an authenticator says when it cannot tell.
    pub async fn caller(&self, parts: &Parts) -> Result<Option<&Principal>> {
        if let Some(caller) = self.caller.get() {
            return Ok(caller.as_ref());
        }
        let caller = self.find_caller(parts).await.inspect_err(|error| self.tell_wrong_credential(error))?;
        Ok(self.caller.get_or_init(|| caller).as_ref())
    }

    async fn find_caller(&self, parts: &Parts) -> Result<Option<Principal>> {
        let authenticators = &self.shared.auth.authenticators;
        let mut caller: Option<Principal> = None;
        for authenticator in authenticators {
            let Some(found) = authenticator.authenticate(parts, self).await? else { continue };
            match &caller {
                None => caller = Some(found),
                Some(first) if first.subject() == found.subject() => {
                    // Of several credentials of one caller, the one that may do less is meant.
                    if found.is_limited() && !first.is_limited() {
                        caller = Some(found);
                    }
                }
                // Nobody can say for which of them the request is meant.
                Some(_) => return Err(Error::unauthorized("Invalid credentials")),
            }
        }
        // A credential that none of them knows is none that is right.
        if caller.is_none() && !authenticators.is_empty() && parts.headers.contains_key(header::AUTHORIZATION) {
            return Err(Error::unauthorized("Invalid token"));
        }
        Ok(caller)
    }

    fn tell_wrong_credential(&self, error: &Error) {
        if error.status() == StatusCode::UNAUTHORIZED {
            security_log().auth_failure(error.reason().unwrap_or("Invalid credential")).request(self).emit();
        }
    }

    /// Who calls, if that was asked already.
    pub(crate) fn caller_if_known(&self) -> Option<Principal> {
        self.known_caller().cloned()
    }

    /// The same, by reference.
    pub(crate) fn known_caller(&self) -> Option<&Principal> {
        self.caller.get().and_then(Option::as_ref)
    }

    /// What is declared for the endpoint that answers.
    pub(crate) fn policy(&self) -> &Policy {
        self.resource().policy(self.endpoint)
    }

    /// The limits of the endpoint that answers.
    pub(crate) fn limits(&self) -> &Staged {
        self.resource().limits(self.endpoint)
    }

    /// The endpoint as the log calls it, such as `POST /users`.
    pub(crate) fn endpoint_name(&self) -> String {
        self.resource().endpoint_name(self.endpoint)
    }

    /// The path as the log tells it: with the ids that stand in it. Any other parameter is text that the caller typed, possibly into the wrong field, and stays
    /// as the pattern names it.
    pub(crate) fn told_path(&self) -> String {
        let mut told = self.pattern().to_owned();
        for (name, value) in self.parameters().filter(|(_, value)| is_id(value)) {
            told = told.replace(&format!("{{{name}}}"), value);
        }
        told
    }

    pub(crate) fn resource(&self) -> &Resource {
        &self.shared.table.resources[self.resource]
    }

    /// The pattern, and the place of the endpoint among those of its route.
    #[cfg(feature = "cache")]
    pub(crate) fn place(&self) -> (&str, usize) {
        (self.pattern(), self.endpoint)
    }

    /// Where answers are kept, if an endpoint's are.
    #[cfg(feature = "cache")]
    pub(crate) fn answers(&self) -> Option<&crate::cache::answer::Answers> {
        self.shared.answers.as_ref()
    }

    /// What this endpoint's answers are told apart by, if they are kept.
    #[cfg(feature = "cache")]
    pub(crate) fn keyed(&self) -> Option<&crate::cache::answer::Keyed> {
        self.resource().keyed(self.endpoint)
    }

    /// The transaction of this request, which is `fresh` if nobody has asked for it before.
    #[cfg(feature = "db")]
    pub(crate) fn transaction_or(&self, fresh: impl FnOnce() -> Slot) -> Arc<Slot> {
        self.transaction.get_or_init(|| Arc::new(fresh())).clone()
    }

    /// The transaction of this request, if somebody has asked for it.
    #[cfg(feature = "db")]
    pub(crate) fn transaction(&self) -> Option<&Arc<Slot>> {
        self.transaction.get()
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }
}

#[cfg(feature = "db")]
impl Drop for Context {
    fn drop(&mut self) {
        if let Some(slot) = self.transaction.get() {
            slot.abandon();
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("request_id", &self.request_id)
            .field("client", &self.client)
            .field("pattern", &self.pattern())
            .finish_non_exhaustive()
    }
}

/// A number, or a UUID (RFC 9562).
fn is_id(value: &str) -> bool {
    let is_number = !value.is_empty() && value.len() <= 20 && value.bytes().all(|byte| byte.is_ascii_digit());
    let is_digit = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    is_number || (value.len() == 36 && value.bytes().enumerate().all(is_digit))
}

/// Where the look-up ended.
pub(crate) struct Place {
    pub(crate) resource: usize,
    pub(crate) endpoint: usize,
    pub(crate) path: Option<PathAndQuery>,
    pub(crate) parameters: Parameters,
}

/// Names one request: what a trusted proxy called it, or 128 bits of our own as 32 hexadecimal digits.
///
/// Of our own, the first part is random for each thread that serves, the rest counts: unique, cheap, and no secret.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RequestId(Id);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Id {
    Own([u8; 16]),
    Given(Arc<str>),
}

impl RequestId {
    pub(crate) fn next() -> Self {
        use std::cell::Cell;
        thread_local! {
            static LAST: Cell<u128> = const { Cell::new(0) };
        }
        let next = match LAST.get() {
            0 => seed(),
            last => last.wrapping_add(1),
        };
        LAST.set(next);
        Self(Id::Own(next.to_be_bytes()))
    }

    /// What a trusted proxy called the request.
    pub(crate) fn given(id: &HeaderValue) -> Option<Self> {
        id.to_str().ok().map(|id| Self(Id::Given(id.into())))
    }

    pub(crate) fn header(&self) -> HeaderValue {
        let value = match &self.0 {
            Id::Own(id) => HeaderValue::from_bytes(&digits(id)),
            Id::Given(id) => HeaderValue::from_str(id),
        };
        // Digits, and what came as a header value.
        value.unwrap_or(HeaderValue::from_static("none"))
    }
}

fn digits(id: &[u8; 16]) -> [u8; 32] {
    const HEX: [u8; 16] = *b"0123456789abcdef";
    let mut digits = [0; 32];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(id) {
        pair[0] = HEX[usize::from(byte >> 4)];
        pair[1] = HEX[usize::from(byte & 15)];
    }
    digits
}

/// 80 random bits, then a counter of 48: no thread's ids reach another's.
fn seed() -> u128 {
    let mut random = [0; 16];
    if getrandom::fill(&mut random).is_err() {
        // Ids need be unique, not secret: the clock and the thread's own stack tell threads apart.
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(1, |since| since.as_nanos());
        random = (now << 32 | (&raw const random).addr() as u128).to_be_bytes();
    }
    (u128::from_be_bytes(random) & !0xffff_ffff_ffff) | 1
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            // Hexadecimal digits are ASCII.
            Id::Own(id) => f.write_str(std::str::from_utf8(&digits(id)).unwrap_or_default()),
            Id::Given(id) => f.write_str(id),
        }
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
