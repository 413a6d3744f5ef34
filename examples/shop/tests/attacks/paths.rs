//! 19 to 26 and 37: other spellings of paths and methods.

use super::support::{Answer, PASSWORD, Shop};
use serde_json::json;

/// What nobody may see without being known.
pub(crate) const PROTECTED: [&str; 5] = ["/me", "/orders", "/users", "/users/1", "/admin/cache"];

/// Words of the protected bodies.
fn tells(answer: &Answer) -> bool {
    let text = answer.text();
    ["\"username\"", "\"role\"", "\"items\"", "example.com", "created_at"].iter().any(|word| text.contains(word))
}

/// Other spellings of `path`, and what a proxy or a browser might make of them.
fn spellings(path: &str) -> Vec<String> {
    let last = path.rfind('/').map_or(0, |at| at + 1);
    let (folder, name) = path.split_at(last);
    let first = name.bytes().next().unwrap_or_default();
    let upper = name.to_ascii_uppercase();
    vec![
        path.to_owned(),
        format!("{path}/"),
        format!("/{path}"),
        format!("{path}//"),
        format!("/.{path}"),
        format!("{path}/."),
        format!("{path}/.."),
        format!("/x/..{path}"),
        format!("/health/..{path}"),
        format!("/..{path}"),
        format!("{path}%2f"),
        format!("{path}%2F"),
        format!("%2f{}", &path[1..]),
        format!("/%2e{path}"),
        format!("/x/%2e%2e{path}"),
        format!("/x%2f..{path}"),
        format!("{folder}%{first:02x}{}", &name[1..]),
        format!("{folder}%25{first:02x}{}", &name[1..]),
        format!("{path};a"),
        format!("{path};a=1/b"),
        format!("{path}%00"),
        format!("{path}%00.json"),
        format!("{path}%20"),
        format!("{path}%0d%0a"),
        format!("{folder}{upper}"),
        path.to_ascii_uppercase(),
        format!("{path}?"),
        format!("{path}?x=/health"),
        format!("{path}#"),
        format!("{path}#/health"),
        format!("{path}.json"),
        format!("{path}\\"),
        path.replace('/', "\\"),
        format!("/health{path}"),
        format!("/products{path}"),
        format!("http://evil.example{path}"),
        format!("https://evil.example:443{path}?x"),
        format!("http://evil.example/{path}"),
        format!("HTTP://127.0.0.1{path}"),
        path[1..].to_owned(),
        "*".to_owned(),
    ]
}

#[test]
fn attack_19_no_spelling_gives_an_anonymous_caller_the_protected_body() {
    let shop = Shop::shared();
    let mut unanswered = Vec::new();
    for path in PROTECTED {
        for target in spellings(path) {
            for method in ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "foo", "get"] {
                let Ok(answer) = shop.request(method, &target).try_send() else {
                    unanswered.push(format!("{method} {target}"));
                    continue;
                };
                let is_refused = (400..500).contains(&answer.status);
                assert!(is_refused || (method == "OPTIONS" && answer.status == 204), "{method} {target}: {answer:?}");
                assert!(!tells(&answer), "{method} {target}: {answer:?}");
                assert!(answer.header("location").is_none(), "{method} {target}: {answer:?}");
            }
        }
    }
    assert!(unanswered.is_empty(), "{unanswered:?}");
}

#[test]
fn attack_19_no_other_spelling_reaches_the_handler_for_one_who_may() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    let same = |path: &str, target: &str| {
        let target = target.split('?').next().unwrap_or_default();
        target == path
            || target.split_once("://").is_some_and(|(_, rest)| rest.find('/').is_some_and(|at| &rest[at..] == path))
    };
    for path in PROTECTED {
        for target in spellings(path) {
            if target.contains('#') {
                // What stands behind a fragment's sign is cut off where the target is parsed.
                continue;
            }
            let answer = shop.get(&target).token(&root).send();
            let expected: &[u16] = if same(path, &target) { &[200, 400] } else { &[400, 404] };
            assert!(expected.contains(&answer.status), "{target}: {answer:?}");
        }
    }
}

#[test]
fn attack_22_no_header_overrides_method_or_path() {
    let shop = Shop::shared();
    let account = shop.newcomer();
    let root = shop.login("root", PASSWORD);
    let own = format!("/users/{}", account.id);
    for name in ["x-http-method-override", "x-http-method", "x-method-override"] {
        shop.get(&own).token(&root).header(name, "DELETE").send().is(200);
        shop.post("/users").token(&root).header(name, "GET").send().is(415);
    }
    shop.post(&format!("{own}?_method=DELETE")).token(&root).send().is(405);
    shop.get(&format!("{own}?_method=DELETE")).token(&root).send().is(200);
    for name in ["x-original-url", "x-rewrite-url", "x-forwarded-path", "x-forwarded-prefix"] {
        for path in PROTECTED {
            assert_eq!(shop.get("/health").header(name, path).send().is(200).json(), json!({"status": "ok"}));
            shop.get(path).header(name, "/health").send().is(401);
        }
    }
    for value in ["middleware", "src/middleware", "middleware:middleware:middleware:middleware:middleware"] {
        shop.get("/me").header("x-middleware-subrequest", value).send().is(401);
    }
    shop.get(&own).token(&account.token).send().is(200);
}

#[test]
fn attack_23_the_host_is_no_part_of_the_path() {
    let shop = Shop::shared();
    for host in ["shop/health?x#y", "shop/../health", "evil.example/health", "[::1]/health", "", "a b", "x@y:z"] {
        for path in PROTECTED {
            let answer = shop.get(path).header("host", host).send();
            assert!(matches!(answer.status, 400 | 401), "{host}: {answer:?}");
            assert!(!tells(&answer), "{host}: {answer:?}");
        }
        let answer = shop.get("/nothing").header("host", &format!("{host}/me")).send();
        assert!(matches!(answer.status, 400 | 404), "{host}: {answer:?}");
    }
}

#[test]
fn attack_24_a_word_in_the_place_of_an_id_is_guarded_too() {
    let shop = Shop::shared();
    let ada = shop.login("ada", PASSWORD);
    for path in ["/users/me", "/users/ban", "/users/health", "/users/admin"] {
        shop.get(path).send().is(401);
        shop.get(path).token(&ada).send().is(404);
    }
}

#[test]
fn attack_26_files_and_private_names_are_not_reachable() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    for path in [
        "/_scope",
        "/users/_scope",
        "/auth/_scope",
        "/routes",
        "/users/[id]",
        "/users/by_id",
        "/users_/by_id",
        "/.env",
        "/.git/config",
        "/shop.db",
        "/../shop.db",
        "/src/routes/users.rs",
        "/Cargo.toml",
        "/reroute.toml",
        "/auth",
        "/users.rs",
    ] {
        let answer = shop.get(path).token(&root).send();
        assert!(matches!(answer.status, 400 | 404), "{path}: {answer:?}");
    }
}

#[test]
fn attack_37_no_encoding_of_a_letter_is_the_letter() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    for path in [
        "/%6de",
        "/%6D%65",
        "/%C1%ADe",
        "/%u006de",
        "/%EF%BD%8De",
        "/\u{ff4d}e",
        "/me\u{301}",
        "/m%65%CC%81",
        "/me%E2%80%8B",
        "/m\u{435}",
        "/users/%EF%BC%91",
        "/users/\u{661}",
        "/users/%C0%B1",
        "/users/%31",
        "/users/1%E2%80%8B",
        "/us\u{17f}ers",
        "/%",
        "/me%",
        "/me%4",
        "/%zz",
        "/me%ff",
    ] {
        for method in ["GET", "HEAD"] {
            let answer = shop.request(method, path).token(&root).send();
            assert!(matches!(answer.status, 400 | 404), "{path}: {answer:?}");
        }
    }
}
