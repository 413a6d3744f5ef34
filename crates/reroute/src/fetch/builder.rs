use super::{
    SafeClient,
    client::Bounds,
    resolve::{Checked, LookUp, system},
    target::Rules,
};
use crate::{
    config::Settings,
    error::{Error, Result},
};
use reqwest::{Certificate, redirect};
use reroute_core::address::Network;
use std::{fmt, future::Future, io, net::IpAddr, sync::Arc, time::Duration};

/// A [`SafeClient`] in the making, of [`SafeClient::builder`].
///
/// ```
/// use reroute::SafeClient;
/// use std::time::Duration;
///
/// let client = SafeClient::builder()
///     .allow_host("api.example.com")
///     .allow_host("*.cdn.example.com:8443")
///     .timeout(Duration::from_secs(3))
///     .max_bytes(64 << 10)
///     .build()?;
/// assert!(client.validate_url("https://api.example.com/v1").is_ok());
/// assert!(client.validate_url("https://evil.example/").is_err());
/// # Ok::<_, reroute::Error>(())
/// ```
#[must_use = "a client is made by `build`"]
pub struct SafeClientBuilder {
    rules: Rules,
    bounds: Bounds,
    connect: Duration,
    idle: Duration,
    look_up: LookUp,
    roots: Vec<Certificate>,
    /// What was wrong first.
    wrong: Option<String>,
}

impl SafeClientBuilder {
    pub(super) fn new() -> Self {
        Self {
            rules: Rules::default(),
            bounds: Bounds { total: Duration::from_secs(10), bytes: 5 << 20 },
            connect: Duration::from_secs(3),
            idle: Duration::from_secs(5),
            look_up: system(),
            roots: Vec::new(),
            wrong: None,
        }
    }

    /// The client that extractors hand out.
    pub(crate) fn of(settings: &Settings) -> Self {
        let mut builder = Self::new();
        builder.rules.hosts.clone_from(&settings.fetch_allowed_hosts);
        builder.rules.networks.clone_from(&settings.fetch_danger_networks);
        builder
    }

    /// Lets `host` be asked: `api.example.com`, `*.example.com` for exactly one label in the place of the star, or `*` for any public host. With `:8443`
    /// behind, at that port, and else at 80 and 443. Without any host, all is refused.
    pub fn allow_host(mut self, host: &str) -> Self {
        match host.parse() {
            Ok(host) => self.rules.hosts.push(host),
            Err(error) => self.note(&error),
        }
        self
    }

    /// How long a request may take in all, its redirects and the reading of its answer included. 10 seconds unless set.
    pub fn timeout(mut self, total: Duration) -> Self {
        self.bounds.total = total;
        self
    }

    /// How long a connection may take to be made, the look-up of its name included. 3 seconds unless set.
    pub fn connect_timeout(mut self, connect: Duration) -> Self {
        self.connect = connect;
        self
    }

    /// The longest pause of the other server, before its answer and in it. 5 seconds unless set.
    pub fn idle_timeout(mut self, idle: Duration) -> Self {
        self.idle = idle;
        self
    }

    /// The largest answer in bytes, counted after decompression. 5 MiB unless set.
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.bounds.bytes = bytes;
        self
    }

    /// Believes certificates of this authority as well, in PEM: an authority of one's own. There is no way to believe all.
    pub fn add_root_certificate(mut self, pem: &[u8]) -> Self {
        match Certificate::from_pem_bundle(pem) {
            Ok(roots) if !roots.is_empty() => self.roots.extend(roots),
            Ok(_) => self.note(&"there is no certificate in the PEM"),
            Err(error) => self.note(&error),
        }
        self
    }

    /// Looks names up this way, in place of the machine's. What it answers is looked at like any other.
    ///
    /// ```
    /// use reroute::SafeClient;
    ///
    /// // A name server that is asked over HTTPS, say.
    /// let client = SafeClient::builder()
    ///     .allow_host("api.example.com")
    ///     .resolver(|name: String| async move { Ok(vec![[198, 51, 100, 7].into()]) })
    ///     .build()?;
    /// # Ok::<_, reroute::Error>(())
    /// ```
    pub fn resolver<F, A>(mut self, look_up: F) -> Self
    where
        F: Fn(String) -> A + Send + Sync + 'static,
        A: Future<Output = io::Result<Vec<IpAddr>>> + Send + 'static,
    {
        self.look_up = Box::new(move |name| Box::pin(look_up(name)));
        self
    }

    /// Lets addresses of `network` be reached although they are not public, such as `10.1.2.0/24` or `127.0.0.1`: for a service inside, or a test. The list
    /// of hosts still holds; name the host in it, since with `*` a URL of any user reaches this network.
    pub fn danger_allow_network(mut self, network: &str) -> Self {
        match network.parse::<Network>() {
            Ok(network) => self.rules.networks.push(network),
            Err(error) => self.note(&error),
        }
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// When a host, a network or a certificate was none, or the machine has no root certificates.
    pub fn build(self) -> Result<SafeClient> {
        if let Some(wrong) = self.wrong {
            return Err(Error::internal(wrong));
        }
        let rules = Arc::new(self.rules);
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .dns_resolver(Arc::new(Checked { look_up: Arc::new(self.look_up), rules: rules.clone() }))
            .connect_timeout(self.connect)
            .read_timeout(self.idle)
            .tls_certs_merge(self.roots)
            .user_agent("reroute")
            .build()?;
        Ok(SafeClient::new(client, rules, self.bounds))
    }

    fn note(&mut self, error: &dyn fmt::Display) {
        self.wrong.get_or_insert_with(|| error.to_string());
    }
}

impl fmt::Debug for SafeClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SafeClientBuilder")
            .field("rules", &self.rules)
            .field("bounds", &self.bounds)
            .finish_non_exhaustive()
    }
}
