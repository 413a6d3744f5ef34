//! When a session holds, and when it does not any longer.

use super::*;

/// 401 with this detail, and the cookie is cleared.
fn assert_refused(answer: &Answer, detail: &str) {
    assert_eq!((answer.status, &*answer.detail()), (401, detail), "{}", answer.head);
    assert_eq!(answer.all("www-authenticate"), ["Cookie"]);
    assert_eq!(
        answer.all("set-cookie"),
        ["__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"],
        "{detail}"
    );
}

#[tokio::test]
async fn attack_77_a_cookie_that_opens_nothing_is_nobody_and_never_anonymous() {
    let running = Running::start().await;
    let browser = running.signed_in("ada").await;
    let right = browser.session();
    let other = running.signed_in("bob").await;
    let wrong = [
        String::new(),
        "x".to_owned(),
        "A".repeat(43),
        right[..42].to_owned(),
        format!("{right}A"),
        format!("{right} "),
        format!("\"{right}\""),
        format!("{}%", &right[..42]),
        right.to_lowercase(),
        "é".repeat(21),
        "A".repeat(3000),
    ];
    let mut cookies: Vec<String> = wrong.iter().map(|value| format!("__Host-session={value}")).collect();
    cookies.push(format!("__Host-session={right}; __Host-session={right}"));
    cookies.push(format!("__Host-session={right}; a=b; __Host-session={}", other.session()));
    cookies.push(format!("__Host-session={right}; __Host-session="));
    // A trailing space is none of the value.
    cookies.retain(|cookie| !cookie.ends_with(' '));
    for cookie in &cookies {
        for target in ["GET /me", "GET /maybe"] {
            assert_refused(&browser.send_only(target, &[("cookie", cookie)], "").await, "Invalid token");
        }
        // Where nobody asks who calls, it does not matter.
        assert_eq!(browser.send_only("GET /login", &[("cookie", cookie)], "").await.status, 200);
    }
    let twice = [("cookie", &*format!("__Host-session={right}")), ("cookie", &*format!("__Host-session={right}"))];
    assert_refused(&browser.send_only("GET /me", &twice, "").await, "Invalid token");
    // Other names are other cookies, and what stands beside it does not hide it.
    for cookie in ["session=x", "__host-session=x", "__Host-session", "x__Host-session=x"] {
        assert_eq!(browser.send_only("GET /maybe", &[("cookie", cookie)], "").await.body, "nobody");
        let beside = format!("{cookie}; é=é;;__Host-session={right} ;x");
        assert_eq!(browser.send_only("GET /maybe", &[("cookie", &beside)], "").await.body, "ada");
    }
    let fields = [("cookie", "a=b"), ("cookie", &*format!("__Host-session={right}"))];
    assert_eq!(browser.send_only("GET /maybe", &fields, "").await.body, "ada");
}

#[tokio::test]
async fn the_page_of_the_login_is_reached_with_a_stale_cookie_and_heals_it() {
    let running = Running::start().await;
    let mut browser = running.browser().with_session(&"A".repeat(43));
    assert_eq!(browser.get("/login").await.status, 200);
    assert_eq!(browser.me().await, 401);
    assert_eq!(browser.session(), "");
    assert_eq!((browser.get("/maybe").await.body, browser.login("ada").await.status), ("nobody".to_owned(), 200));
}

#[tokio::test]
async fn a_logout_ends_the_session_wherever_its_cookie_is() {
    let running = Running::start().await;
    let mut browser = running.signed_in("ada").await;
    let mut copy = browser.clone();
    let mut elsewhere = running.signed_in("ada").await;
    assert_eq!(copy.me().await, 200);
    let answer = browser.post("/logout", "").await;
    assert_eq!(answer.all("set-cookie"), ["__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"]);
    assert_refused(&copy.clone().get("/me").await, "Invalid token");
    assert_eq!((browser.me().await, elsewhere.me().await), (401, 200));
    // Once more is no mistake.
    assert_eq!(copy.post("/logout", "").await.status, 200);
    assert_eq!(running.browser().post("/logout", "").await.status, 200);
}

#[tokio::test]
async fn what_ends_all_sign_ins_of_an_account_ends_its_sessions_at_once() {
    let running = Running::start().await;
    let mut browser = running.signed_in("ada").await;
    let mut elsewhere = running.signed_in("ada").await;
    let mut other = running.signed_in("bob").await;
    assert_eq!((elsewhere.me().await, other.me().await), (200, 200));
    assert_eq!(browser.send("DELETE /me", &[("sec-fetch-site", "same-origin")], "").await.status, 200);
    assert_refused(&elsewhere.clone().get("/me").await, "Invalid token");
    assert_eq!((browser.me().await, other.me().await), (401, 200));
    assert_eq!(browser.login("ada").await.status, 200);
    assert_eq!((browser.me().await, elsewhere.me().await), (200, 401));
}

#[tokio::test]
async fn a_ban_ends_the_sessions_of_an_account_at_once_and_its_end_revives_none() {
    const OWN: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];
    let running = Running::start().await;
    let (mut browser, mut admin) = (running.signed_in("ada").await, running.signed_in("root").await);
    let held = browser.clone();
    assert_eq!((browser.me().await, admin.me().await), (200, 200));
    assert_eq!(admin.send("PUT /bans/ada", &OWN, "").await.body, "banned");
    assert_refused(&held.clone().get("/me").await, "Invalid token");
    assert_eq!((browser.login("ada").await.status, admin.me().await), (401, 200));
    assert_eq!(admin.send("DELETE /bans/ada", &OWN, "").await.body, "lifted");
    assert_refused(&held.clone().get("/me").await, "Invalid token");
    assert_eq!((browser.login("ada").await.status, browser.me().await), (200, 200));
}

#[tokio::test]
async fn an_account_that_may_not_act_any_longer_is_nobody() {
    let running = Running::start().await;
    let browser = running.signed_in("ada").await;
    running.banned.set("ada", true);
    until(async || browser.clone().me().await == 401).await;
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used() {
    let idle = Duration::from_millis(200);
    let running = Running::with(SessionAuth::new().lifetimes(Duration::from_secs(3600), idle), &[]).await;
    let browser = running.signed_in("ada").await;
    let since = std::time::Instant::now();
    until(async || since.elapsed() > 2 * idle).await;
    assert_refused(&browser.clone().get("/me").await, "Token expired");
}

#[tokio::test]
async fn a_session_ends_with_its_time_however_often_it_is_used() {
    let life = Duration::from_millis(300);
    let running = Running::with(SessionAuth::new().lifetimes(life, life), &[]).await;
    let browser = running.signed_in("ada").await;
    until(async || browser.clone().me().await == 401).await;
    assert_refused(&browser.clone().get("/me").await, "Token expired");
}

#[tokio::test]
async fn a_session_without_any_time_never_holds() {
    let running = Running::with(SessionAuth::new().lifetimes(Duration::ZERO, Duration::MAX), &[]).await;
    let browser = running.signed_in("ada").await;
    assert_refused(&browser.clone().get("/me").await, "Token expired");
}

#[tokio::test]
async fn logins_and_logouts_at_once_end_where_the_last_one_left_them() {
    let running = Running::start().await;
    let browser = running.signed_in("ada").await;
    let all: Vec<_> = (0..20)
        .map(|nth| {
            let mut browser = browser.clone();
            tokio::spawn(async move {
                let answer = if nth % 2 == 0 { browser.login("ada").await } else { browser.post("/logout", "").await };
                (answer.status, browser)
            })
        })
        .collect();
    let mut live = 0;
    for each in all {
        let (status, mut browser) = each.await.expect("nobody panics");
        assert_eq!(status, 200);
        live += u32::from(browser.me().await == 200);
    }
    // Each login opened one, and nothing but its own logout ends it.
    assert_eq!((live, browser.clone().me().await), (10, 401));
}

#[test]
fn a_start_without_accounts_or_with_too_long_a_life_is_refused() {
    let refusal = |app: App| app.into_service().err().expect("the start is refused").to_string();
    let app_of = |sessions| App::new(Tree::new([])).authenticate(sessions);
    assert!(refusal(app_of(SessionAuth::new())).contains("call `App::accounts`"));
    let long = SessionAuth::new().lifetimes(Duration::from_secs(401 * 86_400), Duration::from_secs(60));
    assert!(refusal(app_of(long).accounts(Everybody)).contains("400 days"));
    assert!(refusal(app_of(SessionAuth::new().in_database()).accounts(Everybody)).contains("no database"));
    let login = App::new(Tree::new([file::<Logout>("/logout", "logout.rs")])).accounts(Everybody);
    assert!(refusal(login).contains("authenticate by `SessionAuth`"));
}

/// Waits until it is so, within a bound.
pub async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    let patience = tokio::time::Instant::now() + Duration::from_secs(30);
    while !is_so().await {
        assert!(tokio::time::Instant::now() < patience, "it never was so");
        tokio::task::yield_now().await;
    }
}
