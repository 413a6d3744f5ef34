//! What RFC 7515, 7519, 7520, 7638 and 8037 publish: keys, tokens, thumbprints.

use super::*;
use jsonwebtoken::jwk::Jwk;
use token::choose;

/// The claims of RFC 7515, appendix A, and of RFC 7519, section 3.1.
const JOE: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

const A2_KEY: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-\
     pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2Ca\
     pHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb5\
     4h4FRWyuXpoQ";
const A2_SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr\
     7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--x\
     i12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_Ioy\
     pGlUPQGe77Rw";
const A3_SIGNATURE: &str = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
const A4_SIGNATURE: &str = "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJ\
     ZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";

/// RFC 7520, sections 4.1 to 4.4.
const FRODO: &str = "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW\
     5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0\
     by4";
const BILBO_KEY: &str = "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqV\
     wGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJls\
     de3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkq\
     gc5gHdrNP5zw";
const BILBO_RS256: &str = "MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoB\
     wA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0\
     ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vj\
     bU5y18kDquDg";
const BILBO_PS384: &str = "cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPp\
     cbUrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lf\
     JT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifK\
     o8DYM-X72Eaw";
const BILBO_ES512: &str = "AE_R_YZCChjn4791jSQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qvbu9Plon7KRTzoNEuT4Va2cmL1eJAQy3mtPBu_u_sDDyYjnAMD\
     xXPn7XrT0lw-kvAD890jl8e2puQens_IEKBpHABlsbEPX6sFY8OcGDqoRuBomu9xQ2";

/// RFC 7638, section 3.1.
const THUMBPRINT_KEY: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3ok\
     njhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu\
     6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8a\
     wapJzKnqDKgw";

fn jwk(text: &str) -> Result<VerifyingKey, KeyError> {
    VerifyingKey::from_jwk(&serde_json::from_str::<Jwk>(text).expect("it is a key"))
}

fn rsa(modulus: &str) -> VerifyingKey {
    jwk(&format!(r#"{{"kty":"RSA","n":"{modulus}","e":"AQAB"}}"#)).expect("it can be used")
}

fn p256() -> VerifyingKey {
    let (x, y) = ("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    jwk(&format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}"#)).expect("it can be used")
}

fn secret(encoded: &str) -> VerifyingKey {
    VerifyingKey::from_secret(&URL_SAFE_NO_PAD.decode(encoded).expect("it is base64url"))
}

/// Whether the key that is chosen for the token has signed it.
fn verify(token: &str, key: &VerifyingKey) -> Result<(), Refusal> {
    let cut = Cut::of(token)?;
    cut.verify(choose(cut.header, std::slice::from_ref(key), &Rules::default())?)
}

/// It verifies, and not with another last byte in its claims or its signature.
#[track_caller]
fn holds(token: &str, key: &VerifyingKey) {
    assert_eq!(verify(token, key), Ok(()));
    let parts: Vec<&str> = token.split('.').collect();
    let other = |part: &str| {
        let mut bytes = URL_SAFE_NO_PAD.decode(part).expect("it is base64url");
        *bytes.last_mut().expect("it is not empty") ^= 1;
        URL_SAFE_NO_PAD.encode(bytes)
    };
    let changed = [
        format!("{}.{}.{}", parts[0], other(parts[1]), parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], other(parts[2])),
    ];
    for changed in changed {
        assert_eq!(verify(&changed, key), Err(Refusal::Invalid));
    }
}

#[test]
fn rfc_7515_a1_and_rfc_7519_3_1_hs256() {
    let key = secret("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
    holds(&format!("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{JOE}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), &key);
    let payload = URL_SAFE_NO_PAD.decode(JOE).expect("it is base64url");
    let read = |now| Claims::read(&payload, &Rules::default(), now);
    assert_eq!(read(1_300_819_379).map(|claims| claims.iss.map(String::from)), Ok(Some("joe".to_owned())));
    assert_eq!(read(1_300_819_380).map(drop), Err(Refusal::Expired));
}

#[test]
fn rfc_7515_a2_rs256() {
    holds(&format!("eyJhbGciOiJSUzI1NiJ9.{JOE}.{A2_SIGNATURE}"), &rsa(A2_KEY));
    // Nor does the modulus of one key do for another.
    assert_eq!(verify(&format!("eyJhbGciOiJSUzI1NiJ9.{JOE}.{A2_SIGNATURE}"), &rsa(BILBO_KEY)), Err(Refusal::Invalid));
}

#[test]
fn rfc_7515_a3_es256() {
    holds(&format!("eyJhbGciOiJFUzI1NiJ9.{JOE}.{A3_SIGNATURE}"), &p256());
    // The number zero, with which ECDSA was once satisfied (CVE-2022-21449).
    let zero = URL_SAFE_NO_PAD.encode([0; 64]);
    assert_eq!(verify(&format!("eyJhbGciOiJFUzI1NiJ9.{JOE}.{zero}"), &p256()), Err(Refusal::Invalid));
}

#[test]
fn rfc_7515_a4_es512_is_none_of_ours() {
    let (x, y) = (
        "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
        "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
    );
    let key = jwk(&format!(r#"{{"kty":"EC","crv":"P-521","x":"{x}","y":"{y}"}}"#));
    assert_eq!(key.err(), Some(KeyError::Unsupported));
    let token = format!("eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.{A4_SIGNATURE}");
    assert_eq!(verify(&token, &p256()), Err(Refusal::Forbidden));
}

#[test]
fn rfc_7515_a5_rfc_7519_6_1_and_rfc_7515_e_unsecured() {
    let critical = "eyJhbGciOiJub25lIiwNCiAiY3JpdCI6WyJodHRwOi8vZXhhbXBsZS5jb20vVU5ERUZJTkVEIl0sDQogImh0dHA6Ly9leGFtcGxlLmNvbS9VTkRFRklORUQiOnRydWUNCn0.RkFJTA.";
    for token in [format!("eyJhbGciOiJub25lIn0.{JOE}."), critical.to_owned()] {
        for key in [secret("AyM1SysPpbyDfgZld3umj1qz"), rsa(A2_KEY), p256()] {
            assert_eq!(verify(&token, &key), Err(Refusal::Forbidden));
        }
    }
}

#[test]
fn rfc_7520_4_1_to_4_4() {
    const BILBO: &str = "bilbo.baggins@hobbiton.example";
    let of = |alg: &str, kid: &str, signature: &str| {
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}","kid":"{kid}"}}"#));
        format!("{header}.{FRODO}.{signature}")
    };
    holds(&of("RS256", BILBO, BILBO_RS256), &rsa(BILBO_KEY).with_id(BILBO));
    // By any other name it is another key.
    assert_eq!(verify(&of("RS256", BILBO, BILBO_RS256), &rsa(BILBO_KEY)), Err(Refusal::Invalid));
    for (alg, signature) in [("PS384", BILBO_PS384), ("ES512", BILBO_ES512)] {
        assert_eq!(verify(&of(alg, BILBO, signature), &rsa(BILBO_KEY).with_id(BILBO)), Err(Refusal::Forbidden));
    }
    let kid = "018c0ae5-4d9b-471b-bfd6-eef314bc7037";
    let key = secret("hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg").with_id(kid);
    holds(&of("HS256", kid, "s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0"), &key);
}

#[test]
fn rfc_8037_a4_eddsa() {
    const PEM: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
    const MESSAGE: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    const SIGNATURE: &str = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let signing = SigningKey::from_pem(PEM).expect("it is a key");
    assert_eq!(signing.sign(MESSAGE.as_bytes()).ok().as_deref(), Some(SIGNATURE));
    let public =
        jwk(r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#).expect("a key");
    holds(&format!("{MESSAGE}.{SIGNATURE}"), &public);
    // A.3: both have the thumbprint for a name.
    for key in [&public, signing.verifying_key()] {
        assert_eq!(key.id, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }
}

#[test]
fn rfc_7638_3_1_thumbprint() {
    assert_eq!(rsa(THUMBPRINT_KEY).id, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

#[test]
fn keys_that_a_key_set_may_hold_and_we_do_not_take() {
    for (key, error) in [
        (r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ"}"#.to_owned(), KeyError::Unsupported),
        (format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB"}}"#, &A2_KEY[..172]), KeyError::TooShort),
        (r#"{"kty":"RSA","n":"","e":"AQAB"}"#.to_owned(), KeyError::TooShort),
        (format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB"}}"#, "A".repeat(1000)), KeyError::TooShort),
        (r#"{"kty":"RSA","n":"!","e":"AQAB"}"#.to_owned(), KeyError::Unreadable),
        (format!(r#"{{"kty":"RSA","n":"{A2_KEY}","e":"AQAB","alg":"PS256"}}"#), KeyError::Unsupported),
        (format!(r#"{{"kty":"RSA","n":"{A2_KEY}","e":"AQAB","alg":"RSA-OAEP"}}"#), KeyError::Unsupported),
        (
            r#"{"kty":"OKP","crv":"X25519","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#.to_owned(),
            KeyError::Unsupported,
        ),
        (r#"{"kty":"EC","crv":"secp256k1","x":"AAAA","y":"AAAA"}"#.to_owned(), KeyError::Unsupported),
        (r#"{"kty":"new"}"#.to_owned(), KeyError::Unsupported),
    ] {
        assert_eq!(jwk(&key).err(), Some(error), "{key}");
    }
    // With an exponent of one, any padding would be its own signature.
    let weak = jwk(&format!(r#"{{"kty":"RSA","n":"{A2_KEY}","e":"AQ"}}"#)).expect("it is a key");
    let padded = {
        use sha2::Digest;
        let message = format!("eyJhbGciOiJSUzI1NiJ9.{JOE}");
        let info = [0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20];
        let mut bytes = vec![0, 1];
        bytes.resize(256 - 1 - info.len() - 32, 0xff);
        bytes.push(0);
        bytes.extend(info);
        bytes.extend(Sha256::digest(&message));
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(bytes))
    };
    assert_eq!(verify(&padded, &weak), Err(Refusal::Invalid));
}
