//! The settings decide on what a hash costs. Alone in its program, since that is one for all.
#![allow(missing_docs, reason = "tests are read, not called")]

use reroute::{
    App, Tree,
    auth::password::{hash, is_outdated, verify},
    testing,
};

fn start(variables: &[(&str, &str)]) {
    let all = [("REROUTE_ENV", "test")].into_iter().chain(variables.iter().copied());
    testing::service(App::new(Tree::new([])), all).expect("it starts");
}

async fn opens(hash: &str) -> bool {
    verify("Correct-Horse-7", Some(hash)).await.expect("hashing works")
}

#[tokio::test]
async fn attack_88_the_settings_decide_on_the_cost_and_cheaper_hashes_are_outdated() {
    start(&[("REROUTE_PASSWORD_MEMORY", "7 MiB"), ("REROUTE_PASSWORD_PASSES", "1")]);
    let cheap = hash("Correct-Horse-7").await.expect("hashing works");
    assert!(cheap.starts_with("$argon2id$v=19$m=7168,t=1,p=1$"), "{cheap}");
    assert!(!is_outdated(&cheap) && opens(&cheap).await);
    start(&[]);
    let usual = hash("Correct-Horse-7").await.expect("hashing works");
    assert!(usual.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{usual}");
    assert!(is_outdated(&cheap) && !is_outdated(&usual));
    start(&[("REROUTE_PASSWORD_PASSES", "3")]);
    let slow = hash("Correct-Horse-7").await.expect("hashing works");
    assert!(slow.starts_with("$argon2id$v=19$m=19456,t=3,p=1$"), "{slow}");
    assert!(is_outdated(&usual) && !is_outdated(&slow));
    for made in [&cheap, &usual, &slow] {
        assert!(opens(made).await, "what was made under other settings still opens: {made}");
    }
    // What was made when hashes cost more still opens after they were made cheaper, within the bound.
    start(&[("REROUTE_PASSWORD_MEMORY", "76 MiB"), ("REROUTE_PASSWORD_PASSES", "1")]);
    let dear = hash("Correct-Horse-7").await.expect("hashing works");
    start(&[("REROUTE_PASSWORD_MEMORY", "7 MiB")]);
    assert!(opens(&dear).await && is_outdated(&dear), "it has one pass");
}
