//! A hello-world compiles no crate that it does not use.

use crate::run::{Outcome, cargo, output};

/// What sits behind a feature, by the start of the crate's name.
const HEAVY: [&str; 24] = [
    "sea-orm",
    "sea-query",
    "sqlx",
    "libsqlite3-sys",
    "rustls",
    "openssl",
    "native-tls",
    "redis",
    "ammonia",
    "html5ever",
    "reqwest",
    "argon2",
    "bcrypt",
    "zxcvbn",
    "moka",
    "aws-lc",
    "jsonwebtoken",
    "chacha20",
    "askama",
    "cap-std",
    "tower-http",
    "brotli",
    "zstd",
    "url",
];

/// Looks at what the default features compile.
pub(crate) fn lean() -> Outcome {
    let tree = output(&mut cargo([
        "tree",
        "--package",
        "hello-reroute",
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?;
    let heavy: Vec<&str> = tree.lines().filter(|line| HEAVY.iter().any(|name| line.starts_with(name))).collect();
    if heavy.is_empty() {
        eprintln!("a hello-world compiles no database, TLS, Redis, HTML or HTTP-client crate");
        Ok(())
    } else {
        Err(format!("a hello-world compiles {}: put it behind a feature", heavy.join(", ")))
    }
}
