use super::*;
use proptest::prelude::*;

const CSP: &str = "content-security-policy";
const NONCE: &str = "'nonce-8IBTHwOdqNKAWeKl7plt8g=='";

#[test]
fn attack_107_a_stricter_word_is_taken_and_a_looser_one_is_not() {
    // Each column from the strictest on; only what stands before or at a value may replace it.
    for (name, words) in [
        ("x-frame-options", &["DENY", "SAMEORIGIN"][..]),
        ("cross-origin-opener-policy", &["same-origin", "same-origin-allow-popups", "unsafe-none"]),
        ("cross-origin-opener-policy", &["noopener-allow-popups", "unsafe-none"]),
        ("cross-origin-resource-policy", &["same-origin", "same-site", "cross-origin"]),
        ("cross-origin-embedder-policy", &["require-corp", "unsafe-none"]),
        ("cross-origin-embedder-policy", &["credentialless", "unsafe-none"]),
        (
            "referrer-policy",
            &[
                "no-referrer",
                "strict-origin",
                "strict-origin-when-cross-origin",
                "origin-when-cross-origin",
                "unsafe-url",
            ],
        ),
        ("referrer-policy", &["no-referrer", "same-origin", "no-referrer-when-downgrade", "unsafe-url"]),
        ("referrer-policy", &["strict-origin", "origin", "origin-when-cross-origin"]),
    ] {
        for (at, ours) in words.iter().enumerate() {
            for (their_place, theirs) in words.iter().enumerate() {
                let expected = (their_place <= at).then_some(*theirs);
                assert_eq!(tightened(name, ours, theirs).as_deref(), expected, "{name}: {theirs} for {ours}");
            }
        }
    }
    for (name, one, other) in [
        ("cross-origin-opener-policy", "same-origin", "noopener-allow-popups"),
        ("cross-origin-embedder-policy", "require-corp", "credentialless"),
        ("referrer-policy", "same-origin", "strict-origin"),
        ("referrer-policy", "no-referrer-when-downgrade", "origin"),
    ] {
        assert_eq!((tightened(name, one, other), tightened(name, other, one)), (None, None), "{one} {other}");
    }
}

#[test]
fn attack_107_what_is_no_value_replaces_none() {
    for (name, ours) in [
        ("x-frame-options", "SAMEORIGIN"),
        ("referrer-policy", "unsafe-url"),
        ("permissions-policy", "camera=*"),
        ("cross-origin-opener-policy", "unsafe-none"),
        (CSP, "default-src *"),
    ] {
        for theirs in ["", "ALLOWALL", "DENY, DENY", "no-referrer, unsafe-url", "camera 'none'", "*", ","] {
            assert_eq!(tightened(name, ours, theirs), None, "{name}: {theirs}");
        }
        assert_eq!(tightened(name, ours, &format!(" {ours}\t")).as_deref(), Some(ours));
    }
    for (name, ours, theirs) in [
        ("strict-transport-security", "max-age=1", "max-age=31536000"),
        ("x-content-type-options", "nosniff", ""),
        ("x-xss-protection", "0", "1; mode=block"),
        ("x-request-id", "a", "b"),
        ("cache-control", "no-cache", "no-store"),
    ] {
        assert_eq!(tightened(name, ours, theirs), None, "{name}");
    }
}

#[test]
fn attack_107_a_second_policy_stands_beside_the_first() {
    let ours = "default-src 'self'; frame-ancestors 'self'";
    for (theirs, added) in [
        ("img-src 'none'", ", img-src 'none'"),
        ("  img-src\t'none' ;", ", img-src 'none' ;"),
        ("img-src a.example,script-src b.example", ", img-src a.example, script-src b.example"),
        ("img-src *, img-src *", ", img-src *"),
        ("default-src 'self'; frame-ancestors 'self'", ""),
        ("frame-ancestors https://a.example", ", frame-ancestors https://a.example"),
        ("sandbox", ", sandbox"),
    ] {
        assert_eq!(tightened(CSP, ours, theirs), Some(format!("{ours}{added}")), "{theirs}");
    }
    let script = format!("script-src {NONCE} 'strict-dynamic'; style-src {NONCE}");
    assert_eq!(tightened(CSP, ours, &script), Some(format!("{ours}, {script}")));
    for theirs in [
        "img-src",
        "defualt-src 'none'",
        "img-src 'none',",
        "script-src 'nonce-short'",
        "script-src 'nonce-8IBTHwOdqNKAWeKl7plt8g==",
        "script-src 'nonce-8IBTHwOdqNKAWeKl7plt8; x'",
        "img-src 'nonce-8IBTHwOdqNKAWeKl7plt8g=='",
    ] {
        assert_eq!(tightened(CSP, ours, theirs), None, "{theirs}");
    }
}

/// Any `frame-ancestors` makes browsers ignore `x-frame-options`.
#[test]
fn attack_107_frame_ancestors_cannot_undo_frame_options() {
    for theirs in ["frame-ancestors *", "frame-ancestors 'self'", "img-src 'none', frame-ancestors a.example"] {
        assert_eq!(tightened(CSP, "default-src 'self'", theirs), None, "{theirs}");
    }
    let both = tightened(CSP, "default-src 'self'", "frame-ancestors 'none'").expect("nobody is no looser");
    assert_eq!(tightened(CSP, &both, "frame-ancestors *"), Some(format!("{both}, frame-ancestors *")));
}

#[test]
fn attack_107_features_are_only_taken_away() {
    let ours = "camera=(), fullscreen=(self), usb=*";
    for (theirs, merged) in [
        ("fullscreen=()", Some("camera=(), fullscreen=(), usb=*")),
        ("usb=(), camera=()", Some("camera=(), fullscreen=(self), usb=()")),
        ("midi=()", Some("camera=(), fullscreen=(self), midi=(), usb=*")),
        ("fullscreen=self, usb=*", Some(ours)),
        ("usb=(self)", None),
        ("camera=(self)", None),
        ("midi=(self)", None),
        ("fullscreen=(), camera=*", None),
    ] {
        assert_eq!(tightened("permissions-policy", ours, theirs).as_deref(), merged, "{theirs}");
    }
}

fn permissions() -> impl Strategy<Value = PermissionsPolicy> {
    let feature = prop::sample::select(vec!["camera", "usb", "midi", "fullscreen"]);
    let allowlist = prop::sample::select(vec![Allowlist::NOBODY, Allowlist::SELF, Allowlist::EVERYONE]);
    prop::collection::btree_map(feature, allowlist, 1..4).prop_map(|features| {
        features.into_iter().fold(PermissionsPolicy::new(), |policy, (feature, allowlist)| {
            policy.with(feature.parse().expect("a feature"), allowlist)
        })
    })
}

/// Whether an order has all that "at least as strict" promises.
fn is_an_order<T: Copy + PartialEq>(all: &[T], is_as_strict: fn(T, T) -> bool) -> bool {
    all.iter().all(|a| {
        is_as_strict(*a, *a)
            && all.iter().all(|b| {
                (a == b || !(is_as_strict(*a, *b) && is_as_strict(*b, *a)))
                    && all.iter().all(|c| !(is_as_strict(*a, *b) && is_as_strict(*b, *c)) || is_as_strict(*a, *c))
            })
    })
}

#[test]
fn strictness_is_an_order() {
    assert!(is_an_order(ReferrerPolicy::ALL, ReferrerPolicy::is_as_strict_as));
    assert!(is_an_order(FrameOptions::ALL, FrameOptions::is_as_strict_as));
    assert!(is_an_order(CrossOriginOpenerPolicy::ALL, CrossOriginOpenerPolicy::is_as_strict_as));
    assert!(is_an_order(CrossOriginResourcePolicy::ALL, CrossOriginResourcePolicy::is_as_strict_as));
    assert!(is_an_order(CrossOriginEmbedderPolicy::ALL, CrossOriginEmbedderPolicy::is_as_strict_as));
}

proptest! {
    #[test]
    fn attack_107_no_feature_is_given_to_more(ours in permissions(), theirs in permissions()) {
        if let Some(merged) = merged(&ours, &theirs) {
            for (feature, allowlist) in ours.iter().chain(theirs.iter()) {
                let now = merged.allowlist(feature);
                prop_assert!(now == Some(allowlist) || now == Some(&Allowlist::NOBODY));
            }
        }
    }

    #[test]
    fn attack_107_the_first_policy_stays_and_all_are_read(
        ours in prop::sample::select(vec!["default-src 'self'", "frame-ancestors 'self'; img-src *", "script-src 'nonce-{nonce}'"]),
        theirs in "((default-src|img-src|sandbox|frame-ancestors|script-src) ['a-c*.:/;, \\PC-]{0,16}[;,]?){0,3}",
    ) {
        if let Some(both) = tightened(CSP, ours, &theirs) {
            prop_assert_eq!(both.split(", ").next(), Some(ours));
            prop_assert!(both.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '));
            prop_assert!(both.split(',').all(|policy| read(policy).is_some()));
            // Said again, it changes nothing.
            prop_assert_eq!(tightened(CSP, &both, &theirs), Some(both));
        }
    }

    #[test]
    fn any_text_is_judged_without_a_panic(name in "[a-z-]{0,8}|content-security-policy|permissions-policy", ours in "\\PC{0,40}", theirs in "(script-src )?'nonce-\\PC{0,40}") {
        let _ = tightened(&name, &ours, &theirs);
    }
}
