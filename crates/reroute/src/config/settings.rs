use super::Secret;
use crate::limit::StoreFailure;
use reroute_core::{
    address::{ClientNetwork, Network},
    forwarded::ProxyHeader,
    headers::{
        ContentSecurityPolicy, CrossOriginEmbedderPolicy, CrossOriginOpenerPolicy, CrossOriginResourcePolicy,
        FrameOptions, HeaderError, PermissionsPolicy, ReferrerPolicy, StrictTransportSecurity,
    },
    host::{HostPattern, OutboundHost},
    origin::OriginPattern,
    rate::Rate,
};
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    time::Duration,
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
    pub(super) const NAMES: [&'static str; 3] = ["development", "production", "test"];

    /// Whether demo data and schema changes may happen by themselves.
    pub fn is_disposable(self) -> bool {
        self != Self::Production
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Production => "production",
            Self::Test => "test",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// All that the keys decide. Where nothing is set, the application's own default holds, or the one that stands here.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) environment: Environment,
    /// Whether somebody named the environment.
    pub(crate) is_named: bool,
    pub(crate) host: IpAddr,
    pub(crate) port: u16,
    pub(crate) unix_socket: Option<PathBuf>,
    pub(crate) development_public: bool,
    pub(crate) debug: bool,
    pub(crate) secret_key: Option<Secret>,
    /// Whether the key was made for this run alone.
    pub(crate) is_key_random: bool,
    /// Keys that were in use before, for reading alone.
    pub(crate) old_secret_keys: Vec<Secret>,
    /// What tokens are signed with, where that is not derived from the key.
    pub(crate) jwt_secret: Option<Secret>,
    /// The memory of one password hash in bytes.
    pub(crate) password_memory: u64,
    /// How often a password hash passes over it.
    pub(crate) password_passes: u32,
    pub(crate) database_url: Option<Secret>,
    pub(crate) database_connections: u32,
    /// How long to wait for a connection.
    pub(crate) database_acquire_timeout: Duration,
    pub(crate) database_statement_timeout: Duration,
    pub(crate) limits_observed: bool,
    /// What holds for every client network, on every request.
    pub(crate) rate_limit: Option<Rate>,
    pub(crate) rate_limit_keys: usize,
    pub(crate) client_network_length: u8,
    pub(crate) redis_url: Option<Secret>,
    pub(crate) redis_timeout: Duration,
    pub(crate) redis_failure: StoreFailure,
    pub(crate) security_log: Option<PathBuf>,
    pub(crate) security_log_max_size: u64,
    pub(crate) security_log_keep: u32,
    pub(crate) security_log_authz_success: bool,
    pub(crate) security_log_syslog: Option<reroute_core::syslog::Target>,
    pub(crate) security_log_tracing: bool,
    pub(crate) https_elsewhere: bool,
    pub(crate) tls_certificate: Option<PathBuf>,
    pub(crate) tls_key: Option<PathBuf>,
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) proxy_header: ProxyHeader,
    pub(crate) allowed_hosts: Vec<HostPattern>,
    pub(crate) fetch_allowed_hosts: Vec<OutboundHost>,
    /// What may be reached although it is not public.
    pub(crate) fetch_danger_networks: Vec<Network>,
    pub(crate) cors: Cors,
    pub(crate) timeout: Option<Duration>,
    pub(crate) body_limit: Option<usize>,
    pub(crate) max_in_flight: usize,
    #[cfg_attr(not(feature = "cache"), allow(dead_code, reason = "there is no cache"))]
    pub(crate) cache_entries: usize,
    #[cfg_attr(not(feature = "cache"), allow(dead_code, reason = "there is no cache"))]
    pub(crate) cache_bytes: usize,
    pub(crate) content_security_policy: Option<ContentSecurityPolicy>,
    pub(crate) page_content_security_policy: Option<ContentSecurityPolicy>,
    pub(crate) permissions_policy: Option<PermissionsPolicy>,
    pub(crate) referrer_policy: ReferrerPolicy,
    pub(crate) frame_options: FrameOptions,
    pub(crate) cross_origin_opener_policy: CrossOriginOpenerPolicy,
    pub(crate) cross_origin_resource_policy: CrossOriginResourcePolicy,
    pub(crate) cross_origin_embedder_policy: Option<CrossOriginEmbedderPolicy>,
    pub(crate) hsts: Hsts,
    pub(crate) server: crate::server::Limits,
}

/// How long browsers keep to HTTPS, as it is set: whether the parts go together is asked at start.
#[derive(Debug, Clone)]
pub(crate) struct Hsts {
    pub(crate) max_age: Duration,
    pub(crate) include_subdomains: bool,
    pub(crate) preload: bool,
}

impl Hsts {
    pub(crate) fn policy(&self) -> Result<StrictTransportSecurity, HeaderError> {
        StrictTransportSecurity::new(self.max_age, self.include_subdomains, self.preload)
    }
}

/// Who else's pages may read answers.
#[derive(Debug, Clone)]
pub(crate) struct Cors {
    pub(crate) enabled: bool,
    pub(crate) origins: Vec<OriginPattern>,
    pub(crate) methods: Vec<http::Method>,
    pub(crate) headers: Vec<http::HeaderName>,
    pub(crate) expose_headers: Vec<http::HeaderName>,
    pub(crate) credentials: bool,
    pub(crate) max_age: Duration,
}

impl Settings {
    pub(crate) fn of(environment: Environment) -> Self {
        Self {
            environment,
            is_named: true,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 7376,
            unix_socket: None,
            development_public: false,
            debug: false,
            secret_key: None,
            is_key_random: false,
            old_secret_keys: Vec::new(),
            jwt_secret: None,
            password_memory: 19 << 20,
            password_passes: 2,
            database_url: None,
            database_connections: 16,
            database_acquire_timeout: Duration::from_secs(5),
            database_statement_timeout: Duration::from_secs(30),
            limits_observed: false,
            rate_limit: None,
            rate_limit_keys: 1_000_000,
            client_network_length: ClientNetwork::LENGTH,
            redis_url: None,
            redis_timeout: Duration::from_millis(50),
            redis_failure: StoreFailure::Local,
            security_log: None,
            security_log_max_size: 100 << 20,
            security_log_keep: 7,
            security_log_authz_success: false,
            security_log_syslog: None,
            security_log_tracing: false,
            https_elsewhere: false,
            tls_certificate: None,
            tls_key: None,
            trusted_proxies: Vec::new(),
            proxy_header: ProxyHeader::XForwardedFor,
            allowed_hosts: Vec::new(),
            fetch_allowed_hosts: Vec::new(),
            fetch_danger_networks: Vec::new(),
            cors: Cors {
                enabled: true,
                origins: Vec::new(),
                methods: vec![http::Method::GET, http::Method::POST, http::Method::PUT, http::Method::DELETE],
                headers: vec![http::header::AUTHORIZATION, http::header::CONTENT_TYPE],
                expose_headers: Vec::new(),
                credentials: false,
                max_age: Duration::from_secs(600),
            },
            timeout: None,
            body_limit: None,
            max_in_flight: 10_000,
            cache_entries: 1000,
            cache_bytes: 64 << 20,
            content_security_policy: None,
            page_content_security_policy: None,
            permissions_policy: None,
            referrer_policy: ReferrerPolicy::NoReferrer,
            frame_options: FrameOptions::Deny,
            cross_origin_opener_policy: CrossOriginOpenerPolicy::SameOrigin,
            cross_origin_resource_policy: CrossOriginResourcePolicy::SameOrigin,
            cross_origin_embedder_policy: None,
            hsts: Hsts { max_age: Duration::from_secs(31_536_000), include_subdomains: true, preload: false },
            server: crate::server::Limits::default(),
        }
    }

    /// Whether requests come over HTTPS: by own TLS, by a proxy that says so, or by one that need not be asked.
    pub(crate) fn has_https(&self) -> bool {
        self.has_tls() || self.https_elsewhere || !self.trusted_proxies.is_empty()
    }

    pub(crate) fn has_tls(&self) -> bool {
        self.tls_certificate.is_some() && self.tls_key.is_some()
    }
}
