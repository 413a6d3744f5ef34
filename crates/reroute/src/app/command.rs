use super::{
    App, Startup,
    listing::listing,
    start::{Refused, assemble},
};
use crate::{
    config::{self, Environment, Loaded, Secret, Settings},
    edge::Edge,
    error::Result,
    server,
};
use std::{io::Write, net::SocketAddr, path::Path};

/// The subcommands that every application has.
const BUILT_IN: [&str; 2] = ["serve", "routes"];

impl App {
    /// Does what the command line says: `serve` (also without a word), `routes`, or a command of the application's own.
    ///
    /// # Errors
    ///
    /// When the start is refused, with every reason; when the address cannot be listened on; what the command itself says.
    pub async fn run(self) -> Result<()> {
        let mut words = std::env::args().skip(1);
        let command = words.next().unwrap_or_else(|| "serve".to_owned());
        let words: Vec<String> = words.collect();
        match command.as_str() {
            "serve" | "routes" if !words.is_empty() => {
                let reason = format!("`{command}` takes no further word, and got `{}`", words.join(" "));
                Err(Refused::because(reason).into())
            }
            "serve" => self.serve().await,
            "routes" => self.routes(),
            other => self.own(other, words).await,
        }
    }

    fn routes(self) -> Result<()> {
        // What there is to see does not depend on settings, or on a database being there.
        #[cfg(feature = "db")]
        let this = self.state(crate::Db::absent());
        #[cfg(not(feature = "db"))]
        let this = self;
        let edge = assemble(this, &Settings::of(Environment::Test))?;
        std::io::stdout().write_all(listing(&edge).as_bytes())?;
        Ok(())
    }

    async fn own(mut self, name: &str, words: Vec<String>) -> Result<()> {
        let Some(place) = self.commands.iter().position(|(own, _)| *own == name) else {
            let known: Vec<&str> = BUILT_IN.into_iter().chain(self.commands.iter().map(|(own, _)| *own)).collect();
            let near = reroute_core::nearest::nearest(name, &known);
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let reason =
                format!("there is no command `{}`{near}\nThe commands are: {}", name.escape_debug(), known.join(", "));
            return Err(Refused::because(reason).into());
        };
        let (_, command) = self.commands.swap_remove(place);
        let Loaded { settings, .. } = read()?;
        let (_, startup) = self.connect(&settings).await?;
        command(startup, words).await
    }

    async fn serve(self) -> Result<()> {
        // First, before there are threads that could read the environment while it changes.
        let inherited = server::Listener::inherited()?;
        let (app, mut settings) = self.under(read()?)?;
        if settings.secret_key.is_none() {
            settings.secret_key = Some(Secret::new(crate::auth::token::generate()?));
            tracing::warn!(
                "SECRET_KEY is not set: a random one stands in for this run, and what it signs is worth nothing after it"
            );
        }
        let (mut app, startup) = app.connect(&settings).await?;
        let on_start = std::mem::take(&mut app.on_start);
        let edge = assemble(app, &settings)?;
        for work in on_start {
            work(startup.clone()).await?;
        }
        listen(inherited, &settings, edge).await
    }

    /// The application with its own settings, and ours, if it may start with them.
    ///
    /// # Errors
    ///
    /// Every reason why not.
    pub(crate) fn under(mut self, loaded: Loaded) -> Result<(Self, Settings), Refused> {
        let Loaded { settings, own } = loaded;
        let mut reasons = config::refusals(&settings);
        match self.own_settings.take() {
            Some(read) => reasons.extend(read(&own, &mut self.states).err()),
            None => reasons.extend(own.unused()),
        }
        if reasons.is_empty() { Ok((self, settings)) } else { Err(Refused::new(reasons)) }
    }

    /// Opens what the settings name.
    #[cfg(feature = "db")]
    async fn connect(mut self, settings: &Settings) -> Result<(Self, Startup)> {
        let named = settings.database_url.as_ref().map(|url| url.expose().to_owned());
        let db = match named.or_else(|| self.database.take()) {
            Some(url) => Some(crate::Db::connect(&url, settings.environment.is_disposable()).await?),
            None => None,
        };
        if let Some(db) = &db {
            self = self.state(db.clone());
        }
        Ok((self, Startup { environment: settings.environment, db }))
    }

    #[cfg(not(feature = "db"))]
    #[allow(clippy::unused_async, reason = "with a database it waits")]
    async fn connect(self, settings: &Settings) -> Result<(Self, Startup)> {
        Ok((self, Startup { environment: settings.environment }))
    }
}

/// The settings of this folder and process.
fn read() -> Result<Loaded, Refused> {
    let variables =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    config::load(Path::new("."), &variables.collect()).map_err(Refused::new)
}

/// Serves where the settings say, until the process is told to stop.
async fn listen(inherited: Option<server::Listener>, settings: &Settings, edge: Edge) -> Result<()> {
    let listener = match (inherited, &settings.unix_socket) {
        (Some(inherited), _) => inherited,
        #[cfg(unix)]
        (None, Some(path)) => server::Listener::unix(path)?,
        (None, _) => server::Listener::tcp(SocketAddr::new(settings.host, settings.port)).await?,
    };
    let tls = tls(settings)?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    // From here on a signal ends the server in order, also one that comes at once.
    let stop = server::stopped();
    let mut stderr = std::io::stderr();
    match (listener.address(), &settings.unix_socket) {
        (Some(address), _) => writeln!(stderr, "listening on {scheme}://{address}")?,
        (None, Some(path)) => writeln!(stderr, "listening on {}", path.display())?,
        (None, None) => writeln!(stderr, "listening")?,
    }
    tracing::info!(environment = %settings.environment, "serving");
    server::serve(listener, edge, settings.server.clone(), tls, stop).await
}

#[cfg(feature = "tls")]
fn tls(settings: &Settings) -> Result<Option<server::Tls>> {
    match (&settings.tls_certificate, &settings.tls_key) {
        (Some(certificate), Some(key)) => server::Tls::open(certificate, key).map(Some),
        _ => Ok(None),
    }
}

#[cfg(not(feature = "tls"))]
fn tls(settings: &Settings) -> Result<Option<server::Tls>> {
    if settings.has_tls() {
        let reason = "tls_certificate: this program was built without the feature `tls` of reroute";
        return Err(Refused::because(reason).into());
    }
    Ok(None)
}
