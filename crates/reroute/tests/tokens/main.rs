//! Tokens and keys from outside: what is forged, carried wrongly, or not good any longer. The keys below `keys/` are for these tests alone.
#![allow(missing_docs, unreachable_pub, reason = "tests are read, not called")]

#[path = "../support/mod.rs"]
mod support;

mod api_keys;
mod carried;
#[cfg(feature = "fetch")]
mod fetched;
mod forged;
mod outage;
#[cfg(feature = "fetch")]
#[path = "../fetch/server.rs"]
#[expect(dead_code, reason = "keys are published in clear here")]
mod server;
mod signing;
mod trusted;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use reroute::{
    App, Tree,
    app::States,
    auth::{
        Account, Accounts, ApiKey, ApiKeyAuth, ApiKeys, Jwt, NewApiKey, Pair, SignIns, SigningKey, Tokens, Trusted,
        VerifyingKey,
    },
    axum_core::body::Body,
    edge::Edge,
    file,
    http::Request,
    prelude::*,
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};
use support::{Answer, answer, refusal};

const ED25519: &str = include_str!("keys/ed25519.pem");
const ED25519_OTHER: &str = include_str!("keys/ed25519-other.pem");
const P256: &str = include_str!("keys/p256.pem");
const RSA: &str = include_str!("keys/rsa.pem");
const RSA_PUBLIC: &str = include_str!("keys/rsa.pub.pem");

/// How accounts stand: all of them well, but for these.
#[derive(Clone, Default)]
struct Standing(Arc<Mutex<HashMap<String, &'static str>>>);

impl Standing {
    fn set(&self, subject: &str, standing: &'static str) {
        self.0.lock().expect("nobody panics").insert(subject.to_owned(), standing);
    }
}

impl Accounts for Standing {
    async fn find(&self, subject: &str, _: &States) -> Result<Option<Account>> {
        match self.0.lock().expect("nobody panics").get(subject) {
            Some(&"banned") => Ok(None),
            Some(&"away") => Err(Error::unavailable("the accounts cannot be asked")),
            Some(&"great") => Ok(Some(Account::new(subject).with_claim("much", "x".repeat(9000)))),
            _ => {
                let account = Account::new(subject).with_name(format!("{subject}!")).with_roles(["customer"]);
                Ok(Some(account.with_claim("department", "tea").with_claim("sub", "root").with_claim("scope", "all")))
            }
        }
    }
}

/// Signing in as anybody, and again with a refresh token.
#[route]
pub struct Login {
    sign_ins: SignIns,
    tokens: Tokens,
}

#[route]
impl Login {
    #[public]
    async fn post(&self, Path(subject): Path<String>) -> Result<Json<Pair>> {
        let epoch = self.sign_ins.epoch(&subject).await?;
        self.tokens.issue(&subject, epoch).await?.map(Json).ok_or_else(|| Error::unauthorized("Invalid credentials"))
    }

    #[public]
    async fn put(&self, Path(token): Path<String>) -> Result<Json<Pair>> {
        self.tokens.refresh(&token).await.map(Json)
    }
}

/// Who calls.
#[route]
pub struct Me {
    me: Principal,
}

#[derive(reroute::serde::Deserialize)]
#[serde(crate = "reroute::serde")]
struct Department {
    department: String,
}

#[output]
pub struct Caller {
    subject: String,
    name: String,
    scheme: String,
    roles: Vec<String>,
    scopes: Option<Vec<String>>,
}

#[route]
impl Me {
    #[requires]
    async fn get(&self) -> Json<Caller> {
        let me = &self.me;
        Json(Caller {
            subject: me.subject().to_owned(),
            name: me.name().to_owned(),
            scheme: me.scheme().to_owned(),
            roles: me.roles().to_vec(),
            scopes: me.scopes().map(<[_]>::to_vec),
        })
    }

    /// What a scope is named for.
    #[requires(scope = "orders:read")]
    async fn put(&self) -> StatusCode {
        StatusCode::NO_CONTENT
    }

    /// What the token says.
    #[requires]
    async fn post(&self) -> Result<String> {
        Ok(self.me.claims::<Department>()?.map(|claims| claims.department).unwrap_or_default())
    }

    #[requires]
    async fn delete(&self, tokens: Tokens) -> Result<StatusCode> {
        tokens.sign_out(&self.me).await?;
        Ok(StatusCode::NO_CONTENT)
    }
}

fn files() -> Tree {
    Tree::new([file::<Login>("/login/{subject}", "login.rs"), file::<Me>("/me", "me.rs")])
}

fn app(jwt: Jwt) -> App {
    App::new(files()).accounts(Standing::default()).authenticate(jwt)
}

fn start(jwt: Jwt) -> Edge {
    app(jwt).into_service().expect("it starts")
}

fn signing(pem: &str) -> SigningKey {
    SigningKey::from_pem(pem).expect("it is a key")
}

/// The access token and the refresh token of a new sign-in.
async fn sign_in(app: &Edge, subject: &str) -> (String, String) {
    let answer = support::get(app, &format!("POST /login/{subject}"), None).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    pair(&answer)
}

fn pair(answer: &Answer) -> (String, String) {
    let pair = answer.json();
    let text = |name: &str| pair[name].as_str().expect("it is text").to_owned();
    (text("access_token"), text("refresh_token"))
}

/// Asks who calls, with these headers.
async fn ask(app: &Edge, line: &str, headers: &[(&str, &str)]) -> Answer {
    let (method, target) = line.split_once(' ').expect("a method and a target");
    let mut request = Request::builder().method(method).uri(target).header("host", "localhost");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(app, request.body(Body::empty()).expect("a request")).await
}

async fn with_token(app: &Edge, token: &str) -> Answer {
    ask(app, "GET /me", &[("authorization", &format!("Bearer {token}"))]).await
}

#[track_caller]
fn is_refused(answer: &Answer, detail: &str, what: &str) {
    assert_eq!((answer.status, &answer.json()["detail"]), (401, &json!(detail)), "{what}");
    assert!(answer.header("www-authenticate").starts_with("Bearer"), "{what}");
}

/// The claims that a token holds.
fn claims(token: &str) -> Value {
    part(token, 1)
}

fn part(token: &str, nth: usize) -> Value {
    let part = token.split('.').nth(nth).expect("it has that many parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("it is base64url")).expect("it is JSON")
}

/// A token of this header and these claims, signed so.
fn forge(header: &Value, claims: &Value, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = crypto::sign(message.as_bytes(), key, algorithm).expect("the key signs");
    format!("{message}.{signature}")
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// `value` with this member.
fn with(value: &Value, name: &str, member: Value) -> Value {
    let mut value = value.clone();
    value[name] = member;
    value
}

fn now() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().expect("it is past 1970").as_secs()
}
