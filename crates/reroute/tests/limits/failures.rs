use super::*;
use std::{future::pending, sync::Arc};
use tokio::sync::Semaphore;

#[input]
pub struct Credentials {
    name: String,
    password: String,
}

#[route]
pub struct Login {
    gate: State<Arc<Semaphore>>,
}

#[route]
impl Login {
    #[public]
    #[rate_limit("8/min")]
    #[rate_limit("3/min", key = &credentials.name, count = "failures", if_store_fails = "closed")]
    async fn post(&self, Json(credentials): Json<Credentials>) -> Result<&'static str> {
        let _passed = self.gate.acquire().await;
        match credentials.password.as_str() {
            "right" => Ok("welcome"),
            "broken" => Err(Error::internal("the database is away")),
            "never" => pending().await,
            _ => Err(Error::unauthorized("Invalid credentials")),
        }
    }
}

fn login(open: usize) -> (Edge, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(open));
    let app = App::new(Tree::new([file::<Login>("/login", "login.rs")])).state(gate.clone());
    (app.into_service().expect("the application starts"), gate)
}

async fn attempt(app: &Edge, password: &str) -> u16 {
    send(app, "POST /login", None, format!("{{\"name\":\"ada\",\"password\":\"{password}\"}}")).await.status
}

#[tokio::test(start_paused = true)]
async fn only_failures_count() {
    let (app, _) = login(100);
    for password in ["right", "wrong", "right", "wrong", "broken", "wrong"] {
        assert_ne!(attempt(&app, password).await, 429, "{password}");
    }
    // Three failures: not even the right password is looked at.
    assert_eq!(attempt(&app, "right").await, 429);
}

#[tokio::test(start_paused = true)]
async fn what_is_given_back_is_told_as_given_back() {
    let (app, _) = login(100);
    let welcome = send(&app, "POST /login", None, r#"{"name":"ada","password":"right"}"#).await;
    assert_eq!(welcome.header("ratelimit"), "\"ip\";r=7;t=60, \"key\";r=3;t=0");
    let wrong = send(&app, "POST /login", None, r#"{"name":"ada","password":"wrong"}"#).await;
    assert_eq!(wrong.header("ratelimit"), "\"ip\";r=6;t=60, \"key\";r=2;t=60");
}

#[tokio::test(start_paused = true)]
async fn attack_17_who_is_locked_out_is_let_in_again() {
    let (app, _) = login(100);
    for password in ["wrong", "wrong", "wrong"] {
        assert_eq!(attempt(&app, password).await, 401);
    }
    let refused = send(&app, "POST /login", None, r#"{"name":"ada","password":"right"}"#).await;
    assert_eq!((refused.status, refused.json()["limit"].as_str()), (429, Some("3/min")));
    assert_eq!(refused.header("ratelimit-policy"), "\"ip\";q=8;w=60, \"key\";q=3;w=60");
    assert_eq!(send(&app, "POST /login", None, r#"{"name":"bob","password":"right"}"#).await.status, 200);
    pass(Duration::from_secs(60)).await;
    assert_eq!(attempt(&app, "right").await, 200);
}

#[tokio::test(start_paused = true)]
async fn many_wrong_passwords_at_once_are_no_more_than_one_after_the_other() {
    let (app, gate) = login(0);
    let attempts: Vec<_> = (0..50)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { attempt(&app, "wrong").await })
        })
        .collect();
    tokio::task::yield_now().await;
    gate.add_permits(100);
    let mut statuses = Vec::new();
    for attempt in attempts {
        statuses.push(attempt.await.expect("it is answered"));
    }
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 3);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 47);
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_goes_away_has_failed() {
    let (app, _) = login(100);
    for _ in 0..3 {
        let given_up = tokio::time::timeout(Duration::from_millis(10), attempt(&app, "never")).await;
        assert!(given_up.is_err());
    }
    assert_eq!(attempt(&app, "right").await, 429);
}

#[tokio::test(start_paused = true)]
async fn a_request_refused_with_429_counts_against_nothing() {
    let (app, _) = login(100);
    for _ in 0..3 {
        assert_eq!(attempt(&app, "wrong").await, 401);
    }
    // These are refused by the second limit, and take nothing from the first.
    for _ in 0..30 {
        assert_eq!(attempt(&app, "wrong").await, 429);
    }
    for _ in 0..5 {
        assert_eq!(send(&app, "POST /login", None, r#"{"name":"bob","password":"right"}"#).await.status, 200);
    }
    assert_eq!(send(&app, "POST /login", None, r#"{"name":"bob","password":"right"}"#).await.status, 429);
}
