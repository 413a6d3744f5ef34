//! Which pages of other origins may read answers (Fetch standard, CORS protocol).

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use reroute_core::{
    cross_site::Trust,
    origin::{Origin, OriginPattern},
};

/// Prepared at start; absent when no origin is allowed.
pub(super) struct Cors {
    origins: Vec<OriginPattern>,
    methods: Vec<Method>,
    headers: Vec<HeaderName>,
    credentials: bool,
    allow_methods: HeaderValue,
    allow_headers: HeaderValue,
    expose_headers: Option<HeaderValue>,
    max_age: HeaderValue,
}

/// The longest list of headers that a preflight is read for, in bytes.
const LONGEST: usize = 4096;

impl Cors {
    pub(super) fn new(settings: &crate::config::Cors) -> Option<Self> {
        if !settings.enabled || settings.origins.is_empty() {
            return None;
        }
        // Names of methods and headers, commas and digits.
        let list = |text: String| HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
        let names = |names: &[HeaderName]| names.iter().map(HeaderName::as_str).collect::<Vec<_>>().join(", ");
        Some(Self {
            origins: settings.origins.clone(),
            methods: settings.methods.clone(),
            headers: settings.headers.clone(),
            credentials: settings.credentials,
            allow_methods: list(settings.methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ")),
            allow_headers: list(names(&settings.headers)),
            expose_headers: (!settings.expose_headers.is_empty()).then(|| list(names(&settings.expose_headers))),
            max_age: settings.max_age.as_secs().into(),
        })
    }

    /// The origin that the request comes from, if it is an allowed one.
    pub(super) fn allowed(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let value = only_origin(headers)?;
        let origin = Origin::parse(value.as_bytes())?;
        self.origins.iter().any(|pattern| pattern.matches(&origin)).then(|| value.clone())
    }

    /// What an origin's pages may send.
    pub(super) fn trust(&self, origin: &Origin<'_>) -> Trust {
        match self.origins.iter().any(|pattern| pattern.matches(origin)) {
            false => Trust::Nothing,
            true if self.credentials => Trust::WithCookies,
            true => Trust::WithoutCookies,
        }
    }

    /// What a preflight is told; nothing when it asks for what is not allowed.
    pub(super) fn preflight(&self, request: &HeaderMap, origin: Option<&HeaderValue>) -> HeaderMap {
        let mut answer = HeaderMap::new();
        let Some(origin) = origin else { return answer };
        let method = request.get(header::ACCESS_CONTROL_REQUEST_METHOD).map(HeaderValue::as_bytes);
        let is_allowed =
            method.is_some_and(|method| self.methods.iter().any(|allowed| allowed.as_str().as_bytes() == method));
        if !is_allowed || !self.allows_headers(request) {
            return answer;
        }
        self.dress(&mut answer, origin);
        answer.remove(header::ACCESS_CONTROL_EXPOSE_HEADERS);
        answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, self.allow_methods.clone());
        answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, self.allow_headers.clone());
        answer.insert(header::ACCESS_CONTROL_MAX_AGE, self.max_age.clone());
        answer
    }

    fn allows_headers(&self, request: &HeaderMap) -> bool {
        let mut lines = request.get_all(header::ACCESS_CONTROL_REQUEST_HEADERS).into_iter();
        let (first, second) = (lines.next(), lines.next());
        let text = match (first, second) {
            (None, _) => return true,
            (Some(line), None) if line.len() <= LONGEST => line.to_str().unwrap_or("\0"),
            _ => return false,
        };
        let named = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        named.into_iter().all(|name| self.headers.iter().any(|allowed| allowed.as_str().eq_ignore_ascii_case(name)))
    }

    /// What an allowed origin's page is told on every answer.
    pub(super) fn dress(&self, headers: &mut HeaderMap, origin: &HeaderValue) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        if self.credentials {
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        if let Some(names) = &self.expose_headers {
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, names.clone());
        }
    }
}

/// Whether it asks, on behalf of a page, if it may ask.
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The origin header, when there is exactly one.
pub(super) fn only_origin(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut origins = headers.get_all(header::ORIGIN).into_iter();
    match (origins.next(), origins.next()) {
        (origin, None) => origin,
        _ => None,
    }
}

/// Adds `Origin` to what the answer varies by, keeping what the handler said.
pub(super) fn vary(headers: &mut HeaderMap) {
    let says_so = |value: &HeaderValue| {
        let names = value.to_str().unwrap_or_default();
        names.split(',').any(|name| name.trim().eq_ignore_ascii_case("origin") || name.trim() == "*")
    };
    if !headers.get_all(header::VARY).into_iter().any(says_so) {
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
}
