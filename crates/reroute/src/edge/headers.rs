use crate::{config::Settings, limit};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use reroute_core::headers::tightened;
#[cfg(feature = "pages")]
use reroute_core::headers::{ContentSecurityPolicy, Nonce};

/// The security headers of every answer (OWASP HTTP Headers Cheat Sheet), prepared at start.
pub(crate) struct SecurityHeaders {
    always: HeaderMap,
    /// Over HTTPS alone: in clear, anybody on the way could have written it (RFC 6797, section 7.2).
    over_https: HeaderValue,
    /// What holds for pages in the place of what holds for all.
    #[cfg(feature = "pages")]
    page: Option<ContentSecurityPolicy>,
    /// Whether some answers tell how limits stand.
    tells_limits: bool,
}

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Nothing may be loaded, framed or submitted: an API's answers are no pages.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A page has what is its own, and runs what bears its nonce.
#[cfg(feature = "pages")]
const PAGE_CONTENT_SECURITY_POLICY: &str = "default-src 'none'; base-uri 'none'; connect-src 'self'; font-src 'self'; \
    form-action 'self'; frame-ancestors 'none'; img-src 'self'; manifest-src 'self'; media-src 'self'; \
    script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'";

/// No feature of the browser is for an API's answers.
const PERMISSIONS_POLICY: &str =
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()";

impl SecurityHeaders {
    pub(crate) fn new(settings: &Settings, tells_limits: bool) -> Self {
        let text = |set: Option<String>, default: &str| set.unwrap_or_else(|| default.to_owned());
        let shown = |value: &dyn std::fmt::Display| value.to_string();
        let csp = settings.content_security_policy.as_ref().map(|policy| shown(policy));
        let permissions = settings.permissions_policy.as_ref().map(|policy| shown(policy));
        let mut all: Vec<(HeaderName, String)> = vec![
            (header::CONTENT_SECURITY_POLICY, text(csp, CONTENT_SECURITY_POLICY)),
            (HeaderName::from_static("cross-origin-opener-policy"), shown(&settings.cross_origin_opener_policy)),
            (HeaderName::from_static("cross-origin-resource-policy"), shown(&settings.cross_origin_resource_policy)),
            (HeaderName::from_static("permissions-policy"), text(permissions, PERMISSIONS_POLICY)),
            (header::REFERRER_POLICY, shown(&settings.referrer_policy)),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            (header::X_FRAME_OPTIONS, shown(&settings.frame_options)),
            // The filter that it once turned on did harm of its own.
            (header::X_XSS_PROTECTION, "0".to_owned()),
            (header::CACHE_CONTROL, "no-store".to_owned()),
            // Room that each answer fills: the map is copied whole, and never grows for a usual answer.
            (header::CONTENT_TYPE, String::new()),
            (X_REQUEST_ID, String::new()),
        ];
        if tells_limits {
            all.extend([(limit::POLICY, String::new()), (limit::STANDING, String::new())]);
        }
        if let Some(policy) = &settings.cross_origin_embedder_policy {
            all.push((HeaderName::from_static("cross-origin-embedder-policy"), shown(policy)));
        }
        // Validated policies hold nothing that a header value cannot.
        let value = |text: String| HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
        let mut always: HeaderMap = all.into_iter().map(|(name, text)| (name, value(text))).collect();
        // An answer that is kept has three more, for which a copy would make its index anew.
        always.reserve(4);
        Self {
            always,
            over_https: value(settings.hsts.policy().unwrap_or_default().to_string()),
            #[cfg(feature = "pages")]
            page: settings.page_content_security_policy.clone().or_else(|| PAGE_CONTENT_SECURITY_POLICY.parse().ok()),
            tells_limits,
        }
    }

    /// The policy of a page with this nonce. Where it cannot be said, nothing of the page runs.
    #[cfg(feature = "pages")]
    pub(super) fn of_page(&self, nonce: &str) -> HeaderValue {
        let policy = self.page.as_ref().zip(Nonce::new(nonce)).map(|(policy, nonce)| policy.with_nonce(nonce));
        let value = policy.and_then(|policy| HeaderValue::try_from(policy).ok());
        value.unwrap_or(HeaderValue::from_static(CONTENT_SECURITY_POLICY))
    }

    /// The headers of an answer and these, each exactly once, with the request's id. `cache-control` gives way to what the answer says
    /// itself, the policies to what is at least as strict ([`tightened`]).
    ///
    /// The many are copied at once and the few of the answer are added: hashing nine names for each answer costs more.
    ///
    /// `page` is the policy in force where the answer is a page.
    pub(super) fn dress(&self, own: &mut HeaderMap, id: HeaderValue, is_https: bool, page: Option<HeaderValue>) {
        let mut all = self.always.clone();
        all.insert(X_REQUEST_ID, id);
        if let Some(policy) = page {
            all.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        if is_https {
            all.insert(header::STRICT_TRANSPORT_SECURITY, self.over_https.clone());
        }
        let (mut has_content_type, mut has_limits) = (false, false);
        let mut last = None;
        for (name, value) in own.drain() {
            let is_first = name.is_some();
            last = name.or(last);
            // The first of a run of values always bears the name.
            let Some(name) = &last else { continue };
            if *name == header::CONTENT_TYPE {
                has_content_type = true;
                all.insert(header::CONTENT_TYPE, value);
            } else if *name == header::CACHE_CONTROL {
                // Several lines say one thing together (RFC 9110, section 5.3).
                if is_first {
                    all.insert(header::CACHE_CONTROL, value);
                } else {
                    all.append(header::CACHE_CONTROL, value);
                }
            } else if *name == limit::POLICY || *name == limit::STANDING {
                has_limits = true;
                all.insert(name.clone(), value);
            } else if self.is_ours(name) {
                tighten(&mut all, name, &value);
            } else {
                all.append(name.clone(), value);
            }
        }
        if !has_content_type {
            all.remove(header::CONTENT_TYPE);
        }
        if self.tells_limits && !has_limits {
            all.remove(limit::POLICY);
            all.remove(limit::STANDING);
        }
        *own = all;
    }

    /// Whether only the edge says it.
    fn is_ours(&self, name: &HeaderName) -> bool {
        *name == header::SERVER || *name == header::STRICT_TRANSPORT_SECURITY || self.always.contains_key(name)
    }
}

/// Takes what an answer says itself if it is at least as strict as what all say.
#[cold]
fn tighten(all: &mut HeaderMap, name: &HeaderName, own: &HeaderValue) {
    let stricter = all.get(name).and_then(|ours| tightened(name.as_str(), ours.to_str().ok()?, own.to_str().ok()?));
    match stricter.and_then(|text| HeaderValue::try_from(text).ok()) {
        Some(value) => drop(all.insert(name, value)),
        None => tracing::debug!(%name, "an answer's own header is dropped: it is not as strict as the configured one"),
    }
}
