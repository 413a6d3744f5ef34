//! `/expensive/{key}`: a function whose results are kept.

use super::{support::at_once, *};
use reroute::time::{OffsetDateTime, format_description::well_known::Rfc3339};
use serde_json::Value;

#[track_caller]
fn compute(shop: &Shop, token: &str, key: &str) -> Value {
    shop.get(&format!("/expensive/{key}")).token(token).send().is(200).json()
}

#[test]
fn what_was_computed_for_one_caller_is_given_to_another() {
    let shop = Shop::start();
    let [ada, bob, root] = ["ada", "bob", "root"].map(|name| shop.login(name, PASSWORD));
    let before = OffsetDateTime::now_utc();
    let first = compute(&shop, &ada, "tea");
    let members: Vec<&String> = first.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["computed_at", "key", "value"]);
    assert_eq!(first["key"], "tea");
    assert!(first["value"].as_str().is_some_and(|value| !value.is_empty()));
    let at = OffsetDateTime::parse(first["computed_at"].as_str().expect("a text"), &Rfc3339).expect("RFC 3339");
    assert!(at.offset().is_utc() && at >= before && at <= OffsetDateTime::now_utc());
    for token in [&ada, &bob, &root] {
        assert_eq!(compute(&shop, token, "tea"), first);
    }
    let other = compute(&shop, &bob, "Tea");
    assert_ne!((&other["value"], &other["computed_at"]), (&first["value"], &first["computed_at"]));
    // What is forgotten comes to the same, later.
    shop.request("DELETE", "/admin/cache").token(&root).send().is(204);
    let again = compute(&shop, &bob, "tea");
    assert_eq!(again["value"], first["value"]);
    assert_ne!(again["computed_at"], first["computed_at"]);
}

#[test]
fn the_answer_itself_is_nobody_elses_to_keep() {
    let shop = Shop::shared();
    let ada = shop.login("ada", PASSWORD);
    for _ in 0..2 {
        let answer = shop.get("/expensive/own").token(&ada).send().is(200);
        assert_eq!(answer.all("cache-control"), ["no-store"]);
        assert_eq!((answer.header("etag"), answer.header("cache-status")), (None, None));
    }
}

#[test]
fn keys_are_text_of_at_most_100_characters_and_nobody_unknown_gets_in() {
    let shop = Shop::shared();
    let ada = shop.login("ada", PASSWORD);
    for (path, key) in [("x".repeat(100), "x".repeat(100)), ("%C3%A4".repeat(100), "ä".repeat(100))] {
        assert_eq!(compute(shop.as_ref(), &ada, &path)["key"], key);
    }
    for path in ["x".repeat(101), "%C3%A4".repeat(101), "%FF".to_owned(), "a/b".to_owned(), String::new()] {
        shop.get(&format!("/expensive/{path}")).token(&ada).send().is(404);
    }
    for key in ["known", "known", &"x".repeat(101)] {
        shop.get(&format!("/expensive/{key}")).send().is(401);
        shop.get(&format!("/expensive/{key}")).token("wrong").send().is(401);
    }
    shop.post("/expensive/known").token(&ada).send().is(405);
}

#[test]
fn attack_50_kept_results_count_against_each_callers_own_limit() {
    let shop = Shop::start_with(&[("REROUTE_RATE_LIMITS", "enforce")]);
    let [ada, bob] = ["ada", "bob"].map(|name| shop.login(name, PASSWORD));
    let first = compute(&shop, &ada, "tea");
    for remaining in (0..59).rev() {
        let answer = shop.get("/expensive/tea").token(&ada).send().is(200);
        assert_eq!(answer.header("ratelimit-policy"), Some("\"principal\";q=60;w=60"));
        let standing = answer.header("ratelimit").unwrap_or_default();
        assert!(standing.starts_with(&format!("\"principal\";r={remaining};")), "{standing}");
        assert_eq!(answer.json(), first);
    }
    let refused = shop.get("/expensive/tea").token(&ada).send().is(429).json();
    assert_eq!(refused["limit"], "60/min");
    // The key makes no difference, the caller does.
    shop.get("/expensive/coffee").token(&ada).send().is(429);
    assert_eq!(compute(&shop, &bob, "tea"), first);
}

#[test]
fn attack_46_two_hundred_at_once_are_one_computation() {
    let shop = Shop::start();
    let tokens = ["ada", "bob"].map(|name| shop.login(name, PASSWORD));
    let results = at_once(200, |nth| compute(&shop, &tokens[nth % 2], "at-once"));
    assert!(results.iter().all(|result| result == &results[0]), "{results:?}");

    let answers = at_once(200, |_| shop.get("/products?per_page=50").send().is(200));
    let made = answers.iter().filter(|answer| status(answer) == STORED).count();
    assert_eq!(made, 1);
    for answer in &answers {
        let collapsed = status(answer) == "reroute; fwd=uri-miss; collapsed";
        assert!(collapsed || status(answer) == STORED || status(answer).starts_with("reroute; hit; "), "{answer:?}");
        assert_eq!(answer.body, answers[0].body);
    }
}
