//! What production, and every other environment, does not start with.

use super::{KEY, SAFE, are_about, home, production, refusal, with};
use std::process::Stdio;

#[test]
fn production_names_each_reason_alone() {
    let home = home(&[]);
    for (name, value, setting) in [
        ("SECRET_KEY", None, "SECRET_KEY"),
        ("SECRET_KEY", Some(""), "SECRET_KEY"),
        ("SECRET_KEY", Some("changeme"), "SECRET_KEY"),
        ("CORS_ORIGINS", Some("*"), "cors_allow_origins"),
        ("CORS_ORIGINS", Some("https://a.example.com,*"), "cors_allow_origins"),
        ("REROUTE_CORS_ALLOW_ORIGINS", Some("*"), "cors_allow_origins"),
        ("REROUTE_DEBUG", Some("true"), "debug"),
        ("REROUTE_ALLOWED_HOSTS", None, "allowed_hosts"),
        ("REROUTE_ALLOWED_HOSTS", Some(""), "allowed_hosts"),
        ("REROUTE_ALLOWED_HOSTS", Some("*"), "allowed_hosts"),
        ("REROUTE_ALLOWED_HOSTS", Some("*.example.com"), "allowed_hosts"),
        ("REROUTE_HTTPS", None, "https"),
        ("REROUTE_HTTPS", Some("detect"), "https"),
        ("REROUTE_RATE_LIMITS", Some("observe"), "rate_limits"),
        ("REROUTE_ENV", Some("prod"), "env"),
        ("REROUTE_ENV", Some("Production"), "env"),
        ("REROUTE_ENV", Some(""), "env"),
        ("REROUTE_TRUSTED_PROXIES", Some("0.0.0.0/0"), "trusted_proxies"),
        ("REROUTE_TRUSTED_PROXIES", Some("::/0"), "trusted_proxies"),
    ] {
        let reasons = refusal(&home, production(home.path(), &[(name, value)]));
        are_about(&reasons, &[setting]);
        // The mend is told, too.
        assert!(reasons[0].len() > setting.len() + 20, "{reasons:?}");
    }
    // Half of a certificate is no certificate.
    for name in ["REROUTE_TLS_CERTIFICATE", "REROUTE_TLS_KEY"] {
        are_about(&refusal(&home, production(home.path(), &[(name, Some("one.pem"))])), &["https"]);
    }
}

#[test]
fn production_names_all_reasons_at_once() {
    let home = home(&[]);
    let unsafe_settings = [
        ("SECRET_KEY", None),
        ("CORS_ORIGINS", Some("*")),
        ("REROUTE_DEBUG", Some("true")),
        ("REROUTE_ALLOWED_HOSTS", None),
        ("REROUTE_HTTPS", None),
        ("REROUTE_RATE_LIMITS", Some("observe")),
    ];
    let reasons = refusal(&home, production(home.path(), &unsafe_settings));
    are_about(&reasons, &["SECRET_KEY", "cors_allow_origins", "debug", "allowed_hosts", "https", "rate_limits"]);
}

#[test]
fn nothing_is_said_on_stdout_and_no_database_is_made() {
    let home = home(&[]);
    let ended = production(home.path(), &[("SECRET_KEY", None)]).stdout(Stdio::piped()).output();
    let ended = ended.expect("the shop can be started");
    assert!(ended.stdout.is_empty() && ended.status.code() == Some(1), "{ended:?}");
    assert!(std::fs::read_dir(home.path()).is_ok_and(|mut files| files.next().is_none()));
}

/// What cannot be read is one of the reasons, not the only one.
#[test]
fn an_unknown_setting_hides_no_other_reason() {
    let home = home(&[]);
    let reasons = refusal(&home, production(home.path(), &[("REROUTE_PROT", Some("1")), ("SECRET_KEY", None)]));
    assert!(reasons.iter().any(|reason| reason.contains("REROUTE_PROT")), "{reasons:?}");
    assert!(reasons.iter().any(|reason| reason.starts_with("SECRET_KEY:")), "{reasons:?}");
}

#[test]
fn an_own_setting_hides_no_other_reason() {
    let home = home(&[]);
    let reasons = refusal(&home, production(home.path(), &[("REROUTE_APP_NAME", Some("x")), ("SECRET_KEY", None)]));
    are_about(&reasons, &["app.name", "SECRET_KEY"]);
}

#[test]
fn attack_143_weak_secrets_are_refused_and_never_printed() {
    let home = home(&[]);
    for weak in [
        "a",
        "hunter2",
        "changeme",
        "secret",
        "your-secret-key-here",
        "dev-secret-key-change-in-production",
        "development-secret-key-development-secret-key",
        "supersecretsupersecretsupersecretsupersecret",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "abababababababababababababababababababababababab",
        "0123456789abcdef0123456789abcdef0123456789abcdef",
        "12345678901234567890123456789012345678901234567890",
        "correct-horse-battery-staple-correct-horse-battery",
        // Well chosen, and a byte too short.
        &KEY[..31],
        "                                                ",
    ] {
        for name in ["SECRET_KEY", "REROUTE_SECRET_KEY"] {
            let reasons = refusal(&home, production(home.path(), &[("SECRET_KEY", None), (name, Some(weak))]));
            are_about(&reasons, &["SECRET_KEY"]);
            if weak.len() > 6 && !weak.trim().is_empty() {
                assert!(!reasons[0].contains(weak), "{reasons:?}");
            }
        }
    }
    let file = super::home(&[(".env", "SECRET_KEY=zqxmarkerzqxmarker\n")]);
    let reasons = refusal(&file, production(file.path(), &[("SECRET_KEY", None)]));
    are_about(&reasons, &["SECRET_KEY"]);
    assert!(!reasons[0].contains("zqx"), "{reasons:?}");
}

#[test]
fn attack_54_any_origin_with_credentials_starts_in_no_environment() {
    let home = home(&[]);
    let credentials = ("REROUTE_CORS_ALLOW_CREDENTIALS", Some("true"));
    for environment in ["development", "test", "production"] {
        for name in ["CORS_ORIGINS", "REROUTE_CORS_ALLOW_ORIGINS"] {
            for origins in ["*", "https://a.example.com, *"] {
                let settings = [("REROUTE_ENV", Some(environment)), (name, Some(origins)), credentials];
                let reasons = refusal(&home, production(home.path(), &settings));
                are_about(&reasons, &["cors_allow_origins"]);
                assert!(reasons[0].contains("cors_allow_credentials"), "{reasons:?}");
            }
        }
    }
}

#[test]
fn null_and_misspelled_origins_are_refused_where_they_stand() {
    let home = home(&[]);
    for origin in
        ["null", "https://a.example.com/", "a.example.com", "https://*", "https://*.com", "ftp://a.example.com"]
    {
        let reasons = refusal(&home, with(home.path(), &[("CORS_ORIGINS", Some(origin))]));
        are_about(&reasons, &["cors_allow_origins"]);
        assert!(reasons[0].contains("the variable CORS_ORIGINS"), "{reasons:?}");
    }
}

/// What is no text is ill-typed, and not as if it were not there.
#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let home = home(&[]);
    for name in ["REROUTE_ENV", "REROUTE_DEBUG", "REROUTE_ALLOWED_HOSTS", "REROUTE_TRUSTED_PROXIES", "CORS_ORIGINS"] {
        let mut command = with(home.path(), &[]);
        command.env(name, std::ffi::OsStr::from_bytes(b"\xff"));
        let reasons = refusal(&home, command);
        assert!(reasons.len() == 1 && reasons[0].contains(name), "{reasons:?}");
    }
    // What is no text in the variables of others is none of our business.
    let mut command = with(home.path(), &[]);
    command.env("OTHER", std::ffi::OsStr::from_bytes(b"\xff"));
    assert!(super::Shop::try_start(home.clone(), command).is_ok());
}

/// A line break in a value makes no line that looks like a reason of its own.
#[test]
fn a_value_cannot_forge_a_reason() {
    let home = home(&[]);
    for name in ["REROUTE_ENV", "REROUTE_ALLOWED_HOSTS", "REROUTE_HOST", "REROUTE_TIMEOUT", "REROUTE_PORT"] {
        let forged = "x\nSECRET_KEY: all is well\r\u{1b}[2J";
        let reasons = refusal(&home, with(home.path(), &[(name, Some(forged))]));
        assert_eq!(reasons.len(), 1, "{name}: {reasons:?}");
    }
}

#[test]
fn what_is_safe_is_the_whole_of_it() {
    // The other tests change one thing each: all others must be well.
    let home = home(&[("shop.db", "")]);
    let started = super::Shop::try_start(home.clone(), production(home.path(), &[]));
    assert!(started.is_ok(), "{SAFE:?}: {:?}", started.err());
}
