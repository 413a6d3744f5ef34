//! Tokens of somebody else.

use super::*;

pub(super) const ISSUER: &str = "https://id.example.com";

/// A file with these keys.
fn file_of(keys: &Value) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    std::fs::write(file.path(), keys.to_string()).expect("it can be written");
    file
}

/// The public key of a private one, as key sets have it.
pub(super) fn jwk(pem: &str, kid: &str) -> Value {
    use jsonwebtoken::jwk::Jwk;
    let key = EncodingKey::from_ed_pem(pem.as_bytes()).map(|key| (key, Algorithm::EdDSA));
    let key = key.or_else(|_| EncodingKey::from_ec_pem(pem.as_bytes()).map(|key| (key, Algorithm::ES256)));
    let (key, algorithm) =
        key.or_else(|_| EncodingKey::from_rsa_pem(pem.as_bytes()).map(|key| (key, Algorithm::RS256))).expect("a key");
    let jwk = Jwk::from_encoding_key(&key, algorithm).expect("it has a public part");
    with(&serde_json::to_value(jwk).expect("it is JSON"), "kid", json!(kid))
}

fn app_with(keys: &Value) -> Edge {
    let file = file_of(keys);
    start(Jwt::from_config().sign_with(signing(P256)).trust(Trusted::new(ISSUER, "shop", file.path())))
}

/// What the provider signs.
pub(super) fn provided(header: &Value, claims: &Value) -> String {
    let key = EncodingKey::from_ed_pem(ED25519.as_bytes()).expect("a key");
    forge(header, claims, &key, Algorithm::EdDSA)
}

pub(super) fn header() -> Value {
    json!({"alg": "EdDSA", "typ": "JWT", "kid": "one"})
}

pub(super) fn their_claims() -> Value {
    json!({"iss": ISSUER, "aud": "shop", "sub": "ada", "exp": now() + 600, "department": "tea"})
}

#[tokio::test]
async fn its_callers_are_known_by_issuer_and_subject_and_are_nobody_of_ours() {
    let app = app_with(&json!({"keys": [jwk(ED25519, "one")]}));
    let who = with_token(&app, &provided(&header(), &their_claims())).await.json();
    let name = format!("{ISSUER}|ada");
    assert_eq!(who, json!({"subject": name, "name": name, "scheme": "jwt", "roles": [], "scopes": null}));
    // Roles that it claims are none of ours.
    let claims = with(&with(&their_claims(), "roles", json!(["admin"])), "username", json!("root"));
    assert_eq!(with_token(&app, &provided(&header(), &claims)).await.json(), who);
    let bearer = format!("Bearer {}", provided(&header(), &their_claims()));
    assert_eq!(ask(&app, "POST /me", &[("authorization", &bearer)]).await.body, "tea");
    // There is no sign-in of ours to end.
    assert_eq!(ask(&app, "DELETE /me", &[("authorization", &bearer)]).await.status, 403);
    // No account of ours is known like that.
    let answer = support::get(&app, "POST /login/https:%2F%2Fid.example.com%7Cada", None).await;
    assert!(answer.status >= 400, "{answer:?}");
}

#[tokio::test]
async fn attack_72_its_tokens_must_be_of_it_and_for_us() {
    let app = app_with(&json!({"keys": [jwk(ED25519, "one")]}));
    for (name, value, status) in [
        ("aud", json!(["other", "shop"]), 200),
        ("aud", json!(["shop"]), 200),
        ("aud", json!("sho"), 401),
        ("aud", json!("shop2"), 401),
        ("aud", json!("shop other"), 401),
        ("aud", json!([]), 401),
        ("aud", json!(null), 401),
        ("iss", json!("https://id.example.com/"), 401),
        ("iss", json!("https://id.example.co"), 401),
        ("iss", json!("HTTPS://id.example.com"), 401),
        ("iss", json!([ISSUER]), 401),
        ("iss", json!(null), 401),
        ("sub", json!(""), 401),
        ("sub", json!(null), 401),
        ("sub", json!(7), 401),
        ("exp", json!(1), 401),
        ("exp", json!(null), 401),
        ("nbf", json!(now() + 100), 401),
    ] {
        let token = provided(&header(), &with(&their_claims(), name, value.clone()));
        assert_eq!(with_token(&app, &token).await.status, status, "{name}: {value}");
    }
    for name in ["aud", "iss", "sub", "exp"] {
        let mut claims = their_claims();
        claims.as_object_mut().expect("it is an object").remove(name);
        assert_eq!(with_token(&app, &provided(&header(), &claims)).await.status, 401, "without {name}");
    }
    is_refused(
        &with_token(&app, &provided(&header(), &with(&their_claims(), "exp", json!(1)))).await,
        "Token expired",
        "an old one",
    );
}

#[tokio::test]
async fn attack_73_its_tokens_are_of_no_other_kind() {
    let app = app_with(&json!({"keys": [jwk(ED25519, "one")]}));
    for (typ, status) in [
        (json!("JWT"), 200),
        (json!("jwt"), 200),
        (json!("at+jwt"), 200),
        (json!("application/at+jwt"), 200),
        (json!(null), 200),
        (json!("refresh+jwt"), 401),
        (json!("logout+jwt"), 401),
        (json!("secevent+jwt"), 401),
        (json!("dpop+jwt"), 401),
        (json!("entity-statement+jwt"), 401),
        (json!(""), 401),
        (json!(7), 401),
    ] {
        let token = provided(&with(&header(), "typ", typ.clone()), &their_claims());
        assert_eq!(with_token(&app, &token).await.status, status, "{typ}");
    }
}

#[tokio::test]
async fn its_key_signs_nothing_of_ours_nor_ours_anything_of_its() {
    let app = app_with(&json!({"keys": [jwk(ED25519, "one")]}));
    let (own, _) = sign_in(&app, "ada").await;
    let (own_header, own_claims) = (part(&own, 0), claims(&own));
    assert_eq!(with_token(&app, &own).await.status, 200);
    for header in [
        header(),
        with(&header(), "typ", json!("at+jwt")),
        with(&own_header, "alg", json!("EdDSA")),
        own_header.clone(),
    ] {
        // Ours, signed by theirs.
        assert_eq!(with_token(&app, &provided(&header, &own_claims)).await.status, 401, "{header}");
        // With their name on it, it is one of theirs at most, and not for us.
        let claims = with(&own_claims, "iss", json!(ISSUER));
        assert_eq!(with_token(&app, &provided(&header, &claims)).await.status, 401, "{header}");
    }
    // Theirs, signed by ours: no sign-in of ours.
    let key = EncodingKey::from_ec_pem(P256.as_bytes()).expect("a key");
    for header in [own_header.clone(), with(&own_header, "kid", json!("one")), with(&header(), "alg", json!("ES256"))] {
        let token = forge(&header, &their_claims(), &key, Algorithm::ES256);
        assert_eq!(with_token(&app, &token).await.status, 401, "{header}");
    }
    // Everything that makes one ours, under their name, is who they say at the very most.
    let claims = with(&with(&own_claims, "iss", json!(ISSUER)), "aud", json!("shop"));
    assert_eq!(with_token(&app, &provided(&header(), &claims)).await.json()["subject"], format!("{ISSUER}|ada"));
}

#[tokio::test]
async fn scopes_limit_the_caller() {
    let app = app_with(&json!({"keys": [jwk(ED25519, "one")]}));
    for (name, value, scopes) in [
        ("scope", json!("orders:read orders:write"), json!(["orders:read", "orders:write"])),
        ("scope", json!(" orders:read  "), json!(["orders:read"])),
        ("scope", json!(""), json!([])),
        ("scope", json!(["orders:read"]), json!(["orders:read"])),
        ("scp", json!(["orders:read"]), json!(["orders:read"])),
        ("scp", json!("other"), json!(["other"])),
    ] {
        let bearer = format!("Bearer {}", provided(&header(), &with(&their_claims(), name, value.clone())));
        let may = scopes.as_array().is_some_and(|scopes| scopes.contains(&json!("orders:read")));
        let status = ask(&app, "PUT /me", &[("authorization", &bearer)]).await.status;
        assert_eq!(status, if may { 204 } else { 403 }, "{name}: {value}");
        // Where none is named it is good for nothing.
        assert_eq!(ask(&app, "GET /me", &[("authorization", &bearer)]).await.status, 403, "{name}: {value}");
    }
    // What cannot be understood is no permission.
    for (name, value) in [("scope", json!(null)), ("scope", json!(7)), ("scp", json!(null)), ("scp", json!({"a": 1}))] {
        let token = provided(&header(), &with(&their_claims(), name, value.clone()));
        assert_eq!(with_token(&app, &token).await.status, 401, "{name}: {value}");
    }
}

#[tokio::test]
async fn keys_for_something_else_are_passed_over() {
    let (one, other) = (jwk(ED25519, "one"), jwk(ED25519_OTHER, "other"));
    let secret = json!({"kty": "oct", "kid": "secret", "alg": "HS256", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ"});
    let app = app_with(&json!({"keys": [
        secret, with(&other, "use", json!("enc")), with(&with(&other, "kid", json!("ops")), "key_ops", json!(["encrypt"])),
        json!({"kty": "new", "kid": "new"}), json!({"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA", "kid": "k1"}), one,
    ]}));
    assert_eq!(with_token(&app, &provided(&header(), &their_claims())).await.status, 200);
    let key = EncodingKey::from_ed_pem(ED25519_OTHER.as_bytes()).expect("a key");
    for kid in ["other", "ops", "one"] {
        let token = forge(&with(&header(), "kid", json!(kid)), &their_claims(), &key, Algorithm::EdDSA);
        assert_eq!(with_token(&app, &token).await.status, 401, "{kid}");
    }
    let secret = URL_SAFE_NO_PAD.decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ").expect("it is base64url");
    let token = forge(
        &json!({"alg": "HS256", "kid": "secret"}),
        &their_claims(),
        &EncodingKey::from_secret(&secret),
        Algorithm::HS256,
    );
    assert_eq!(with_token(&app, &token).await.status, 401);
}

#[tokio::test]
async fn its_keys_take_turns_by_name() {
    let app = app_with(&json!({"keys": [jwk(ED25519, "one"), jwk(ED25519_OTHER, "two"), jwk(RSA, "three")]}));
    let (one, two) = (ED25519, ED25519_OTHER);
    for (pem, kid, status) in
        [(one, "one", 200), (two, "two", 200), (one, "two", 401), (two, "one", 401), (one, "three", 401)]
    {
        let key = EncodingKey::from_ed_pem(pem.as_bytes()).expect("a key");
        let token = forge(&with(&header(), "kid", json!(kid)), &their_claims(), &key, Algorithm::EdDSA);
        assert_eq!(with_token(&app, &token).await.status, status, "{kid}");
    }
    assert_eq!(with_token(&app, &provided(&json!({"alg": "EdDSA"}), &their_claims())).await.status, 401, "no name");
}

#[test]
fn files_that_are_no_key_set_stop_the_start() {
    let told = |file: &std::path::Path| refusal(app(Jwt::from_config().trust(Trusted::new(ISSUER, "shop", file))));
    for (content, reason) in [
        (String::new(), "no JSON Web Key Set"),
        ("{}".to_owned(), "no JSON Web Key Set"),
        ("[]".to_owned(), "no JSON Web Key Set"),
        ("\u{0}\u{1}".to_owned(), "no JSON Web Key Set"),
        (r#"{"keys": {}}"#.to_owned(), "no JSON Web Key Set"),
        ("[".repeat(100_000), "no JSON Web Key Set"),
        (r#"{"keys": []}"#.to_owned(), "none of its keys"),
        (json!({"keys": [{"kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ"}]}).to_string(), "none of its keys"),
        (json!({"keys": [with(&jwk(ED25519, "one"), "use", json!("enc"))]}).to_string(), "none of its keys"),
        (" ".repeat((1 << 20) + 1), "no more than"),
    ] {
        let file = tempfile::NamedTempFile::new().expect("a file can be made");
        std::fs::write(file.path(), &content).expect("it can be written");
        let told = told(file.path());
        assert!(told.contains(reason), "{}: {told}", &content[..content.len().min(80)]);
        assert!(told.contains(&file.path().display().to_string()), "{told}");
    }
    assert!(told("no/such/file".as_ref()).contains("no/such/file"));
    assert!(told(std::env::temp_dir().as_path()).contains(&std::env::temp_dir().display().to_string()));
}

#[test]
fn two_of_one_issuer_stop_the_start() {
    let file = file_of(&json!({"keys": [jwk(ED25519, "one")]}));
    let trusted = || Trusted::new(ISSUER, "shop", file.path());
    let told = refusal(app(Jwt::from_config().trust(trusted()).trust(trusted())));
    assert!(told.contains("two have the issuer"), "{told}");
    let told = refusal(app(Jwt::from_config().issuer(ISSUER).trust(trusted())));
    assert!(told.contains("two have the issuer"), "{told}");
}
