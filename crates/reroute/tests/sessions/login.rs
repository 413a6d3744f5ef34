//! What a login sets, and who may make one.

use super::*;

#[tokio::test]
async fn attack_116_a_login_sets_a_cookie_of_this_host_alone() {
    let running = Running::start().await;
    let mut browser = running.browser();
    let answer = browser.login("ada").await;
    let cookies = answer.all("set-cookie");
    assert_eq!(cookies.len(), 1, "{}", answer.head);
    let value = cookies[0].strip_prefix("__Host-session=").expect("it is the session's");
    let (value, attributes) = value.split_once("; ").expect("it has attributes");
    assert_eq!(attributes, "Path=/; Secure; HttpOnly; SameSite=Lax");
    assert!(value.len() == 43 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    assert_eq!(browser.get("/me").await.body, "ada by session");
    assert_eq!(browser.get("/maybe").await.body, "ada");
}

#[tokio::test]
async fn a_session_is_fixed_by_nobody() {
    let running = Running::start().await;
    // One that the attacker made up.
    let mut browser = running.browser().with_session(&"A".repeat(43));
    assert_eq!(browser.login("ada").await.status, 200);
    assert_ne!(browser.session(), "A".repeat(43));
    assert_eq!(running.browser().with_session(&"A".repeat(43)).me().await, 401);
    // One that the attacker is signed in with.
    let mut attacker = running.signed_in("mallory").await;
    let mut victim = running.browser().with_session(attacker.session());
    assert_eq!(victim.login("ada").await.status, 200);
    assert_ne!(victim.session(), attacker.session());
    assert_eq!((attacker.me().await, victim.get("/me").await.body), (401, "ada by session".to_owned()));
}

#[tokio::test]
async fn each_login_has_an_id_of_its_own_and_ends_the_last_of_its_browser() {
    let running = Running::start().await;
    let elsewhere = running.signed_in("ada").await;
    let mut browser = running.signed_in("ada").await;
    let mut all = vec![elsewhere.session().to_owned(), browser.session().to_owned()];
    for _ in 0..5 {
        browser.login("ada").await;
        all.push(browser.session().to_owned());
    }
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 7);
    for (nth, id) in all.iter().enumerate() {
        let holds = nth == 0 || nth == 6;
        assert_eq!(running.browser().with_session(id).me().await == 200, holds, "{nth}");
    }
}

#[tokio::test]
async fn a_failed_login_sets_nothing_and_ends_nothing() {
    let running = Running::start().await;
    running.banned.set("eve", true);
    let mut browser = running.signed_in("ada").await;
    let answer = browser.login("eve").await;
    assert_eq!((answer.status, answer.all("set-cookie").len()), (401, 0));
    assert_eq!(browser.get("/me").await.body, "ada by session");
}

#[tokio::test]
async fn a_login_that_is_overtaken_by_the_end_of_all_opens_nothing() {
    let running = Running::start().await;
    let mut browser = running.browser();
    let answer = browser.send("PUT /login", &[("sec-fetch-site", "same-origin")], "name=ada").await;
    assert_eq!((answer.status, browser.session()), (401, ""));
}

#[tokio::test]
async fn attack_62_a_write_with_a_session_comes_from_our_own_pages() {
    let running = Running::start().await;
    let browser = running.signed_in("ada").await;
    let cookie = format!("__Host-session={}", browser.session());
    for (headers, status) in [
        (&[("sec-fetch-site", "same-origin")][..], 200),
        (&[("origin", "http://localhost")], 200),
        (&[("sec-fetch-site", "same-origin"), ("origin", "http://localhost")], 200),
        (&[], 403),
        (&[("sec-fetch-site", "cross-site")], 403),
        (&[("sec-fetch-site", "same-site")], 403),
        (&[("origin", "https://evil.example")], 403),
        (&[("origin", "null")], 403),
        (&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")], 403),
    ] {
        let all = [headers, &[("cookie", &cookie)]].concat();
        assert_eq!(browser.send_only("POST /me", &all, "").await.status, status, "{headers:?}");
        if status == 403 {
            for line in ["DELETE /me", "POST /logout"] {
                assert_eq!(browser.send_only(line, &all, "").await.status, 403, "{line} {headers:?}");
            }
        }
    }
    // None of them has ended it, and reading is nobody's harm: what it answers no other site sees.
    let headers = [("cookie", &*cookie), ("sec-fetch-site", "cross-site")];
    assert_eq!(browser.send_only("GET /me", &headers, "").await.status, 200);
}

#[tokio::test]
async fn attack_63_a_token_beside_a_session_exempts_nothing() {
    let running = Running::start().await;
    let browser = running.signed_in("ada").await;
    let cookie = format!("__Host-session={}", browser.session());
    for token in [("authorization", "Bearer x"), ("authorization", "Basic eDp4"), ("x-api-key", "key_x")] {
        for site in [&[][..], &[("sec-fetch-site", "cross-site")], &[("origin", "https://evil.example")]] {
            let all = [site, &[token, ("cookie", &cookie)]].concat();
            assert_eq!(browser.send_only("POST /me", &all, "").await.status, 403, "{all:?}");
        }
    }
}

#[tokio::test]
async fn attack_64_no_path_is_exempt() {
    let running = Running::start().await;
    let browser = running.signed_in("ada").await;
    let cookie = format!("__Host-session={}", browser.session());
    let all = [("sec-fetch-site", "cross-site"), ("cookie", &*cookie)];
    for target in ["/me", "/me/", "//me", "/ME", "/m%65", "/login/../me", "/me?x", "/me;x", "/nowhere", "/login", "/"] {
        for method in ["POST", "PUT", "PATCH", "DELETE", "get"] {
            let line = format!("{method} {target}");
            let status = browser.send_only(&line, &all, "").await.status;
            assert!(matches!(status, 400 | 403 | 405 | 501), "{line} {status}");
            assert!(status == 403 || method == "get" || target.contains(".."), "{line} {status}");
        }
    }
    assert_eq!(browser.clone().me().await, 200);
}

#[tokio::test]
async fn attack_65_no_other_site_signs_a_visitor_in() {
    let running = Running::start().await;
    let browser = running.browser();
    for headers in
        [&[("sec-fetch-site", "cross-site")][..], &[("origin", "https://evil.example")], &[("origin", "null")]]
    {
        let answer = browser.send_only("POST /login", headers, "name=mallory").await;
        assert_eq!((answer.status, answer.all("set-cookie").len()), (403, 0), "{headers:?}");
    }
    // A form of our own, and a program.
    assert_eq!(browser.send_only("POST /login", &[("sec-fetch-site", "same-origin")], "name=ada").await.status, 200);
    assert_eq!(browser.send_only("POST /login", &[], "name=ada").await.status, 200);
}
