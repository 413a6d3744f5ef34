use super::Account;
use crate::{
    error::{Error, Result},
    limit::OwnLimits,
    route::{Context, Describe, Description, Reads},
};
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::request::Parts;
use serde::de::DeserializeOwned;
use std::{str::FromStr, sync::Arc};

/// A signed-in caller.
///
/// As a field or an argument it demands one: 401 without. `Option<Principal>` does not demand; a credential that is present
/// and wrong is 401 all the same.
///
/// ```
/// use reroute::prelude::*;
///
/// let me = Principal::new("7", "session").with_name("ada").with_roles(["customer"]);
/// assert!(me.has_role("customer") && !me.has_role("admin"));
/// assert_eq!(me.id::<i64>().ok(), Some(7));
/// ```
#[derive(Debug, Clone)]
pub struct Principal(Arc<Known>);

#[derive(Debug, Clone)]
struct Known {
    subject: String,
    name: String,
    scheme: &'static str,
    roles: Vec<String>,
    /// What the credential is limited to.
    scopes: Option<Vec<String>>,
    /// What the token says, encoded.
    claims: Option<String>,
    /// Which of the account's credentials it is.
    #[cfg_attr(not(feature = "jwt"), allow(dead_code, reason = "only tokens are told apart"))]
    credential: Option<[u8; 16]>,
    /// How often it may be used.
    limits: Option<Arc<OwnLimits>>,
}

impl Principal {
    /// A caller who is known as `subject` to the application, by a credential of this `scheme`.
    pub fn new(subject: impl Into<String>, scheme: &'static str) -> Self {
        let subject = subject.into();
        Self(Arc::new(Known {
            name: subject.clone(),
            subject,
            scheme,
            roles: Vec::new(),
            scopes: None,
            claims: None,
            credential: None,
            limits: None,
        }))
    }

    /// The name that people call them by. It is the subject unless it is set.
    pub fn with_name(self, name: impl Into<String>) -> Self {
        self.change(|known| known.name = name.into())
    }

    /// What they are: variants of the application's [`Role`](crate::Role), or names.
    pub fn with_roles<R: Into<String>>(self, roles: impl IntoIterator<Item = R>) -> Self {
        self.change(|known| known.roles = roles.into_iter().map(Into::into).collect())
    }

    /// Limits what the credential is good for, whatever the roles of its holder: an API key or an OAuth token that may do a part of
    /// what they may. Names are those of RFC 6749, section 3.3, compared as they are.
    ///
    /// It gets 403 at every endpoint that demands a caller, unless a `#[requires(scope = "…")]` of it names a scope and all that are named
    /// are among these. So an endpoint that nobody thought of when keys were handed out is closed to them. A public endpoint
    /// is open to it like to everybody, and may see who calls.
    ///
    /// ```
    /// use reroute::prelude::*;
    ///
    /// let key = Principal::new("7", "api_key").with_scopes(["orders:read"]);
    /// assert!(key.has_scope("orders:read") && !key.has_scope("orders:write"));
    /// let session = Principal::new("7", "session");
    /// assert!(session.scopes().is_none() && session.has_scope("orders:write"));
    /// ```
    pub fn with_scopes<S: Into<String>>(self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.change(|known| known.scopes = Some(scopes.into_iter().map(Into::into).collect()))
    }

    /// The account, by a credential of this `scheme`.
    pub(super) fn of(account: &Account, scheme: &'static str) -> Self {
        Self(Arc::new(Known {
            name: account.name.clone(),
            subject: account.subject.clone(),
            scheme,
            roles: account.roles.clone(),
            scopes: None,
            claims: None,
            credential: None,
            limits: None,
        }))
    }

    /// What the token says: encoded, so that it is read only where somebody asks.
    #[cfg(feature = "jwt")]
    pub(super) fn with_claims(self, encoded: &str) -> Self {
        self.change(|known| known.claims = Some(encoded.to_owned()))
    }

    /// Which of the account's credentials it is.
    #[cfg(feature = "jwt")]
    pub(super) fn with_credential(self, id: [u8; 16]) -> Self {
        self.change(|known| known.credential = Some(id))
    }

    /// How often the credential may be used.
    pub(super) fn with_limits(self, limits: Arc<OwnLimits>) -> Self {
        self.change(|known| known.limits = Some(limits))
    }

    /// Whether the credential has bounds of its own.
    pub(crate) fn is_limited(&self) -> bool {
        self.0.limits.is_some() || self.0.scopes.is_some()
    }

    pub(crate) fn own_limits(&self) -> Option<&OwnLimits> {
        self.0.limits.as_deref()
    }

    #[cfg(feature = "jwt")]
    pub(super) fn credential(&self) -> Option<&[u8; 16]> {
        self.0.credential.as_ref()
    }

    fn change(mut self, change: impl FnOnce(&mut Known)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Who they are to the application.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The subject as the application's own type of id.
    ///
    /// # Errors
    ///
    /// 500: the authenticator hands out subjects of another kind.
    pub fn id<T: FromStr>(&self) -> Result<T> {
        self.0
            .subject
            .parse()
            .map_err(|_| Error::internal("the caller's subject is no id of the type that was asked for"))
    }

    /// The name that people call them by.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The kind of credential that they came with, such as `jwt`, `api_key` or `session`.
    pub fn scheme(&self) -> &'static str {
        self.0.scheme
    }

    /// Their roles.
    pub fn roles(&self) -> &[String] {
        &self.0.roles
    }

    /// What the credential is limited to; nothing, where it is good for all that its holder may do.
    pub fn scopes(&self) -> Option<&[String]> {
        self.0.scopes.as_deref()
    }

    /// Whether the credential covers this: it has the scope, spelled exactly so, or is not limited.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.0.scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|own| own == scope))
    }

    /// What their token says, as a type of the application's own: `None` when they came with another kind of credential.
    ///
    /// # Errors
    ///
    /// 401 when it says something else.
    ///
    /// ```
    /// use reroute::prelude::*;
    ///
    /// #[derive(Deserialize)]
    /// #[serde(crate = "reroute::serde")]
    /// struct Claims {
    ///     department: String,
    /// }
    ///
    /// fn department(me: &Principal) -> Result<Option<String>> {
    ///     Ok(me.claims::<Claims>()?.map(|claims| claims.department))
    /// }
    /// ```
    pub fn claims<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let Some(encoded) = &self.0.claims else { return Ok(None) };
        let payload = URL_SAFE_NO_PAD.decode(encoded).map_err(Error::internal)?;
        let claims = serde_json::from_slice(&payload);
        claims.map(Some).map_err(|error| Error::unauthorized("Invalid token").caused_by(error))
    }

    /// Whether they have the role, spelled exactly so: a variant of the application's [`Role`](crate::Role), or a name.
    pub fn has_role(&self, role: impl AsRef<str>) -> bool {
        let role = role.as_ref();
        self.0.roles.iter().any(|own| own == role)
    }
}

impl FromRequestParts<Context> for Principal {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, cx: &Context) -> Result<Self> {
        cx.caller(parts).await?.cloned().ok_or_else(|| Error::unauthorized("Missing authentication token"))
    }
}

impl OptionalFromRequestParts<Context> for Principal {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, cx: &Context) -> Result<Option<Self>> {
        Ok(cx.caller(parts).await?.cloned())
    }
}

impl Describe for Principal {
    const DEMANDS_CALLER: bool = true;
    const READS: Reads = Reads::Caller;
}

impl Describe for Option<Principal> {
    const READS: Reads = Reads::Caller;

    fn describe(description: &mut Description) {
        description.caller = true;
    }
}
