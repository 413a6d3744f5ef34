//! What it costs to know who calls: by a signed token, beside jsonwebtoken's own verification of one that says the same, and by an API key.
#![allow(unreachable_pub, reason = "a route has to be `pub`, wherever it stands")]

use crate::{
    Result,
    report::{Row, Target, median, progress},
};
use http::Request;
use http_body_util::BodyExt;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use reroute::{
    Tree,
    app::States,
    auth::{Account, Accounts, ApiKeyAuth, ApiKeys, Jwt, NewApiKey, SignIns, Tokens},
    axum_core::body::Body,
    edge::Edge,
    file,
    limit::Rate,
    prelude::*,
};
use std::{
    collections::BTreeMap,
    hint::black_box,
    time::{Duration, Instant},
};

const ROUNDS: usize = 60;
const REQUESTS: u32 = 5_000;
const SECRET: &[u8] = b"Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4T";

/// Accounts of every number.
struct Everybody;

impl Accounts for Everybody {
    async fn find(&self, subject: &str, _: &States) -> reroute::Result<Option<Account>> {
        Ok(Some(Account::new(subject).with_name("ada").with_roles(["customer"])))
    }
}

/// Asks nobody who they are.
#[route]
pub struct Open;

#[route]
impl Open {
    #[public]
    async fn get(&self) -> &'static str {
        "hello"
    }
}

/// Demands a caller.
#[route]
pub struct Closed {
    me: Principal,
}

#[route]
impl Closed {
    #[requires]
    async fn get(&self) -> &'static str {
        black_box(self.me.subject());
        "hello"
    }
}

/// Hands out what opens it.
#[route]
pub struct Credentials {
    sign_ins: SignIns,
    tokens: Tokens,
    keys: ApiKeys,
}

#[route]
impl Credentials {
    #[public]
    async fn post(&self) -> reroute::Result<String> {
        let epoch = self.sign_ins.epoch(7).await?;
        let pair = self.tokens.issue(7, epoch).await?.or_not_found()?;
        let (_, key) = self.keys.create(7, NewApiKey::new("bench").with_rate(plenty()?)).await?;
        Ok(format!("{} {key}", pair.access_token))
    }
}

fn plenty() -> reroute::Result<Rate> {
    Rate::new(10_000_000, Duration::from_secs(1)).ok_or_else(|| Error::internal("no rate"))
}

/// Measures in alternating rounds.
///
/// # Errors
///
/// When reroute refuses to start, or an answer is none.
pub fn measure() -> Result<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let app = app()?;
        let request = Request::post("/credentials").header("host", "localhost").body(Body::empty())?;
        let body = app.handle(request).await.into_body().collect().await?.to_bytes();
        let text = String::from_utf8(body.to_vec())?;
        let (token, key) = text.split_once(' ').ok_or("no credentials")?;
        let (bearer, verified) = (format!("Bearer {token}"), Verified::like(token)?);
        let asked = [("/open", None), ("/closed", Some(("authorization", bearer.as_str()))), ("/closed", Some(("x-api-key", key)))];
        let mut times: [Vec<f64>; 4] = Default::default();
        for (path, credential) in asked {
            if answer(&app, path, credential).await.status() != 200 {
                return Err(format!("{path} does not answer").into());
            }
        }
        for round in 1..=ROUNDS {
            if round % 20 == 0 {
                progress(&format!("auth, round {round} of {ROUNDS}"));
            }
            for (times, (path, credential)) in times.iter_mut().zip(asked) {
                let start = Instant::now();
                for _ in 0..REQUESTS {
                    black_box(answer(&app, path, credential).await);
                }
                times.push(since(start));
            }
            let start = Instant::now();
            for _ in 0..REQUESTS {
                verified.verify()?;
            }
            times[3].push(since(start));
        }
        let [open, by_token, by_key, jsonwebtoken] = times.map(median);
        let (token, key) = (by_token - open, by_key - open);
        Ok(vec![
            Row::ratio(
                "auth: what a signed token (HS256) adds to a request in process / jsonwebtoken's own verification",
                format!("{token:.0} ns / {jsonwebtoken:.0} ns"),
                token / jsonwebtoken,
                Some(Target::AtMost(1.3)),
            ),
            Row::ratio(
                "auth: what an API key adds to a request in process, its two limits included / what a signed token adds",
                format!("{key:.0} ns / {token:.0} ns"),
                key / token,
                Some(Target::AtMost(0.5)),
            ),
        ])
    })
}

fn app() -> Result<Edge> {
    let files = [
        file::<Open>("/open", "open.rs"),
        file::<Closed>("/closed", "closed.rs"),
        file::<Credentials>("/credentials", "credentials.rs"),
    ];
    let keys = ApiKeyAuth::new().ceiling(plenty().map_err(|error| error.to_string())?);
    let app = App::new(Tree::new(files)).accounts(Everybody).authenticate(Jwt::from_config()).authenticate(keys);
    app.into_service().map_err(|refused| refused.to_string().into())
}

async fn answer(app: &Edge, path: &str, credential: Option<(&str, &str)>) -> Response {
    let mut request = Request::get(path).header("host", "localhost");
    if let Some((name, value)) = credential {
        request = request.header(name, value);
    }
    app.handle(request.body(Body::empty()).unwrap_or_default()).await
}

fn since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e9 / f64::from(REQUESTS)
}

/// A token that says the same, under a key that is known here.
struct Verified {
    token: String,
    key: DecodingKey,
    validation: Validation,
}

/// What our own reading looks at.
#[derive(Deserialize)]
#[serde(crate = "reroute::serde")]
struct Claims {
    sub: String,
    sid: String,
    exp: u64,
    iat: u64,
}

impl Verified {
    fn like(token: &str) -> Result<Self> {
        let claims: BTreeMap<String, serde_json::Value> = jsonwebtoken::dangerous::insecure_decode(token)?.claims;
        let header = Header {
            typ: Some("at+jwt".to_owned()),
            kid: Some("abcdefghijkl".to_owned()),
            ..Header::new(Algorithm::HS256)
        };
        let token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(SECRET))?;
        Ok(Self { token, key: DecodingKey::from_secret(SECRET), validation: Validation::new(Algorithm::HS256) })
    }

    fn verify(&self) -> Result<()> {
        let Claims { sub, sid, exp, iat } = jsonwebtoken::decode(&self.token, &self.key, &self.validation)?.claims;
        black_box((sub, sid, exp, iat));
        Ok(())
    }
}
