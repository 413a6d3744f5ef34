//! Tokens that somebody else has made, who knows all that is public.

use super::*;
use reroute::testing;
use std::sync::LazyLock;

struct Kind {
    pem: &'static str,
    key: EncodingKey,
    algorithm: Algorithm,
}

fn kinds() -> [Kind; 3] {
    let pem = str::as_bytes;
    [
        Kind { pem: ED25519, key: EncodingKey::from_ed_pem(pem(ED25519)).expect("a key"), algorithm: Algorithm::EdDSA },
        Kind { pem: P256, key: EncodingKey::from_ec_pem(pem(P256)).expect("a key"), algorithm: Algorithm::ES256 },
        Kind { pem: RSA, key: EncodingKey::from_rsa_pem(pem(RSA)).expect("a key"), algorithm: Algorithm::RS256 },
    ]
}

#[tokio::test]
async fn what_each_kind_of_key_signs_is_taken() {
    for kind in kinds() {
        let app = start(Jwt::from_config().sign_with(signing(kind.pem)));
        let (token, refresh) = sign_in(&app, "ada").await;
        let header = part(&token, 0);
        assert_eq!(header["alg"], format!("{:?}", kind.algorithm));
        assert_eq!(header["typ"], "at+jwt");
        let who = with_token(&app, &token).await.json();
        assert_eq!(
            who,
            json!({"subject": "ada", "name": "ada!", "scheme": "jwt", "roles": ["customer"], "scopes": null})
        );
        // What is signed by hand in the same way is the same.
        let again = forge(&header, &claims(&token), &kind.key, kind.algorithm);
        assert_eq!(with_token(&app, &again).await.status, 200);
        // Attack 73: neither is worth anything for the other.
        is_refused(&with_token(&app, &refresh).await, "Invalid token", "a refresh token");
        let answer = support::get(&app, &format!("PUT /login/{token}"), None).await;
        assert_eq!(answer.status, 401);
        assert_eq!(support::get(&app, &format!("PUT /login/{refresh}"), None).await.status, 200);
    }
}

#[tokio::test]
async fn claims_that_mean_something_are_not_an_accounts_to_set() {
    let app = start(Jwt::from_config());
    let (token, _) = sign_in(&app, "ada").await;
    let claims = claims(&token);
    assert_eq!(
        (&claims["sub"], &claims["department"], &claims["username"]),
        (&json!("ada"), &json!("tea"), &json!("ada!"))
    );
    assert_eq!((claims.get("scope"), claims.get("aud"), claims.get("iss")), (None, None, None));
    assert_eq!(claims["exp"].as_u64(), claims["iat"].as_u64().map(|at| at + 3600));
}

#[tokio::test]
async fn attack_67_unsigned_tokens_are_refused() {
    for kind in kinds() {
        let app = start(Jwt::from_config().sign_with(signing(kind.pem)));
        let (token, _) = sign_in(&app, "ada").await;
        let header = part(&token, 0);
        let parts: Vec<&str> = token.split('.').collect();
        for alg in [json!("none"), json!("NonE"), json!("NONE"), json!(""), json!(["EdDSA"]), json!(null), json!(0)] {
            let header = encode(&with(&header, "alg", alg.clone()));
            for signature in ["", parts[2], "AA"] {
                let forged = format!("{header}.{}.{signature}", parts[1]);
                is_refused(&with_token(&app, &forged).await, "Invalid token", &alg.to_string());
            }
        }
        let mut without = header.clone();
        without.as_object_mut().expect("it is an object").remove("alg");
        is_refused(&with_token(&app, &format!("{}.{}.", encode(&without), parts[1])).await, "Invalid token", "no alg");
    }
}

#[tokio::test]
async fn attack_68_a_public_key_is_no_secret_and_one_key_has_one_algorithm() {
    let app = start(Jwt::from_config().sign_with(signing(RSA)));
    let (token, _) = sign_in(&app, "ada").await;
    let (header, claims) = (part(&token, 0), claims(&token));
    let der: Vec<u8> = {
        use base64::engine::general_purpose::STANDARD;
        let text: String = RSA_PUBLIC.lines().filter(|line| !line.starts_with('-')).collect();
        STANDARD.decode(text).expect("it is base64")
    };
    let trimmed = RSA_PUBLIC.trim_end();
    for secret in
        [RSA_PUBLIC.as_bytes(), trimmed.as_bytes(), &der, b"", header["kid"].as_str().expect("text").as_bytes()]
    {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let header = with(&header, "alg", json!(format!("{algorithm:?}")));
            let forged = forge(&header, &claims, &EncodingKey::from_secret(secret), algorithm);
            is_refused(&with_token(&app, &forged).await, "Invalid token", "a public key for a secret");
        }
    }
    // The right key, by another algorithm that it could do.
    let key = EncodingKey::from_rsa_pem(RSA.as_bytes()).expect("a key");
    for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256, Algorithm::PS512] {
        for named in [algorithm, Algorithm::RS256] {
            let header = with(&header, "alg", json!(format!("{named:?}")));
            let forged = forge(&header, &claims, &key, algorithm);
            is_refused(&with_token(&app, &forged).await, "Invalid token", &format!("{algorithm:?} as {named:?}"));
        }
    }
    // Another key of the right algorithm, by the name of ours.
    let app = start(Jwt::from_config().sign_with(signing(ED25519)));
    let (token, _) = sign_in(&app, "ada").await;
    let other = EncodingKey::from_ed_pem(ED25519_OTHER.as_bytes()).expect("a key");
    let forged = forge(&part(&token, 0), &super::claims(&token), &other, Algorithm::EdDSA);
    is_refused(&with_token(&app, &forged).await, "Invalid token", "another key");
}

#[tokio::test]
async fn attacks_69_and_70_headers_that_bring_or_name_a_key_are_refused() {
    let app = start(Jwt::from_config().sign_with(signing(ED25519)));
    let (token, _) = sign_in(&app, "ada").await;
    let (header, claims) = (part(&token, 0), claims(&token));
    let key = EncodingKey::from_ed_pem(ED25519.as_bytes()).expect("a key");
    for kid in
        [json!("../../dev/null"), json!("' UNION SELECT 'x"), json!("unknown"), json!(7), json!(["a"]), json!({})]
    {
        let forged = forge(&with(&header, "kid", kid.clone()), &claims, &key, Algorithm::EdDSA);
        is_refused(&with_token(&app, &forged).await, "Invalid token", &kid.to_string());
    }
    for (name, value) in [
        ("jku", json!("https://localhost/keys")),
        ("x5u", json!("file:///etc/passwd")),
        ("jwk", json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("crit", json!("exp")),
        ("crit", json!(null)),
        ("zip", json!("DEF")),
        ("enc", json!("A128GCM")),
        ("b64", json!(false)),
    ] {
        let forged = forge(&with(&header, name, value.clone()), &claims, &key, Algorithm::EdDSA);
        is_refused(&with_token(&app, &forged).await, "Invalid token", &format!("{name}: {value}"));
    }
    // The attacker's own key, as the header brings it.
    let other = EncodingKey::from_ed_pem(ED25519_OTHER.as_bytes()).expect("a key");
    let brought = json!({"alg": "EdDSA", "typ": "at+jwt", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}});
    is_refused(&with_token(&app, &forge(&brought, &claims, &other, Algorithm::EdDSA)).await, "Invalid token", "jwk");
}

#[tokio::test]
async fn attack_71_a_token_that_has_had_its_time_says_so_and_one_without_end_is_none() {
    let app = start(Jwt::from_config().sign_with(signing(ED25519)));
    let (token, _) = sign_in(&app, "ada").await;
    let (header, claims) = (part(&token, 0), claims(&token));
    let key = EncodingKey::from_ed_pem(ED25519.as_bytes()).expect("a key");
    let sign = |claims: &Value| forge(&header, claims, &key, Algorithm::EdDSA);
    for exp in [now() - 1, now(), 1, 0] {
        let old = sign(&with(&claims, "exp", json!(exp)));
        is_refused(&with_token(&app, &old).await, "Token expired", &exp.to_string());
    }
    // Expired, and of another kind: the first is told.
    let other = with(&header, "typ", json!("JWT"));
    let old = forge(&other, &with(&claims, "exp", json!(1)), &key, Algorithm::EdDSA);
    is_refused(&with_token(&app, &old).await, "Token expired", "JWT");
    is_refused(&with_token(&app, &forge(&other, &claims, &key, Algorithm::EdDSA)).await, "Invalid token", "JWT");
    for (name, value) in [
        ("exp", json!(null)),
        ("exp", json!("4102444800")),
        ("exp", json!(4_102_444_800.5)),
        ("exp", json!(1e30)),
        ("exp", json!(-1)),
        ("nbf", json!(now() + 100)),
        ("nbf", json!("0")),
        ("nbf", json!(null)),
        ("iat", json!(now() + 3600)),
        ("iat", json!(null)),
    ] {
        let wrong = sign(&with(&claims, name, value.clone()));
        is_refused(&with_token(&app, &wrong).await, "Invalid token", &format!("{name}: {value}"));
    }
    // A sign-in that was had long ago does not live longer than it may by a claim.
    let long = sign(&with(&claims, "exp", json!(now() + 10_000_000)));
    assert_eq!(with_token(&app, &long).await.status, 200);
    let app =
        start(Jwt::from_config().sign_with(signing(ED25519)).lifetimes(Duration::from_secs(3600), Duration::ZERO));
    let (token, refresh) = sign_in(&app, "ada").await;
    let long = sign(&with(&super::claims(&token), "exp", json!(now() + 10_000_000)));
    is_refused(&with_token(&app, &long).await, "Invalid token", "the sign-in is over");
    let answer = support::get(&app, &format!("PUT /login/{refresh}"), None).await;
    is_refused(&answer, "Token expired", "so is the refresh token");
}

#[tokio::test]
async fn attack_72_own_issuer_and_audience_are_written_and_demanded() {
    let jwt = || Jwt::from_config().sign_with(signing(ED25519)).issuer("urn:shop").audience("urn:api");
    let app = start(jwt());
    let (token, _) = sign_in(&app, "ada").await;
    let (header, claims) = (part(&token, 0), claims(&token));
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!("urn:shop"), &json!("urn:api")));
    assert_eq!(with_token(&app, &token).await.status, 200);
    let key = EncodingKey::from_ed_pem(ED25519.as_bytes()).expect("a key");
    for (name, value, status) in [
        ("aud", json!(["urn:other", "urn:api"]), 200),
        ("aud", json!(["urn:other"]), 401),
        ("aud", json!("urn:ap"), 401),
        ("aud", json!("urn:api2"), 401),
        ("aud", json!(null), 401),
        ("aud", json!([]), 401),
        ("iss", json!("urn:sho"), 401),
        ("iss", json!("urn:shop/"), 401),
        ("iss", json!(["urn:shop"]), 401),
        ("iss", json!(null), 401),
    ] {
        let forged = forge(&header, &with(&claims, name, value.clone()), &key, Algorithm::EdDSA);
        assert_eq!(with_token(&app, &forged).await.status, status, "{name}: {value}");
    }
}

#[tokio::test]
async fn attack_76_what_is_too_long_is_refused_and_not_looked_at() {
    let app = start(Jwt::from_config().sign_with(signing(ED25519)));
    let (token, _) = sign_in(&app, "ada").await;
    let key = EncodingKey::from_ed_pem(ED25519.as_bytes()).expect("a key");
    for (filling, status) in [(5_000, 200), (9_000, 401), (200_000, 401)] {
        let claims = with(&claims(&token), "filling", json!("x".repeat(filling)));
        let forged = forge(&part(&token, 0), &claims, &key, Algorithm::EdDSA);
        assert_eq!(with_token(&app, &forged).await.status, status, "{filling}");
    }
    // Five parts: encrypted (RFC 7516).
    let encrypted = format!("{}.AAAA.AAAA.AAAA.AAAA", encode(&json!({"alg": "dir", "enc": "A128GCM", "zip": "DEF"})));
    is_refused(&with_token(&app, &encrypted).await, "Invalid token", "five parts");
    // Nor is such a one issued, for its owner to find out.
    let standing = Standing::default();
    standing.set("ada", "great");
    let app = App::new(files()).accounts(standing).authenticate(Jwt::from_config()).into_service().expect("it starts");
    assert_eq!(support::get(&app, "POST /login/ada", None).await.status, 500);
}

static LOG: LazyLock<tempfile::NamedTempFile> = LazyLock::new(|| {
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    testing::open_security_log(file.path(), "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo").expect("it can be opened");
    file
});

/// The events of this client, without the tokens of its tries.
async fn events(client: u8, app: &Edge, tokens: &[&str]) -> Vec<Value> {
    LazyLock::force(&LOG);
    let app = testing::with_client(app, [192, 0, 2, client].into());
    for token in tokens {
        with_token(&app, token).await;
    }
    testing::flush_security_log();
    let text = std::fs::read_to_string(LOG.path()).expect("it is text");
    assert!(tokens.iter().all(|token| token.len() < 20 || !text.contains(token)), "a token in the log");
    let events = text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON"));
    let ip = format!("192.0.2.{client}");
    events.filter(|event: &Value| event["details"]["ip_address"] == ip.as_str()).collect()
}

#[tokio::test]
async fn a_forbidden_algorithm_is_suspicious_and_a_wrong_token_a_failure() {
    let app = start(Jwt::from_config().sign_with(signing(ED25519)));
    let (token, _) = sign_in(&app, "ada").await;
    let kinds = |events: &[Value]| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        events.iter().map(|event| (text(&event["event_type"]), text(&event["severity"]))).collect()
    };
    let pair = |kind: &str, severity: &str| (kind.to_owned(), severity.to_owned());
    let none = format!("{}.{}.", encode(&json!({"alg": "none"})), encode(&claims(&token)));
    let forbidden = events(1, &app, &[&none]).await;
    assert_eq!(kinds(&forbidden), [pair("suspicious_request", "HIGH"), pair("auth_failure", "MEDIUM")]);
    assert_eq!(forbidden[0]["message"], "Suspicious activity: a token with a forbidden algorithm");
    assert_eq!(forbidden[1]["details"]["reason"], "Invalid token");
    assert_eq!(forbidden[1]["details"]["user"], "unknown");
    let wrong = format!("{}A", &token[..token.len() - 1]);
    let wrong = if wrong == token { format!("{}Q", &token[..token.len() - 1]) } else { wrong };
    assert_eq!(kinds(&events(2, &app, &[&wrong]).await), [pair("auth_failure", "MEDIUM")]);
}
