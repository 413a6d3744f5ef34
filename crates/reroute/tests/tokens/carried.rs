//! How a token is carried, and tokens that were good once.

use super::*;

#[tokio::test]
async fn attack_77_a_token_comes_as_bearer_once_and_alone() {
    let app = start(Jwt::from_config());
    let (token, _) = sign_in(&app, "ada").await;
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let answer = ask(&app, "GET /me", &[("authorization", &format!("{scheme} {token}"))]).await;
        assert_eq!(answer.status, 200, "{scheme}");
    }
    for wrong in [
        format!("Basic {token}"),
        format!("Token {token}"),
        format!("JWT {token}"),
        format!("Bearer{token}"),
        format!("Bearer  {token}"),
        format!("Bearer\t{token}"),
        format!("Bearer {token} "),
        format!("Bearer {token} x"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Bearer \"{token}\""),
        format!("Bearer token={token}"),
        token.clone(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        String::new(),
        " ".to_owned(),
    ] {
        is_refused(&ask(&app, "GET /me", &[("authorization", &wrong)]).await, "Invalid token", &wrong);
    }
    let bearer = format!("Bearer {token}");
    for both in [[bearer.as_str(), &bearer], [&bearer, "Basic eDp5"], ["Basic eDp5", &bearer], [&bearer, ""]] {
        let headers = both.map(|value| ("authorization", value));
        is_refused(&ask(&app, "GET /me", &headers).await, "Invalid token", "two headers");
    }
    // Nowhere else.
    for headers in [[("cookie", format!("token={token}"))], [("x-authorization", bearer.clone())]] {
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        is_refused(&ask(&app, "GET /me", &headers).await, "Missing authentication token", "another header");
    }
    let answer = ask(&app, &format!("GET /me?access_token={token}"), &[]).await;
    is_refused(&answer, "Missing authentication token", "a query");
}

#[tokio::test]
async fn attack_78_what_was_signed_out_is_no_token_any_longer() {
    let app = start(Jwt::from_config());
    let (token, refresh) = sign_in(&app, "ada").await;
    let (other, _) = sign_in(&app, "ada").await;
    let bearer = format!("Bearer {token}");
    assert_eq!(with_token(&app, &token).await.status, 200);
    assert_eq!(ask(&app, "DELETE /me", &[("authorization", &bearer)]).await.status, 204);
    is_refused(&with_token(&app, &token).await, "Invalid token", "signed out");
    is_refused(&ask(&app, "DELETE /me", &[("authorization", &bearer)]).await, "Invalid token", "signed out");
    is_refused(&support::get(&app, &format!("PUT /login/{refresh}"), None).await, "Invalid token", "signed out");
    assert_eq!(with_token(&app, &other).await.status, 200);
}

#[tokio::test]
async fn attack_78_a_refresh_token_that_comes_twice_ends_all_that_came_of_it() {
    let app = start(Jwt::from_config());
    let (token, refresh) = sign_in(&app, "ada").await;
    let again = async |refresh: &str| support::get(&app, &format!("PUT /login/{refresh}"), None).await;
    let (second, second_refresh) = pair(&again(&refresh).await);
    for token in [&token, &second] {
        assert_eq!(with_token(&app, token).await.status, 200);
    }
    is_refused(&again(&refresh).await, "Invalid token", "twice");
    for token in [&token, &second] {
        is_refused(&with_token(&app, token).await, "Invalid token", "of an ended sign-in");
    }
    is_refused(&again(&second_refresh).await, "Invalid token", "of an ended sign-in");
}

#[tokio::test]
async fn without_the_key_that_wrote_them_tokens_are_none() {
    let (one, other) = (start(Jwt::from_config()), start(Jwt::from_config()));
    let (token, refresh) = sign_in(&one, "ada").await;
    sign_in(&other, "ada").await;
    is_refused(&with_token(&other, &token).await, "Invalid token", "another process");
    is_refused(&support::get(&other, &format!("PUT /login/{refresh}"), None).await, "Invalid token", "another process");
}

#[tokio::test]
async fn what_a_token_says_is_had_as_a_type_of_ones_own() {
    let app = start(Jwt::from_config().sign_with(signing(ED25519)));
    let (token, _) = sign_in(&app, "ada").await;
    let ask = async |token: &str| ask(&app, "POST /me", &[("authorization", &format!("Bearer {token}"))]).await;
    assert_eq!(ask(&token).await.body, "tea");
    let key = EncodingKey::from_ed_pem(ED25519.as_bytes()).expect("a key");
    for department in [json!(7), json!(null), json!(["tea"])] {
        let claims = with(&claims(&token), "department", department.clone());
        let answer = ask(&forge(&part(&token, 0), &claims, &key, Algorithm::EdDSA)).await;
        is_refused(&answer, "Invalid token", &department.to_string());
        assert!(!answer.body.contains("expected"), "{answer:?}");
    }
}
