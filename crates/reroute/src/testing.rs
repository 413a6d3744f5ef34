//! Serving an application in a test, over a real socket.

#[doc(hidden)]
pub use crate::server::Limits;

use crate::{
    App, app, config,
    edge::Edge,
    error::Result,
    log,
    server::{self, Listener, Tls},
};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};
use tokio::{sync::oneshot, task::JoinHandle};

/// An application that serves on a free port of the loopback until this value is dropped.
///
/// ```
/// use reroute::{prelude::*, testing::Server};
///
/// # #[route] pub struct Home;
/// # #[route] impl Home { #[public] async fn get(&self) -> &'static str { "hello" } }
/// # reroute::runtime::block_on(async {
/// let app = App::new(reroute::Tree::new([reroute::file::<Home>("/", "index.rs")]));
/// let server = Server::start(app).await?;
/// let connection = tokio::net::TcpStream::connect(server.address()).await?;
/// # drop(connection);
/// server.stop().await?;
/// # Ok::<_, reroute::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<()>>,
}

impl Server {
    /// Starts the application. The environment is not read, and no work that waits for the start is done.
    ///
    /// # Errors
    ///
    /// When the start is refused, or no port is free.
    pub async fn start(app: App) -> Result<Self> {
        Self::start_with(app, Setup::default()).await
    }

    /// [`Server::start`], otherwise set up.
    ///
    /// # Errors
    ///
    /// As there, and when what the set-up names cannot be used.
    pub async fn start_with(app: App, setup: Setup) -> Result<Self> {
        Self::serve(app.into_service()?, setup).await
    }

    /// Serves what [`connected`] made.
    #[doc(hidden)]
    pub async fn serve(edge: Edge, setup: Setup) -> Result<Self> {
        let tls = setup.tls()?;
        let listener = match &setup.unix {
            #[cfg(unix)]
            Some(path) => Listener::unix(path)?,
            _ => Listener::tcp((Ipv4Addr::LOCALHOST, 0).into()).await?,
        };
        let address = listener.address().unwrap_or((Ipv4Addr::LOCALHOST, 0).into());
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(server::serve(listener, edge, setup.limits, tls, async move {
            // Dropping the sender means to stop, too.
            let _ = stopped.await;
        }));
        Ok(Self { address, stop, serving })
    }

    /// Where it listens; port 0 if that is a Unix socket.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops as on SIGTERM: what is under way is finished, within a bound.
    ///
    /// # Errors
    ///
    /// When serving ended with one.
    pub async fn stop(self) -> Result<()> {
        let _ = self.stop.send(());
        self.serving.await?
    }
}

/// How a [`Server`] is to serve, other than by default.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    limits: Limits,
    unix: Option<PathBuf>,
    #[cfg(feature = "tls")]
    tls: Option<(PathBuf, PathBuf)>,
}

impl Setup {
    /// With these limits.
    #[doc(hidden)]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// On a Unix socket at this path.
    #[cfg(unix)]
    pub fn unix(mut self, path: impl Into<PathBuf>) -> Self {
        self.unix = Some(path.into());
        self
    }

    /// Over TLS, with the certificates and the key of these PEM files.
    #[cfg(feature = "tls")]
    pub fn with_tls(mut self, certificates: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.tls = Some((certificates.into(), key.into()));
        self
    }

    #[cfg(feature = "tls")]
    fn tls(&self) -> Result<Option<Tls>> {
        self.tls.as_ref().map(|(certificates, key)| Tls::open(certificates, key)).transpose()
    }

    #[cfg(not(feature = "tls"))]
    fn tls(&self) -> Result<Option<Tls>> {
        Ok(None)
    }
}

/// The same application, as a client at this address finds it.
///
/// ```
/// use reroute::{App, testing};
///
/// let app = App::new(reroute::Tree::new([])).into_service()?;
/// let far_away = testing::with_client(&app, [192, 0, 2, 1].into());
/// # Ok::<_, reroute::Error>(())
/// ```
pub fn with_client(app: &Edge, client: IpAddr) -> Edge {
    app.of(client, false)
}

/// The application as a service under these variables, as if they were the whole environment of its process and there were no files.
///
/// ```
/// use reroute::{App, testing};
///
/// let unsafe_settings = [("REROUTE_ENV", "production"), ("CORS_ORIGINS", "*")];
/// let refused = testing::service(App::new(reroute::Tree::new([])), unsafe_settings).err().unwrap();
/// assert!(refused.to_string().contains("cors_allow_origins"));
/// ```
///
/// # Errors
///
/// When the start is refused, with every reason.
pub fn service<'a>(app: App, variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Edge> {
    service_in(Path::new("no/folder/of/this/name"), app, variables)
}

/// [`service`], with the database and the Redis that the variables name.
#[doc(hidden)]
pub async fn connected<'a>(app: App, variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Edge> {
    let (mut app, settings) = app.under(load(Path::new("no/folder/of/this/name"), variables))?;
    app.share(&settings).await?;
    let (app, _) = app.connect(&settings).await?;
    Ok(app::assemble(app, &settings)?)
}

/// Opens the process's security log on this file, under this key; where it is open already, it stays where it is.
///
/// ```
/// use reroute::{security_log, testing};
///
/// let folder = std::env::temp_dir().join(format!("events-{}", std::process::id()));
/// testing::open_security_log(&folder, "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4T")?;
/// security_log().auth_failure("Invalid password").with("password", "secret123").emit();
/// testing::flush_security_log();
/// let text = std::fs::read_to_string(&folder)?;
/// assert!(text.contains(r#""password":"[REDACTED]""#) && !text.contains("secret123"));
/// # std::fs::remove_file(folder)?;
/// # Ok::<_, reroute::Error>(())
/// ```
///
/// # Errors
///
/// When the file cannot be opened for appending.
pub fn open_security_log(file: &Path, secret_key: &str) -> Result<()> {
    let mut settings = config::Settings::of(config::Environment::Test);
    settings.security_log = Some(file.to_owned());
    settings.secret_key = Some(config::Secret::new(secret_key));
    settings.security_log_authz_success = true;
    log::open(&settings)
}

/// Waits until everything that was emitted is written, the rest of folded events included.
pub fn flush_security_log() {
    log::flush();
}

/// [`service`], with the files of this folder.
///
/// # Errors
///
/// As there.
pub fn service_in<'a>(
    folder: &Path,
    app: App,
    variables: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Edge> {
    let (app, settings) = app.under(load(folder, variables))?;
    Ok(app::assemble(app, &settings)?)
}

fn load<'a>(folder: &Path, variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> config::Loaded {
    let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    config::load(folder, &variables)
}
