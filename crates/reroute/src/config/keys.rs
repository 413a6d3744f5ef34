//! The table of keys: it feeds loading, the texts of errors, and the reference page.

use super::{
    Secret,
    settings::Settings,
    value::{Kind, Value},
};
use crate::limit::StoreFailure;
use http::{HeaderName, Method};
use std::{path::PathBuf, str::FromStr, time::Duration};

/// One key.
pub(super) struct Key {
    /// As it stands in `reroute.toml`; in capitals after `REROUTE_` it is the variable's name.
    pub(super) name: &'static str,
    /// A variable's name without the prefix that is read, too.
    pub(super) also: Option<&'static str>,
    pub(super) kind: Kind,
    pub(super) default: &'static str,
    pub(super) doc: &'static str,
    pub(super) set: fn(&mut Settings, Value) -> Result<(), String>,
}

impl Key {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }
}

macro_rules! keys {
    ($($name:literal $(also $also:literal)?, $kind:expr, $default:literal, $doc:literal, |$settings:ident, $value:ident| $set:expr;)*) => {
        /// Every key, in the order of the reference page.
        pub(super) const KEYS: &[Key] = &[$(Key {
            name: $name,
            also: keys!(@also $($also)?),
            kind: $kind,
            default: $default,
            doc: $doc,
            set: |$settings, $value| { $set; Ok(()) },
        }),*];
    };
    (@also $also:literal) => { Some($also) };
    (@also) => { None };
}

keys! {
    "host", Kind::Text, "127.0.0.1", "The address to listen on.",
        |s, v| s.host = host(&text(v))?;
    "port", Kind::Number(0..=65_535), "7376", "The port to listen on; 0 picks a free one.",
        |s, v| s.port = number(v) as u16;
    "unix_socket", Kind::Text, "", "The path of a Unix socket to listen on, in place of host and port.",
        |s, v| s.unix_socket = path(v);
    "development_public", Kind::Flag, "false", "Lets a development server listen beyond the loopback.",
        |s, v| s.development_public = flag(&v);
    "debug", Kind::Flag, "false", "Adds the cause of a 5xx to its answer. Never starts in production.",
        |s, v| s.debug = flag(&v);
    "secret_key" also "SECRET_KEY", Kind::Secret, "a random one in development and test", "What everything that is signed or sealed is derived from: at least 32 random bytes.",
        |s, v| s.secret_key = Some(Secret::new(text(v))).filter(|key| !key.expose().trim().is_empty());
    "secret_key_old" also "SECRET_KEY_OLD", Kind::Secret, "", "Keys that `secret_key` was before, with spaces between them: what was signed or sealed under one is still read, and nothing new is.",
        |s, v| s.old_secret_keys = text(v).split_whitespace().map(Secret::new).collect();
    "jwt_secret" also "JWT_SECRET", Kind::Secret, "a key derived from secret_key", "What tokens are signed with by HMAC, where others must know it: at least 32 random bytes.",
        |s, v| s.jwt_secret = text_if_any(v).map(Secret::new);
    "password_memory", Kind::Size, "19 MiB", "The memory of one password hash, from 7 MiB to 1 GiB, with the feature `password`. As many as half of the cores, and at least one, are made at once.",
        |s, v| s.password_memory = password_memory(v)?;
    "password_passes", Kind::Number(1..=100), "2", "How often a password hash passes over its memory. Less than OWASP's least never starts in production.",
        |s, v| s.password_passes = number(v) as u32;
    "database_url" also "DATABASE_URL", Kind::Secret, "what the application names", "The database.",
        |s, v| s.database_url = Some(Secret::new(text(v))).filter(|url| !url.expose().is_empty());
    "database_connections", Kind::Number(1..=10_000), "16", "How many connections to the database each process may have.",
        |s, v| s.database_connections = number(v) as u32;
    "database_acquire_timeout", Kind::Duration, "5 s", "How long a request waits for a connection, and on SQLite for its turn to write. Then it is answered 503.",
        |s, v| s.database_acquire_timeout = span(&v);
    "database_statement_timeout", Kind::Duration, "30 s", "How long a statement may take; on SQLite, all statements of a transaction together. Then the database gives it up, and the request is answered 503.",
        |s, v| s.database_statement_timeout = span(&v);
    "rate_limits", Kind::Choice(&["enforce", "observe"]), "enforce", "Whether limits refuse, or only count. `observe` never starts in production.",
        |s, v| s.limits_observed = text(v) == "observe";
    "rate_limit", Kind::Text, "", "How many requests each client network may send in all, such as `600/min`. Whatever answers them counts: also 404, 405 and failed authentication.",
        |s, v| s.rate_limit = text_if_any(v).map(|text| parse(&text)).transpose()?;
    "rate_limit_keys", Kind::Number(1..=100_000_000), "1000000", "How many keys of limits are held in memory, at about 70 bytes each. When all are taken, idle ones go first, and none that is at its limit.",
        |s, v| s.rate_limit_keys = number(v) as usize;
    "client_network_ipv6", Kind::Number(32..=64), "64", "How many leading bits of an IPv6 address tell clients apart.",
        |s, v| s.client_network_length = number(v) as u8;
    "redis_url" also "REDIS_URL", Kind::Secret, "", "The Redis or Valkey that all processes of the application share. Without one, each process counts and keeps for itself.",
        |s, v| s.redis_url = redis_url(v)?;
    "redis_timeout_ms", Kind::Number(1..=60_000), "50", "How many milliseconds an answer of Redis may take.",
        |s, v| s.redis_timeout = Duration::from_millis(number(v));
    "redis_failure", Kind::Choice(&["local", "open", "closed"]), "local", "What holds for limits while Redis does not answer: `local`, each process counts for itself; `open`, nothing is limited; `closed`, 503. Where a limit says something stricter, that holds.",
        |s, v| s.redis_failure = store_failure(&text(v));
    "security_log", Kind::Text, "", "The file that security events are appended to, in place of the standard output. Its lines are sealed: it needs a `SECRET_KEY`.",
        |s, v| s.security_log = path(v);
    "security_log_max_size", Kind::Size, "100 MiB", "How large that file may become. Then, and when a new day begins in UTC, it is put aside as `FILE.1`, that as `FILE.2`, and so on.",
        |s, v| s.security_log_max_size = number(v);
    "security_log_keep", Kind::Number(0..=10_000), "7", "How many files that were put aside are kept; 0 keeps all.",
        |s, v| s.security_log_keep = number(v) as u32;
    "security_log_authz_success", Kind::Flag, "false", "Whether requests that were authorized are events, too.",
        |s, v| s.security_log_authz_success = flag(&v);
    "security_log_syslog", Kind::Text, "", "A syslog that each event goes to as well, as one datagram of RFC 5424 with at most 2048 bytes: `unix:/dev/log` or `udp:HOST:PORT`. One that is gone is told once, and tried again.",
        |s, v| s.security_log_syslog = text_if_any(v).map(|text| parse(&text)).transpose()?;
    "security_log_tracing", Kind::Flag, "false", "Whether each event goes to the subscriber of `tracing` as well, under the target `reroute::security`: HIGH as an error, MEDIUM as a warning.",
        |s, v| s.security_log_tracing = flag(&v);
    "timeout", Kind::Duration, "30 s", "How long the head of an answer may take where a handler says nothing else.",
        |s, v| s.timeout = Some(span(&v));
    "body_limit", Kind::Size, "1 MiB", "How large a request's body may be where a handler says nothing else.",
        |s, v| s.body_limit = Some(number(v) as usize);
    "max_in_flight", Kind::Number(1..=1_000_000), "10000", "How many requests may be under way at once; more are answered 503 before any work, health checks excepted.",
        |s, v| s.max_in_flight = number(v) as usize;
    "cache_entries", Kind::Number(1..=10_000_000), "1000", "How many answers and results are kept, with the feature `cache`; what was not asked for the longest time gives way.",
        |s, v| s.cache_entries = number(v) as usize;
    "cache_bytes", Kind::Size, "64 MiB", "How much they may take together; one may take an eighth of it.",
        |s, v| s.cache_bytes = number(v) as usize;
    "header_timeout", Kind::Duration, "10 s", "How long the head of a request may take to arrive, from the connection on.",
        |s, v| s.server.head_time = span(&v);
    "idle_timeout", Kind::Duration, "75 s", "How long a connection without a request is kept.",
        |s, v| s.server.idle_time = span(&v);
    "body_timeout", Kind::Duration, "15 s", "The longest pause in a request's body.",
        |s, v| s.server.body_pause = span(&v);
    "min_body_rate", Kind::Number(0..=1_000_000_000), "500", "The least that a body must bring on an average, in bytes a second, after the first five seconds.",
        |s, v| s.server.body_rate = number(v) as u32;
    "write_timeout", Kind::Duration, "30 s", "How long a client may take nothing of what it is sent.",
        |s, v| s.server.write_time = span(&v);
    "shutdown_timeout", Kind::Duration, "10 s", "How long what is under way may take to end when the server stops.",
        |s, v| s.server.shutdown_time = span(&v);
    "max_header_size", Kind::Size, "64 KiB", "How large the head of a request may be; at least 8 KiB.",
        |s, v| s.server.head_bytes = number(v) as usize;
    "max_headers", Kind::Number(1..=10_000), "100", "How many header fields a request may have, over HTTP/1.1.",
        |s, v| s.server.head_fields = number(v) as usize;
    "max_connections", Kind::Number(1..=1_000_000), "10000", "How many connections there may be.",
        |s, v| s.server.connections = number(v) as usize;
    "max_connections_per_client", Kind::Number(1..=1_000_000), "256", "How many connections one client may have: an IPv4 address or an IPv6 /64.",
        |s, v| s.server.connections_of_client = number(v) as usize;
    "max_streams", Kind::Number(1..=100_000), "128", "How many requests may be under way on one connection of HTTP/2.",
        |s, v| s.server.streams = number(v) as u32;
    "max_resets", Kind::Number(1..=100_000), "20", "How many streams of HTTP/2 a client may reset before they are looked at.",
        |s, v| s.server.pending_resets = number(v) as usize;
    "trusted_proxies", Kind::List, "", "The networks, such as `10.0.0.0/8`, whose word on the client's address, scheme and host is taken.",
        |s, v| s.trusted_proxies = parse_all(v)?;
    "proxy_header", Kind::Choice(&["x-forwarded-for", "forwarded"]), "x-forwarded-for", "Which header the proxies write.",
        |s, v| s.proxy_header = parse(&text(v))?;
    "allowed_hosts", Kind::List, "the loopback names in development and test", "The hosts that requests may name, such as `example.com` or `*.example.com`; redirects go to the first.",
        |s, v| s.allowed_hosts = parse_all(v)?;
    "fetch_allowed_hosts", Kind::List, "none", "The hosts that the application may ask, with the feature `fetch`, such as `api.example.com`, `api.example.com:8443` or `*.example.com`; `*` is any public host. Without a port, 80 and 443 are meant.",
        |s, v| s.fetch_allowed_hosts = parse_all(v)?;
    "fetch_danger_networks", Kind::List, "none", "Networks that it may reach although they are not public, such as `127.0.0.0/8`: for tests. Never starts in production.",
        |s, v| s.fetch_danger_networks = parse_all(v)?;
    "https", Kind::Choice(&["elsewhere", "detect"]), "detect", "`elsewhere`: every request came over HTTPS, whatever the socket says.",
        |s, v| s.https_elsewhere = text(v) == "elsewhere";
    "tls_certificate", Kind::Text, "", "The file of the certificate chain, in PEM.",
        |s, v| s.tls_certificate = path(v);
    "tls_key", Kind::Text, "", "The file of the certificate's private key, in PEM.",
        |s, v| s.tls_key = path(v);
    "enable_cors", Kind::Flag, "true", "Turns CORS off in spite of origins that are allowed.",
        |s, v| s.cors.enabled = flag(&v);
    "cors_allow_origins" also "CORS_ORIGINS", Kind::List, "", "The origins whose pages may read answers, such as `https://app.example.com` or `https://*.example.com`.",
        |s, v| s.cors.origins = parse_all(v)?;
    "cors_allow_methods", Kind::List, "GET, POST, PUT, DELETE", "The methods that they may use.",
        |s, v| s.cors.methods = methods(v)?;
    "cors_allow_headers", Kind::List, "Authorization, Content-Type", "The headers that they may send.",
        |s, v| s.cors.headers = names(v)?;
    "cors_expose_headers", Kind::List, "", "The headers of answers that they may read beside the usual.",
        |s, v| s.cors.expose_headers = names(v)?;
    "cors_allow_credentials", Kind::Flag, "false", "Whether they may send cookies.",
        |s, v| s.cors.credentials = flag(&v);
    "cors_max_age", Kind::Duration, "10 min", "How long a browser may keep the answer to a preflight.",
        |s, v| s.cors.max_age = span(&v);
    "content_security_policy", Kind::Text, "default-src 'none'; …", "The Content-Security-Policy of answers that are no pages.",
        |s, v| s.content_security_policy = Some(parse(&text(v))?);
    "page_content_security_policy", Kind::Text, "default-src 'none'; script-src 'nonce-{nonce}'; …", "The Content-Security-Policy of pages, with the feature `pages`; `'nonce-{nonce}'` stands for each answer's own.",
        |s, v| s.page_content_security_policy = Some(parse(&text(v))?);
    "permissions_policy", Kind::Text, "camera=(), …", "The Permissions-Policy.",
        |s, v| s.permissions_policy = Some(parse(&text(v))?);
    "referrer_policy", Kind::Text, "no-referrer", "The Referrer-Policy.",
        |s, v| s.referrer_policy = parse(&text(v))?;
    "frame_options", Kind::Text, "DENY", "X-Frame-Options.",
        |s, v| s.frame_options = parse(&text(v))?;
    "cross_origin_opener_policy", Kind::Text, "same-origin", "Cross-Origin-Opener-Policy.",
        |s, v| s.cross_origin_opener_policy = parse(&text(v))?;
    "cross_origin_resource_policy", Kind::Text, "same-origin", "Cross-Origin-Resource-Policy.",
        |s, v| s.cross_origin_resource_policy = parse(&text(v))?;
    "cross_origin_embedder_policy", Kind::Text, "not sent", "Cross-Origin-Embedder-Policy.",
        |s, v| s.cross_origin_embedder_policy = Some(parse(&text(v))?);
    "hsts_max_age", Kind::Duration, "365 days", "How long browsers keep to HTTPS.",
        |s, v| s.hsts.max_age = span(&v);
    "hsts_include_subdomains", Kind::Flag, "true", "Whether they do so for all subdomains.",
        |s, v| s.hsts.include_subdomains = flag(&v);
    "hsts_preload", Kind::Flag, "false", "Whether the host asks to be on the browsers' preload list.",
        |s, v| s.hsts.preload = flag(&v);
}

fn flag(value: &Value) -> bool {
    matches!(value, Value::Flag(true))
}

fn number(value: Value) -> u64 {
    match value {
        Value::Number(number) => number,
        _ => 0,
    }
}

fn span(value: &Value) -> Duration {
    match value {
        Value::Duration(span) => *span,
        _ => Duration::ZERO,
    }
}

fn text(value: Value) -> String {
    match value {
        Value::Text(text) => text,
        _ => String::new(),
    }
}

fn text_if_any(value: Value) -> Option<String> {
    Some(text(value)).filter(|text| !text.is_empty())
}

/// A URL that may hold a password: it is not told.
fn redis_url(value: Value) -> Result<Option<Secret>, String> {
    let Some(url) = text_if_any(value) else { return Ok(None) };
    if ["redis://", "rediss://", "unix://"].iter().any(|scheme| url.starts_with(scheme)) {
        Ok(Some(Secret::new(url)))
    } else {
        Err("must be an address such as redis://127.0.0.1:6379".to_owned())
    }
}

/// Less than OWASP names with any number of passes is refused, and what would take the machine for a few logins.
fn password_memory(value: Value) -> Result<u64, String> {
    let bytes = number(value);
    if (7 << 20..=1 << 30).contains(&bytes) { Ok(bytes) } else { Err("must be a size from 7 MiB to 1 GiB".to_owned()) }
}

fn store_failure(text: &str) -> StoreFailure {
    match text {
        "open" => StoreFailure::Open,
        "closed" => StoreFailure::Closed,
        _ => StoreFailure::Local,
    }
}

fn path(value: Value) -> Option<PathBuf> {
    text_if_any(value).map(PathBuf::from)
}

/// Methods as they are sent: their case counts, so that `get` would allow nothing.
fn methods(value: Value) -> Result<Vec<Method>, String> {
    let methods: Vec<Method> = parse_all(value)?;
    match methods.iter().find(|method| !method.as_str().bytes().all(|byte| byte.is_ascii_uppercase())) {
        Some(odd) => Err(format!("`{odd}` is no method: write their names in capitals, such as GET; there is no `*`")),
        None => Ok(methods),
    }
}

/// Names of headers. A `*` would be one of them, and browsers would read it otherwise.
fn names(value: Value) -> Result<Vec<HeaderName>, String> {
    let names: Vec<HeaderName> = parse_all(value)?;
    if names.iter().any(|name| name.as_str() == "*") {
        Err("`*` is no header: list them".to_owned())
    } else {
        Ok(names)
    }
}

fn parse<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

fn parse_all<T: FromStr<Err: std::fmt::Display>>(value: Value) -> Result<Vec<T>, String> {
    match value {
        Value::List(items) => items.iter().map(|item| parse(item).map_err(|error| naming(item, &error))).collect(),
        _ => Ok(Vec::new()),
    }
}

/// The error, with the item that it is about where it does not say so itself.
fn naming(item: &str, error: &str) -> String {
    if error.contains('`') {
        error.to_owned()
    } else {
        format!("`{}`: {error}", item.chars().take(80).collect::<String>())
    }
}

fn host(text: &str) -> Result<std::net::IpAddr, String> {
    let bare = if text == "localhost" { "127.0.0.1" } else { text.trim_matches(['[', ']']) };
    bare.parse().map_err(|_| {
        format!("must be an IP address such as 127.0.0.1, and is `{}`", text.chars().take(80).collect::<String>())
    })
}
