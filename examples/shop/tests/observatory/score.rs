//! The scoring of Mozilla's HTTP Observatory, as far as one answer of an application can be scored by it.
//!
//! Source: MDN, *HTTP Observatory, Tests & scoring* (`developer.mozilla.org/en-US/observatory/docs/tests_and_scoring`), and where that is
//! silent the scanner itself (`github.com/mdn/mdn-http-observatory`, 1.4). It starts at 100; what is amiss is taken off; if that leaves
//! 90 or more, what is better than asked for is added. 100 and more is an A+.
//!
//! | test | modifiers |
//! | --- | --- |
//! | Content-Security-Policy | +10 `default-src 'none'` alone, nothing unsafe, forms to nowhere or to ourselves; +5 nothing unsafe; 0 unsafe styles, or a directive twice; -10 `'unsafe-eval'`, or pictures and media over HTTP; -20 unsafe or broad scripts or objects, or anything else over HTTP; -25 none, or none that can be read |
//! | cookies | +5 `Secure`, `HttpOnly` and `SameSite`; 0 none, or no `SameSite`; -20 another `SameSite` than `Lax` or `Strict`; -30 a session's without `HttpOnly`; -40 one without `Secure` |
//! | CORS | 0 none, for all without credentials, or for some; -50 for whoever asks, with credentials |
//! | redirection | 0 to HTTPS on the same host, or none needed since nothing is served in clear; -5 to HTTPS on another host; -20 none, or not to HTTPS |
//! | Referrer-Policy | +5 `no-referrer`, `same-origin`, `strict-origin` or `strict-origin-when-cross-origin`; 0 none; -5 another |
//! | Strict-Transport-Security | +5 on the browsers' list; 0 for six months (15,768,000 s) or more; -10 for less; -20 none, or none that can be read |
//! | Subresource Integrity | 0 no HTML, or no scripts; else by how they are loaded |
//! | X-Content-Type-Options | 0 `nosniff`; -5 else |
//! | X-Frame-Options | +5 by the `frame-ancestors` of the Content-Security-Policy; 0 `DENY`, `SAMEORIGIN` or `ALLOW-FROM`; -20 else |
//! | Cross-Origin-Resource-Policy | +10 `same-origin` or `same-site`; 0 none, or `cross-origin`; -5 else |
//!
//! Where this differs it is the stricter: each cookie counts as a session's, nonces and hashes excuse no `'unsafe-inline'`, scripts
//! in a page are not scored but refused, and no host is taken to be on the browsers' list.

use super::support::Answer;
use std::collections::BTreeMap;

/// The name of a result, and what it adds.
pub(crate) type Modifier = (&'static str, i32);

const SIX_MONTHS: u64 = 15_768_000;

const BROAD: [&str; 8] = ["ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"];

/// What is there in clear.
#[derive(Debug)]
pub(crate) enum Redirection {
    /// Nothing.
    NotNeeded,
    /// A page that stays there.
    Missing,
    /// This location, asked for on this host.
    To { location: String, host: String },
}

impl Redirection {
    /// What an answer in clear comes to.
    pub(crate) fn of(answer: &Answer, host: &str) -> Self {
        match answer.header("location") {
            Some(location) if (300..400).contains(&answer.status) => {
                Self::To { location: location.to_owned(), host: host.to_owned() }
            }
            _ => Self::Missing,
        }
    }
}

/// What an answer over HTTPS comes to, with what was found in clear.
pub(crate) fn modifiers(answer: &Answer, in_clear: Redirection) -> Vec<Modifier> {
    let policy = policy(answer);
    vec![
        content_security_policy(&policy),
        cookies(answer),
        cors(answer),
        redirection(&in_clear),
        referrer_policy(answer),
        transport_security(answer),
        integrity(answer),
        content_type_options(answer),
        frame_options(answer, &policy),
        resource_policy(answer),
    ]
}

pub(crate) fn total(modifiers: &[Modifier]) -> i32 {
    let sum = |counts: fn(i32) -> bool| modifiers.iter().map(|(_, points)| *points).filter(|p| counts(*p)).sum::<i32>();
    let base = 100 + sum(|points| points < 0);
    if base >= 90 { base + sum(|points| points > 0) } else { base.max(0) }
}

pub(crate) fn grade(total: i32) -> &'static str {
    const CHART: [(i32, &str); 12] = [
        (100, "A+"),
        (90, "A"),
        (85, "A-"),
        (80, "B+"),
        (70, "B"),
        (65, "B-"),
        (60, "C+"),
        (50, "C"),
        (45, "C-"),
        (40, "D+"),
        (30, "D"),
        (25, "D-"),
    ];
    CHART.iter().find(|(least, _)| total >= *least).map_or("F", |(_, grade)| grade)
}

/// The directives of a policy and their sources, or what is wrong with it.
type Policy = Result<BTreeMap<String, Vec<String>>, Modifier>;

fn policy(answer: &Answer) -> Policy {
    let mut directives = BTreeMap::new();
    for header in answer.all("content-security-policy") {
        for directive in header.split([';', ',']) {
            let mut words = directive.split_ascii_whitespace().map(str::to_ascii_lowercase);
            let Some(name) = words.next() else { continue };
            if directives.insert(name, words.collect()).is_some() {
                return Err(("csp-implemented-but-duplicate-directives", 0));
            }
        }
    }
    if directives.is_empty() { Err(("csp-not-implemented", -25)) } else { Ok(directives) }
}

fn content_security_policy(policy: &Policy) -> Modifier {
    let policy = match policy {
        Ok(policy) => policy,
        Err(wrong) => return *wrong,
    };
    let given = |name: &str| policy.get(name).map(|sources| sources.iter().map(String::as_str).collect::<Vec<_>>());
    let or_default = |name| given(name).or_else(|| given("default-src")).unwrap_or_else(|| vec!["*"]);
    let (scripts, styles, objects) = (or_default("script-src"), or_default("style-src"), or_default("object-src"));
    let is_broad = |source: &&str| BROAD.contains(source);
    let is_unsafe = |source: &&str| is_broad(source) || matches!(*source, "'unsafe-inline'" | "data:");
    let is_clear = |source: &&str| source.starts_with("http:") || source.starts_with("ftp:");
    let is_passive = |name: &str| matches!(name, "img-src" | "media-src");
    let mut active = policy.iter().filter(|(name, _)| !is_passive(name)).flat_map(|(_, sources)| sources);
    let mut passive = [or_default("img-src"), or_default("media-src")].concat().into_iter();
    if scripts.iter().any(is_unsafe) || objects.iter().any(is_broad) {
        ("csp-implemented-with-unsafe-inline", -20)
    } else if active.any(|source| is_clear(&source.as_str())) {
        ("csp-implemented-with-insecure-scheme", -20)
    } else if scripts.contains(&"'unsafe-eval'") || styles.contains(&"'unsafe-eval'") {
        ("csp-implemented-with-unsafe-eval", -10)
    } else if passive.any(|source| is_clear(&source)) {
        ("csp-implemented-with-insecure-scheme-in-passive-content-only", -10)
    } else if styles.iter().any(is_unsafe) {
        ("csp-implemented-with-unsafe-inline-in-style-src-only", 0)
    } else if given("default-src").is_some_and(|sources| sources == ["'none'"])
        && given("form-action").is_some_and(|sources| sources == ["'none'"] || sources == ["'self'"])
    {
        ("csp-implemented-with-no-unsafe-default-src-none", 10)
    } else {
        ("csp-implemented-with-no-unsafe", 5)
    }
}

fn cookies(answer: &Answer) -> Modifier {
    let cookies = answer.all("set-cookie");
    if cookies.is_empty() {
        return ("cookies-not-found", 0);
    }
    let has = |cookie: &str, wanted: &[&str]| {
        cookie.split(';').skip(1).any(|attribute| wanted.contains(&attribute.trim().to_ascii_lowercase().as_str()))
    };
    let all = |wanted: &[&str]| cookies.iter().all(|cookie| has(cookie, wanted));
    let other_site = cookies.iter().any(|cookie| {
        cookie.to_ascii_lowercase().contains("samesite") && !has(cookie, &["samesite=lax", "samesite=strict"])
    });
    if !all(&["secure"]) {
        ("cookies-session-without-secure-flag", -40)
    } else if !all(&["httponly"]) {
        ("cookies-session-without-httponly-flag", -30)
    } else if other_site {
        ("cookies-samesite-flag-invalid", -20)
    } else if all(&["samesite=lax", "samesite=strict"]) {
        ("cookies-secure-with-httponly-sessions-and-samesite", 5)
    } else {
        ("cookies-secure-with-httponly-sessions", 0)
    }
}

/// The request was that of a page of another site.
fn cors(answer: &Answer) -> Modifier {
    let with_credentials = answer.header("access-control-allow-credentials") == Some("true");
    match answer.header("access-control-allow-origin") {
        None => ("cross-origin-resource-sharing-not-implemented", 0),
        Some("*") => ("cross-origin-resource-sharing-implemented-with-public-access", 0),
        Some("https://example.org") if with_credentials => {
            ("cross-origin-resource-sharing-implemented-with-universal-access", -50)
        }
        Some(_) => ("cross-origin-resource-sharing-implemented-with-restricted-access", 0),
    }
}

pub(crate) fn redirection(in_clear: &Redirection) -> Modifier {
    match in_clear {
        Redirection::NotNeeded => ("redirection-not-needed-no-http", 0),
        Redirection::Missing => ("redirection-missing", -20),
        Redirection::To { location, host } => match location.strip_prefix("https://") {
            None => ("redirection-not-to-https", -20),
            Some(rest) if rest.split(['/', ':', '?']).next() == Some(host) => ("redirection-to-https", 0),
            Some(_) => ("redirection-off-host-from-http", -5),
        },
    }
}

fn referrer_policy(answer: &Answer) -> Modifier {
    let values = answer.all("referrer-policy").join(",").to_ascii_lowercase();
    let is_private = |value: &str| {
        matches!(value, "no-referrer" | "same-origin" | "strict-origin" | "strict-origin-when-cross-origin")
    };
    let is_unsafe = |value: &str| {
        matches!(value, "origin" | "origin-when-cross-origin" | "unsafe-url" | "no-referrer-when-downgrade")
    };
    // The last that is known is the one that counts.
    match values.split(',').map(str::trim).rfind(|value| is_private(value) || is_unsafe(value)) {
        Some(value) if is_private(value) => ("referrer-policy-private", 5),
        Some(_) => ("referrer-policy-unsafe", -5),
        None if values.is_empty() => ("referrer-policy-not-implemented", 0),
        None => ("referrer-policy-header-invalid", -5),
    }
}

fn transport_security(answer: &Answer) -> Modifier {
    let values = answer.all("strict-transport-security");
    let [value] = values[..] else {
        return if values.is_empty() { ("hsts-not-implemented", -20) } else { ("hsts-header-invalid", -20) };
    };
    let value = value.to_ascii_lowercase();
    let mut directives = value.split(';').map(str::trim);
    let age = directives.find_map(|directive| directive.strip_prefix("max-age=")?.parse::<u64>().ok());
    match age {
        None => ("hsts-header-invalid", -20),
        Some(SIX_MONTHS..) => ("hsts-implemented-max-age-at-least-six-months", 0),
        Some(_) => ("hsts-implemented-max-age-less-than-six-months", -10),
    }
}

fn integrity(answer: &Answer) -> Modifier {
    if !answer.header("content-type").is_some_and(|kind| kind.contains("html")) {
        return ("sri-not-implemented-response-not-html", 0);
    }
    assert!(!answer.text().to_ascii_lowercase().contains("<script"), "how its scripts are loaded is not scored here");
    ("sri-not-implemented-but-no-scripts-loaded", 0)
}

fn content_type_options(answer: &Answer) -> Modifier {
    match answer.all("x-content-type-options")[..] {
        [value] if value.eq_ignore_ascii_case("nosniff") => ("x-content-type-options-nosniff", 0),
        [] => ("x-content-type-options-not-implemented", -5),
        _ => ("x-content-type-options-header-invalid", -5),
    }
}

fn frame_options(answer: &Answer, policy: &Policy) -> Modifier {
    let ancestors = policy.as_ref().ok().and_then(|policy| policy.get("frame-ancestors"));
    if ancestors.is_some_and(|sources| !sources.iter().any(|source| BROAD.contains(&source.as_str()))) {
        return ("x-frame-options-implemented-via-csp", 5);
    }
    match answer.header("x-frame-options").map(str::to_ascii_lowercase).as_deref() {
        Some("deny" | "sameorigin") => ("x-frame-options-sameorigin-or-deny", 0),
        Some(value) if value.starts_with("allow-from ") => ("x-frame-options-allow-from-origin", 0),
        Some(_) => ("x-frame-options-header-invalid", -20),
        None => ("x-frame-options-not-implemented", -20),
    }
}

fn resource_policy(answer: &Answer) -> Modifier {
    match answer.header("cross-origin-resource-policy") {
        None => ("corp-not-implemented", 0),
        Some("same-origin") => ("corp-implemented-with-same-origin", 10),
        Some("same-site") => ("corp-implemented-with-same-site", 10),
        Some("cross-origin") => ("corp-implemented-with-cross-origin", 0),
        Some(_) => ("corp-header-invalid", -5),
    }
}

/// A score that nothing fails shows nothing.
mod tests {
    use super::*;

    fn scored(headers: &[(&str, &str)], in_clear: Redirection) -> i32 {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        total(&modifiers(&Answer { status: 200, headers, body: Vec::new() }, in_clear))
    }

    /// All that there is to have without a cookie, with one header in another way.
    fn but(name: &str, value: &str) -> i32 {
        let best = [
            ("content-security-policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'"),
            ("referrer-policy", "no-referrer"),
            ("strict-transport-security", "max-age=15768000"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("cross-origin-resource-policy", "same-origin"),
        ];
        let rest = best.into_iter().filter(|(other, _)| *other != name);
        let all: Vec<_> = rest.chain((!value.is_empty()).then_some((name, value))).collect();
        scored(&all, Redirection::NotNeeded)
    }

    #[test]
    fn an_answer_that_says_nothing_scores_as_little_as_at_the_observatory() {
        assert_eq!(scored(&[], Redirection::NotNeeded), 30);
        assert_eq!(scored(&[], Redirection::Missing), 10);
        assert_eq!([30, 10].map(grade), ["D", "F"]);
    }

    #[test]
    fn each_header_counts() {
        assert_eq!(but("x-none", ""), 130);
        for (name, value, total) in [
            ("content-security-policy", "", 75),
            ("content-security-policy", "default-src 'none'; script-src 'unsafe-inline'; frame-ancestors 'none'", 80),
            ("content-security-policy", "default-src 'none'; connect-src http://a.example; frame-ancestors 'none'", 80),
            ("content-security-policy", "default-src 'none'; script-src 'unsafe-eval'; frame-ancestors 'none'", 110),
            ("content-security-policy", "default-src 'none'; img-src http://a.example; frame-ancestors 'none'", 110),
            ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'", 120),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'", 125),
            ("content-security-policy", "default-src 'self'; form-action 'self'; frame-ancestors 'none'", 125),
            ("content-security-policy", "default-src 'none'; form-action 'self'", 125),
            ("content-security-policy", "frame-ancestors 'none'", 80),
            ("referrer-policy", "", 125),
            ("referrer-policy", "no-referrer, unsafe-url", 120),
            ("strict-transport-security", "", 80),
            ("strict-transport-security", "max-age=15767999", 120),
            ("strict-transport-security", "includeSubDomains", 80),
            ("x-content-type-options", "", 125),
            ("cross-origin-resource-policy", "cross-origin", 120),
            ("cross-origin-resource-policy", "", 120),
            ("set-cookie", "a=b; Secure; HttpOnly; SameSite=Lax", 135),
            ("set-cookie", "a=b; Secure; HttpOnly", 130),
            ("set-cookie", "a=b; Secure; SameSite=Lax", 70),
            ("set-cookie", "a=b; HttpOnly; SameSite=Lax", 60),
            ("access-control-allow-origin", "*", 130),
        ] {
            assert_eq!(but(name, value), total, "{name}: {value}");
        }
        let framed =
            [("x-frame-options", "DENY"), ("content-security-policy", "default-src 'none'; form-action 'none'")];
        assert_eq!(scored(&framed, Redirection::NotNeeded), 75);
        let shared =
            [("access-control-allow-origin", "https://example.org"), ("access-control-allow-credentials", "true")];
        assert_eq!(scored(&shared, Redirection::NotNeeded), 0);
        let to = |location: &str| redirection(&Redirection::To { location: location.into(), host: "a.example".into() });
        assert_eq!(to("https://a.example/x").1, 0);
        assert_eq!(to("https://b.example/").1, -5);
        assert_eq!(to("http://a.example/").1, -20);
    }
}
