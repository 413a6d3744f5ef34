//! Development and test: what they need, and where development may listen.

use super::{Shop, are_about, home, refusal, with};
#[cfg(unix)]
use std::{
    os::fd::OwnedFd,
    process::{Command, Stdio},
};

const DEVELOPMENT: (&str, Option<&str>) = ("REROUTE_ENV", Some("development"));
const UNSET: (&str, Option<&str>) = ("REROUTE_ENV", None);
const PUBLIC: (&str, Option<&str>) = ("REROUTE_DEVELOPMENT_PUBLIC", Some("true"));
const PRIVATE: (&str, Option<&str>) = ("REROUTE_DEVELOPMENT_PUBLIC", Some("false"));

fn at(host: &str) -> (&str, Option<&str>) {
    ("REROUTE_HOST", Some(host))
}

#[test]
fn without_an_environment_only_a_debug_build_at_home_starts() {
    let home = home(&[]);
    for host in ["0.0.0.0", "::", "[::]", "192.0.2.1", "::ffff:0.0.0.0"] {
        // Nor is it enough to say that the development server is public: nobody said that it is one.
        for settings in [&[UNSET, at(host)][..], &[UNSET, at(host), PUBLIC]] {
            let reasons = refusal(&home, with(home.path(), settings));
            are_about(&reasons, &["env"]);
            assert!(reasons[0].contains("REROUTE_ENV is not set"), "{reasons:?}");
        }
    }
    for host in ["127.0.0.1", "localhost", "127.0.0.2"] {
        let command = with(home.path(), &[UNSET, at(host)]);
        if cfg!(debug_assertions) {
            let shop = Shop::try_start(home.clone(), command).unwrap_or_else(|ended| panic!("{ended:?}"));
            assert!(shop.address.ip().is_loopback(), "{}", shop.address);
            assert_eq!(shop.get("/products").header("host", "localhost").send().is(200).json()["total"], 30);
        } else {
            are_about(&refusal(&home, command), &["env"]);
        }
    }
}

/// The address to listen on counts wherever it is written.
#[test]
fn without_an_environment_no_file_opens_a_door() {
    let mut open = Vec::new();
    for files in [
        &[("reroute.toml", "host = \"0.0.0.0\"\ndevelopment_public = true\n")][..],
        &[("reroute.toml", "[development]\nhost = \"0.0.0.0\"\ndevelopment_public = true\n")],
        &[(".env", "REROUTE_HOST=0.0.0.0\nREROUTE_DEVELOPMENT_PUBLIC=true\n")],
        &[(".env.development", "REROUTE_HOST=0.0.0.0\nREROUTE_DEVELOPMENT_PUBLIC=true\n")],
        &[(".env", "REROUTE_HOST=127.0.0.1\nREROUTE_HOST=0.0.0.0\nREROUTE_DEVELOPMENT_PUBLIC=true\n")],
    ] {
        let home = home(files);
        match Shop::try_start(home.clone(), with(home.path(), &[UNSET])) {
            Ok(shop) => open.push(format!("{files:?}: it starts at {}", shop.address)),
            Err((said, status)) => {
                assert_eq!(status.code(), Some(1), "{said:?}");
                are_about(&said, &["env"]);
            }
        }
    }
    assert!(open.is_empty(), "{open:#?}");
}

/// Nor does a socket that somebody else has opened: what counts is where it listens.
#[cfg(unix)]
#[test]
fn without_an_environment_no_socket_that_is_handed_over_opens_a_door() {
    let home = home(&[]);
    for (address, is_home) in [("127.0.0.1:0", true), ("0.0.0.0:0", false)] {
        for environment in [UNSET, DEVELOPMENT] {
            let listener = std::net::TcpListener::bind(address).expect("a port is free");
            let shop = with(home.path(), &[environment]);
            let mut command = Command::new("sh");
            command.args(["-c", "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" 3<&0"]).arg(shop.get_program());
            for (name, value) in shop.get_envs() {
                match value {
                    Some(value) => command.env(name, value),
                    None => command.env_remove(name),
                };
            }
            command.current_dir(home.path()).stdin(OwnedFd::from(listener)).stderr(Stdio::piped());
            match Shop::try_start(home.clone(), command) {
                Ok(shop) => assert!(is_home, "{environment:?}: it starts at {}", shop.address),
                Err((said, status)) => {
                    assert!(!is_home && status.code() == Some(1), "{said:?}");
                    are_about(&said, &["env"]);
                }
            }
        }
    }
}

#[test]
fn development_beyond_the_loopback_must_be_meant() {
    let home = home(&[]);
    for host in ["0.0.0.0", "::", "::ffff:0.0.0.0"] {
        for settings in [&[DEVELOPMENT, at(host)][..], &[DEVELOPMENT, at(host), PRIVATE]] {
            let reasons = refusal(&home, with(home.path(), settings));
            are_about(&reasons, &["env"]);
            for word in ["REROUTE_ENV", "REROUTE_HOST", "REROUTE_DEVELOPMENT_PUBLIC=true"] {
                assert!(reasons[0].contains(word), "{word}: {reasons:?}");
            }
        }
    }
    let command = with(home.path(), &[DEVELOPMENT, at("0.0.0.0"), PUBLIC]);
    let shop = Shop::try_start(home.clone(), command).unwrap_or_else(|ended| panic!("{ended:?}"));
    assert!(shop.address.ip().is_unspecified(), "{}", shop.address);
    assert_eq!(shop.get("/products").header("host", "localhost").send().is(200).json()["total"], 30);
    // That others may come does not mean that any name is ours.
    shop.get("/products").header("host", "shop.example.com").send().is(400);
}

#[test]
fn development_seeds_and_shows_no_causes_unless_asked() {
    let home = home(&[]);
    let shop =
        Shop::try_start(home.clone(), with(home.path(), &[DEVELOPMENT])).unwrap_or_else(|ended| panic!("{ended:?}"));
    shop.login("ada", super::support::PASSWORD);
    assert_eq!(shop.get("/products").send().is(200).json()["total"], 30);
    assert!(shop.said.last().is_some_and(|line| *line == format!("listening on http://{}", shop.address)));
}

#[test]
fn a_missing_secret_is_made_up_with_a_warning_and_never_shown() {
    for environment in ["test", "development"] {
        let home = home(&[]);
        let start = |secret: Option<&str>| {
            let command = with(home.path(), &[("REROUTE_ENV", Some(environment)), ("SECRET_KEY", secret)]);
            Shop::try_start(home.clone(), command).unwrap_or_else(|ended| panic!("{ended:?}"))
        };
        let warnings =
            |shop: &Shop| shop.said.iter().filter(|line| line.contains("WARN") && line.contains("SECRET_KEY")).count();
        let shop = start(None);
        assert_eq!(warnings(&shop), 1, "{:?}", shop.said);
        shop.get("/products").send().is(200);
        let shop = start(Some(super::KEY));
        assert_eq!(warnings(&shop), 0, "{:?}", shop.said);
        assert!(!shop.said.concat().contains(super::KEY), "{:?}", shop.said);
    }
}

/// An empty variable, as templates of deployments leave it, is no secret.
#[test]
fn an_empty_secret_is_a_missing_one() {
    let home = home(&[]);
    let command = with(home.path(), &[("SECRET_KEY", Some(""))]);
    let shop = Shop::try_start(home.clone(), command).unwrap_or_else(|ended| panic!("{ended:?}"));
    assert!(shop.said.iter().any(|line| line.contains("WARN") && line.contains("SECRET_KEY")), "{:?}", shop.said);
}
