use super::*;
use support::{PASSWORD, at_once, newcomer};

#[test]
fn signing_up_is_limited_to_five_a_minute_for_an_address() {
    let shop = enforced(&[]);
    for remaining in (0..5).rev() {
        let answer = shop.post("/users").json(&newcomer()).send().is(201);
        assert_eq!(answer.header("ratelimit-policy"), Some("\"ip\";q=5;w=60"));
        let standing = answer.header("ratelimit").unwrap_or_default().to_owned();
        assert!(standing.starts_with(&format!("\"ip\";r={remaining};t=")), "{standing}");
    }
    let refused = shop.post("/users").json(&newcomer()).send().is(429);
    let problem = refused.json();
    let wait = problem["retry_after"].as_u64().expect("a number");
    assert!((1..=60).contains(&wait));
    assert_eq!(refused.header("retry-after"), Some(wait.to_string().as_str()));
    assert_eq!(problem["limit"], "5/min");
    // Another client of the proxy is another client; what is not valid counts as well.
    for _ in 0..5 {
        shop.post("/users").header("x-forwarded-for", "192.0.2.1").json(&json!({})).send().is(422);
    }
    shop.post("/users").header("x-forwarded-for", "192.0.2.1").json(&newcomer()).send().is(429);
    // Nothing else is used up by it.
    shop.get("/health").send().is(200);
    shop.get("/products").send().is(200);
}

#[test]
fn attack_1_and_16_headers_of_a_client_that_is_no_proxy_change_nothing() {
    let shop = Shop::start_with(&[("REROUTE_RATE_LIMITS", "enforce")]);
    let statuses: Vec<u16> = (0..100)
        .map(|nth| {
            let new = shop.post("/users").header("x-forwarded-for", &format!("192.0.2.{nth}"));
            let new = new.header("x-real-ip", &format!("192.0.2.{nth}")).header("cf-connecting-ip", "192.0.2.9");
            new.header("forwarded", &format!("for=192.0.2.{nth}")).json(&newcomer()).send().status
        })
        .collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 5);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 95);
}

#[test]
fn attack_11_a_hundred_sign_ups_at_once_are_five() {
    let shop = enforced(&[]);
    let statuses = at_once(100, |_| shop.post("/users").json(&newcomer()).send().status);
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 5);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 95);
}

#[test]
fn guessing_a_password_is_limited_by_account_and_network_and_by_account_over_all() {
    let log = tempfile::NamedTempFile::new().expect("a file can be made");
    let shop = enforced(&[("REROUTE_SECURITY_LOG", log.path().to_str().expect("a plain path"))]);
    // Five from each of ten networks: fifty wrong passwords for one name.
    for network in 0..10 {
        for _ in 0..5 {
            login(&shop, &format!("2001:db8:0:{network}::1"), "ada", "wrong").is(401);
        }
        login(&shop, &format!("2001:db8:0:{network}::2"), "ada", "wrong").is(429);
    }
    let refused = login(&shop, "2001:db8:0:a::1", "ada", PASSWORD).is(429);
    assert_eq!(refused.json()["limit"], "50/hour");
    // Another name is another name.
    login(&shop, "2001:db8:0:a::1", "bob", PASSWORD).is(200);
    // The log is written beside the answers.
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let mut events = Vec::new();
    while events.len() < 11 && std::time::Instant::now() < patience {
        events = self::events(log.path(), "rate_limit_exceeded");
    }
    assert_eq!(events.len(), 11);
    let event = &events[10];
    assert_eq!(event["severity"], "MEDIUM");
    assert_eq!(event["message"], "Rate limit exceeded for endpoint: POST /auth/login");
    assert_eq!(event["details"]["endpoint"], "POST /auth/login");
    assert_eq!(event["details"]["ip_address"], "2001:db8:0:a::1");
    assert_eq!(event["details"]["limit"], "50/hour");
    assert_eq!(event["details"]["owasp"], "excess_rate_limit_exceeded");
}

#[test]
fn signing_in_with_the_right_password_uses_up_no_failures() {
    let shop = enforced(&[]);
    for nth in 0..12 {
        login(&shop, &format!("192.0.2.{}", nth / 5), "ada", PASSWORD).is(200);
    }
}

#[test]
fn lesson_limit_key_posts_to_one_route_use_up_no_other_route_s_limit() {
    let shop = enforced(&[]);
    for _ in 0..9 {
        shop.post("/users").json(&newcomer()).send();
    }
    login(&shop, "127.0.0.1", "ada", PASSWORD).is(200);
    shop.get("/products/search?query=tea").send().is(200);
}

#[test]
fn deleting_accounts_is_limited_before_anybody_is_known() {
    let shop = enforced(&[]);
    for _ in 0..5 {
        shop.request("DELETE", "/users/999").send().is(401);
    }
    shop.request("DELETE", "/users/998").send().is(429);
}

#[test]
fn search_takes_a_hundred_an_hour() {
    let shop = enforced(&[]);
    for _ in 0..100 {
        shop.get("/products/search?query=a").send().is(200);
    }
    let refused = shop.get("/products/search?query=a").send().is(429);
    assert_eq!(refused.json()["limit"], "100/hour");
    assert!(refused.json()["retry_after"].as_u64().is_some_and(|wait| (3_500..=3_600).contains(&wait)));
}

/// The most memory that the process ever had, in KiB.
fn high_water(shop: &Shop) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", shop.id())).expect("the shop runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the kernel tells it");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[test]
#[cfg(target_os = "linux")]
fn attack_7_addresses_that_rotate_take_no_more_memory() {
    let shop = enforced(&[("REROUTE_RATE_LIMIT", "5/min"), ("REROUTE_RATE_LIMIT_KEYS", "2000")]);
    let victim = "192.0.2.1";
    for _ in 0..6 {
        shop.get("/health").header("x-forwarded-for", victim).send();
    }
    let rotate = |from: u32, count: u32| {
        at_once(4, |thread| {
            let mut connection = shop.connect();
            for nth in 0..count / 4 {
                let [a, b, c, d] = (from + thread as u32 * count + nth).to_be_bytes();
                connection.write(format!(
                    "GET /health HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 2001:db8:{a:02x}{b:02x}:{c:02x}{d:02x}::1\r\n\r\n"
                ));
                assert_eq!(connection.answer().status, 200);
            }
        });
    };
    rotate(0, 8_000);
    let before = high_water(&shop);
    rotate(1 << 24, 12_000 * support::soak() as u32);
    let grown = high_water(&shop) - before;
    assert!(grown < 4 << 10, "{grown} KiB more");
    // And whoever is at their limit has won nothing by it.
    shop.get("/health").header("x-forwarded-for", victim).send().is(429);
}
