//! The hidden field of forms.

use super::*;

async fn token(browser: &mut Browser) -> String {
    let answer = browser.get("/transfers").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

async fn transfer(browser: &mut Browser, token: &str) -> Answer {
    browser.post("/transfers", &format!("form_token={token}")).await
}

#[tokio::test]
async fn attack_65_a_form_brings_the_token_of_its_own_session() {
    let running = Running::start().await;
    let mut ada = running.signed_in("ada").await;
    let own = token(&mut ada).await;
    assert_eq!(own.len(), 86);
    assert!(!own.contains(ada.session()));
    assert_eq!(transfer(&mut ada, &own).await.body, "done");
    // Each page has another text for it, and all of them are good.
    let again = token(&mut ada).await;
    assert_ne!(again, own);
    assert_eq!(transfer(&mut ada, &again).await.status, 200);
    assert_eq!(transfer(&mut ada, &own).await.status, 200);
    // Another session's, of the same account too, is not.
    for name in ["mallory", "ada"] {
        let mut other = running.signed_in(name).await;
        let theirs = token(&mut other).await;
        let answer = transfer(&mut ada, &theirs).await;
        assert_eq!((answer.status, &*answer.detail()), (403, "The form is not of this session: load the page again"));
        assert_eq!(transfer(&mut other, &own).await.status, 403);
    }
}

#[tokio::test]
async fn attack_65_a_login_has_another_token() {
    let running = Running::start().await;
    let mut browser = running.signed_in("ada").await;
    let before = token(&mut browser).await;
    browser.login("ada").await;
    assert_eq!(transfer(&mut browser, &before).await.status, 403);
    let after = token(&mut browser).await;
    assert_eq!(transfer(&mut browser, &after).await.status, 200);
}

#[tokio::test]
async fn a_token_that_was_changed_is_none() {
    let running = Running::start().await;
    let mut browser = running.signed_in("ada").await;
    let right = token(&mut browser).await;
    for at in [0, 20, 42, 43, 60, 84] {
        let mut wrong = right.clone();
        let other = if right.as_bytes()[at] == b'A' { "B" } else { "A" };
        wrong.replace_range(at..=at, other);
        assert_eq!(transfer(&mut browser, &wrong).await.status, 403, "{at}");
    }
    for wrong in ["", "x", &right[..85], &format!("{right}A"), &"A".repeat(86), &"%C3%A9".repeat(43)] {
        assert_eq!(transfer(&mut browser, wrong).await.status, 403, "{wrong}");
    }
    assert_eq!(browser.post("/transfers", "other=x").await.status, 422);
}

#[tokio::test]
async fn who_has_no_session_has_no_token() {
    let running = Running::start().await;
    assert_eq!(running.browser().get("/transfers").await.status, 401);
    assert_eq!(running.browser().with_session(&"A".repeat(43)).get("/transfers").await.status, 401);
}
