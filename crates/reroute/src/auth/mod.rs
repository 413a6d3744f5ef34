//! Who is calling.

pub(crate) mod account;
mod api_key;
#[cfg(feature = "jwt")]
mod jwt;
mod opening;
#[cfg(feature = "password")]
pub mod password;
mod principal;
mod recent;
pub(crate) mod store;
pub mod token;

use crate::{error::Result, route::Context};
use http::{HeaderValue, request::Parts};
use std::{future::Future, pin::Pin};

pub use account::{Account, Accounts, Epoch, Revoked, SignIns};
pub use api_key::{ApiKey, ApiKeyAuth, ApiKeys, NewApiKey};
#[cfg(feature = "jwt")]
pub use jwt::{Jwt, KeyError, Pair, SigningKey, Tokens, Trusted, VerifyingKey};
pub use opening::Opening;
pub use principal::{Owned, Principal};
#[cfg(feature = "db")]
pub use store::create_tables;

pub(crate) use opening::Auth;

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
    /// Makes it ready, once, before anything is asked of it.
    ///
    /// # Errors
    ///
    /// Why the application must not start.
    fn open(&mut self, opening: &mut Opening<'_>) -> Result<(), String> {
        let _ = opening;
        Ok(())
    }

    /// The caller; `None` when the request carries no credential.
    ///
    /// Errors
    ///
    /// 401 for a credential that is present and wrong: such a request is never taken for an anonymous one. 503 when it
    /// cannot be told just now.
    fn authenticate(&self, parts: &Parts, cx: &Context) -> impl Future<Output = Result<Option<Principal>>> + Send;

    /// What `WWW-Authenticate` says of it on every 401.
    fn challenge(&self) -> HeaderValue {
        HeaderValue::from_static("Bearer")
    }
}

/// [`Authenticate`], behind a pointer.
pub(crate) trait DynAuthenticate: Send + Sync {
    fn open(&mut self, opening: &mut Opening<'_>) -> Result<(), String>;

    fn challenge(&self) -> HeaderValue;

    fn authenticate<'a>(
        &'a self,
        parts: &'a Parts,
        cx: &'a Context,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Principal>>> + Send + 'a>>;
}

impl<A: Authenticate> DynAuthenticate for A {
    fn open(&mut self, opening: &mut Opening<'_>) -> Result<(), String> {
        Authenticate::open(self, opening)
    }

    fn challenge(&self) -> HeaderValue {
        Authenticate::challenge(self)
    }

    fn authenticate<'a>(
        &'a self,
        parts: &'a Parts,
        cx: &'a Context,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Principal>>> + Send + 'a>> {
        Box::pin(Authenticate::authenticate(self, parts, cx))
    }
}
