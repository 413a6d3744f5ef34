//! Whether the secrets are some.

use crate::config::{Secret, Settings, settings::Environment};
use reroute_core::secret::weakness;

/// Every reason why the server must not start with these secrets. None shows one.
pub(super) fn refusals(settings: &Settings) -> Vec<String> {
    let mut reasons = Vec::new();
    let weak = |name: &str, secret: &Secret| weakness(secret.expose(), &[]).map(|why| format!("{name}: {why}"));
    // Whoever has one token can try all secrets at home: a weak one is none, wherever that is.
    reasons.extend(settings.jwt_secret.as_ref().and_then(|secret| weak("JWT_SECRET", secret)));
    if settings.secret_key.is_some() && settings.secret_key == settings.jwt_secret {
        reasons.push(
            "JWT_SECRET: it is SECRET_KEY itself: leave it unset, and a key is derived for tokens alone".to_owned(),
        );
    }
    let is_double = |nth: usize, key: &Secret| settings.old_secret_keys[..nth].contains(key);
    let is_current = |key: &Secret| settings.secret_key.as_ref() == Some(key);
    for (nth, key) in settings.old_secret_keys.iter().enumerate() {
        if is_double(nth, key) || is_current(key) {
            let other = if is_current(key) { "SECRET_KEY" } else { "another of them" };
            reasons.push(format!("SECRET_KEY_OLD: key {} is {other}, too: take it out", nth + 1));
        }
    }
    if settings.environment != Environment::Production {
        return reasons;
    }
    match &settings.secret_key {
        None => reasons.push("SECRET_KEY: it is not set: set it to the output of `openssl rand -base64 48`".to_owned()),
        Some(key) => reasons.extend(weak("SECRET_KEY", key)),
    }
    for (nth, key) in settings.old_secret_keys.iter().enumerate() {
        reasons.extend(weakness(key.expose(), &[]).map(|why| format!("SECRET_KEY_OLD: key {}: {why}", nth + 1)));
    }
    if settings.password_memory * u64::from(settings.password_passes) < LEAST_PASSWORD_WORK {
        reasons.push(
            "password_passes: with password_memory it is less than OWASP's least: take 46 MiB with 1 pass, 19 MiB with 2, 12 MiB with 3, \
             9 MiB with 4 or 7 MiB with 5"
                .to_owned(),
        );
    }
    reasons
}

/// Bytes times passes: the least of the argon2id parameters in OWASP's password storage cheat sheet, 7 MiB with 5 passes.
const LEAST_PASSWORD_WORK: u64 = 35 << 20;
