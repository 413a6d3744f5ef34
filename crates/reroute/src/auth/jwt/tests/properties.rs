//! What holds for any text.

use super::*;
use proptest::prelude::*;
use std::sync::LazyLock;

static ISSUER: LazyLock<(Arc<Issuer>, String)> = LazyLock::new(|| {
    let issuer = by_secret();
    let sid = now_or_never(sign_in(&issuer));
    (issuer, sid)
});

/// Memory answers at once.
fn now_or_never<T>(asked: impl Future<Output = T>) -> T {
    let mut asked = std::pin::pin!(asked);
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    match asked.as_mut().poll(&mut cx) {
        std::task::Poll::Ready(answer) => answer,
        std::task::Poll::Pending => panic!("memory answers at once"),
    }
}

fn token() -> String {
    let (issuer, sid) = &*ISSUER;
    let payload = URL_SAFE_NO_PAD.encode(claims(sid, "{}"));
    let message = format!("{}.{payload}", issuer.signing.header());
    format!("{message}.{}", issuer.signing.sign(message.as_bytes()).expect("it signs"))
}

/// Anything that JSON can be, with the names that are looked at in it.
fn json() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "alg", "typ", "kid", "crit", "jwk", "sub", "exp", "nbf", "iat", "iss", "aud", "sid", "scope", "scp", "x",
    ]);
    let value = prop_oneof![
        Just("null".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_filter_map("a number", |number| serde_json::to_string(&number).ok()),
        "[a-zA-Z0-9+]{0,8}".prop_map(|text| format!("{text:?}")),
        prop::sample::select(vec!["\"HS256\"", "\"none\"", "\"at+jwt\"", "[\"a\",\"b\"]", "[1]", "{}", "[]", "true"])
            .prop_map(str::to_owned),
    ];
    prop_oneof![
        prop::collection::vec((name, value), 0..8).prop_map(|members| {
            let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
            format!("{{{}}}", members.join(","))
        }),
        "[\\[\\]{}\",:0-9a-z\\\\. ]{0,60}",
    ]
}

proptest! {
    #[test]
    fn a_token_with_one_other_character_is_refused(at in 0usize..400, with in "[A-Za-z0-9_.=+/-]") {
        let token = token();
        let at = at % token.len();
        let mut other = token.clone();
        other.replace_range(at..=at, &with);
        let judged = now_or_never(judge(&ISSUER.0, &other));
        prop_assert_eq!(judged.is_ok(), other == token);
    }

    #[test]
    fn a_token_that_is_longer_or_shorter_is_refused(at in 0usize..400, with in "[A-Za-z0-9_.=+/-]") {
        let mut token = token();
        let at = at % token.len();
        let mut shorter = token.clone();
        shorter.remove(at);
        prop_assert!(now_or_never(judge(&ISSUER.0, &shorter)).is_err());
        token.insert_str(at, &with);
        prop_assert!(now_or_never(judge(&ISSUER.0, &token)).is_err());
    }

    #[test]
    fn no_text_is_a_token(text in "\\PC{0,200}") {
        prop_assert!(now_or_never(judge(&ISSUER.0, &text)).is_err());
        prop_assert_eq!(refresh::read(&ISSUER.0.refresh_keys, &text), None);
        let with_prefix = format!("refresh_{text}");
        prop_assert_eq!(refresh::read(&ISSUER.0.refresh_keys, &with_prefix), None);
    }

    /// Signed by the right key, so that all of it is read.
    #[test]
    fn any_json_is_judged(header in json(), payload in json(), leeway in 0u64..=60, now in any::<u64>()) {
        let key = SigningKey::from_secret(SECRET.as_bytes());
        // It names no sign-in: it never gets through.
        prop_assert!(now_or_never(judge(&ISSUER.0, &forge(&key, &header, &payload))).is_err());
        let right = forge(&key, r#"{"alg":"HS256","typ":"at+jwt"}"#, &payload);
        prop_assert!(now_or_never(judge(&ISSUER.0, &right)).is_err());
        let rules = Rules { leeway, ..Rules::default() };
        let now = now.min(u64::MAX - 60);
        let taken = Claims::read(payload.as_bytes(), &rules, now).is_ok();
        let exp = serde_json::from_str::<serde_json::Value>(&payload).ok().and_then(|all| all["exp"].as_u64());
        prop_assert!(!taken || exp.is_some_and(|exp| exp.saturating_add(leeway) > now));
    }

    #[test]
    fn a_refresh_token_says_what_was_written_and_nothing_else_is_one(
        family in any::<[u8; 16]>(), generation in any::<i64>(), at in 0usize..100, with in "[A-Za-z0-9_=.-]",
    ) {
        let keys = &ISSUER.0.refresh_keys;
        let token = refresh::write(&keys[0], &family, generation);
        prop_assert_eq!(refresh::read(keys, &token), Some((family, generation)));
        let at = at % token.len();
        let mut other = token.clone();
        other.replace_range(at..=at, &with);
        prop_assert_eq!(refresh::read(keys, &other).is_some(), other == token);
    }
}
