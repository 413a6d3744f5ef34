//! Settings: what is read, what wins, what stops the start.

#![allow(missing_docs, reason = "tests are read, not called")]

use reroute::{App, Tree, file, prelude::*, testing};
use std::{fs, path::Path};

#[route]
pub struct Home {
    own: State<Own>,
}

#[derive(Clone, Deserialize)]
#[serde(crate = "reroute::serde")]
pub struct Own {
    name: String,
    #[serde(default)]
    seats: u16,
}

#[route]
impl Home {
    #[public]
    async fn get(&self) -> String {
        format!("{} {}", self.own.name, self.own.seats)
    }
}

fn app() -> App {
    App::new(Tree::new([file::<Home>("/", "home.rs")])).settings::<Own>()
}

/// The reasons why an application does not start in a folder with these files and under these variables.
fn reasons(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Vec<String> {
    let folder = folder(files);
    match testing::service_in(folder.path(), app(), variables.iter().copied()) {
        Ok(_) => Vec::new(),
        Err(error) => error.to_string().lines().map(str::to_owned).collect(),
    }
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("the file is written");
    }
    folder
}

async fn get(folder: &Path, variables: &[(&str, &str)]) -> String {
    let app = testing::service_in(folder, app(), variables.iter().copied()).expect("the application starts");
    let request = reroute::http::Request::get("/")
        .header("host", "localhost")
        .body(reroute::axum_core::body::Body::empty())
        .expect("a request");
    let body = app.handle(request).await.into_body();
    let body = http_body_util::BodyExt::collect(body).await.expect("a body").to_bytes();
    String::from_utf8_lossy(&body).into_owned()
}

const TEST: (&str, &str) = ("REROUTE_ENV", "test");

#[tokio::test]
async fn the_later_source_wins_and_the_process_always() {
    let toml = ("reroute.toml", "[app]\nname = \"toml\"\nseats = 1\n");
    assert_eq!(get(folder(&[toml]).path(), &[TEST]).await, "toml 1");
    let dotenv = (".env", "export REROUTE_APP_NAME='dot # env'\nREROUTE_APP_SEATS=2\n");
    assert_eq!(get(folder(&[toml, dotenv]).path(), &[TEST]).await, "dot # env 2");
    let dollar = (".env", "REROUTE_APP_NAME=\"pa$$word ${HOME}\"\nREROUTE_APP_SEATS=2\n");
    assert_eq!(get(folder(&[dollar]).path(), &[TEST]).await, "pa$$word ${HOME} 2");
    let special = (".env.test", "REROUTE_APP_SEATS=3");
    let other = (".env.production", "REROUTE_APP_SEATS=4");
    let all = folder(&[toml, dotenv, special, other]);
    assert_eq!(get(all.path(), &[TEST]).await, "dot # env 3");
    assert_eq!(get(all.path(), &[TEST, ("REROUTE_APP_SEATS", "5")]).await, "dot # env 5");
}

#[test]
fn lesson_configuration_what_is_unknown_names_its_place_and_the_nearest_key() {
    let toml = "allowed_host = [\"a.com\"]\nport = \"80\"\n\n[developement]\n\n[production]\ndebgu = true\n[app]\nname = \"x\"\nseets = 3\n";
    let reasons = reasons(
        &[("reroute.toml", toml), (".env", "\n\nREROUTE_PROT=1\nUNRELATED=1")],
        &[TEST, ("REROUTE_BODY_LIMT", "1"), ("REROUTE_TIMEOUT", "5")],
    );
    for expected in [
        "there is no key `allowed_host`; did you mean `allowed_hosts`? (reroute.toml, line 1)",
        "port: must be a number from 0 to 65535, and is a text (reroute.toml, line 2)",
        "there is no section [developement]; did you mean `development`? (reroute.toml, line 4)",
        "there is no key `debgu`; did you mean `debug`? (reroute.toml, line 7)",
        "there is no key `prot`; did you mean `port`? (.env, line 3)",
        "there is no key `REROUTE_BODY_LIMT`; did you mean `body_limit`? (the variable REROUTE_BODY_LIMT)",
    ] {
        assert!(reasons.iter().any(|reason| reason == expected), "{expected}\n{reasons:#?}");
    }
    assert!(reasons.iter().any(|reason| reason.starts_with("timeout: `5` is no duration")), "{reasons:#?}");
}

#[test]
fn own_settings_follow_the_same_rules() {
    for (toml, variable, expected) in [
        (
            "[app]\nname = \"x\"\nseets = 3",
            TEST,
            "there is no key `seets` in [app]; did you mean `seats`? (reroute.toml, line 3)",
        ),
        ("[app]\nname = \"x\"\nseats = \"3\"", TEST, "app.seats: must be u16 (reroute.toml, line 3)"),
        ("", TEST, "app.name is not set: write it into [app] of reroute.toml, or set REROUTE_APP_NAME"),
        (
            "[app]\nname = \"x\"",
            ("REROUTE_APP_SEATS", "many"),
            "app.seats: must be an integer in range (the variable REROUTE_APP_SEATS)",
        ),
    ] {
        let reasons = reasons(&[("reroute.toml", toml)], &[TEST, variable]);
        assert_eq!(reasons, [expected], "{toml}");
    }
}

#[test]
fn attack_142_own_settings_may_be_secret() {
    #[derive(Clone, Debug, Deserialize)]
    #[serde(crate = "reroute::serde")]
    struct Keys {
        payment: reroute::config::Secret,
        pins: Vec<reroute::config::Secret<Vec<u8>>>,
    }
    let start = |toml: &str, variables: &[(&str, &str)]| {
        let folder = folder(&[("reroute.toml", toml)]);
        let app = App::new(Tree::new([])).settings::<Keys>();
        testing::service_in(folder.path(), app, variables.iter().copied()).map(drop).map_err(|error| error.to_string())
    };
    let variables = [TEST, ("REROUTE_APP_PAYMENT", "hunter2hunter2")];
    start("[app]\npins = [[1, 2]]", &variables).expect("it starts");
    let wrong =
        start("[app]\npins = [\"hunter2\"]\npayment = 5", &[TEST]).expect_err("a text is no list, a number no text");
    assert!(wrong.contains("reroute.toml, line ") && !wrong.contains("hunter2"), "{wrong}");
    let keys = Keys { payment: reroute::config::Secret::new("hunter2"), pins: vec![vec![7, 7].into()] };
    assert_eq!((keys.payment.expose().as_str(), keys.pins[0].expose().as_slice()), ("hunter2", &[7, 7][..]));
    assert_eq!(format!("{keys:?}"), "Keys { payment: [REDACTED], pins: [[REDACTED]] }");
}

#[test]
fn lesson_environment_has_one_source() {
    assert_eq!(reasons(&[(".env", "REROUTE_ENV=test\nREROUTE_APP_NAME=x")], &[]), [""; 0]);
    for wrong in ["", "prod", "Production", "staging", "production "] {
        let reasons = reasons(&[], &[("REROUTE_ENV", wrong), ("REROUTE_APP_NAME", "x")]);
        assert!(reasons.iter().any(|reason| reason.starts_with("env: REROUTE_ENV is")), "{reasons:?}");
    }
    let public = [("REROUTE_HOST", "0.0.0.0"), ("REROUTE_APP_NAME", "x")];
    assert!(reasons(&[], &public)[0].starts_with("env: REROUTE_ENV is not set"));
    let development = [public[0], public[1], ("REROUTE_ENV", "development")];
    assert!(reasons(&[], &development)[0].contains("REROUTE_DEVELOPMENT_PUBLIC=true"));
    let meant = [public[0], public[1], ("REROUTE_ENV", "development"), ("REROUTE_DEVELOPMENT_PUBLIC", "true")];
    assert_eq!(reasons(&[], &meant), [""; 0]);
}

#[test]
fn production_tells_every_reason_at_once() {
    let unsafe_settings = [
        ("REROUTE_ENV", "production"),
        ("REROUTE_APP_NAME", "x"),
        ("SECRET_KEY", "changeme"),
        ("CORS_ORIGINS", "*"),
        ("REROUTE_DEBUG", "true"),
        ("REROUTE_RATE_LIMITS", "observe"),
    ];
    let reasons = reasons(&[], &unsafe_settings);
    for name in ["SECRET_KEY", "cors_allow_origins", "debug", "allowed_hosts", "https", "rate_limits"] {
        assert_eq!(
            reasons.iter().filter(|reason| reason.starts_with(&format!("{name}:"))).count(),
            1,
            "{name}: {reasons:#?}"
        );
    }
    assert_eq!(reasons.len(), 6);
    assert!(!reasons.iter().any(|reason| reason.contains("changeme")), "{reasons:#?}");
}

#[test]
fn attack_54_any_origin_with_credentials_starts_nowhere() {
    let variables =
        [TEST, ("REROUTE_APP_NAME", "x"), ("CORS_ORIGINS", "*"), ("REROUTE_CORS_ALLOW_CREDENTIALS", "true")];
    assert!(reasons(&[], &variables)[0].starts_with("cors_allow_origins: `*` with cors_allow_credentials"));
}

#[test]
fn attack_142_no_reason_shows_a_secret() {
    let files = [
        (".env", "SECRET_KEY=hunter2hunter2\nBROKEN line with hunter2\n"),
        ("reroute.toml", "secret_key = 5\ndatabase_url = [\"postgres://u:hunter2@h\"]\n"),
    ];
    let reasons = reasons(&files, &[TEST]).join("\n");
    assert!(!reasons.contains("hunter2"), "{reasons}");
    assert!(reasons.contains(".env, line 2: it is not well-formed"), "{reasons}");
    assert!(
        reasons.contains("secret_key: must be a secret text, and is an integer (reroute.toml, line 1)"),
        "{reasons}"
    );
}

#[test]
fn the_reference_page_is_made_from_the_table() {
    let page = include_str!("../../../docs/settings.md");
    assert_eq!(page, reroute::config::reference(), "write the page anew: `cargo xtask settings`");
}
