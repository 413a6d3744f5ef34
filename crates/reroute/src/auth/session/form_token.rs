use super::{Id, Keeper, id};
use crate::{
    auth::token::Digest,
    error::{Error, Result},
    log::{RequestFacts, security_log},
    route::{Context, Describe, Description},
};
use axum_core::extract::FromRequestParts;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use http::request::Parts;
use sha2::Sha256;
use std::{fmt, sync::Arc};

/// What its key is derived for.
pub(super) const PURPOSE: &str = "reroute form tokens";

/// How many bytes the code has, and how many the mask.
const HALF: usize = 32;

/// A hidden field that only a page of the session can send: for forms that want more than the browser's word on where a write comes from, which
/// every write is held to.
///
/// It is an HMAC-SHA256 of the session, so it is another one after each login (OWASP Cross-Site Request Forgery Prevention, "HMAC based token"). Each answer masks it anew: who
/// watches the sizes of compressed answers learns nothing. It belongs into a form's body, never into an address.
///
/// ```
/// use reroute::{auth::FormToken, prelude::*};
///
/// #[route]
/// pub struct Name {
///     me: Principal,
///     form_token: FormToken,
/// }
///
/// #[input]
/// pub struct Change {
///     form_token: String,
///     name: String,
/// }
///
/// #[route]
/// impl Name {
///     #[requires]
///     async fn get(&self) -> String {
///         format!(r#"<form method="post"><input type="hidden" name="form_token" value="{}"></form>"#, self.form_token.value())
///     }
///
///     #[requires]
///     async fn post(&self, Form(change): Form<Change>) -> Result<String> {
///         self.form_token.verify(&change.form_token)?;
///         Ok(change.name)
///     }
/// }
/// ```
#[derive(Clone)]
pub struct FormToken {
    keeper: Arc<Keeper>,
    session: Digest,
    mask: [u8; HALF],
    request: RequestFacts,
}

impl FormToken {
    /// The field's value: 86 URL-safe characters.
    pub fn value(&self) -> String {
        let mut token = [0; 2 * HALF];
        let (mask, masked) = token.split_at_mut(HALF);
        mask.copy_from_slice(&self.mask);
        // Where there is no key no application starts.
        let code = self.codes().next().map(|code| code.finalize().into_bytes()).unwrap_or_default();
        for ((masked, mask), code) in masked.iter_mut().zip(mask).zip(code) {
            *masked = *mask ^ code;
        }
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Whether a form brought one of this session, compared in constant time.
    ///
    /// # Errors
    ///
    /// 403 where it did not, and the log is told.
    pub fn verify(&self, given: &str) -> Result<()> {
        if unmasked(given).is_some_and(|given| self.codes().any(|code| code.verify_slice(&given).is_ok())) {
            return Ok(());
        }
        let wrong = security_log().suspicious("a form without the token of its session").owasp("malicious_csrf");
        wrong.request(&self.request).emit();
        Err(Error::forbidden("The form is not of this session: load the page again"))
    }

    /// The newest key's first.
    fn codes(&self) -> impl Iterator<Item = Hmac<Sha256>> {
        self.keeper.form_keys.iter().map(|key| key.clone().chain_update(self.session.as_bytes()))
    }
}

fn unmasked(given: &str) -> Option<[u8; HALF]> {
    let token: [u8; 2 * HALF] = match given.len() {
        86 => URL_SAFE_NO_PAD.decode(given).ok()?.try_into().ok()?,
        _ => return None,
    };
    let (mask, masked) = token.split_at(HALF);
    let mut code = [0; HALF];
    for (code, (mask, masked)) in code.iter_mut().zip(mask.iter().zip(masked)) {
        *code = mask ^ masked;
    }
    Some(code)
}

impl FromRequestParts<Context> for FormToken {
    type Rejection = Error;

    /// 401 for whoever is not signed in by a session.
    async fn from_request_parts(parts: &mut Parts, cx: &Context) -> Result<Self> {
        let keeper = cx.shared().auth.provided::<Arc<Keeper>>();
        let keeper = keeper.ok_or_else(|| Error::internal("the application does not authenticate by `SessionAuth`"))?;
        // Once there is a caller, every credential that came is theirs.
        let caller = cx.caller(parts).await?;
        let (Some(_), Id::One(session)) = (caller, id(&parts.headers)) else {
            return Err(Error::unauthorized("Missing session"));
        };
        let mut mask = [0; HALF];
        getrandom::fill(&mut mask).map_err(|error| Error::unavailable(error.to_string()))?;
        Ok(Self { keeper: keeper.clone(), session, mask, request: cx.into() })
    }
}

impl Describe for FormToken {
    const DEMANDS_CALLER: bool = true;

    fn describe(description: &mut Description) {
        description.needs_authenticator::<Arc<Keeper>>("SessionAuth");
    }
}

impl fmt::Debug for FormToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}
