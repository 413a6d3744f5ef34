//! Sign-ins of several shops on one database, with Redis before it.

#[path = "../../../../crates/reroute/tests/support/redis.rs"]
mod redis;
#[path = "../support/mod.rs"]
mod support;

use redis::RedisServer;
use serde_json::json;
use std::sync::Arc;
use support::{Account, PASSWORD, Shop, pair, until};

const KEY: (&str, &str) = ("SECRET_KEY", "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo");

fn two(redis: &RedisServer) -> [Shop; 2] {
    let home = Arc::new(tempfile::tempdir().expect("a directory can be made"));
    let url = redis.url();
    [(); 2].map(|()| Shop::start_at(home.clone(), &[KEY, ("REDIS_URL", &url)]))
}

fn opens(shop: &Shop, account: &Account) -> bool {
    let status = shop.get("/me").token(&account.token).send().status;
    assert!(matches!(status, 200 | 401), "{status}");
    status == 200
}

#[test]
fn what_ends_in_one_shop_ends_in_the_other() {
    let redis = RedisServer::start();
    let [here, there] = two(&redis);
    let root = here.login("root", PASSWORD);
    for ending in ["logout", "ban", "reuse"] {
        let account = here.newcomer();
        assert!(opens(&here, &account) && opens(&there, &account));
        match ending {
            "logout" => drop(here.post("/auth/logout").token(&account.token).send().is(204)),
            "ban" => {
                let path = format!("/users/{}/ban", account.id);
                here.put(&path).token(&root).json(&json!({"banned": true})).send().is(200);
            }
            _ => {
                let refresh = || here.post("/auth/refresh").json(&json!({"refresh_token": account.refresh_token}));
                pair(&refresh().send().is(200));
                refresh().send().is(401);
            }
        }
        assert!(!opens(&here, &account), "{ending}");
        until(&format!("the {ending} is seen"), || !opens(&there, &account));
        assert!(!opens(&there, &account), "{ending}");
    }
}

#[test]
fn a_refresh_token_is_good_once_in_all_shops_together() {
    let redis = RedisServer::start();
    let [here, there] = two(&redis);
    let account = here.newcomer();
    let refresh = |shop: &Shop, token: &str| shop.post("/auth/refresh").json(&json!({"refresh_token": token})).send();
    let (_, next) = pair(&refresh(&there, &account.refresh_token).is(200));
    let (_, last) = pair(&refresh(&here, &next).is(200));
    refresh(&there, &next).is(401);
    refresh(&here, &last).is(401);
    until("the sign-in has ended", || !opens(&here, &account) && !opens(&there, &account));
}

#[test]
fn without_redis_the_database_decides() {
    let redis = RedisServer::start();
    let [here, there] = two(&redis);
    let account = here.newcomer();
    assert!(opens(&here, &account) && opens(&there, &account));
    drop(redis);
    assert!(opens(&here, &account));
    here.post("/auth/logout").token(&account.token).send().is(204);
    assert!(!opens(&here, &account));
    until("it is seen", || !opens(&there, &account));
}
