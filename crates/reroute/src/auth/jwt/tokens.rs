//! Issuing tokens, and ending what they came of.

use super::{Issuer, SCHEME, now, refresh};
use crate::{
    auth::{
        Principal,
        account::Epoch,
        store::{Family, FamilyId, Rotation},
        token::LONGEST,
    },
    error::{Error, Result},
    log::{RequestFacts, security_log},
    params::Output,
    route::{Context, Describe, Description},
};
use axum_core::extract::FromRequestParts;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::request::Parts;
use serde::Serialize;
use serde_json::Value;
use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

/// Issues tokens, refreshes them, and ends them: a handler takes it, where the application authenticates by [`Jwt`](super::Jwt).
///
/// ```
/// use reroute::{auth::{SignIns, Tokens, Pair}, prelude::*};
///
/// #[route]
/// pub struct Login {
///     sign_ins: SignIns,
///     tokens: Tokens,
/// }
///
/// #[input]
/// pub struct Credentials {
///     username: String,
///     password: String,
/// }
///
/// #[route]
/// impl Login {
///     #[public]
///     #[rate_limit("5/min")]
///     async fn post(&self, Json(credentials): Json<Credentials>) -> Result<Json<Pair>> {
///         // Found by its name, and its password verified: see `reroute::auth::password`.
///         let account = 7;
///         let epoch = self.sign_ins.epoch(account).await?;
///         if credentials.password != "Correct-Horse-7" {
///             return Err(Error::unauthorized("Invalid credentials"));
///         }
///         let pair = self.tokens.issue(account, epoch).await?;
///         pair.map(Json).ok_or_else(|| Error::unauthorized("Invalid credentials"))
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Tokens {
    issuer: Arc<Issuer>,
    request: RequestFacts,
}

/// An access token, and the refresh token that a next pair is had by (RFC 6749, section 5.1).
#[derive(Clone, Serialize)]
pub struct Pair {
    /// Sent as `Authorization: Bearer …`.
    pub access_token: String,
    /// Good once.
    pub refresh_token: String,
    /// `bearer`.
    pub token_type: &'static str,
    /// For how many seconds the access token is good.
    pub expires_in: u64,
}

impl Output for Pair {}

impl Tokens {
    /// Signs the account in, and tells the log. `epoch` is the account's from before its password was verified; `None` where it has none any
    /// longer that may act, or where its sign-ins were ended since.
    ///
    /// # Errors
    ///
    /// 503 when it cannot be asked or written; 500 for an account whose token would be longer than [`LONGEST`], or which is known as callers of
    /// a [`Trusted`](super::Trusted) issuer are.
    pub async fn issue(&self, subject: impl ToString, epoch: Epoch) -> Result<Option<Pair>> {
        let subject = subject.to_string();
        let issuer = &self.issuer;
        if issuer.trusted.iter().any(|trusted| trusted.knows(&subject)) {
            return Err(Error::internal("the account's subject is one of a trusted issuer's"));
        }
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|error| Error::unavailable(error.to_string()))?;
        let family = Family { subject, epoch, generation: 0, expires: SystemTime::now() + issuer.refresh };
        issuer.registry.store.found(&id, family.clone()).await?;
        // Asked after it is written: what ends all sign-ins meanwhile is seen by the one or by the other.
        let standing = issuer.registry.look_up(&family.subject).await?;
        issuer.registry.forget(&family.subject);
        let Some(standing) = standing.filter(|standing| standing.epoch == epoch) else {
            issuer.registry.store.end(&id).await?;
            return Ok(None);
        };
        let pair = issuer.pair(&id, &family, &standing.account)?;
        security_log().auth_success(standing.account.name()).request(&self.request).emit();
        Ok(Some(pair))
    }

    /// A new pair for a refresh token. Whoever brings one a second time ends the sign-in that it comes of, all its tokens included.
    ///
    /// # Errors
    ///
    /// 401 for a token that is not good, or not any longer; 503 when it cannot be asked.
    pub async fn refresh(&self, token: &str) -> Result<Pair> {
        let issuer = &self.issuer;
        let Some((id, generation)) = refresh::read(&issuer.refresh_keys, token) else {
            return Err(self.refused("Invalid token", None));
        };
        let Some(mut family) = issuer.registry.store.family(&id).await? else {
            return Err(self.refused("Invalid token", None));
        };
        let standing = issuer.registry.look_up(&family.subject).await?;
        let Some(standing) = standing.filter(|standing| standing.epoch == family.epoch) else {
            return Err(self.refused("Invalid token", None));
        };
        let name = standing.account.name();
        if family.expires <= SystemTime::now() {
            return Err(self.refused("Token expired", Some(name)));
        }
        if issuer.registry.store.rotate(&id, generation).await? == Rotation::Missed {
            if issuer.registry.store.family(&id).await?.is_none() {
                // It was signed out at this moment.
                return Err(self.refused("Invalid token", Some(name)));
            }
            self.end(&id).await?;
            let reused = security_log().suspicious("a refresh token was used twice").owasp("authn_token_reuse");
            reused.user(name).request(&self.request).emit();
            return Err(self.refused("Invalid token", Some(name)));
        }
        family.generation = generation + 1;
        let pair = issuer.pair(&id, &family, &standing.account)?;
        security_log().auth_success(name).request(&self.request).emit();
        Ok(pair)
    }

    /// Ends the sign-in that the caller's token comes of, and tells the log.
    ///
    /// # Errors
    ///
    /// 403 for a caller who came with another kind of credential; 503 when it cannot be written.
    pub async fn sign_out(&self, caller: &Principal) -> Result<()> {
        let id = caller.credential().filter(|_| caller.scheme() == SCHEME);
        let id: &FamilyId = id.ok_or_else(|| Error::forbidden("Only a token can be signed out here"))?;
        self.end(id).await?;
        security_log().auth_logout().user(caller.name()).request(&self.request).emit();
        Ok(())
    }

    async fn end(&self, id: &FamilyId) -> Result<()> {
        self.issuer.registry.store.end(id).await?;
        self.issuer.families.forget(id);
        Ok(())
    }

    fn refused(&self, reason: &'static str, user: Option<&str>) -> Error {
        let event = security_log().auth_failure(reason).request(&self.request);
        match user {
            Some(user) => event.user(user).emit(),
            None => event.emit(),
        }
        Error::unauthorized(reason)
    }
}

impl Issuer {
    fn pair(&self, id: &FamilyId, family: &Family, account: &crate::auth::Account) -> Result<Pair> {
        let now = now();
        let left = family.expires.duration_since(SystemTime::now()).unwrap_or(Duration::ZERO);
        let expires_in = self.access.min(left).as_secs();
        let mut claims = account.claims.clone();
        let ours: [(&str, Value); 6] = [
            ("sub", account.subject.as_str().into()),
            ("username", account.name.as_str().into()),
            ("roles", account.roles.as_slice().into()),
            ("sid", URL_SAFE_NO_PAD.encode(id).into()),
            ("iat", now.into()),
            ("exp", (now + expires_in).into()),
        ];
        let named = [("iss", &self.rules.issuer), ("aud", &self.rules.audience)];
        let named = named.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?.into())));
        claims.retain(|name, _| !REGISTERED.contains(&name.as_str()));
        claims.extend(ours.into_iter().chain(named).map(|(name, value)| (name.to_owned(), value)));
        let claims = URL_SAFE_NO_PAD.encode(Value::Object(claims).to_string());
        let message = format!("{}.{claims}", self.signing.header());
        let signature = self.signing.sign(message.as_bytes()).map_err(|error| Error::internal(error.to_string()))?;
        let access_token = format!("{message}.{signature}");
        if "Bearer ".len() + access_token.len() > LONGEST {
            return Err(Error::internal("the account has so many roles and claims that its token would not be taken"));
        }
        Ok(Pair {
            access_token,
            refresh_token: refresh::write(&self.refresh_keys[0], id, family.generation),
            token_type: "bearer",
            expires_in,
        })
    }
}

/// Claims that mean what RFC 7519 and RFC 8693 say, and so are not an account's to set.
const REGISTERED: [&str; 9] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "scp"];

impl FromRequestParts<Context> for Tokens {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, cx: &Context) -> Result<Self> {
        let issuer = cx.shared().auth.provided::<Arc<Issuer>>();
        let issuer = issuer.ok_or_else(|| Error::internal("the application does not authenticate by `Jwt`"))?;
        Ok(Self { issuer: issuer.clone(), request: cx.into() })
    }
}

impl Describe for Tokens {
    fn describe(description: &mut Description) {
        description.needs_authenticator::<Arc<Issuer>>("Jwt");
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens")
    }
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}
