//! What forged tokens come to, HS256 by `JWT_SECRET`. Each is signed by the right key, so that nothing but what is named is wrong with it.
//! Cases that PyJWT's and joserfc's own tests refuse name those tests.

use super::*;
use Refusal::{Expired, Forbidden, Invalid};

const HEADER: &str = r#"{"alg":"HS256","typ":"at+jwt"}"#;

fn key() -> SigningKey {
    SigningKey::from_secret(SECRET.as_bytes())
}

#[tokio::test]
async fn what_is_right_is_taken() {
    let issuer = by_secret();
    let sid = sign_in(&issuer).await;
    let kid = &issuer.signing.verifying_key().id;
    for header in [
        HEADER.to_owned(),
        format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":"{kid}"}}"#),
        r#"{"typ":"application/AT+JWT","alg":"HS256","other":{"any":[1]}}"#.to_owned(),
        format!(" \r\n{HEADER}\n"),
    ] {
        let token = forge(&key(), &header, &claims(&sid, "{}"));
        assert_eq!(judge(&issuer, &token).await, Ok("ada".to_owned()), "{header}");
    }
    for changed in [r#"{"nbf": 0}"#, r#"{"iat": "-"}"#, r#"{"other": [{"any": 1e30}]}"#, r#"{"iss": "anybody"}"#] {
        let token = forge(&key(), HEADER, &claims(&sid, changed));
        assert_eq!(judge(&issuer, &token).await, Ok("ada".to_owned()), "{changed}");
    }
}

#[tokio::test]
async fn attacks_67_to_70_headers_that_ask_for_anything_else_are_refused() {
    let issuer = by_secret();
    let sid = sign_in(&issuer).await;
    let long = format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":"{}"}}"#, "k".repeat(10_000));
    for (header, refusal) in [
        // 67; PyJWT `test_decode_with_algo_none_should_fail`, joserfc `test_none_alg`.
        (r#"{"alg":"none","typ":"at+jwt"}"#, Forbidden),
        (r#"{"alg":"NonE","typ":"at+jwt"}"#, Forbidden),
        (r#"{"alg":"","typ":"at+jwt"}"#, Forbidden),
        (r#"{"alg":["HS256"],"typ":"at+jwt"}"#, Invalid),
        (r#"{"alg":null,"typ":"at+jwt"}"#, Invalid),
        (r#"{"alg":256,"typ":"at+jwt"}"#, Invalid),
        // PyJWT `test_verify_signature_with_no_algo_header_throws_exception`, joserfc `test_no_invalid_header`.
        (r#"{"typ":"at+jwt"}"#, Invalid),
        ("{}", Invalid),
        // 68; PyJWT `test_decode_algorithm_param_should_be_case_sensitive`, `test_decodes_with_jwk_and_mismatched_algorithm`,
        // joserfc `test_raise_unsupported_algorithm_error`.
        (r#"{"alg":"hs256","typ":"at+jwt"}"#, Forbidden),
        (r#"{"alg":"HS256 ","typ":"at+jwt"}"#, Forbidden),
        (r#"{"alg":"HS384","typ":"at+jwt"}"#, Forbidden),
        (r#"{"alg":"HS512","typ":"at+jwt"}"#, Forbidden),
        (r#"{"alg":"RS256","typ":"at+jwt"}"#, Forbidden),
        (r#"{"alg":"ES256","typ":"at+jwt"}"#, Forbidden),
        (r#"{"alg":"EdDSA","typ":"at+jwt"}"#, Forbidden),
        // 69; PyJWT `test_get_unverified_header_fails_on_bad_header_types`, joserfc `test_header_invalid_type`.
        (r#"{"alg":"HS256","typ":"at+jwt","kid":"../../dev/null"}"#, Invalid),
        (r#"{"alg":"HS256","typ":"at+jwt","kid":"' OR 1=1 --"}"#, Invalid),
        (r#"{"alg":"HS256","typ":"at+jwt","kid":""}"#, Invalid),
        (r#"{"alg":"HS256","typ":"at+jwt","kid":123}"#, Invalid),
        (r#"{"alg":"none","typ":"at+jwt","kid":"unknown"}"#, Forbidden),
        (long.as_str(), Invalid),
        (r#"{"alg":"HS256","typ":"at+jwt","jku":"https://evil.example/keys"}"#, Forbidden),
        (r#"{"alg":"HS256","typ":"at+jwt","x5u":"https://evil.example/cert"}"#, Forbidden),
        (r#"{"alg":"HS256","typ":"at+jwt","jwk":{"kty":"oct","k":"AAAA"}}"#, Forbidden),
        (r#"{"alg":"HS256","typ":"at+jwt","x5c":["AAAA"]}"#, Forbidden),
        (r#"{"alg":"HS256","typ":"at+jwt","jwk":null}"#, Forbidden),
        // 70; PyJWT `test_decode_rejects_unknown_crit_extension`, `…_empty_crit`, `…_non_list_crit`, `…_crit_with_non_string_values`,
        // `…_crit_extension_missing_from_header`; joserfc `test_crit_header`, `test_unsupported_crit_header`.
        (r#"{"alg":"HS256","typ":"at+jwt","crit":["x"],"x":1}"#, Forbidden),
        (r#"{"alg":"HS256","typ":"at+jwt","crit":["kid"]}"#, Forbidden),
        (r#"{"alg":"HS256","typ":"at+jwt","crit":[]}"#, Forbidden),
        (r#"{"alg":"HS256","typ":"at+jwt","crit":"exp"}"#, Forbidden),
        (r#"{"alg":"HS256","typ":"at+jwt","crit":[1]}"#, Forbidden),
        (r#"{"alg":"HS256","typ":"at+jwt","crit":null}"#, Forbidden),
        // RFC 7797, and 76.
        (r#"{"alg":"HS256","typ":"at+jwt","b64":false}"#, Forbidden),
        (r#"{"alg":"HS256","typ":"at+jwt","b64":true}"#, Forbidden),
        (r#"{"alg":"HS256","typ":"at+jwt","zip":"DEF"}"#, Forbidden),
        (r#"{"alg":"dir","enc":"A128GCM","typ":"at+jwt"}"#, Forbidden),
        // 73: a token of another kind.
        (r#"{"alg":"HS256"}"#, Invalid),
        (r#"{"alg":"HS256","typ":null}"#, Invalid),
        (r#"{"alg":"HS256","typ":"JWT"}"#, Invalid),
        (r#"{"alg":"HS256","typ":"refresh+jwt"}"#, Invalid),
        (r#"{"alg":"HS256","typ":"at+jwt "}"#, Invalid),
        (r#"{"alg":"HS256","typ":["at+jwt"]}"#, Invalid),
        // What stands twice: the one that is looked at might be the other.
        (r#"{"alg":"HS256","typ":"at+jwt","alg":"HS256"}"#, Invalid),
        (r#"{"alg":"none","typ":"at+jwt","alg":"HS256"}"#, Invalid),
        (r#"{"alg":"HS256","typ":"at+jwt","\u0061lg":"none"}"#, Invalid),
        (r#"{"alg":"HS256","typ":"at+jwt","typ":"at+jwt"}"#, Invalid),
        (r#"{"alg":"HS256","typ":"at+jwt","crit":[],"crit":[]}"#, Invalid),
        // PyJWT `test_decode_with_non_mapping_header_throws_exception`; and a list in the order of the fields.
        ("1", Invalid),
        (r#""HS256""#, Invalid),
        (r#"["HS256","at+jwt"]"#, Invalid),
        (r#" ["HS256","at+jwt",null]"#, Invalid),
        ("", Invalid),
        (r#"{"alg":"HS256","typ":"at+jwt"} x"#, Invalid),
        (r#"{"alg":"HS256","typ":"at+jwt"}{}"#, Invalid),
        (r#"{"alg":"HS256","typ":"at+jwt",}"#, Invalid),
        ("{'alg':'HS256','typ':'at+jwt'}", Invalid),
        ("\u{feff}{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}", Invalid),
    ] {
        let token = forge(&key(), header, &claims(&sid, "{}"));
        assert_eq!(judge(&issuer, &token).await, Err(refusal), "{header}");
    }
    assert_eq!(judge(&issuer, &forge(&key(), HEADER, &claims(&sid, "{}"))).await, Ok("ada".to_owned()));
}

#[tokio::test]
async fn attacks_71_and_75_claims_that_are_not_what_they_must_be_are_refused() {
    let issuer = by_secret();
    let sid = sign_in(&issuer).await;
    for (changed, refusal) in [
        // 71; PyJWT `test_decode_raises_exception_if_exp_is_not_int` and of `nbf` and `iat`, joserfc `test_int_claims`.
        (r#"{"exp": "-"}"#, Invalid),
        (r#"{"exp": "not-an-int"}"#, Invalid),
        (r#"{"exp": "99999999999"}"#, Invalid),
        (r#"{"exp": null}"#, Invalid),
        (r#"{"exp": -1}"#, Invalid),
        (r#"{"exp": 1e30}"#, Invalid),
        (r#"{"exp": 99999999999.5}"#, Invalid),
        (r#"{"exp": 99999999999.0}"#, Invalid),
        (r#"{"exp": 99999999999999999999}"#, Invalid),
        (r#"{"exp": true}"#, Invalid),
        (r#"{"exp": [99999999999]}"#, Invalid),
        (r#"{"exp": 0}"#, Expired),
        (r#"{"exp": 1300819380}"#, Expired),
        (r#"{"nbf": "not-an-int"}"#, Invalid),
        (r#"{"nbf": "0"}"#, Invalid),
        (r#"{"nbf": null}"#, Invalid),
        (r#"{"nbf": -1}"#, Invalid),
        (r#"{"nbf": 0.5}"#, Invalid),
        (r#"{"nbf": 1e30}"#, Invalid),
        (r#"{"nbf": 99999999999}"#, Invalid),
        (r#"{"nbf": 18446744073709551615}"#, Invalid),
        (r#"{"iat": "not-an-int"}"#, Invalid),
        (r#"{"iat": null}"#, Invalid),
        (r#"{"iat": -1}"#, Invalid),
        (r#"{"iat": 1.5}"#, Invalid),
        (r#"{"iat": 1e30}"#, Invalid),
        (r#"{"iat": 99999999999}"#, Invalid),
        // PyJWT `test_decode_invalid_int_sub_claim` and others, joserfc `test_claim_sub`, `test_essential_empty_value`.
        (r#"{"sub": "-"}"#, Invalid),
        (r#"{"sub": null}"#, Invalid),
        (r#"{"sub": ""}"#, Invalid),
        (r#"{"sub": 7}"#, Invalid),
        (r#"{"sub": true}"#, Invalid),
        (r#"{"sub": ["ada"]}"#, Invalid),
        (r#"{"sub": {"a": "b"}}"#, Invalid),
        (r#"{"sub": "bob"}"#, Invalid),
        (r#"{"sub": "Ada"}"#, Invalid),
        (r#"{"sub": "ada "}"#, Invalid),
        (r#"{"sub": "nobody"}"#, Invalid),
        (r#"{"sid": "-"}"#, Invalid),
        (r#"{"sid": null}"#, Invalid),
        (r#"{"sid": ""}"#, Invalid),
        (r#"{"sid": "CAgICAgICAgICAgICAgICA"}"#, Invalid),
        (r#"{"sid": 7}"#, Invalid),
        // PyJWT `test_validate_iss_with_non_str`, joserfc `test_claim_iss`.
        (r#"{"iss": 1}"#, Invalid),
        (r#"{"iss": ["a"]}"#, Invalid),
        // PyJWT `test_check_audience_none_specified`, `test_decode_with_nonlist_aud_claim_throws_exception`,
        // `…_invalid_aud_list_member_…`; joserfc `test_claim_aud`. Nobody told us what we are called.
        (r#"{"aud": "urn:me"}"#, Invalid),
        (r#"{"aud": ["urn:me"]}"#, Invalid),
        (r#"{"aud": 1}"#, Invalid),
        (r#"{"aud": [1]}"#, Invalid),
        (r#"{"aud": {"a": "b"}}"#, Invalid),
        (r#"{"scope": null}"#, Invalid),
        (r#"{"scope": 1}"#, Invalid),
    ] {
        let token = forge(&key(), HEADER, &claims(&sid, changed));
        assert_eq!(judge(&issuer, &token).await, Err(refusal), "{changed}");
    }
    let whole = claims(&sid, "{}");
    let open = whole.strip_suffix('}').expect("it is an object");
    for (claims, refusal) in [
        (format!(r#"{open},"sub":"ada"}}"#), Invalid),
        (format!(r#"{open},"sub":"root"}}"#), Invalid),
        (format!(r#"{open},"\u0073ub":"root"}}"#), Invalid),
        (format!(r#"{open},"exp":99999999999}}"#), Invalid),
        (format!(r#"{open},"sid":"{sid}"}}"#), Invalid),
        (format!(r#"{open},"aud":"a","aud":"b"}}"#), Invalid),
        (format!(r#"{open},"nbf":0,"nbf":0}}"#), Invalid),
        (format!(r#"["ada",99999999999,0,0,null,null,"{sid}"]"#), Invalid),
        (format!("{whole} x"), Invalid),
        (format!("[{whole}]"), Invalid),
        // PyJWT `test_decode_with_non_mapping_payload_throws_exception`, `test_decode_invalid_payload_string`, joserfc
        // `test_invalid_payload`.
        ("1".to_owned(), Invalid),
        ("hello world".to_owned(), Invalid),
        (String::new(), Invalid),
        ("null".to_owned(), Invalid),
        ("[".repeat(4000), Invalid),
        (format!("{{\"a\":{}", "[".repeat(4000)), Invalid),
    ] {
        assert_eq!(judge(&issuer, &forge(&key(), HEADER, &claims)).await, Err(refusal), "{claims}");
    }
}

#[tokio::test]
async fn attack_74_a_token_has_one_spelling() {
    let issuer = by_secret();
    let sid = sign_in(&issuer).await;
    let token = forge(&key(), HEADER, &claims(&sid, "{}"));
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts[..] else { panic!("three parts") };
    // A signature of 32 bytes has two bits to spare in its last character: joserfc `test_non_canonical_signature_encoding`.
    let same_bytes = {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let last = alphabet.find(signature.chars().last().expect("it is not empty")).expect("it is base64url");
        format!("{}{}", &signature[..42], &alphabet[last + 1..=last + 1])
    };
    for wrong in [
        // joserfc `test_reject_padded_signature`, `test_invalid_length`; PyJWT `test_decode_missing_segments_throws_exception`,
        // `test_decode_invalid_header_padding`, `…_payload_padding`, `…_crypto_padding`.
        format!("{token}="),
        format!("{header}=.{payload}.{signature}"),
        format!("{header}.{payload}==.{signature}"),
        format!("{header}.{payload}.{same_bytes}"),
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        "..".to_owned(),
        ".".to_owned(),
        String::new(),
        format!("{token}.{signature}"),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.x.y"),
        format!("{token}\n"),
        format!("\n{token}"),
        format!(" {token}"),
        format!("a{token}"),
        format!("{header}.a{payload}.{signature}"),
        format!("{header}.{payload}.aa{signature}"),
        token.replace('.', ".\n"),
        token.replace(['-', '_'], "+").replacen('e', "+", 1),
        format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#),
        format!(r#"{{"payload":"{payload}","signatures":[{{"protected":"{header}","signature":"{signature}"}}]}}"#),
    ] {
        assert_eq!(judge(&issuer, &wrong).await, Err(Invalid), "{wrong}");
    }
    assert_eq!(judge(&issuer, &token).await, Ok("ada".to_owned()));
}

#[test]
fn attack_71_times_hold_to_the_second_and_leeway_is_a_minute_at_most() {
    const NOW: u64 = 2_000_000_000;
    for leeway in [0, 1, 60] {
        let rules = Rules { leeway, ..Rules::default() };
        let read = |claims: String| Claims::read(claims.as_bytes(), &rules, NOW).map(drop);
        let after = NOW - leeway;
        assert_eq!(read(format!(r#"{{"exp":{}}}"#, after + 1)), Ok(()), "{leeway}");
        assert_eq!(read(format!(r#"{{"exp":{after}}}"#)), Err(Expired), "{leeway}");
        let from = NOW + leeway;
        assert_eq!(read(format!(r#"{{"exp":{},"nbf":{from}}}"#, u64::MAX)), Ok(()), "{leeway}");
        assert_eq!(read(format!(r#"{{"exp":{},"nbf":{}}}"#, u64::MAX, from + 1)), Err(Invalid), "{leeway}");
        assert_eq!(read(format!(r#"{{"exp":{},"iat":{}}}"#, u64::MAX, NOW + 60)), Ok(()), "{leeway}");
        assert_eq!(read(format!(r#"{{"exp":{},"iat":{}}}"#, u64::MAX, NOW + 61)), Err(Invalid), "{leeway}");
    }
    assert!(std::panic::catch_unwind(|| Jwt::from_config().leeway(Duration::from_secs(61))).is_err());
    assert!(std::panic::catch_unwind(|| Jwt::from_config().lifetimes(Duration::ZERO, Duration::MAX)).is_err());
}

#[test]
fn attack_72_who_issued_it_and_for_whom_must_be_said_and_be_right() {
    let rules = Rules { issuer: Some("urn:foo".into()), audience: Some("urn:me".into()), ..Rules::default() };
    let read = |claims: &str| {
        let claims = format!(r#"{{"exp":3,{claims}}}"#);
        Claims::read(claims.as_bytes(), &rules, 2).map(drop)
    };
    for right in [
        r#""iss":"urn:foo","aud":"urn:me""#,
        r#""iss":"urn:foo","aud":["urn:me"]"#,
        r#""aud":["urn:someone-else","urn:me"],"iss":"urn:foo""#,
        r#""iss":"urn:\u0066oo","aud":["urn:m\u0065"]"#,
    ] {
        assert_eq!(read(right), Ok(()), "{right}");
    }
    for wrong in [
        // PyJWT `test_raise_exception_token_without_issuer`, `test_rasise_exception_on_partial_issuer_match`,
        // `test_raise_exception_invalid_issuer`, `…_token_without_audience`, `…_token_with_aud_none_…`, `…_invalid_audience`,
        // `…_invalid_audience_in_array`; joserfc `test_validate_aud`.
        r#""aud":"urn:me""#,
        r#""iss":"urn:foo""#,
        r#""iss":"urn:","aud":"urn:me""#,
        r#""iss":"urn:foo2","aud":"urn:me""#,
        r#""iss":"urn:wrong","aud":"urn:me""#,
        r#""iss":["urn:foo"],"aud":"urn:me""#,
        r#""iss":null,"aud":"urn:me""#,
        r#""iss":"urn:foo","aud":null"#,
        r#""iss":"urn:foo","aud":"urn:m""#,
        r#""iss":"urn:foo","aud":"urn:me2""#,
        r#""iss":"urn:foo","aud":"URN:ME""#,
        r#""iss":"urn:foo","aud":"urn:me ""#,
        r#""iss":"urn:foo","aud":"urn:me urn:other""#,
        r#""iss":"urn:foo","aud":[]"#,
        r#""iss":"urn:foo","aud":[["urn:me"]]"#,
        r#""iss":"urn:foo","aud":["urn:me",1]"#,
        r#""iss":"urn:foo","aud":["urn:someone","urn:someone-else"]"#,
        r#""iss":"urn:foo","aud":{"urn:me":true}"#,
        r#""iss":"urn:foo","iss":"urn:foo","aud":"urn:me""#,
        r#""iss":"urn:foo","aud":"urn:other","aud":"urn:me""#,
    ] {
        assert_eq!(read(wrong), Err(Invalid), "{wrong}");
    }
}

#[tokio::test]
async fn keys_of_the_settings_take_turns() {
    // Derived from `SECRET_KEY`: what the old one signed is good, by its name.
    let issuer = open(Jwt::from_config(), None).expect("it opens");
    let sid = sign_in(&issuer).await;
    for (nth, secret) in ["the first secret", "the second secret", "a third secret"].into_iter().enumerate() {
        let derived = crate::config::derive(&Secret::new(secret), "reroute access tokens");
        let key = SigningKey::from_secret(derived.expose());
        let named = format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":"{}"}}"#, key.verifying_key().id);
        let judged = judge(&issuer, &forge(&key, &named, &claims(&sid, "{}"))).await;
        assert_eq!(judged, if nth < 2 { Ok("ada".to_owned()) } else { Err(Invalid) }, "{secret}");
        // Without a name it cannot be told which one it is.
        assert_eq!(judge(&issuer, &forge(&key, HEADER, &claims(&sid, "{}"))).await, Err(Invalid));
        // Nor does one key's name help another.
        let other = format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":"{}"}}"#, issuer.keys[1 - nth % 2].id);
        assert_eq!(judge(&issuer, &forge(&key, &other, &claims(&sid, "{}"))).await, Err(Invalid));
    }
    // `JWT_SECRET` stands in place of both.
    let issuer = by_secret();
    let sid = sign_in(&issuer).await;
    let derived = crate::config::derive(&Secret::new("the first secret"), "reroute access tokens");
    let key = SigningKey::from_secret(derived.expose());
    assert_eq!(judge(&issuer, &forge(&key, HEADER, &claims(&sid, "{}"))).await, Err(Invalid));
}
