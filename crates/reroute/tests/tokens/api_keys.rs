//! API keys: what they are good for, how often, and how long.

use super::*;
use reroute::{Db, sea_orm::TransactionTrait};

/// Keys of any account.
#[route]
pub struct Keys {
    keys: ApiKeys,
}

#[output]
pub struct Shown {
    id: i64,
    prefix: String,
    key: Option<String>,
    scopes: Option<Vec<String>>,
    was_used: bool,
    expires: Option<u64>,
}

fn shown(key: ApiKey, text: Option<String>) -> Shown {
    let since = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Shown {
        id: key.id,
        prefix: key.prefix,
        key: text,
        scopes: key.scopes,
        was_used: key.last_used.is_some(),
        expires: key.expires.map(since),
    }
}

#[route]
impl Keys {
    /// Makes one. `expires` is in seconds since 1970, `scopes` have semicolons between them.
    #[public]
    async fn post(
        &self,
        Path(subject): Path<String>,
        #[query] rate: Option<String>,
        #[query] scopes: Option<String>,
        #[query] expires: Option<u64>,
    ) -> Result<Json<Shown>> {
        let mut new = NewApiKey::new("ci");
        if let Some(rate) = rate {
            new = new.with_rate(rate.parse().map_err(Error::internal)?);
        }
        if let Some(scopes) = scopes {
            new = new.with_scopes(scopes.split(';').filter(|scope| *scope != "none"));
        }
        if let Some(expires) = expires {
            new = new.with_expiry(SystemTime::UNIX_EPOCH + Duration::from_secs(expires));
        }
        let (key, text) = self.keys.create(&subject, new).await?;
        Ok(Json(shown(key, Some(text))))
    }

    #[public]
    async fn get(&self, Path(subject): Path<String>) -> Result<Json<Vec<Shown>>> {
        let keys = self.keys.list(&subject).await?;
        Ok(Json(keys.into_iter().map(|key| shown(key, None)).collect()))
    }

    #[public]
    async fn delete(&self, Path(subject): Path<String>, #[query] id: i64) -> Result<Json<bool>> {
        self.keys.revoke(&subject, id).await.map(Json)
    }

    /// Ends all.
    #[public]
    async fn put(&self, Path(subject): Path<String>) -> Result<StatusCode> {
        self.keys.revoke_all(&subject).await?;
        Ok(StatusCode::NO_CONTENT)
    }
}

/// Shuts an account out, and lets it in again.
#[route]
pub struct Ban {
    db: Db,
    keys: ApiKeys,
    sign_ins: SignIns,
    standing: State<Standing>,
}

#[route]
impl Ban {
    #[public]
    async fn put(&self, Path(subject): Path<String>) -> Result<()> {
        let transaction = self.db.begin().await?;
        self.standing.0.set(&subject, "banned");
        let revoked = self.sign_ins.revoke_all_in(&transaction, &subject).await?;
        self.keys.revoke_all_in(&transaction, &subject).await?;
        transaction.commit().await?;
        drop(revoked);
        Ok(())
    }

    #[public]
    async fn delete(&self, Path(subject): Path<String>) {
        self.standing.0.set(&subject, "well");
        self.sign_ins.changed(&subject);
    }
}

fn keys_alone() -> App {
    let files = [file::<Keys>("/keys/{subject}", "keys.rs"), file::<NoTokens>("/me", "me.rs")];
    App::new(Tree::new(files)).accounts(Standing::default())
}

/// Who calls, where there are no tokens.
#[route]
pub struct NoTokens;

#[route]
impl NoTokens {
    #[requires]
    async fn get(&self, me: Principal) -> String {
        format!("{} {}", me.scheme(), me.subject())
    }

    #[requires(scope = "orders:read")]
    async fn put(&self) -> StatusCode {
        StatusCode::NO_CONTENT
    }

    /// The guide's counterpart: what only a key opens.
    #[requires(scheme = "api_key")]
    async fn post(&self) -> StatusCode {
        StatusCode::NO_CONTENT
    }
}

/// Keys kept in memory, and in a database.
async fn both(auth: impl Fn() -> ApiKeyAuth) -> [Edge; 2] {
    let db = database("sqlite::memory:").await;
    let start = |app: App| app.authenticate(auth()).into_service().expect("it starts");
    [start(keys_alone()), start(keys_alone().state(db))]
}

pub(super) async fn database(url: &str) -> Db {
    let db = Db::connect(url, true).await.expect("it is there");
    reroute::auth::create_tables(&db).await.expect("it takes tables");
    db
}

async fn make(app: &Edge, subject: &str, how: &str) -> Answer {
    ask(app, &format!("POST /keys/{subject}?{how}"), &[]).await
}

async fn key(app: &Edge, subject: &str, how: &str) -> String {
    let made = make(app, subject, how).await;
    assert_eq!(made.status, 200, "{made:?}");
    made.json()["key"].as_str().expect("it is text").to_owned()
}

async fn with_key(app: &Edge, line: &str, key: &str) -> Answer {
    ask(app, line, &[("x-api-key", key)]).await
}

#[tokio::test]
async fn attack_80_a_key_is_long_random_and_known_by_no_part_of_it() {
    for app in both(ApiKeyAuth::new).await {
        let (one, other) = (key(&app, "ada", "").await, key(&app, "ada", "").await);
        assert_eq!((one.len(), &one[..4]), (47, "key_"));
        assert_ne!(one[..12], other[..12]);
        assert_eq!(with_key(&app, "GET /me", &one).await.body, "api_key ada");
        assert_eq!(with_key(&app, "POST /me", &one).await.status, 204);
        let list = ask(&app, "GET /keys/ada", &[]).await;
        assert!(!list.body.contains(&one[..13]) && list.body.contains(&one[..12]), "{list:?}");
        // The beginning of one and the rest of another: found, and not it.
        let mixed = format!("{}{}", &one[..12], &other[12..]);
        for wrong in [mixed.as_str(), &one[..46], &one[..12], "key_", "", "%", "key_%%%%%%%%", "' OR ''='"] {
            let answer = with_key(&app, "GET /me", wrong).await;
            is_wrong(&answer, wrong);
        }
        let digest = reroute::auth::token::Digest::of(&one).to_hex();
        is_wrong(&with_key(&app, "GET /me", &digest).await, "what is kept of it");
        for query in [format!("key={one}"), format!("x=1&api_key={one}&y"), one.clone()] {
            is_wrong(&ask(&app, &format!("GET /me?{query}"), &[]).await, "in the query");
            is_wrong(&with_key(&app, &format!("GET /me?{query}"), &one).await, "in the query as well");
        }
        is_wrong(&ask(&app, "GET /me", &[("x-api-key", &one), ("x-api-key", &one)]).await, "twice");
        assert_eq!(ask(&app, "GET /me", &[("authorization", &format!("Bearer {one}"))]).await.status, 401);
        assert_eq!(ask(&app, "GET /me", &[]).await.json()["detail"], "Missing authentication token");
    }
}

#[track_caller]
fn is_wrong(answer: &Answer, what: &str) {
    assert_eq!((answer.status, &answer.json()["detail"]), (401, &json!("Invalid API key")), "{what}");
    assert_eq!(answer.header("www-authenticate"), "ApiKey");
}

#[tokio::test]
async fn a_key_has_a_rate_of_its_own() {
    for app in both(ApiKeyAuth::new).await {
        let (own, other) = (key(&app, "ada", "rate=2/hour").await, key(&app, "ada", "rate=3/hour").await);
        for _ in 0..2 {
            assert_eq!(with_key(&app, "GET /me", &own).await.status, 200);
        }
        let answer = with_key(&app, "GET /me", &own).await;
        assert_eq!((answer.status, &answer.json()["limit"]), (429, &json!("2/hour")), "{answer:?}");
        assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|seconds| (1..=3600).contains(&seconds)));
        assert!(answer.json()["retry_after"].is_u64());
        for name in ["ratelimit-policy", "ratelimit"] {
            assert!(answer.header(name).contains("api-key"), "{answer:?}");
        }
        assert!(!answer.body.contains(&own[..12]));
        for status in [200, 200, 200, 429] {
            assert_eq!(with_key(&app, "GET /me", &other).await.status, status);
        }
    }
}

/// Anybody may call, and what takes the caller is an argument.
#[route]
pub struct Greeted;

#[route]
impl Greeted {
    #[public]
    async fn get(&self, me: Option<Principal>) -> String {
        me.map_or_else(|| "stranger".to_owned(), |me| me.name().to_owned())
    }
}

#[tokio::test]
async fn the_limits_of_keys_hold_wherever_somebody_wants_to_know_who_calls() {
    let files = [file::<Keys>("/keys/{subject}", "keys.rs"), file::<Greeted>("/hello", "hello.rs")];
    let app = App::new(Tree::new(files)).accounts(Standing::default()).authenticate(ApiKeyAuth::new());
    let old = axum::Router::new().route("/old", axum::routing::get(|| async { "still here" }));
    let app = app.mount("/in", old, reroute::MountAccess::signed_in()).into_service().expect("it starts");
    for line in ["GET /in/old", "GET /hello"] {
        let key = key(&app, "ada", "rate=2/hour").await;
        for status in [200, 200, 429] {
            assert_eq!(with_key(&app, line, &key).await.status, status, "{line}");
        }
    }
    assert_eq!(ask(&app, "GET /hello", &[]).await.status, 200);
}

#[tokio::test]
async fn all_keys_of_an_account_share_one_ceiling() {
    let auth = || ApiKeyAuth::new().ceiling("4/hour".parse().expect("it is a rate"));
    for app in both(auth).await {
        let keys = [key(&app, "ada", "rate=4/hour").await, key(&app, "ada", "").await];
        for nth in 0..4 {
            assert_eq!(with_key(&app, "GET /me", &keys[nth % 2]).await.status, 200);
        }
        for key in &keys {
            let answer = with_key(&app, "GET /me", key).await;
            assert_eq!((answer.status, &answer.json()["limit"]), (429, &json!("4/hour")), "{answer:?}");
        }
        // A new key brings no new places, and another account has its own.
        assert_eq!(with_key(&app, "GET /me", &key(&app, "ada", "").await).await.status, 429);
        assert_eq!(with_key(&app, "GET /me", &key(&app, "bob", "").await).await.status, 200);
        assert_eq!(make(&app, "ada", "rate=5/hour").await.status, 422);
    }
}

#[tokio::test]
async fn a_limited_key_is_good_for_what_names_its_scope_alone() {
    for app in both(ApiKeyAuth::new).await {
        for (scopes, get, put) in [
            ("orders:read", 403, 204),
            ("other;orders:read", 403, 204),
            ("orders:write", 403, 403),
            ("ORDERS:READ", 403, 403),
            ("none", 403, 403),
        ] {
            let key = key(&app, scopes, &format!("scopes={scopes}")).await;
            assert_eq!(with_key(&app, "GET /me", &key).await.status, get, "{scopes}");
            assert_eq!(with_key(&app, "PUT /me", &key).await.status, put, "{scopes}");
        }
        let free = key(&app, "ada", "").await;
        assert_eq!(with_key(&app, "PUT /me", &free).await.status, 204);
        // What is two names when it is read again is none.
        for wrong in ["orders:read%20orders:write", "", "a%09b", "a%22b", "a%5Cb", "%C3%A9", "a%C2%A0b", "ok;%20"] {
            let answer = make(&app, "ada", &format!("scopes={wrong}")).await;
            assert_eq!((answer.status, &answer.json()["errors"][0]["field"]), (422, &json!("scopes")), "{wrong}");
        }
    }
}

#[tokio::test]
async fn a_key_has_an_end() {
    for app in both(|| ApiKeyAuth::new().most(2)).await {
        let over = key(&app, "ada", "expires=1").await;
        is_wrong(&with_key(&app, "GET /me", &over).await, "it is over");
        let last = 253_402_300_799_u64;
        let long = key(&app, "ada", &format!("expires={last}")).await;
        assert_eq!(with_key(&app, "GET /me", &long).await.status, 200);
        for late in [last + 1, 1 << 40, 1 << 60] {
            let answer = make(&app, "ada", &format!("expires={late}")).await;
            assert_eq!((answer.status, &answer.json()["errors"][0]["field"]), (422, &json!("expires")), "{late}");
        }
        // What is over takes no place.
        assert_eq!(make(&app, "ada", &format!("expires={}", now() + 60)).await.status, 200);
        let answer = make(&app, "ada", "").await;
        assert_eq!(answer.status, 409);
        let list = ask(&app, "GET /keys/ada", &[]).await.json();
        assert_eq!(list.as_array().map(Vec::len), Some(2), "{list}");
        assert_eq!(list[0]["expires"], last);
    }
}

#[tokio::test]
async fn when_a_key_was_used_last_is_written_down() {
    for app in both(ApiKeyAuth::new).await {
        let key = key(&app, "ada", "").await;
        let was_used = async || ask(&app, "GET /keys/ada", &[]).await.json()[0]["was_used"] == true;
        assert!(!was_used().await);
        assert_eq!(with_key(&app, "GET /me", &key).await.status, 200);
        // Nobody waits for it to be written.
        let patience = tokio::time::Instant::now() + Duration::from_secs(60);
        while !was_used().await {
            assert!(tokio::time::Instant::now() < patience, "it is never written");
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_key_that_is_revoked_stops_at_once_and_none_is_anothers_to_revoke() {
    for app in both(ApiKeyAuth::new).await {
        let made = make(&app, "ada", "").await.json();
        let (id, key) = (&made["id"], made["key"].as_str().expect("it is text"));
        assert_eq!(with_key(&app, "GET /me", key).await.status, 200);
        assert_eq!(ask(&app, &format!("DELETE /keys/bob?id={id}"), &[]).await.body, "false");
        assert_eq!(with_key(&app, "GET /me", key).await.status, 200);
        assert_eq!(ask(&app, &format!("DELETE /keys/ada?id={id}"), &[]).await.body, "true");
        is_wrong(&with_key(&app, "GET /me", key).await, "revoked");
        assert_eq!(ask(&app, &format!("DELETE /keys/ada?id={id}"), &[]).await.body, "false");
    }
}

#[tokio::test]
async fn all_keys_of_an_account_end_at_once_and_nobody_elses() {
    for app in both(ApiKeyAuth::new).await {
        let own = [key(&app, "ada", "rate=9/hour").await, key(&app, "ada", "rate=9/hour").await];
        let other = key(&app, "bob", "rate=9/hour").await;
        for key in own.iter().chain([&other]) {
            assert_eq!(with_key(&app, "GET /me", key).await.status, 200);
        }
        assert_eq!(ask(&app, "PUT /keys/ada", &[]).await.status, 204);
        for key in &own {
            is_wrong(&with_key(&app, "GET /me", key).await, "it has ended");
        }
        assert_eq!(with_key(&app, "GET /me", &other).await.status, 200);
        assert_eq!(ask(&app, "GET /keys/ada", &[]).await.json(), json!([]));
    }
}

#[tokio::test]
async fn a_ban_ends_keys_for_good_also_where_it_is_lifted_at_once() {
    let standing = Standing::default();
    let files = [
        file::<Keys>("/keys/{subject}", "keys.rs"),
        file::<Ban>("/ban/{subject}", "ban.rs"),
        file::<NoTokens>("/me", "me.rs"),
    ];
    let app = App::new(Tree::new(files)).accounts(standing.clone()).state(standing).authenticate(ApiKeyAuth::new());
    let app = app.state(database("sqlite::memory:").await).into_service().expect("it starts");
    let key = key(&app, "ada", "").await;
    assert_eq!(with_key(&app, "GET /me", &key).await.status, 200);
    assert_eq!(ask(&app, "PUT /ban/ada", &[]).await.status, 200);
    is_wrong(&with_key(&app, "GET /me", &key).await, "banned");
    assert_eq!(ask(&app, "DELETE /ban/ada", &[]).await.status, 200);
    // What this process knew of it a moment ago is no reason to let it in.
    is_wrong(&with_key(&app, "GET /me", &key).await, "the ban is lifted");
    let new = self::key(&app, "ada", "").await;
    assert_eq!(with_key(&app, "GET /me", &new).await.status, 200);
    is_wrong(&with_key(&app, "GET /me", &key).await, "the account is known again");
}

/// Keys that are made and bans that come at once, in a database of many connections.
#[tokio::test(flavor = "multi_thread")]
async fn all_at_once_an_account_has_no_more_keys_than_it_may_and_none_that_outlives_a_ban() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let db = database(&format!("sqlite://{}", folder.path().join("db").display())).await;
    let standing = Standing::default();
    let files = [
        file::<Keys>("/keys/{subject}", "keys.rs"),
        file::<Ban>("/ban/{subject}", "ban.rs"),
        file::<NoTokens>("/me", "me.rs"),
    ];
    let app = App::new(Tree::new(files)).accounts(standing.clone()).state(standing).authenticate(ApiKeyAuth::new());
    let app = app.state(db).into_service().expect("it starts");
    let at_once = async |lines: Vec<String>| {
        let asked: Vec<_> = lines
            .into_iter()
            .map(|line| {
                let app = app.clone();
                tokio::spawn(async move { ask(&app, &line, &[]).await })
            })
            .collect();
        let mut answers = Vec::new();
        for asked in asked {
            answers.push(asked.await.expect("nobody panics"));
        }
        answers
    };
    let answers = at_once(vec!["POST /keys/ada".to_owned(); 16]).await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(200), count(409)), (10, 6), "{answers:?}");
    for round in 0..10 {
        let subject = format!("bob{round}");
        let mut lines = vec![format!("POST /keys/{subject}"); 6];
        lines.insert(3, format!("PUT /ban/{subject}"));
        let answers = at_once(lines).await;
        assert_eq!(answers[3].status, 200, "{answers:?}");
        assert_eq!(ask(&app, &format!("DELETE /ban/{subject}"), &[]).await.status, 200);
        let made = answers.iter().enumerate().filter(|(nth, answer)| *nth != 3 && answer.status == 200);
        for (_, answer) in made {
            let key = answer.json()["key"].as_str().expect("it is text").to_owned();
            is_wrong(&with_key(&app, "GET /me", &key).await, "it was made before the ban");
        }
        assert_eq!(ask(&app, &format!("GET /keys/{subject}"), &[]).await.body, "[]");
    }
}
