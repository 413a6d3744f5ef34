//! `/account`, `/account/login` and `/account/logout`, as a browser sees them.

use super::support::{Answer, PASSWORD, Request, Shop};

const FORM: &str = "application/x-www-form-urlencoded";

fn form(shop: &Shop, target: &str, cookie: Option<&str>, body: &str) -> Request {
    let request = shop.post(target).header("content-type", FORM).header("sec-fetch-site", "same-origin").body(body);
    let request = request.header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    match cookie {
        Some(cookie) => request.header("cookie", cookie),
        None => request,
    }
}

/// The session's cookie, as it is sent back.
#[track_caller]
fn cookie(answer: &Answer) -> String {
    let [set] = answer.all("set-cookie")[..] else { panic!("one cookie: {answer:?}") };
    assert!(set.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{set}");
    let (pair, _) = set.split_once(';').expect("attributes");
    assert!(pair.starts_with("__Host-session=") && pair.len() == "__Host-session=".len() + 43, "{pair}");
    pair.to_owned()
}

#[track_caller]
fn sign_in(shop: &Shop, username: &str) -> String {
    let answer = form(shop, "/account/login", None, &format!("username={username}&password={PASSWORD}")).send().is(303);
    assert_eq!(answer.header("location"), Some("/account"));
    cookie(&answer)
}

#[track_caller]
fn is_page(answer: &Answer) -> String {
    assert_eq!(answer.all("content-type"), ["text/html; charset=utf-8"], "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let policy = answer.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("script-src 'nonce-") && !policy.contains("unsafe"), "{policy}");
    assert!(!answer.text().contains("<script"), "the pages work without scripts");
    answer.text()
}

#[test]
fn a_visitor_signs_in_sees_the_account_and_signs_out() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let login = is_page(&shop.get("/account/login").send().is(200));
    assert!(login.contains("<form method=\"post\" action=\"/account/login\">") && login.contains("type=\"password\""));
    let session = sign_in(&shop, &account.username);
    let page = is_page(&shop.get("/account").header("cookie", &session).send().is(200));
    assert!(page.contains(&account.username) && page.contains(&account.email), "{page}");
    let me = shop.get("/me").header("cookie", &session).send().is(200).json();
    assert_eq!((&me["id"], &me["scheme"]), (&account.id.into(), &"session".into()));
    // A link changes nothing.
    is_page(&shop.get("/account/logout").header("cookie", &session).send().is(200));
    shop.get("/account").header("cookie", &session).send().is(200);
    let out = form(&shop, "/account/logout", Some(&session), "").send().is(303);
    assert!(
        out.all("set-cookie")[0].starts_with("__Host-session=; ") && out.all("set-cookie")[0].contains("Max-Age=0")
    );
    shop.get("/account").header("cookie", &session).send().is(401);
}

#[test]
fn who_is_not_signed_in_is_told_so_as_a_page_or_as_a_problem() {
    let shop = Shop::shared();
    for target in ["/account", "/account/logout"] {
        let problem = shop.get(target).send().is(401);
        assert!(problem.header("www-authenticate").is_some());
        let page = shop.get(target).header("accept", "text/html").send();
        assert!(is_page(&page).contains("href=\"/account/login\"") && page.status == 401);
    }
    for (accept, is_page) in [
        ("TEXT/HTML", true),
        ("application/xhtml+xml, text/html;q=0.5", true),
        ("application/json, text/html;q=0", false),
        ("text/html; q=0.000", false),
        ("*/*", false),
    ] {
        let answer = shop.get("/account").header("accept", accept).send();
        assert_eq!(answer.text().starts_with("<!doctype html>"), is_page, "{accept}");
    }
}

#[test]
fn a_wrong_password_an_unknown_name_and_a_banned_account_see_the_same_page() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let wrong = [
        format!("username={}&password=Wrong-Horse-7", account.username),
        format!("username=nobody_at_all&password={PASSWORD}"),
    ];
    let without_nonce = |answer: &Answer| {
        let page = is_page(answer);
        let (before, rest) = page.split_once("nonce=\"").expect("a nonce");
        format!("{before}{}", &rest[rest.find('"').expect("its end")..])
    };
    let pages = wrong.each_ref().map(|body| {
        let answer = form(&shop, "/account/login", None, body).send();
        assert_eq!(answer.status, 401, "{answer:?}");
        assert!(answer.all("set-cookie").is_empty());
        without_nonce(&answer)
    });
    assert_eq!(pages[0], pages[1]);
    assert!(pages[0].contains("role=\"alert\""));
    let told = shop.post("/account/login").header("content-type", FORM).body(&wrong[0]).send().is(401);
    assert_eq!(told.detail(), "Invalid credentials");
    for body in ["", "username=ada", "username=ada&password=a&password=b", "username=ada&password=a&role=admin"] {
        let answer = form(&shop, "/account/login", None, body).send();
        assert_eq!(answer.status, 422, "{body}");
        is_page(&answer);
    }
    shop.post("/account/login").header("content-type", "application/json").body("{}").send().is(415);
}

#[test]
fn an_address_is_changed_and_shown_escaped() {
    let shop = Shop::shared();
    let (account, other) = (shop.newcomer(), shop.newcomer());
    let session = sign_in(&shop, &account.username);
    let change = |email: &str| form(&shop, "/account", Some(&session), &format!("email={email}")).send();
    assert_eq!(change("new-%2B'quote'%40example.com").is(303).header("location"), Some("/account"));
    let page = is_page(&shop.get("/account").header("cookie", &session).send().is(200));
    assert!(page.contains("value=\"new-+&#39;quote&#39;@example.com\""), "{page}");
    for (email, status) in [("none", 422), (other.email.as_str(), 409)] {
        let answer = change(email);
        assert_eq!(answer.status, status);
        assert!(is_page(&answer).contains("role=\"alert\""));
    }
    let with_role = form(&shop, "/account", Some(&session), "email=a@example.com&role=admin").send();
    assert_eq!(with_role.status, 422);
}

#[test]
fn attack_62_a_form_of_another_site_changes_nothing() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let session = sign_in(&shop, &account.username);
    for (target, body) in [
        ("/account/login", format!("username={}&password={PASSWORD}", account.username)),
        ("/account", "email=evil@example.com".to_owned()),
        ("/account/logout", String::new()),
    ] {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("x-nothing", "at all"),
        ] {
            let request = shop.post(target).header("content-type", FORM).header(name, value).header("cookie", &session);
            let answer = request.body(&body).send().is(403);
            assert!(answer.all("set-cookie").is_empty(), "{answer:?}");
        }
    }
    let page = shop.get("/account").header("cookie", &session).send().is(200).text();
    assert!(page.contains(&account.email));
}

#[test]
fn a_banned_account_is_signed_out_at_once() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let session = sign_in(&shop, &account.username);
    let moderator = shop.login("mod", PASSWORD);
    let ban = shop.put(&format!("/users/{}/ban", account.id)).token(&moderator);
    ban.json(&serde_json::json!({"banned": true})).send().is(200);
    shop.get("/account").header("cookie", &session).send().is(401);
    let body = format!("username={}&password={PASSWORD}", account.username);
    assert_eq!(form(&shop, "/account/login", None, &body).send().status, 401);
}
