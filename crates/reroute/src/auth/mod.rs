//! Who is calling, and what they may do.
//!
//! [`Authenticate`] finds out who calls; what comes of it is a [`Principal`]: with [roles](Role) that say what somebody is, perhaps with
//! [scopes](Principal::with_scopes) that their credential is limited to, and [asked](Owned) whether an object is theirs.
//!
//! ```
//! use reroute::{Tree, axum_core::body::Body, file, http::Request, prelude::*};
//!
//! #[roles]
//! pub enum Role {
//!     Moderator,
//!     Admin,
//! }
//!
//! #[route]
//! pub struct Users;
//!
//! #[route]
//! impl Users {
//!     /// Only admins delete users.
//!     #[requires(Role::Admin)]
//!     async fn delete(&self) {}
//!
//!     /// Moderators ban users, and so may a key that was made for it.
//!     #[requires(Role::Moderator, Role::Admin, scope = "users:ban")]
//!     async fn put(&self) {}
//! }
//!
//! /// `x-role: NAME`, and a key that is limited to `x-scope`. A real one looks at a credential.
//! struct ByHeader;
//!
//! impl Authenticate for ByHeader {
//!     async fn authenticate(&self, parts: &Parts, _: &Context) -> Result<Option<Principal>> {
//!         let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
//!         let Some(role) = text("x-role") else { return Ok(None) };
//!         let me = Principal::new("7", "api_key").with_roles(role.parse::<Role>().ok());
//!         Ok(Some(match text("x-scope") {
//!             Some(scope) => me.with_scopes([scope]),
//!             None => me,
//!         }))
//!     }
//! }
//!
//! # reroute::runtime::block_on(async {
//! let tree = Tree::new([file::<Users>("/users", "src/routes/users.rs")]);
//! let app = App::new(tree).authenticate(ByHeader).roles::<Role>().into_service()?;
//! let status = async |method: &str, headers: &[(&str, &str)]| {
//!     let mut request = Request::builder().method(method).uri("/users").header("host", "localhost");
//!     for (name, value) in headers {
//!         request = request.header(*name, *value);
//!     }
//!     app.handle(request.body(Body::empty()).unwrap()).await.status().as_u16()
//! };
//! assert_eq!(status("DELETE", &[]).await, 401);
//! assert_eq!(status("DELETE", &[("x-role", "moderator")]).await, 403);
//! assert_eq!(status("DELETE", &[("x-role", "admin")]).await, 200);
//! assert_eq!(status("PUT", &[("x-role", "moderator")]).await, 200);
//! assert_eq!(status("PUT", &[("x-role", "moderator"), ("x-scope", "users:ban")]).await, 200);
//! assert_eq!(status("PUT", &[("x-role", "moderator"), ("x-scope", "orders:read")]).await, 403);
//! // No scope is named: a limited key is good for nothing here, whatever its holder is.
//! assert_eq!(status("DELETE", &[("x-role", "admin"), ("x-scope", "users:ban")]).await, 403);
//! # Ok::<_, Error>(())
//! # }).unwrap();
//! ```

pub(crate) mod account;
mod api_key;
mod cookie;
#[cfg(feature = "jwt")]
mod jwt;
mod opening;
mod owned;
#[cfg(feature = "password")]
pub mod password;
mod principal;
mod recent;
mod role;
mod session;
#[cfg_attr(not(feature = "jwt"), allow(dead_code, reason = "only tokens come in families"))]
pub(crate) mod store;
#[cfg(feature = "db")]
pub(crate) mod tables;
pub mod token;

use crate::{error::Result, route::Context};
use http::{HeaderValue, request::Parts};
use std::{future::Future, pin::Pin};

pub use account::{Account, Accounts, Epoch, Revoked, SignIns};
pub use api_key::{ApiKey, ApiKeyAuth, ApiKeys, NewApiKey};
#[cfg(feature = "cookies")]
pub use cookie::Cookies;
pub use cookie::SetCookie;
#[cfg(feature = "jwt")]
pub use jwt::{Jwt, KeyError, Pair, SigningKey, Tokens, Trusted, VerifyingKey};
pub use opening::Opening;
pub use owned::Owned;
pub use principal::Principal;
pub use role::{Role, UnknownRole};
pub use session::{FormToken, SessionAuth, Sessions};
#[cfg(feature = "db")]
pub use tables::create_tables;

#[cfg(feature = "cookies")]
pub(crate) use cookie::open_keys as open_cookies;
pub(crate) use opening::Auth;
pub(crate) use role::names as role_names;

/// What fuzzing reaches beside the public functions.
#[doc(hidden)]
pub mod fuzz {
    pub use super::api_key::{holds_key, is_key};
    #[cfg(feature = "jwt")]
    pub use super::jwt::fuzz::{is_refresh_token, is_taken, is_token};
}

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
    /// # Errors
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
