//! Sessions of several processes: in a database, and in Redis.

use super::{life::until, redis_server::RedisServer, *};
use reroute::{Db, Queries, Sql, auth::create_tables, sql};

const SECRET: &str = "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo";

/// A database file with the tables, which ends with its holder.
struct File {
    folder: tempfile::TempDir,
    db: Db,
}

impl File {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let db = Db::connect(&url(&folder), true).await.expect("it can be opened");
        create_tables(&db).await.expect("tables can be made");
        Self { folder, db }
    }

    fn url(&self) -> String {
        url(&self.folder)
    }

    async fn run(&self, sql: Sql) {
        self.db.run(sql).await.expect("it can be written");
    }

    async fn count(&self) -> i64 {
        let count = self.db.value(sql!("SELECT COUNT(*) FROM auth_sessions")).await;
        count.expect("it can be asked").expect("there is a count")
    }
}

fn url(folder: &tempfile::TempDir) -> String {
    format!("sqlite:{}/sessions.db", folder.path().display())
}

async fn on_file(file: &File, banned: &Banned) -> Running {
    let variables = [("DATABASE_URL", &*file.url()), ("SECRET_KEY", SECRET)];
    Running::sharing(banned, SessionAuth::new().in_database(), &variables).await
}

#[tokio::test]
async fn sessions_in_the_database_are_the_same_for_all_processes_and_outlive_them() {
    let file = File::new().await;
    let banned = Banned::default();
    let (one, other) = (on_file(&file, &banned).await, on_file(&file, &banned).await);
    let mut browser = one.signed_in("ada").await;
    let mut there = browser.at(other.server.address());
    assert_eq!(there.get("/me").await.body, "ada by session");
    // A form that one of them made, the other takes.
    let token = browser.get("/transfers").await.body;
    assert_eq!(there.post("/transfers", &format!("form_token={token}")).await.status, 200);
    one.server.stop().await.expect("it stops");
    let third = on_file(&file, &banned).await;
    assert_eq!(browser.at(third.server.address()).me().await, 200);
    // What one of them ends, none of them takes, nor a later one.
    assert_eq!(there.clone().post("/logout", "").await.status, 200);
    until(async || browser.at(third.server.address()).me().await == 401).await;
    browser = browser.at(on_file(&file, &banned).await.server.address());
    assert_eq!(file.count().await, 0);
    assert_eq!(there.me().await, 401);
    drop(browser);
}

#[tokio::test]
async fn the_database_holds_no_id() {
    let file = File::new().await;
    let running = on_file(&file, &Banned::default()).await;
    let browser = running.signed_in("ada").await;
    let digest: Option<String> =
        file.db.value(sql!("SELECT digest FROM auth_sessions")).await.expect("it can be asked");
    let digest = digest.expect("there is a session");
    assert_eq!(digest, reroute::auth::token::Digest::of(browser.session()).to_hex());
    // Who reads it has nothing to sign in with.
    for stolen in [&*digest, &digest[..43]] {
        assert_eq!(running.browser().with_session(stolen).me().await, 401);
    }
}

#[tokio::test]
async fn a_session_that_was_not_used_for_half_an_hour_is_over() {
    let file = File::new().await;
    let banned = Banned::default();
    let running = on_file(&file, &banned).await;
    let browser = running.signed_in("ada").await;
    let seen =
        |ago: &str| sql!("UPDATE auth_sessions SET seen_at = strftime('%Y-%m-%d %H:%M:%S+00:00', 'now', :ago)", ago);
    file.run(seen("-29 minutes")).await;
    // Another process, which knows nothing yet. It writes the use down.
    let other = on_file(&file, &banned).await;
    assert_eq!(browser.at(other.server.address()).me().await, 200);
    until(async || {
        let used = sql!(
            "SELECT COUNT(*) FROM auth_sessions WHERE seen_at > strftime('%Y-%m-%d %H:%M:%S', 'now', '-1 minutes')"
        );
        file.db.value::<i64>(used).await.expect("it can be asked") == Some(1)
    })
    .await;
    file.run(seen("-31 minutes")).await;
    let third = on_file(&file, &banned).await;
    let answer = browser.at(third.server.address()).get("/me").await;
    assert_eq!((answer.status, &*answer.detail()), (401, "Token expired"));
    // The next login anywhere tidies it up.
    third.signed_in("bob").await;
    assert_eq!(file.count().await, 1);
}

#[tokio::test]
async fn a_session_is_over_after_its_twelve_hours() {
    let file = File::new().await;
    let banned = Banned::default();
    let browser = on_file(&file, &banned).await.signed_in("ada").await;
    for (left, status) in [("+1 minutes", 200), ("-1 seconds", 401)] {
        file.run(sql!("UPDATE auth_sessions SET expires_at = strftime('%Y-%m-%d %H:%M:%S+00:00', 'now', :left)", left))
            .await;
        let running = on_file(&file, &banned).await;
        assert_eq!(browser.at(running.server.address()).me().await, status, "{left}");
    }
}

#[tokio::test]
async fn what_ends_all_in_one_process_ends_all_in_the_others() {
    let file = File::new().await;
    let banned = Banned::default();
    let (one, other) = (on_file(&file, &banned).await, on_file(&file, &banned).await);
    let mut browser = one.signed_in("ada").await;
    let there = browser.at(other.server.address());
    assert_eq!(there.clone().me().await, 200);
    assert_eq!(browser.send("DELETE /me", &[("sec-fetch-site", "same-origin")], "").await.status, 200);
    assert_eq!(browser.me().await, 401);
    until(async || there.clone().me().await == 401).await;
}

#[tokio::test]
async fn a_database_that_cannot_be_asked_lets_nobody_pass() {
    let file = File::new().await;
    let banned = Banned::default();
    let browser = on_file(&file, &banned).await.signed_in("ada").await;
    let running = on_file(&file, &banned).await;
    file.run(sql!("DROP TABLE auth_sessions")).await;
    assert_eq!(browser.at(running.server.address()).me().await, 503);
    assert_eq!(running.browser().login("ada").await.status, 503);
}

struct Shared {
    file: File,
    redis: RedisServer,
}

impl Shared {
    async fn new() -> Self {
        Self { file: File::new().await, redis: RedisServer::start() }
    }

    async fn running(&self, sessions: SessionAuth) -> Running {
        let (file, redis) = (self.file.url(), self.redis.url());
        let variables = [
            ("DATABASE_URL", &*file),
            ("SECRET_KEY", SECRET),
            ("REDIS_URL", &redis),
            ("REROUTE_REDIS_TIMEOUT_MS", "2000"),
        ];
        Running::with(sessions, &variables).await
    }

    /// The names of all sessions that it holds.
    fn names(&self) -> Vec<String> {
        let answer = self.redis.ask("KEYS reroute:session:*");
        answer.lines().filter(|line| line.starts_with("reroute:")).map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn sessions_live_in_redis_where_there_is_one() {
    let shared = Shared::new().await;
    let (one, other) = (shared.running(SessionAuth::new()).await, shared.running(SessionAuth::new()).await);
    let mut browser = one.signed_in("ada").await;
    let mut there = browser.at(other.server.address());
    assert_eq!(there.get("/me").await.body, "ada by session");
    assert_eq!((shared.file.count().await, shared.names().len()), (0, 1));
    // Nothing there says which cookie it is, and it ends by itself.
    let name = &shared.names()[0];
    let digest = reroute::auth::token::Digest::of(browser.session()).to_hex();
    assert!(!name.contains(&digest[..32]) && !shared.redis.ask(&format!("GET {name}")).contains(browser.session()));
    let left: u64 = shared.redis.ask(&format!("PTTL {name}")).trim().trim_start_matches(':').parse().expect("a time");
    assert!((1_700_000..=1_800_000).contains(&left), "{left}");
    // What one of them ends, the other does not take.
    assert_eq!(browser.post("/logout", "").await.status, 200);
    assert_eq!(shared.names().len(), 0);
    until(async || there.clone().me().await == 401).await;
    assert_eq!(there.me().await, 401);
}

#[tokio::test]
async fn a_use_lets_a_session_in_redis_live_on_and_disuse_ends_it() {
    let shared = Shared::new().await;
    let browser = shared.running(SessionAuth::new()).await.signed_in("ada").await;
    let name = shared.names().remove(0);
    shared.redis.ask(&format!("PEXPIRE {name} 90000"));
    let other = shared.running(SessionAuth::new()).await;
    assert_eq!(browser.at(other.server.address()).me().await, 200);
    let left = shared.redis.ask(&format!("PTTL {name}"));
    let left: u64 = left.trim().trim_start_matches(':').parse().expect("a time");
    assert!(left > 1_700_000, "{left}");
    // Its half hour is over.
    shared.redis.ask(&format!("PEXPIRE {name} 1"));
    until(async || shared.names().is_empty()).await;
    let third = shared.running(SessionAuth::new()).await;
    assert_eq!(browser.at(third.server.address()).me().await, 401);
    // Not even one that somebody made to last.
    let browser = third.signed_in("ada").await;
    shared.redis.ask(&format!("PERSIST {}", shared.names()[0]));
    let fourth = shared.running(SessionAuth::new()).await;
    assert_eq!(browser.at(fourth.server.address()).me().await, 401);
}

#[tokio::test]
async fn what_somebody_else_wrote_into_redis_is_no_session() {
    let shared = Shared::new().await;
    let running = shared.running(SessionAuth::new()).await;
    let _ada = running.signed_in("ada").await;
    let of_ada = shared.names().remove(0);
    let mallory = running.signed_in("mallory").await;
    let of_mallory = shared.names().into_iter().find(|name| *name != of_ada).expect("there are two");
    let other = shared.running(SessionAuth::new()).await;
    // Whoever may write there moves another's session under the name of their own.
    assert!(shared.redis.ask(&format!("COPY {of_ada} {of_mallory} REPLACE")).starts_with(":1"));
    assert_eq!(mallory.at(other.server.address()).me().await, 401);
    let forged = "x".repeat(32) + "{}";
    assert!(shared.redis.ask(&format!("SET {of_mallory} {forged} PX 100000")).starts_with("+OK"));
    let third = shared.running(SessionAuth::new()).await;
    assert_eq!(mallory.at(third.server.address()).me().await, 401);
}

#[tokio::test]
async fn a_redis_that_is_away_lets_nobody_pass() {
    let mut shared = Shared::new().await;
    let running = shared.running(SessionAuth::new()).await;
    let mut browser = running.signed_in("ada").await;
    shared.redis.stop();
    until(async || browser.clone().me().await != 200).await;
    assert_eq!((browser.me().await, browser.clone().login("ada").await.status), (503, 503));
    let logout = browser.clone().post("/logout", "").await;
    assert_eq!((logout.status, logout.all("set-cookie").len()), (503, 0));
    // Nobody asks on the page of the login, and who brings nothing is nobody.
    assert_eq!((browser.get("/login").await.status, running.browser().me().await), (200, 401));
    assert!(shared.redis.again());
    // It came back empty.
    until(async || browser.clone().me().await == 401).await;
    assert_eq!((browser.login("ada").await.status, browser.me().await), (200, 200));
}

#[tokio::test]
async fn an_application_may_keep_its_sessions_elsewhere_than_in_its_redis() {
    let shared = Shared::new().await;
    let running = shared.running(SessionAuth::new().in_database()).await;
    let mut browser = running.signed_in("ada").await;
    assert_eq!((shared.file.count().await, shared.names().len(), browser.me().await), (1, 0, 200));
    let running = shared.running(SessionAuth::new().in_memory()).await;
    let mut browser = running.signed_in("ada").await;
    assert_eq!((shared.file.count().await, shared.names().len(), browser.me().await), (1, 0, 200));
}

#[tokio::test]
async fn sessions_that_outlive_what_ends_them_are_refused_at_start() {
    let redis = RedisServer::start();
    let url = redis.url();
    let variables = [("REROUTE_ENV", "test"), ("REDIS_URL", &*url)];
    let refused = connected(app(&Banned::default(), SessionAuth::new()), variables).await.err().expect("it is refused");
    assert!(refused.source().is_some_and(|why| why.to_string().contains("DATABASE_URL")), "{refused:?}");
    let in_memory = connected(app(&Banned::default(), SessionAuth::new().in_memory()), variables).await;
    assert!(in_memory.is_ok());
}
