//! Where a syslog is, and how a message to it begins (RFC 5424).

use std::{fmt, path::PathBuf, str::FromStr};

/// How urgent a message is (RFC 5424, section 6.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// 3
    Error = 3,
    /// 4
    Warning = 4,
    /// 5
    Notice = 5,
    /// 6
    Informational = 6,
}

/// Security and authorization, not for everybody to read (RFC 5424, section 6.2.1).
const AUTHPRIV: u8 = 10;

/// Where datagrams go to: `unix:/dev/log` or `udp:HOST:PORT`.
///
/// ```
/// use reroute_core::syslog::Target;
///
/// assert_eq!("unix:/dev/log".parse(), Ok(Target::Unix("/dev/log".into())));
/// assert_eq!("udp:[::1]:514".parse(), Ok(Target::Udp("[::1]:514".to_owned())));
/// assert!("tcp:localhost:514".parse::<Target>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The path of a socket.
    Unix(PathBuf),
    /// A name or an address, and a port other than 0.
    Udp(String),
}

/// What is no [`Target`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoTarget;

impl fmt::Display for NoTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be unix:PATH or udp:HOST:PORT, such as unix:/dev/log")
    }
}

impl FromStr for Target {
    type Err = NoTarget;

    fn from_str(text: &str) -> Result<Self, NoTarget> {
        if let Some(path) = text.strip_prefix("unix:").filter(|path| path.starts_with('/') && !path.contains('\0')) {
            return Ok(Self::Unix(path.into()));
        }
        let address = text.strip_prefix("udp:").ok_or(NoTarget)?;
        let (host, port) = address.rsplit_once(':').ok_or(NoTarget)?;
        let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let is_host = match bare {
            Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok(),
            None => {
                let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
                !host.is_empty() && host.len() <= 253 && host.bytes().all(is_part)
            }
        };
        if is_port && is_host { Ok(Self::Udp(address.to_owned())) } else { Err(NoTarget) }
    }
}

/// What stands before the message, a space at its end: the facility is `authpriv`, and there is no structured data. `at` is a timestamp of
/// RFC 3339. Names are cut to the lengths of section 6; what may not stand in them becomes `_`, and an empty one `-`.
///
/// ```
/// use reroute_core::syslog::{Severity, header};
///
/// let header = header(Severity::Warning, "2025-11-28T10:30:00.000Z", "web 1\n", "shop", 7, "auth_failure");
/// assert_eq!(header, "<84>1 2025-11-28T10:30:00.000Z web_1 shop 7 auth_failure - ");
/// ```
pub fn header(severity: Severity, at: &str, host: &str, app: &str, process: u32, id: &str) -> String {
    let priority = AUTHPRIV * 8 + severity as u8;
    format!("<{priority}>1 {at} {} {} {process} {} - ", name(host, 255), name(app, 48), name(id, 32))
}

fn name(text: &str, most: usize) -> String {
    let shown = |c: char| if c.is_ascii_graphic() { c } else { '_' };
    let name: String = text.trim().chars().map(shown).take(most).collect();
    if name.is_empty() { "-".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_whole_places_are_some() {
        for text in ["udp:logs.example.com:514", "udp:127.0.0.1:1", "udp:[fe80::1]:65535", "unix:/run/log"] {
            assert!(text.parse::<Target>().is_ok(), "{text}");
        }
        for text in [
            "",
            "unix:",
            "unix:log",
            "udp:",
            "udp:514",
            "udp::514",
            "udp:h:0",
            "udp:h:65536",
            "udp:h:+5",
            "udp:::1:5",
            "udp:a b:5",
        ] {
            assert_eq!(text.parse::<Target>(), Err(NoTarget), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_name_breaks_a_header(host in ".{0,300}", app in ".{0,300}", id in ".{0,300}", any in ".{0,40}") {
            let _ = any.parse::<Target>();
            let header = header(Severity::Notice, "-", &host, &app, 1, &id);
            prop_assert!(header.len() < 400 && header.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()));
            prop_assert_eq!(header.split(' ').count(), 8);
        }
    }
}
