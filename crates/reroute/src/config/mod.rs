//! What the environment decides: which kind of place this is, and where to listen.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

/// The kind of place that the application runs in. Named by `REROUTE_ENV`, and by nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// A developer's own machine.
    Development,
    /// Where it counts.
    Production,
    /// Under test.
    Test,
}

impl Environment {
    /// Whether demo data and schema changes may happen by themselves.
    pub fn is_disposable(self) -> bool {
        self != Self::Production
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Development => "development",
            Self::Production => "production",
            Self::Test => "test",
        })
    }
}

/// Read once, at start.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    pub(crate) environment: Environment,
    pub(crate) address: SocketAddr,
    #[cfg(feature = "db")]
    pub(crate) database: Option<String>,
}

impl Config {
    /// Reads the settings, through `variable` so that tests need not change the process.
    ///
    /// # Errors
    ///
    /// Every reason why it cannot start so, each naming its setting.
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let mut reasons = Vec::new();
        let host = variable("REROUTE_HOST").map_or(Ok(IpAddr::V4(Ipv4Addr::LOCALHOST)), |text| {
            let bare = if text == "localhost" { "127.0.0.1" } else { text.trim_matches(['[', ']']) };
            bare.parse().map_err(|_| {
                format!("host: REROUTE_HOST is `{text}`, which is no IP address: write one such as 127.0.0.1")
            })
        });
        let port = variable("REROUTE_PORT").map_or(Ok(7376), |text| {
            text.parse::<u16>().map_err(|_| {
                format!("port: REROUTE_PORT is `{text}`, which is no port: write a number from 0 to 65535")
            })
        });
        let address = match (host, port) {
            (Ok(host), Ok(port)) => SocketAddr::new(host, port),
            (host, port) => {
                reasons.extend(host.err());
                reasons.extend(port.err());
                SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)
            }
        };
        let environment = environment(&variable, address.ip()).unwrap_or_else(|reason| {
            reasons.push(reason);
            Environment::Production
        });
        if !reasons.is_empty() {
            return Err(reasons);
        }
        Ok(Self {
            environment,
            address,
            #[cfg(feature = "db")]
            database: variable("DATABASE_URL").filter(|url| !url.is_empty()),
        })
    }
}

fn environment(variable: impl Fn(&str) -> Option<String>, host: IpAddr) -> Result<Environment, String> {
    let named = variable("REROUTE_ENV");
    let environment = match named.as_deref() {
        Some("development") => Environment::Development,
        Some("production") => return Ok(Environment::Production),
        Some("test") => return Ok(Environment::Test),
        Some(other) => {
            let near = reroute_core::nearest::nearest(other, &["development", "production", "test"]);
            let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            return Err(format!(
                "env: REROUTE_ENV is `{}`: write development, production or test{hint}",
                other.escape_debug()
            ));
        }
        None if cfg!(debug_assertions) && host.is_loopback() => Environment::Development,
        None => {
            return Err(
                "env: REROUTE_ENV is not set: write development, production or test. It may be left out only in a \
                        debug build that listens on a loopback address"
                    .to_owned(),
            );
        }
    };
    if host.is_loopback() || variable("REROUTE_DEVELOPMENT_PUBLIC").as_deref() == Some("true") {
        Ok(environment)
    } else {
        Err(format!(
            "env: REROUTE_ENV is development and {host} is no loopback address: set REROUTE_ENV=production, or REROUTE_HOST=127.0.0.1, or \
             REROUTE_DEVELOPMENT_PUBLIC=true if others shall reach a development server"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        Config::read(|name| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn lesson_environment_has_one_source() {
        assert_eq!(read(&[]).map(|config| config.environment), Ok(Environment::Development));
        assert_eq!(
            read(&[("REROUTE_ENV", "production")]).map(|config| config.environment),
            Ok(Environment::Production)
        );
        for wrong in ["", "prod", "Production", "staging", "production "] {
            let reasons = read(&[("REROUTE_ENV", wrong)]).expect_err(wrong);
            assert!(reasons.iter().all(|reason| reason.starts_with("env: REROUTE_ENV")), "{reasons:?}");
        }
    }

    #[test]
    fn development_stays_at_home() {
        let public = ("REROUTE_HOST", "0.0.0.0");
        assert!(read(&[public]).is_err());
        assert!(read(&[public, ("REROUTE_ENV", "development")]).is_err());
        assert!(read(&[public, ("REROUTE_ENV", "development"), ("REROUTE_DEVELOPMENT_PUBLIC", "true")]).is_ok());
        assert!(read(&[public, ("REROUTE_ENV", "test")]).is_ok());
        assert_eq!(
            read(&[("REROUTE_HOST", "[::1]"), ("REROUTE_PORT", "0")]).map(|config| config.address.port()),
            Ok(0)
        );
    }

    #[test]
    fn all_reasons_are_told_at_once() {
        let reasons =
            read(&[("REROUTE_HOST", "x"), ("REROUTE_PORT", "70000"), ("REROUTE_ENV", "prod")]).expect_err("wrong");
        assert_eq!(reasons.len(), 3);
    }
}
