//! Keys: which are taken, and how one takes the place of another.

use super::*;
use reroute::auth::KeyError;

#[test]
fn keys_that_are_too_weak_or_for_something_else_are_refused() {
    for (pem, error) in [
        (include_str!("keys/rsa-1024.pem"), KeyError::TooShort),
        (include_str!("keys/p384.pem"), KeyError::Unsupported),
        (include_str!("keys/p521.pem"), KeyError::Unsupported),
        (include_str!("keys/x25519.pem"), KeyError::Unreadable),
        (include_str!("keys/ed448.pem"), KeyError::Unreadable),
        (RSA_PUBLIC, KeyError::Unreadable),
        ("", KeyError::Unreadable),
        ("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", KeyError::Unreadable),
        ("a secret of more than thirty-two characters", KeyError::Unreadable),
    ] {
        assert_eq!(SigningKey::from_pem(pem).err(), Some(error), "{pem}");
    }
    for (pem, error) in [
        (include_str!("keys/rsa-1024.pub.pem"), KeyError::TooShort),
        (include_str!("keys/p384.pub.pem"), KeyError::Unsupported),
        (include_str!("keys/p521.pub.pem"), KeyError::Unsupported),
        (include_str!("keys/x25519.pub.pem"), KeyError::Unreadable),
        (include_str!("keys/ed448.pub.pem"), KeyError::Unreadable),
        ("", KeyError::Unreadable),
    ] {
        assert_eq!(VerifyingKey::from_pem(pem).err(), Some(error), "{pem}");
    }
}

#[test]
fn a_private_key_and_its_public_key_have_one_name_and_show_nothing_else() {
    for (private, public) in [
        (ED25519, include_str!("keys/ed25519.pub.pem")),
        (P256, include_str!("keys/p256.pub.pem")),
        (RSA, RSA_PUBLIC),
        (include_str!("keys/rsa.pkcs1.pem"), RSA_PUBLIC),
    ] {
        let (private, public) = (signing(private), VerifyingKey::from_pem(public).expect("it is a key"));
        assert_eq!(format!("{:?}", private.verifying_key()), format!("{public:?}"));
        let shown = format!("{private:?} {public:?}");
        assert!(shown.len() < 200, "{shown}");
    }
}

#[tokio::test]
async fn keys_take_turns() {
    let public = |pem: &str| signing(pem).verifying_key().clone();
    let store = reroute::Db::connect("sqlite::memory:", true).await.expect("memory is there");
    reroute::auth::create_tables(&store).await.expect("it takes tables");
    let start = |jwt| app(jwt).state(store.clone()).into_service().expect("it starts");
    let old = start(Jwt::from_config().sign_with(signing(ED25519)));
    let both = start(Jwt::from_config().sign_with(signing(P256)).accept(public(ED25519)));
    let new = start(Jwt::from_config().sign_with(signing(P256)));
    let (of_old, _) = sign_in(&old, "ada").await;
    let (of_both, _) = sign_in(&both, "ada").await;
    assert_ne!(part(&of_old, 0)["kid"], part(&of_both, 0)["kid"]);
    for (app, token, status) in [
        (&old, &of_old, 200),
        (&old, &of_both, 401),
        (&both, &of_old, 200),
        (&both, &of_both, 200),
        (&new, &of_old, 401),
        (&new, &of_both, 200),
    ] {
        assert_eq!(with_token(app, token).await.status, status);
    }
    // Each key by its own algorithm alone, whatever the other could do.
    let swapped = with(&part(&of_old, 0), "alg", json!("ES256"));
    let key = EncodingKey::from_ed_pem(ED25519.as_bytes()).expect("a key");
    let forged = forge(&swapped, &claims(&of_old), &key, Algorithm::EdDSA);
    assert_eq!(with_token(&both, &forged).await.status, 401);
    // Without a name it is not guessed.
    let nameless = json!({"alg": "EdDSA", "typ": "at+jwt"});
    let forged = forge(&nameless, &claims(&of_old), &key, Algorithm::EdDSA);
    assert_eq!(with_token(&both, &forged).await.status, 401);
    assert_eq!(with_token(&old, &forged).await.status, 200);
}

#[test]
fn two_keys_of_one_name_stop_the_start() {
    let other = || signing(ED25519_OTHER).verifying_key().clone();
    let told = refusal(app(Jwt::from_config().sign_with(signing(P256).with_id("a")).accept(other().with_id("a"))));
    assert!(told.contains("two keys are named `a`"), "{told}");
    let told = refusal(app(Jwt::from_config().accept(other()).accept(other())));
    assert!(told.contains("two keys are named"), "{told}");
    let accepted = Jwt::from_config().sign_with(signing(P256).with_id("a")).accept(other().with_id("b"));
    assert!(app(accepted).into_service().is_ok());
}

#[test]
fn tokens_need_accounts_and_one_of_each_issuer() {
    let told = refusal(App::new(Tree::new([])).authenticate(Jwt::from_config()));
    assert!(told.contains("App::accounts"), "{told}");
}

#[tokio::test]
async fn attack_79_a_secret_of_ones_own_is_long_and_good_where_others_know_it() {
    const SECRET: &str = "q8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOoZk3v";
    let start = |secret: &'static str| {
        reroute::testing::service(app(Jwt::from_config()), [("REROUTE_ENV", "test"), ("JWT_SECRET", secret)])
    };
    let app = start(SECRET).expect("it starts");
    let (token, _) = sign_in(&app, "ada").await;
    assert_eq!(part(&token, 0)["alg"], "HS256");
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    // What somebody else made with it is as good as ours, as far as there is a sign-in.
    let again = forge(&json!({"alg": "HS256", "typ": "at+jwt"}), &claims(&token), &key, Algorithm::HS256);
    assert_eq!(with_token(&app, &again).await.status, 200);
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        let header = json!({"alg": format!("{algorithm:?}"), "typ": "at+jwt"});
        let other = forge(&header, &claims(&token), &key, algorithm);
        is_refused(&with_token(&app, &other).await, "Invalid token", "another algorithm");
    }
    let unknown = with(&claims(&token), "sid", json!("CAgICAgICAgICAgICAgICA"));
    let unknown = forge(&json!({"alg": "HS256", "typ": "at+jwt"}), &unknown, &key, Algorithm::HS256);
    is_refused(&with_token(&app, &unknown).await, "Invalid token", "no sign-in");
    for weak in ["short", "q8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUu", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
        let told = start(weak).err().expect("the start is refused").to_string();
        assert!(told.contains("JWT_SECRET") && !told.contains(weak), "{told}");
    }
}
