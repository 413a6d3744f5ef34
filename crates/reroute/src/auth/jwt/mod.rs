//! Signed tokens: JSON Web Tokens (RFC 7519), as access tokens (RFC 9068), and the refresh tokens beside them.

pub(super) mod fuzz;
mod key;
mod refresh;
#[cfg(feature = "fetch")]
mod remote;
mod token;
mod tokens;
mod trusted;

#[cfg(test)]
mod tests;

use super::{
    Authenticate, Opening, Principal,
    account::{FRESH, Registry},
    recent::Recent,
    store::{Family, FamilyId},
    token::bearer,
};
use crate::{
    config::mac,
    error::{Error, Result},
    log::security_log,
    route::Context,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::Hmac;
use http::request::Parts;
use sha2::Sha256;
use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};
use token::{Claims, Cut, Refusal, Rules};
use tokio::time::Instant;

pub use key::{KeyError, SigningKey, VerifyingKey};
pub use tokens::{Pair, Tokens};
pub use trusted::Trusted;

/// The kind of token that a header names (RFC 9068, section 2.1).
const TYPE: &str = "at+jwt";

/// As [`Principal::scheme`] tells it.
const SCHEME: &str = "jwt";

/// Authenticates by signed tokens, JSON Web Tokens (RFC 7519) in the form of RFC 9068, and issues them, with refresh tokens beside them.
///
/// An access token is good for an hour. It names the account and the sign-in that it comes of, and both are asked about with each request:
/// what this process knows of them is never older than a hundredth of a second, or half a second where Redis stands before the database. A refresh token is good once, for a new pair; whoever brings one a second
/// time ends the sign-in, since one of two who hold it has stolen it.
///
/// A login, and a route that knows who calls, in a hook or in a handler:
///
/// ```
/// use reroute::{app::States, auth::{Account, Accounts, Jwt, Pair, SignIns, Tokens}, prelude::*};
/// # use reroute::{Tree, axum_core::body::Body, file, http::{self, Request}};
///
/// struct Users;
///
/// impl Accounts for Users {
///     async fn find(&self, subject: &str, _: &States) -> Result<Option<Account>> {
///         // Ask the database: an account that is banned is none.
///         Ok((subject == "7").then(|| Account::new(7).with_name("john").with_claim("department", "books")))
///     }
/// }
///
/// #[input]
/// pub struct Credentials {
///     username: String,
///     password: String,
/// }
///
/// #[route]
/// pub struct Login {
///     sign_ins: SignIns,
///     tokens: Tokens,
/// }
///
/// #[route]
/// impl Login {
///     #[public]
///     #[rate_limit("5/min")]
///     async fn post(&self, Json(credentials): Json<Credentials>) -> Result<Json<Pair>> {
///         let wrong = || Error::unauthorized("Invalid credentials");
///         let id = 7; // of the account of that name
///         let epoch = self.sign_ins.epoch(id).await?;
///         if credentials.password != "Correct-Horse-7" {
///             return Err(wrong()); // in earnest, `password::verify` looks at a hash
///         }
///         self.tokens.issue(id, epoch).await?.map(Json).ok_or_else(wrong)
///     }
/// }
///
/// #[derive(Deserialize)]
/// #[serde(crate = "reroute::serde")]
/// struct Claims {
///     username: String,
///     department: String,
/// }
///
/// #[route]
/// pub struct Protected {
///     #[init]
///     current_user: Option<Claims>, // of this request alone
/// }
///
/// #[route]
/// impl Protected {
///     async fn before_request(&mut self, request: &RequestHead<'_>) -> Result<()> {
///         let Some(caller) = request.caller().await? else {
///             return Err(Error::unauthorized("Missing authentication token"));
///         };
///         self.current_user = caller.claims()?;
///         Ok(())
///     }
///
///     #[requires]
///     async fn get(&self) -> Result<String> {
///         let user = self.current_user.as_ref().or_not_found()?;
///         Ok(format!("{} of {}", user.username, user.department))
///     }
/// }
///
/// # reroute::runtime::block_on(async {
/// # let tree = Tree::new([file::<Login>("/login", "login.rs"), file::<Protected>("/protected", "protected.rs")]);
/// let app = App::new(tree).accounts(Users).authenticate(Jwt::from_config());
/// # let app = app.into_service()?;
/// # let send = async |request: http::request::Builder, body: &'static str| {
/// #     let answer = app.handle(request.header("host", "localhost").body(Body::from(body)).unwrap()).await;
/// #     let status = answer.status().as_u16();
/// #     let mut body = answer.into_body();
/// #     let mut text = String::new();
/// #     while let Some(Ok(frame)) = std::future::poll_fn(|cx| http_body::Body::poll_frame(std::pin::Pin::new(&mut body), cx)).await {
/// #         text += std::str::from_utf8(frame.data_ref().unwrap()).unwrap();
/// #     }
/// #     (status, text)
/// # };
/// # let json = || Request::post("/login").header("content-type", "application/json");
/// # let (status, _) = send(json(), r#"{"username": "john", "password": "wrong"}"#).await;
/// # assert_eq!(status, 401);
/// # let (_, pair) = send(json(), r#"{"username": "john", "password": "Correct-Horse-7"}"#).await;
/// # let token = pair.split('"').nth(3).unwrap();
/// # let get = |token: &str| Request::get("/protected").header("authorization", format!("Bearer {token}"));
/// # assert_eq!(send(get(token), "").await, (200, "john of books".to_owned()));
/// # assert_eq!(send(get("wrong"), "").await.0, 401);
/// # assert_eq!(send(Request::get("/protected"), "").await.0, 401);
/// # Ok::<_, Error>(())
/// # }).unwrap();
/// ```
///
/// | what | how |
/// | --- | --- |
/// | key | HS256, from `JWT_SECRET` as it is, or else derived from `SECRET_KEY`; EdDSA, ES256 or RS256 by [`Jwt::sign_with`] |
/// | other keys | [`Jwt::accept`], and those of `SECRET_KEY_OLD` where the key is derived: a token's `kid` names its key, and the key says the algorithm |
/// | tokens of others | [`Trusted`], by their key set, in a file or with the feature `fetch` at a URL; `typ` is `JWT` or `at+jwt`, or not there |
/// | refused | `alg` other than the key's, `none`, `crit`, `b64`, `jwk`, `jku`, `x5u`, `x5c`, `zip`, `enc`; another `typ` than `at+jwt`; `aud` for somebody else; more than 8 KiB; no `exp` |
#[derive(Debug)]
pub struct Jwt {
    signing: Option<SigningKey>,
    accepted: Vec<VerifyingKey>,
    rules: Rules,
    access: Duration,
    refresh: Duration,
    trusted: Vec<Trusted>,
    issuer: Option<Arc<Issuer>>,
}

/// What is made of it at start.
struct Issuer {
    signing: SigningKey,
    /// The signing key's first.
    keys: Vec<VerifyingKey>,
    rules: Rules,
    access: Duration,
    refresh: Duration,
    /// What refresh tokens prove themselves by, the newest first.
    refresh_keys: Vec<Hmac<Sha256>>,
    trusted: Vec<trusted::Keys>,
    registry: Arc<Registry>,
    families: Recent<FamilyId, Option<Arc<Family>>>,
}

impl Jwt {
    /// Tokens by the settings: HS256, access tokens good for an hour, sign-ins for 30 days.
    pub fn from_config() -> Self {
        Self {
            signing: None,
            accepted: Vec::new(),
            rules: Rules { kind: Some(TYPE), ..Rules::default() },
            access: Duration::from_secs(3600),
            refresh: Duration::from_secs(30 * 24 * 3600),
            trusted: Vec::new(),
            issuer: None,
        }
    }

    /// Signs with this key in place of one from the settings. What the settings' keys have signed is not accepted then.
    pub fn sign_with(mut self, key: SigningKey) -> Self {
        self.signing = Some(key);
        self
    }

    /// Accepts what this key has signed, too: the next key before it signs, the last one until its tokens have had their time.
    pub fn accept(mut self, key: VerifyingKey) -> Self {
        self.accepted.push(key);
        self
    }

    /// The `iss` of what is issued and accepted.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.rules.issuer = Some(issuer.into());
        self
    }

    /// The `aud` of what is issued, and the one that accepted tokens must name.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.rules.audience = Some(audience.into());
        self
    }

    /// How far clocks may differ: at most a minute, and nothing where it is not said.
    ///
    /// # Panics
    ///
    /// For more than a minute.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        assert!(leeway <= Duration::from_secs(60), "a leeway of more than a minute lets old tokens live on");
        self.rules.leeway = leeway.as_secs();
        self
    }

    /// How long access tokens are good, and how long a sign-in is, however often it is refreshed.
    ///
    /// # Panics
    ///
    /// For a sign-in of more than a hundred years.
    pub fn lifetimes(mut self, access: Duration, sign_in: Duration) -> Self {
        assert!(sign_in <= Duration::from_secs(100 * 366 * 24 * 3600), "a sign-in ends within a hundred years");
        (self.access, self.refresh) = (access, sign_in);
        self
    }

    /// Takes the tokens of somebody else as well, who names another issuer than we do.
    pub fn trust(mut self, trusted: Trusted) -> Self {
        self.trusted.push(trusted);
        self
    }
}

impl Authenticate for Jwt {
    fn open(&mut self, opening: &mut Opening<'_>) -> Result<(), String> {
        let registry = opening.registry().ok_or("Jwt: the application has no accounts: call `App::accounts`")?;
        let derived = opening.keys("reroute access tokens");
        let [newest, old @ ..] = derived.as_slice() else { return Err("SECRET_KEY: it is not set".to_owned()) };
        let signing = match (self.signing.take(), opening.jwt_secret()) {
            (Some(key), _) => key,
            (None, Some(secret)) => SigningKey::from_secret(secret.expose().as_bytes()),
            (None, None) => {
                // What an old key has signed is good as long as the key may be read with.
                self.accepted.extend(old.iter().map(|old| VerifyingKey::from_secret(old.expose())));
                SigningKey::from_secret(newest.expose())
            }
        };
        let keys: Vec<VerifyingKey> =
            std::iter::once(signing.verifying_key().clone()).chain(self.accepted.drain(..)).collect();
        for (nth, key) in keys.iter().enumerate() {
            if keys[..nth].iter().any(|other| other.id == key.id) {
                return Err(format!("Jwt: two keys are named `{}`: name each by itself", key.id));
            }
        }
        let trusted = self.trusted.drain(..).map(|trusted| trusted.open(opening.settings));
        let trusted: Vec<trusted::Keys> = trusted.collect::<Result<_, _>>()?;
        for (nth, one) in trusted.iter().enumerate() {
            let is_ours = self.rules.issuer.as_deref() == Some(one.issuer());
            if is_ours || trusted[..nth].iter().any(|other| other.issuer() == one.issuer()) {
                return Err(format!("Jwt: two have the issuer `{}`: whose a token is could not be told", one.issuer()));
            }
        }
        let issuer = Arc::new(Issuer {
            signing,
            keys,
            rules: self.rules.clone(),
            access: self.access,
            refresh: self.refresh,
            refresh_keys: opening.secrets.iter().map(|secret| mac(secret, refresh::PURPOSE)).collect(),
            trusted,
            registry,
            families: Recent::new(FRESH),
        });
        opening.provide(issuer.clone());
        self.issuer = Some(issuer);
        Ok(())
    }

    async fn authenticate(&self, parts: &Parts, cx: &Context) -> Result<Option<Principal>> {
        let Some(token) = bearer(parts)? else { return Ok(None) };
        let issuer = self.issuer.as_ref().ok_or_else(|| Error::internal("the application was not started"))?;
        match issuer.caller(token).await? {
            Ok(caller) => Ok(Some(caller)),
            Err(refusal) => {
                if refusal == Refusal::Forbidden {
                    security_log().suspicious("a token with a forbidden algorithm").request(cx).emit();
                }
                Err(Error::unauthorized(if refusal == Refusal::Expired { "Token expired" } else { "Invalid token" }))
            }
        }
    }
}

impl Issuer {
    /// Whose token it is, as far as it holds.
    async fn caller(&self, token: &str) -> Result<Result<Principal, Refusal>> {
        let (payload, cut) = match self.verified(token) {
            Ok(Judged::Own(payload, cut)) => (payload, cut),
            Ok(Judged::Foreign(trusted, payload, cut)) => return trusted.caller(&cut, &payload, now()).await,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let claims = match Claims::read(&payload, &self.rules, now()) {
            Ok(claims) => claims,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some((subject, id)) = claims.sub.as_deref().zip(claims.sid.as_deref().and_then(family_id)) else {
            return Ok(Err(Refusal::Invalid));
        };
        let asked = Instant::now();
        let look_up = async { Ok(self.registry.store.recent_family(&id).await?.map(Arc::new)) };
        let family = self.families.get(asked, &id, look_up).await?;
        let Some(family) = family.filter(|family| family.subject == subject && family.expires > SystemTime::now())
        else {
            return Ok(Err(Refusal::Invalid));
        };
        let Some(standing) = self.registry.standing(asked, subject).await? else { return Ok(Err(Refusal::Invalid)) };
        if standing.epoch != family.epoch {
            return Ok(Err(Refusal::Invalid));
        }
        Ok(Ok(Principal::of(&standing.account, SCHEME).with_claims(cut.claims).with_credential(id)))
    }

    /// Whether a key of ours has signed the token. Of one that names somebody who is trusted, nothing is known yet.
    fn verified<'t>(&'t self, token: &'t str) -> Result<Judged<'t>, Refusal> {
        let cut = Cut::of(token)?;
        // The header of nearly every token is the one that we write.
        if cut.header == self.signing.header() {
            cut.verify(self.signing.verifying_key())?;
            return Ok(Judged::Own(cut.payload()?, cut));
        }
        if !self.trusted.is_empty() {
            let payload = cut.payload()?;
            let issuer = token::claimed_issuer(&payload);
            if let Some(trusted) = self.trusted.iter().find(|trusted| issuer.as_deref() == Some(trusted.issuer())) {
                return Ok(Judged::Foreign(trusted, payload, cut));
            }
        }
        let rules = Rules { kind: None, ..self.rules.clone() };
        let key = token::choose(cut.header, &self.keys, &rules)?;
        cut.verify(key)?;
        let payload = cut.payload()?;
        // That a token has had its time is told before that it is of another kind.
        Claims::read(&payload, &self.rules, now())?;
        token::choose(cut.header, &self.keys, &self.rules)?;
        Ok(Judged::Own(payload, cut))
    }
}

/// What a token is.
enum Judged<'t> {
    /// Ours: the signature holds, and the claims are still to be checked.
    Own(Vec<u8>, Cut<'t>),
    /// One that names somebody who is trusted: all is still to be checked.
    Foreign(&'t trusted::Keys, Vec<u8>, Cut<'t>),
}

/// In seconds since 1970.
fn now() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs())
}

fn family_id(text: &str) -> Option<FamilyId> {
    let mut id = [0; 18];
    let length = URL_SAFE_NO_PAD.decode_slice(text, &mut id).ok()?;
    id[..length].try_into().ok()
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer").field("keys", &self.keys).finish_non_exhaustive()
    }
}
