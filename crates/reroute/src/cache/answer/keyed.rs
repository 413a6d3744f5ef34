use crate::{
    cache::key::Digesting,
    guard::{Access, Policy, Shared},
    params::{Pairs, cookies},
    route::{Context, Description},
};
use http::{HeaderMap, HeaderName, header, request::Parts};
use std::sync::{PoisonError, RwLock};

/// The most names that an endpoint's answers may vary by, beside those that its arguments declare.
const MOST: usize = 8;

/// What the answers of one endpoint are told apart by, as its extractors declare it; collected at start.
pub(crate) struct Keyed {
    /// The names of the query parameters, or nothing where the whole query counts.
    query: Option<Vec<&'static str>>,
    headers: Vec<HeaderName>,
    cookies: Vec<&'static str>,
    /// Whether something reads the whole head.
    is_raw: bool,
    /// Whether every caller gets the same.
    is_shared: bool,
    /// Whether somebody said why credentials make no difference.
    has_reason: bool,
    /// What answers named in `Vary`, and is no part of the key by itself.
    vary: RwLock<Vec<HeaderName>>,
}

impl Keyed {
    /// Of an endpoint with `#[cache]`; `sees_head` says whether a hook of its route sees the whole head.
    pub(crate) fn of(policy: &Policy, description: &Description, sees_head: bool) -> Option<Self> {
        let cache = policy.cache.as_ref()?;
        let is_shared = cache.shared.is_some();
        let is_public = matches!(policy.access, Some(Access::Public));
        let reads_all = description.raw || sees_head;
        // A check that authenticates by itself may know callers that nobody else knows.
        let is_raw = !is_shared && (reads_all || (!is_public && !policy.demands_caller()));
        let mut query = description.query.clone();
        query.sort_unstable();
        query.dedup();
        let declared = |names: &[&'static str]| if is_shared { Vec::new() } else { names.to_vec() };
        let names = declared(&description.headers);
        let mut headers: Vec<HeaderName> = names.iter().filter_map(|name| header_name(name)).collect();
        headers.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
        headers.dedup();
        Some(Self {
            query: (!reads_all && !description.raw_query).then_some(query),
            headers,
            cookies: declared(&description.cookies),
            is_raw,
            is_shared,
            has_reason: matches!(cache.shared, Some(Shared::Because(_))),
            vary: RwLock::default(),
        })
    }

    /// Whether the request carries credentials that its answer might depend on.
    pub(super) fn has_credentials(&self, headers: &HeaderMap) -> bool {
        (headers.contains_key(header::AUTHORIZATION) && !self.headers.contains(&header::AUTHORIZATION))
            || (headers.contains_key(header::COOKIE) && self.cookies.is_empty())
    }

    /// Whether callers with credentials do not share entries with others, or may.
    pub(super) fn tells_apart(&self, cx: &Context) -> bool {
        self.has_reason || self.is_raw || (!self.is_shared && cx.caller_if_known().is_some())
    }

    /// The key, but for the caller and for what answers vary by.
    pub(super) fn head(&self, application: u64, parts: &Parts, cx: &Context) -> Digesting {
        let (pattern, endpoint) = cx.place();
        let host = parts.headers.get(header::HOST).map(http::HeaderValue::as_bytes);
        let host = host.or_else(|| Some(parts.uri.authority()?.as_str().as_bytes()));
        let key = Digesting::new("answer")
            .number(application)
            .number(u64::from(cx.is_https()))
            .lowercase(host.unwrap_or_default())
            .text(pattern)
            .number(endpoint as u64)
            .all(cx.parameters().map(|(_, value)| value.as_bytes()));
        let key = self.query(key, parts.uri.query().unwrap_or_default());
        if self.is_raw {
            let client = cx.client().to_string();
            let fields = parts.headers.iter().flat_map(|(name, value)| [name.as_str().as_bytes(), value.as_bytes()]);
            return key.text("raw").text(parts.method.as_str()).text(&client).all(fields);
        }
        let fields = parts.headers.iter().filter(|(name, _)| self.headers.contains(name));
        let key = key.all(fields.flat_map(|(name, value)| [name.as_str().as_bytes(), value.as_bytes()]));
        if self.cookies.is_empty() {
            return key;
        }
        let cookies = cookies(&parts.headers);
        let own = cookies.iter().filter(|(name, _)| self.cookies.contains(&name.as_ref()));
        key.all(own.flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]))
    }

    /// The parameters in the order of their names, each decoded; or all of the query as it stands.
    fn query(&self, key: Digesting, query: &str) -> Digesting {
        let Some(names) = &self.query else { return key.text("query").text(query) };
        if names.is_empty() {
            return key;
        }
        let Ok(Pairs(mut pairs)) = Pairs::parse(query) else { return key.text("query").text(query) };
        pairs.retain(|(name, _)| names.contains(&name.as_ref()));
        // Stable: several values of one name keep their order.
        pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
        key.text("parameters").all(pairs.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]))
    }

    /// With the caller.
    pub(super) fn caller(&self, key: Digesting, cx: &Context) -> Digesting {
        match cx.caller_if_known().filter(|_| !self.is_shared) {
            None => key.text("nobody"),
            Some(caller) => {
                let known = [caller.scheme(), caller.subject(), caller.name()];
                let known = known.into_iter().chain(caller.roles().iter().map(String::as_str));
                let key = key.text("caller").all(known.map(str::as_bytes));
                match caller.scopes() {
                    None => key,
                    Some(scopes) => key.text("scopes").all(scopes.iter().map(String::as_bytes)),
                }
            }
        }
    }

    /// With what answers vary by.
    pub(super) fn varied(&self, key: Digesting, headers: &HeaderMap) -> Digesting {
        let vary = self.vary.read().unwrap_or_else(PoisonError::into_inner);
        vary.iter().fold(key, |key, name| {
            let lines = headers.get_all(name).into_iter().map(http::HeaderValue::as_bytes);
            key.text(name.as_str()).all(lines)
        })
    }

    /// From now on these are told apart, too. `false` when they are too many.
    pub(super) fn vary_by(&self, names: &[String]) -> bool {
        if self.is_raw {
            return true;
        }
        let mut vary = self.vary.write().unwrap_or_else(PoisonError::into_inner);
        for name in names.iter().filter_map(|name| header_name(name)) {
            if self.headers.contains(&name) || vary.contains(&name) {
                continue;
            }
            if vary.len() == MOST {
                return false;
            }
            vary.push(name);
        }
        true
    }
}

/// A name as a field or `Vary` spells it.
fn header_name(name: &str) -> Option<HeaderName> {
    HeaderName::from_bytes(name.replace('_', "-").as_bytes()).ok()
}
