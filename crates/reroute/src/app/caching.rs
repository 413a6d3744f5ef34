//! What the start does for the cache.

use crate::route::Endpoint;
#[cfg(feature = "cache")]
use crate::{
    cache::{Bounds, Cache, answer::Keyed},
    config::Settings,
};
use http::Method;

/// What is declared and cannot be.
pub(super) fn lack(endpoint: &Endpoint) -> Option<String> {
    endpoint.policy.cache.as_ref()?;
    if cfg!(not(feature = "cache")) {
        return Some("it is cached, and reroute was built without its feature `cache`".to_owned());
    }
    if endpoint.method != Method::GET && endpoint.method != Method::HEAD {
        return Some("it is cached, and only answers to GET and HEAD can be kept".to_owned());
    }
    endpoint
        .description
        .body
        .then(|| "it is cached and takes a body, which is no part of what an answer is found by".to_owned())
}

/// Collects what the answers of an endpoint are told apart by, once its scopes are known.
#[cfg(feature = "cache")]
pub(super) fn prepare(endpoint: &mut Endpoint) {
    let keyed = Keyed::of(&endpoint.policy, &endpoint.description, endpoint.sees_head);
    endpoint.keyed = keyed.map(Box::new);
}

#[cfg(not(feature = "cache"))]
pub(super) fn prepare(endpoint: &mut Endpoint) {
    let _ = endpoint.sees_head;
}

/// Where the application's answers are kept. The process's cache gets the bounds of the settings, also where functions alone use it.
#[cfg(feature = "cache")]
pub(super) fn cache(own: Option<Cache>, settings: &Settings) -> Cache {
    own.unwrap_or_else(|| {
        let cache = crate::cache();
        cache.bound(Bounds { entries: settings.cache_entries, bytes: settings.cache_bytes });
        cache
    })
}
