//! Who is calling.

mod owned;
#[cfg(feature = "password")]
pub mod password;
mod principal;
mod role;
pub mod token;

use crate::{error::Result, route::Context};
use http::{HeaderValue, request::Parts};
use std::{future::Future, pin::Pin};

pub use owned::Owned;
pub use principal::Principal;
pub use role::{Role, UnknownRole};

pub(crate) use role::names as role_names;

#[doc(hidden)]
pub mod expand {
    pub use super::role::expand as role;
}

/// Finds out who calls, from what the request carries.
///
/// ```
/// use reroute::{auth::token, prelude::*};
///
/// struct OneToken(token::Digest);
///
/// impl Authenticate for OneToken {
///     async fn authenticate(&self, parts: &Parts, _: &Context) -> Result<Option<Principal>> {
///         let Some(token) = token::bearer(parts)? else { return Ok(None) };
///         if token::Digest::of(token) == self.0 {
///             Ok(Some(Principal::new("operator", "session").with_roles(["admin"])))
///         } else {
///             Err(Error::unauthorized("Invalid token"))
///         }
///     }
/// }
/// ```
pub trait Authenticate: Send + Sync + 'static {
    /// The caller; `None` when the request carries no credential.
    ///
    /// Errors
    ///
    /// 401 for a credential that is present and wrong: such a request is never taken for an anonymous one. 503 when it
    /// cannot be told just now.
    fn authenticate(&self, parts: &Parts, cx: &Context) -> impl Future<Output = Result<Option<Principal>>> + Send;

    /// What `WWW-Authenticate` says on every 401.
    fn challenge(&self) -> HeaderValue {
        HeaderValue::from_static("Bearer")
    }
}

/// [`Authenticate`], behind a pointer.
pub(crate) trait DynAuthenticate: Send + Sync {
    fn authenticate<'a>(
        &'a self,
        parts: &'a Parts,
        cx: &'a Context,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Principal>>> + Send + 'a>>;
}

impl<A: Authenticate> DynAuthenticate for A {
    fn authenticate<'a>(
        &'a self,
        parts: &'a Parts,
        cx: &'a Context,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Principal>>> + Send + 'a>> {
        Box::pin(Authenticate::authenticate(self, parts, cx))
    }
}
