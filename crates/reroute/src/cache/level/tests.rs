//! Two stores, as two processes have them, on one real Redis.

use super::*;
use crate::cache::{
    memory::{Bounds, Value},
    store::Keep,
};
use redis_server::RedisServer;
use std::time::Instant;

#[path = "../../../tests/support/redis.rs"]
mod redis_server;

const KEY: Key = [7; 32];
const TAG: Tag = [1; 16];
const OTHER: Tag = [2; 16];

struct Process {
    store: Arc<Store>,
}

impl Process {
    async fn start(server: &RedisServer, secret: &str) -> Self {
        let redis = Redis::open(&Secret::new(server.url()), Duration::from_secs(20), Some(&Secret::new(secret)))
            .await
            .expect("an address");
        let store = Arc::new(Store::new(Bounds::DEFAULT));
        store.share(redis, &Secret::new(secret));
        let this = Self { store };
        this.level().redis.connection().expect("Redis answers");
        until("it hears", || this.level().hears()).await;
        this
    }

    fn level(&self) -> &Arc<Level> {
        self.store.level().expect("it is shared")
    }

    fn keeps_here(&self) {
        let keep = Keep {
            value: Value::Result(Box::new(())),
            size: 1,
            tags: vec![TAG],
            began: self.store.begin(),
            duration: Duration::from_secs(300),
            age: Duration::ZERO,
        };
        assert!(self.store.keep(&self.store.memory(), KEY, keep));
    }

    fn has_here(&self) -> bool {
        self.store.get(&self.store.memory(), &KEY).is_some()
    }

    async fn tokens(&self) -> Tokens {
        match self.level().look(&KEY, &[TAG]).await {
            Looked::Missing(Some(tokens)) => tokens,
            _ => panic!("it is there, or Redis is not"),
        }
    }

    async fn found(&self) -> Option<Vec<u8>> {
        match self.level().look(&KEY, &[TAG]).await {
            Looked::Found(found) => Some(found.body),
            Looked::Missing(_) => None,
        }
    }
}

const SECRET: &str = "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo";

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < patience, "{what}");
        tokio::task::yield_now().await;
    }
}

/// Waits until the other process finds what was told in the background.
async fn until_found(process: &Process) {
    let patience = Instant::now() + Duration::from_secs(60);
    while process.found().await.is_none() {
        assert!(Instant::now() < patience, "it is never found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_keeps_the_other_finds_until_one_of_them_forgets_it() {
    let server = RedisServer::start();
    let (one, other) = (Process::start(&server, SECRET).await, Process::start(&server, SECRET).await);
    let tokens = one.tokens().await;
    one.level().keep(KEY, tokens, Duration::from_secs(300), b"body".to_vec());
    until_found(&other).await;
    assert_eq!(other.found().await.as_deref(), Some(&b"body"[..]));
    other.keeps_here();
    other.store.forget(OTHER);
    until("the store is told", || other.level().forgets.are_told()).await;
    assert!(other.found().await.is_some() && other.has_here());
    one.store.forget(TAG);
    until("the other hears", || !other.has_here()).await;
    until("the store is told", || one.level().forgets.are_told()).await;
    assert!(one.found().await.is_none() && other.found().await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_began_before_it_was_forgotten_elsewhere_is_worth_nothing() {
    let server = RedisServer::start();
    let (one, other) = (Process::start(&server, SECRET).await, Process::start(&server, SECRET).await);
    let before = one.tokens().await;
    other.store.clear();
    until("the store is told", || other.level().forgets.are_told()).await;
    one.level().keep(KEY, before, Duration::from_secs(300), b"old".to_vec());
    let name = one.level().frames.name(&KEY);
    until("it is written", || server.ask(&format!("EXISTS {name}")).starts_with(":1")).await;
    assert!(one.found().await.is_none() && other.found().await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_client_of_the_store_wrote_or_moved_is_not_believed() {
    let server = RedisServer::start();
    let process = Process::start(&server, SECRET).await;
    let tokens = process.tokens().await;
    process.level().keep(KEY, tokens, Duration::from_secs(300), b"body".to_vec());
    until_found(&process).await;
    let name = process.level().frames.name(&KEY);
    let elsewhere = process.level().frames.name(&[8; 32]);
    assert!(server.ask(&format!("COPY {name} {elsewhere}")).starts_with(":1"));
    assert!(matches!(process.level().look(&[8; 32], &[TAG]).await, Looked::Missing(Some(_))));
    for written in [format!("SETRANGE {name} 40 xxxxxxxx"), format!("APPEND {name} x"), format!("SET {name} nonsense")]
    {
        assert!(!server.ask(&written).starts_with('-'), "{written}");
        assert!(process.found().await.is_none(), "{written}");
    }
    // What is no text at all is a miss, too, and no error.
    server.ask(&format!("DEL {name}"));
    server.ask(&format!("LPUSH {name} x"));
    assert!(process.found().await.is_none());
    // Nonsense on the channel is nobody's word.
    process.keeps_here();
    server.ask(&format!("PUBLISH {} nonsense", process.level().channel()));
    assert!(process.has_here());
}

#[tokio::test(flavor = "multi_thread")]
async fn applications_with_other_secrets_do_not_meet() {
    let server = RedisServer::start();
    let one = Process::start(&server, SECRET).await;
    let other = Process::start(&server, "another secret of another application, as long as it must be").await;
    let tokens = one.tokens().await;
    one.level().keep(KEY, tokens, Duration::from_secs(300), b"body".to_vec());
    until_found(&one).await;
    assert!(other.found().await.is_none());
    // What one forgets is nothing to the other.
    one.keeps_here();
    other.store.clear();
    until("the store is told", || other.level().forgets.are_told()).await;
    assert!(one.found().await.is_some() && one.has_here());
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nobody_hears_only_what_is_young_is_believed() {
    let mut server = RedisServer::start();
    let (one, other) = (Process::start(&server, SECRET).await, Process::start(&server, SECRET).await);
    one.keeps_here();
    server.stop();
    until("it is noticed", || !one.level().hears()).await;
    until("what is old is not believed", || !one.has_here()).await;
    one.keeps_here();
    assert!(one.has_here());
    // What is forgotten now is told later.
    other.store.forget(TAG);
    assert!(matches!(other.level().look(&KEY, &[TAG]).await, Looked::Missing(None)));
    assert!(server.again());
    until("both hear again", || one.level().hears() && other.level().hears()).await;
    until("the store is told", || other.level().forgets.are_told()).await;
    // Who hears again begins anew.
    assert!(!one.has_here());
}
