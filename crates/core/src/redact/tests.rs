use super::*;
use proptest::prelude::*;

#[test]
fn attack_135_secrets_go_whatever_they_stand_in() {
    for (text, written) in [
        ("password=hunter2", "password=[REDACTED]"),
        ("a=1&password=hunter2&b=2", "a=1&password=[REDACTED]&b=2"),
        ("user[password]=hunter2&x", "user[password]=[REDACTED]&x"),
        ("pass%77ord=hunter2&x", "pass%77ord=[REDACTED]&x"),
        ("{\"api_key\": \"abc def\", \"n\": 1}", "{\"api_key\": \"[REDACTED]\", \"n\": 1}"),
        ("{\\\"token\\\":\\\"abc\\\"}", "{\\\"token\\\":\\\"[REDACTED]\\\"}"),
        ("{'secret': 'a\\'b'}", "{'secret': '[REDACTED]'}"),
        ("DATABASE_PASSWORD = 'x y'", "DATABASE_PASSWORD = '[REDACTED]'"),
        ("X-Api-Key: abc123", "X-Api-Key: [REDACTED]"),
        ("Authorization: Basic dXNlcjpwYXNz\r\nHost: a", "Authorization: [REDACTED]\r\nHost: a"),
        ("Cookie: a=b; c=d\nHost: a", "Cookie: [REDACTED]\nHost: a"),
        ("card number: 1234", "card number: [REDACTED]"),
        ("sent bearer abcdefgh.ijkl to it", "sent bearer [REDACTED] to it"),
        ("?h=Bearer%20abcdefghij", "?h=Bearer%20[REDACTED]"),
        ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln!", "got [REDACTED]!"),
        ("key_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "[REDACTED]"),
        (
            "at refresh_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, x",
            "at [REDACTED], x",
        ),
        ("at postgres://shop:hunter2@db:5432/shop", "at postgres://shop:[REDACTED]@db:5432/shop"),
        ("redis://:p@ss@127.0.0.1/", "redis://:[REDACTED]@127.0.0.1/"),
        ("paid with 4111 1111 1111 1111.", "paid with [REDACTED]."),
        ("paid with 5500-0000-0000-0004", "paid with [REDACTED]"),
        ("4111 1111 1111 1111 12-28", "[REDACTED] 12-28"),
        ("4111 1111 1111 1111 5500 0000 0000 0004", "[REDACTED] [REDACTED]"),
        ("password='x\ntoken: 'abc", "password='[REDACTED]'[REDACTED]"),
        ("password=\"x\nCookie: a=\"b\"; c=d\ny", "password=\"[REDACTED]\ny"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\nend", "[REDACTED]\nend"),
        ("-----BEGIN PRIVATE KEY-----\nMIIB", "[REDACTED]"),
    ] {
        assert_eq!(redact(text), written, "{text}");
    }
}

#[test]
fn attack_136_what_is_no_secret_stays() {
    for text in [
        "author=ada&tokens_used=3x",
        "passenger: 12",
        "a monkey: brown",
        "bearer of bad news",
        "key_value",
        "refresh_token_that_has_expired",
        "eyJust a word",
        "https://example.com/a:b@c",
        "https://user@example.com/",
        "order 1234567890123",
        "4111 1111 1111 1112",
        "0000000000000000",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "password",
        "the password: ",
        "12:30:45",
        "ü: ö",
    ] {
        assert_eq!(redact(text), text);
    }
}

const SECRET: &str = "sUp3rS3cr3tV4lu3";

proptest! {
    #[test]
    fn a_planted_secret_is_never_written(
        name in prop::sample::select(vec!["password", "api_key", "X-Api-Key", "accessToken", "client_secret", "creditCard", "DATABASE_PASSWORD", "cvv"]),
        sign in prop::sample::select(vec!["=", ": ", "\":\"", "' = '", " = ", "\\\":\\\""]),
        before in "[ &{,;?\\n]{1,3}",
        noise in "[a-z0-9 =&:/.-]{0,20}",
        after in "[ &\"',;}\\n][a-z =&]{0,10}",
    ) {
        let text = format!("{noise}{before}{name}{sign}{SECRET}{after}");
        prop_assert!(!redact(&text).contains(SECRET), "{} -> {}", text, redact(&text));
    }

    #[test]
    fn any_text_is_redacted_without_a_panic_and_once_for_all(text in "\\PC{0,80}|([a-z]{0,9}[=:\"'@/% .-]{0,3}){0,12}|(key_|eyJ|bearer |[0-9 -]{0,20}|://|password=){0,6}") {
        let once = redact(&text).into_owned();
        let twice = redact(&once).into_owned();
        prop_assert_eq!(twice, once);
    }
}

/// Secrets by their names and by their looks, each in a form that is known.
const FORMS: [&str; 12] = [
    "password=sUp3rS3cr3tV4lu3",
    "X-Api-Key: sUp3rS3cr3tV4lu3",
    "\"access_token\": \"sUp3rS3cr3tV4lu3\"",
    "{\\\"clientSecret\\\":\\\"sUp3rS3cr3tV4lu3\\\"}",
    "'cvv' => 'sUp3rS3cr3tV4lu3'",
    "?a=1&pass%77ord=sUp3rS3cr3tV4lu3&b=2",
    "Authorization: Digest a=\"b\", sUp3rS3cr3tV4lu3",
    "bearer sUp3rS3cr3tV4lu3",
    "eyJhbGciOiJIUzI1NiJ9.sUp3rS3cr3tV4lu3.c2ln",
    "key_sUp3rS3cr3tV4lu3",
    "postgres://shop:sUp3rS3cr3tV4lu3@db:5432/shop",
    "-----BEGIN EC PRIVATE KEY-----\nsUp3rS3cr3tV4lu3\n-----END EC PRIVATE KEY-----",
];

/// What may bring the search off its way.
const NOISE: [&str; 34] = [
    "password",
    "=",
    ":",
    " ",
    "\"",
    "'",
    "\\",
    "\\\"",
    "&",
    ";",
    ",",
    "{",
    "}",
    "[",
    "]",
    "%",
    "%7",
    "token",
    "bearer ",
    "eyJ",
    "key_",
    "a",
    "Z9",
    "://",
    "@",
    "-----BEGIN ",
    "PRIVATE KEY-----",
    "4111 1111 1111 1111",
    "0",
    "-",
    "\t",
    "\n",
    "\u{fc}",
    "[REDACTED]",
];

fn noise() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(NOISE.to_vec()), 0..14).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn attack_135_a_secret_of_a_known_form_goes_whatever_stands_around_it(
        before in noise(), form in prop::sample::select(FORMS.to_vec()), after in noise(),
    ) {
        let text = format!("{before}\n{form}\n{after}");
        prop_assert!(!redact(&text).contains(SECRET), "{} -> {}", text, redact(&text));
    }

    #[test]
    fn a_card_number_goes_however_it_is_grouped(digits in "[1-9][0-9]{11,17}", groups in prop::collection::vec(1usize..7, 1..9), sign in "[ -]") {
        // The check digit that makes it one (ISO/IEC 7812-1, annex B).
        let mut numbers = (b'0'..=b'9').map(|last| format!("{digits}{}", char::from(last)));
        let is_right = |number: &String| is_luhn(&number.bytes().map(|digit| digit - b'0').collect::<Vec<_>>());
        let number = numbers.find(is_right).expect("one of ten is right");
        let (mut grouped, mut rest) = (String::new(), &*number);
        for length in groups {
            let (group, after) = rest.split_at(length.min(rest.len()));
            grouped.push_str(group);
            grouped.push_str(if after.is_empty() { "" } else { &sign });
            rest = after;
        }
        grouped.push_str(rest);
        let text = format!("paid with {grouped}, today");
        prop_assert_eq!(redact(&text), "paid with [REDACTED], today");
    }
}
