//! Two callers at once.

use super::{support::at_once, *};
use serde_json::json;
use std::collections::BTreeSet;

/// What each says of themselves: nothing that a digest or an identifier spells by chance.
const MARKS: [&str; 2] = ["mark-of-the-one", "mark-of-the-other"];
const ROUNDS: usize = 5_000;

#[test]
fn the_cached_routes_of_the_shop_are_those_that_are_tried_here() {
    let home = tempfile::tempdir().expect("a directory can be made");
    let listed = support::command(home.path()).arg("routes").output().expect("the shop can be started");
    let listed = String::from_utf8(listed.stdout).expect("a table is UTF-8");
    let cached = listed.lines().filter(|line| line.contains("[cached"));
    let cached: Vec<(Option<&str>, bool)> =
        cached.map(|line| (line.split_whitespace().nth(1), line.contains(", shared]"))).collect();
    assert_eq!(cached, [(Some("/posts/{id}"), true), (Some("/products"), true), (Some("/products/{id}"), true)]);
}

/// Each says who they are in every way that a request can: a token, a cookie, an origin, a query, headers.
fn requests(nth: usize, token: &str, paths: &[String]) -> Vec<String> {
    let name = MARKS[nth];
    let head = |path: &String| {
        let mark = if path.contains('?') { '&' } else { '?' };
        format!(
            "GET {path}{mark}seen_by={name} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\ncookie: who={name}\r\n\
             origin: https://{name}.example.com\r\nx-forwarded-host: {name}.example.com\r\nuser-agent: {name}\r\nx-request-id: {name}\r\n\r\n"
        )
    };
    paths.iter().map(head).collect()
}

#[test]
fn attack_39_of_ten_thousand_requests_no_caller_gets_a_byte_of_the_others() {
    let origins = MARKS.map(|mark| format!("https://{mark}.example.com"));
    let shop = Shop::start_with(&[("CORS_ORIGINS", &origins.join(","))]);
    let callers = [shop.newcomer(), shop.newcomer()];
    for (caller, quantity) in callers.iter().zip([11, 22]) {
        let new = json!({"product_id": 7, "quantity": quantity});
        shop.post("/orders").token(&caller.token).json(&new).send().is(201);
    }
    let (post, _) = post(&shop);
    // What everybody sees; then what is made once for all; then what is each one's own, and passes between.
    let public = ["/products", "/products?per_page=3&order_by=name", "/products/1", "/products/7", &post];
    let paths = public.iter().chain(&["/expensive/both", "/me", "/orders"]).map(|path| (*path).to_owned());
    let paths: Vec<String> = paths.collect();
    // Without credentials, and for the host that is asked for below: from now on these are kept.
    let seen = public.map(|path| shop.get(path).header("host", "localhost").send().is(200).body);
    let expensive = shop.get("/expensive/both").token(&callers[0].token).send().is(200).body;

    let gathered = at_once(2, |nth| {
        let requests = requests(nth, &callers[nth].token, &paths);
        let mut connection = shop.connect();
        let (mut own, mut ids, mut hits) = (vec![None; 2], BTreeSet::new(), 0);
        let other = 1 - nth;
        let foreign = [MARKS[other], &callers[other].token, &callers[other].username, &callers[other].email];
        for round in 0..ROUNDS {
            let path = round % paths.len();
            connection.write(&requests[path]);
            let answer = connection.answer();
            assert_eq!(answer.status, 200, "{answer:?}");
            let all = format!("{answer:?}");
            assert!(!foreign.iter().any(|word| all.contains(word)), "{all}");
            assert_eq!(answer.all("access-control-allow-origin"), [&origins[nth]]);
            assert!(ids.insert(answer.header("x-request-id").unwrap_or_default().to_owned()), "{all}");
            hits += usize::from(answer.header("cache-status").is_some_and(|status| status.contains("; hit;")));
            match path.checked_sub(seen.len()) {
                None => assert_eq!(answer.body, seen[path], "{}", paths[path]),
                Some(0) => assert_eq!(answer.body, expensive),
                Some(place) => {
                    let body = own[place - 1].get_or_insert_with(|| answer.body.clone());
                    assert_eq!(&answer.body, body, "{}", paths[path]);
                }
            }
        }
        (own, ids, hits)
    });
    let [(one, one_ids, one_hits), (two, two_ids, two_hits)] = &gathered[..] else { panic!("two callers") };
    assert!(one.iter().zip(two).all(|(one, two)| one.is_some() && one != two));
    assert!(one_ids.is_disjoint(two_ids));
    // It was the cache that answered.
    assert_eq!((*one_hits, *two_hits), (ROUNDS * 5 / 8, ROUNDS * 5 / 8));
}
