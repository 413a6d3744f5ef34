use super::{COOKIE, Id, Keeper, id, store::Row};
use crate::{
    auth::{
        account::Epoch,
        cookie::SetCookie,
        token::{self, Digest},
    },
    error::{Error, Result},
    log::{RequestFacts, security_log},
    route::{Context, Describe, Description},
};
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use std::{fmt, sync::Arc, time::SystemTime};
use tokio::time::Instant;

/// Opens and closes sessions: a handler takes it, where the application authenticates by [`SessionAuth`](super::SessionAuth).
///
/// ```
/// use reroute::{auth::{Sessions, SetCookie, SignIns}, prelude::*};
///
/// #[route]
/// pub struct Login {
///     sign_ins: SignIns,
///     sessions: Sessions,
/// }
///
/// #[input]
/// pub struct Credentials {
///     username: String,
///     password: String,
/// }
///
/// type Redirect = (StatusCode, SetCookie, [(HeaderName, &'static str); 1]);
///
/// #[route]
/// impl Login {
///     #[public]
///     #[rate_limit("5/min")]
///     async fn post(&self, Form(credentials): Form<Credentials>) -> Result<Redirect> {
///         // Found by its name, and its password verified: see `reroute::auth::password`.
///         let account = 7;
///         let epoch = self.sign_ins.epoch(account).await?;
///         if credentials.password != "Correct-Horse-7" {
///             return Err(Error::unauthorized("Invalid credentials"));
///         }
///         let cookie = self.sessions.open(account, epoch).await?;
///         let cookie = cookie.ok_or_else(|| Error::unauthorized("Invalid credentials"))?;
///         Ok((StatusCode::SEE_OTHER, cookie, [(reroute::http::header::LOCATION, "/account")]))
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Sessions {
    keeper: Arc<Keeper>,
    /// What the request came with.
    brought: Option<Digest>,
    request: RequestFacts,
}

impl Sessions {
    /// Signs the account in, and tells the log: the cookie belongs into the answer. It is a new one each time, and the session that the request came
    /// with ends, so nobody is signed in under an id that somebody else chose (OWASP Session Management, session fixation). `epoch` is the account's from before its
    /// password was verified; `None` where it has none any longer that may act, or where its sign-ins were ended since.
    ///
    /// # Errors
    ///
    /// 503 when it cannot be asked or written.
    pub async fn open(&self, subject: impl ToString, epoch: Epoch) -> Result<Option<SetCookie>> {
        let keeper = &self.keeper;
        let id = token::generate()?;
        let digest = Digest::of(&id);
        let now = SystemTime::now();
        // A life is 400 days at most.
        let row = Row { subject: subject.to_string(), epoch, expires: now + keeper.life.absolute, seen: now };
        keeper.store.add(&digest, &row).await?;
        // Asked after it is written: what ends all sign-ins meanwhile is seen by the one or by the other.
        let standing = keeper.registry.look_up(&row.subject).await?;
        keeper.registry.forget(&row.subject);
        let Some(standing) = standing.filter(|standing| standing.epoch == epoch) else {
            keeper.end(&digest).await?;
            return Ok(None);
        };
        if let Some(old) = &self.brought {
            keeper.end(old).await?;
        }
        security_log().auth_success(standing.account.name()).request(&self.request).emit();
        SetCookie::new(COOKIE, &id, None).map(Some)
    }

    /// Ends the session that the request came with, if it came with one, and tells the log. The cookie belongs into the answer: with it the browser forgets
    /// the session's.
    ///
    /// # Errors
    ///
    /// 503 when it cannot be written: the session holds still.
    pub async fn close(&self) -> Result<SetCookie> {
        if let Some(digest) = &self.brought {
            let row = self.keeper.store.find(digest).await?;
            self.keeper.end(digest).await?;
            if let Some(row) = row {
                // Only the name that the log tells.
                let standing = self.keeper.registry.standing(Instant::now(), &row.subject).await.ok().flatten();
                let name = standing.as_ref().map_or("unknown", |standing| standing.account.name());
                security_log().auth_logout().user(name).request(&self.request).emit();
            }
        }
        SetCookie::clearing(COOKIE)
    }
}

impl FromRequestParts<Context> for Sessions {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, cx: &Context) -> Result<Self> {
        let keeper = cx.shared().auth.provided::<Arc<Keeper>>();
        let keeper = keeper.ok_or_else(|| Error::internal("the application does not authenticate by `SessionAuth`"))?;
        let brought = match id(&parts.headers) {
            Id::One(digest) => Some(digest),
            Id::Nothing | Id::Wrong => None,
        };
        Ok(Self { keeper: keeper.clone(), brought, request: cx.into() })
    }
}

impl Describe for Sessions {
    fn describe(description: &mut Description) {
        description.needs_authenticator::<Arc<Keeper>>("SessionAuth");
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}
