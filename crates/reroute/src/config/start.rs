//! Whether the application may start with these settings.

mod secrets;

use super::{
    settings::{Environment, Settings},
    source::Origin,
};
use reroute_core::{nearest::nearest, origin::OriginPattern};
use std::net::IpAddr;

/// The environment that is named, or the one that may go without a name.
pub(super) fn environment(named: Option<(&str, &Origin)>) -> Result<Environment, String> {
    match named {
        Some(("development", _)) => Ok(Environment::Development),
        Some(("production", _)) => Ok(Environment::Production),
        Some(("test", _)) => Ok(Environment::Test),
        Some((other, origin)) => {
            let near =
                nearest(other, &Environment::NAMES).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            let shown: String = other.escape_debug().take(40).collect();
            Err(format!("env: REROUTE_ENV is `{shown}`: write development, production or test{near} ({origin})"))
        }
        // Whether it listens at home is asked when all is read.
        None if cfg!(debug_assertions) => Ok(Environment::Development),
        None => Err(UNNAMED.to_owned()),
    }
}

/// Without a name, only a development server that nobody else reaches starts.
const UNNAMED: &str = "env: REROUTE_ENV is not set: write development, production or test. It may be left out only in a debug build that listens on a \
    loopback address";

/// Why no security log is written without a key.
pub(crate) const UNSEALED: &str = "security_log: its lines are sealed under SECRET_KEY, which is not set: set SECRET_KEY to the output of \
    `openssl rand -base64 48`, or leave security_log unset";

/// Why a server of this environment must not listen at this address, if it must not.
pub(crate) fn address_refusal(settings: &Settings, address: IpAddr) -> Option<String> {
    if address.is_loopback() || settings.environment != Environment::Development {
        return None;
    }
    if !settings.is_named {
        return Some(UNNAMED.to_owned());
    }
    (!settings.development_public).then(|| {
        format!(
            "env: REROUTE_ENV is development and the server listens beyond the loopback, on {address}: set REROUTE_ENV=production, or \
             REROUTE_HOST=127.0.0.1, or REROUTE_DEVELOPMENT_PUBLIC=true if others shall reach a development server"
        )
    })
}

/// Every reason why the server must not start, each naming its setting and the mend.
pub(crate) fn refusals(settings: &Settings) -> Vec<String> {
    let mut reasons = Vec::new();
    let mut refuse = |is_wrong: bool, reason: &str| {
        if is_wrong {
            reasons.push(reason.to_owned());
        }
    };
    let any_origin = settings.cors.enabled && settings.cors.origins.iter().any(OriginPattern::is_any);
    refuse(
        any_origin && settings.cors.credentials,
        "cors_allow_origins: `*` with cors_allow_credentials lets every website act for your users: list the origins",
    );
    refuse(
        settings.tls_certificate.is_some() != settings.tls_key.is_some(),
        "https: tls_certificate and tls_key go together: set both or none",
    );
    if let Err(why) = settings.hsts.policy() {
        reasons.push(format!("hsts_preload: {why}"));
    }
    let mut refuse = |is_wrong: bool, reason: &str| {
        if is_wrong {
            reasons.push(reason.to_owned());
        }
    };
    refuse(
        settings.security_log.is_some()
            && settings.secret_key.is_none()
            && settings.environment != Environment::Production,
        UNSEALED,
    );
    match settings.environment {
        Environment::Production => {
            refuse(
                any_origin && !settings.cors.credentials,
                "cors_allow_origins: `*` lets every website read answers: list the origins",
            );
            refuse(settings.debug, "debug: it shows the causes of failures to callers: set REROUTE_DEBUG=false");
            refuse(
                settings.allowed_hosts.is_empty(),
                "allowed_hosts: it is not set: set REROUTE_ALLOWED_HOSTS to the names that the application is called by",
            );
            refuse(
                !settings.allowed_hosts.is_empty()
                    && settings.allowed_hosts.iter().all(|pattern| pattern.exact().is_none()),
                "allowed_hosts: it holds patterns alone: name the host itself, too, since redirects to HTTPS go there",
            );
            refuse(
                settings.trusted_proxies.iter().any(|network| network.length() == 0),
                "trusted_proxies: a network of length 0 believes everybody: name the networks of your proxies",
            );
            refuse(
                !settings.has_https(),
                "https: it is nowhere: set tls_certificate and tls_key, or REROUTE_TRUSTED_PROXIES to the proxy in front, or \
                 REROUTE_HTTPS=elsewhere if every request came over HTTPS already",
            );
            refuse(
                !settings.fetch_danger_networks.is_empty(),
                "fetch_danger_networks: they let users reach inside: leave it unset, and give the one service inside that is asked a client of its own \
                 with SafeClient::builder",
            );
            refuse(settings.limits_observed, "rate_limits: they are only observed: set REROUTE_RATE_LIMITS=enforce");
        }
        Environment::Development if settings.unix_socket.is_none() => {
            reasons.extend(address_refusal(settings, settings.host));
        }
        Environment::Development | Environment::Test => {}
    }
    reasons.extend(secrets::refusals(settings));
    reasons
}
