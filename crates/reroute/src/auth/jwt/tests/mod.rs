//! Tokens that are forged, against the whole of what judges them; and what the standards publish.

mod judged;
mod properties;
mod published;

use super::*;
use crate::{
    app::States,
    auth::{Account, Accounts, store::Store},
    config::{Environment, Secret, Settings},
};
use std::collections::HashMap;

const SECRET: &str = "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo";

/// Anybody has an account, but for `nobody`.
struct Anybody;

impl Accounts for Anybody {
    async fn find(&self, subject: &str, _: &States) -> Result<Option<Account>> {
        Ok((subject != "nobody").then(|| Account::new(subject)))
    }
}

/// What is made of `jwt` when an application starts that has this `JWT_SECRET`, if any.
fn open(mut jwt: Jwt, jwt_secret: Option<&str>) -> Result<Arc<Issuer>, String> {
    let mut settings = Settings::of(Environment::Test);
    settings.jwt_secret = jwt_secret.map(Secret::new);
    let states = Arc::new(States::default());
    let registry = Arc::new(Registry::new(Arc::new(Anybody), states.clone(), Store::in_memory()));
    let mut opening = Opening {
        settings: &settings,
        secrets: vec![Secret::new("the first secret"), Secret::new("the second secret")],
        states,
        registry: Some(registry),
        #[cfg(feature = "redis")]
        redis: None,
        provided: HashMap::new(),
    };
    Authenticate::open(&mut jwt, &mut opening)?;
    Ok(jwt.issuer.expect("it was opened"))
}

/// HS256 by `JWT_SECRET`.
fn by_secret() -> Arc<Issuer> {
    open(Jwt::from_config(), Some(SECRET)).expect("it opens")
}

/// A sign-in of `ada`, as claims name it.
async fn sign_in(issuer: &Issuer) -> String {
    let id = [7; 16];
    let epoch = issuer.registry.store.epoch("ada").await.expect("memory is there");
    let expires = SystemTime::now() + Duration::from_secs(3600);
    let family = Family { subject: "ada".to_owned(), epoch, generation: 0, expires };
    issuer.registry.store.found(&id, family).await.expect("memory is there");
    URL_SAFE_NO_PAD.encode(id)
}

/// The claims of a token that is good, and these in their place.
fn claims(sid: &str, changed: &str) -> String {
    let mut claims = serde_json::json!({"sub": "ada", "sid": sid, "iat": now(), "exp": now() + 600});
    let changed: serde_json::Map<String, serde_json::Value> = serde_json::from_str(changed).expect("it is an object");
    let all = claims.as_object_mut().expect("it is an object");
    for (name, value) in changed {
        // `"-"` takes a claim away.
        if value == "-" { drop(all.remove(&name)) } else { drop(all.insert(name, value)) }
    }
    claims.to_string()
}

/// What the key signs, whatever it is.
fn forge(key: &SigningKey, header: &str, claims: &str) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = key.sign(message.as_bytes()).expect("the key signs");
    format!("{message}.{signature}")
}

/// Whose token it is, or why it is refused.
async fn judge(issuer: &Issuer, token: &str) -> Result<String, Refusal> {
    let judged = issuer.caller(token).await.expect("memory is there");
    judged.map(|caller| caller.subject().to_owned())
}
