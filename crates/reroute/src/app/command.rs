use super::{App, Startup, listing::listing, start::assemble};
use crate::{
    config::{self, Environment, Loaded, Secret, Settings},
    edge::Edge,
    error::{Refused, Result},
    log, server,
};
use std::{io::Write, net::SocketAddr, path::PathBuf};

/// The subcommands that every application has.
const BUILT_IN: &[&str] =
    if cfg!(feature = "db") { &["serve", "routes", "log", "db"] } else { &["serve", "routes", "log"] };

impl App {
    /// Does what the command line says: `serve` (also without a word), `routes`, `log verify`, `db …`, or a command of the application's own.
    ///
    /// # Errors
    ///
    /// When the start is refused, with every reason; when the address cannot be listened on; what the command itself says.
    pub async fn run(self) -> Result<()> {
        let outcome = self.obey().await;
        log::flush();
        outcome
    }

    async fn obey(self) -> Result<()> {
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
            "log" => log_command(&words),
            #[cfg(feature = "db")]
            "db" => self.db_command(words).await,
            other => self.own(other, words).await,
        }
    }

    fn routes(self) -> Result<()> {
        // What there is to see does not depend on settings.
        let edge = assemble(self.without_database(), &Settings::of(Environment::Test))?;
        std::io::stdout().write_all(listing(&edge).as_bytes())?;
        Ok(())
    }

    /// The application as if its database were there.
    fn without_database(self) -> Self {
        #[cfg(feature = "db")]
        return self.state(crate::Db::absent());
        #[cfg(not(feature = "db"))]
        self
    }

    async fn own(mut self, name: &str, words: Vec<String>) -> Result<()> {
        let Some(place) = self.commands.iter().position(|(own, _)| *own == name) else {
            let known: Vec<&str> = BUILT_IN.iter().copied().chain(self.commands.iter().map(|(own, _)| *own)).collect();
            let near = reroute_core::nearest::nearest(name, &known);
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let reason =
                format!("there is no command `{}`{near}\nThe commands are: {}", name.escape_debug(), known.join(", "));
            return Err(Refused::because(reason).into());
        };
        let (_, command) = self.commands.swap_remove(place);
        let Loaded { settings, wrong, .. } = config::read();
        if !wrong.is_empty() {
            return Err(Refused::new(wrong).into());
        }
        // What is done from the command line is told, too, where there is a file to tell it in: the standard output is the command's own.
        if settings.security_log.is_some() {
            if settings.secret_key.is_none() {
                return Err(Refused::because(config::UNSEALED).into());
            }
            open_log(&settings)?;
        }
        #[cfg(feature = "password")]
        crate::auth::password::set_cost(&settings);
        let (app, startup) = self.connect(&settings).await?;
        #[cfg(feature = "db")]
        app.migrate(&settings, &startup).await?;
        drop(app);
        command(startup, words).await
    }

    async fn serve(self) -> Result<()> {
        // First, before there are threads that could read the environment while it changes.
        let inherited = server::Listener::inherited()?;
        let (app, mut settings, tls) = self.allowed(inherited.as_ref()).await?;
        if settings.secret_key.is_none() {
            settings.secret_key = Some(Secret::new(crate::auth::token::generate()?));
            settings.is_key_random = true;
            tracing::warn!(
                "SECRET_KEY is not set: a random one stands in for this run, and what it signs is worth nothing after it"
            );
        }
        // Before the first event.
        log::keep(app.kept_events);
        open_log(&settings)?;
        let (mut app, startup) = app.connect(&settings).await?;
        let on_start = std::mem::take(&mut app.on_start);
        #[cfg(feature = "db")]
        {
            app.migrate(&settings, &startup).await?;
            if let Some(seed) = app.seed.take().filter(|_| settings.environment.is_disposable()) {
                seed(startup.clone()).await?;
            }
        }
        let edge = assemble(app, &settings)?;
        for work in on_start {
            work(startup.clone()).await?;
        }
        listen(inherited, tls, &settings, edge).await
    }

    /// The application with what it serves by, if it may start.
    ///
    /// # Errors
    ///
    /// Every reason why not: of the settings, the database, what all processes share, the socket that was handed over, and the routes.
    async fn allowed(
        mut self,
        inherited: Option<&server::Listener>,
    ) -> Result<(Self, Settings, Option<server::Tls>), Refused> {
        let loaded = config::read();
        let is_certain = loaded.is_certain;
        #[cfg(feature = "db")]
        let database = self.database_refusals(&loaded).await;
        #[cfg(not(feature = "db"))]
        let database = Vec::new();
        let (mut settings, mut reasons) = self.settle(loaded);
        reasons.extend(database);
        // The address of a socket that was handed over is in no setting.
        let address = inherited.and_then(server::Listener::address).filter(|_| is_certain);
        reasons.extend(address.and_then(|address| config::address_refusal(&settings, address.ip())));
        let tls = tls(&settings).unwrap_or_else(|error| {
            reasons.push(format!("tls_certificate: {error}"));
            None
        });
        if let Err(refused) = self.share(&settings).await {
            reasons.extend(refused.reasons().iter().cloned());
        }
        if reasons.is_empty() {
            return Ok((self, settings, tls));
        }
        // The routes are looked at as if what they lack so far were there.
        if settings.secret_key.is_none() {
            settings.secret_key = crate::auth::token::generate().ok().map(Secret::new);
        }
        if is_certain && let Err(refused) = assemble(self.without_database(), &settings) {
            let others = refused.reasons().iter().filter(|reason| !is_said(&reasons, reason));
            reasons.extend(others.cloned().collect::<Vec<_>>());
        }
        Err(Refused::new(reasons))
    }

    /// The application with its own settings, and ours.
    ///
    /// # Errors
    ///
    /// Every reason why it may not start with them.
    pub(crate) fn under(mut self, loaded: Loaded) -> Result<(Self, Settings), Refused> {
        let (settings, reasons) = self.settle(loaded);
        if reasons.is_empty() { Ok((self, settings)) } else { Err(Refused::new(reasons)) }
    }

    /// Takes its own settings, and gives ours, with every reason why it may not start with them.
    fn settle(&mut self, loaded: Loaded) -> (Settings, Vec<String>) {
        let Loaded { settings, own, wrong: mut reasons, is_certain } = loaded;
        if is_certain {
            let refusals = config::refusals(&settings).into_iter().filter(|reason| !is_said(&reasons, reason));
            reasons.extend(refusals.collect::<Vec<_>>());
        }
        match self.own_settings.take() {
            Some(read) => reasons.extend(read(&own, &mut self.states).err()),
            None => reasons.extend(own.unused()),
        }
        (settings, reasons)
    }

    /// Finds what all processes share.
    #[cfg(feature = "redis")]
    pub(crate) async fn share(&mut self, settings: &Settings) -> Result<(), Refused> {
        if let Some(url) = &settings.redis_url {
            let own_key = settings.secret_key.as_ref().filter(|_| !settings.is_key_random);
            let redis =
                crate::redis::Redis::open(url, settings.redis_timeout, own_key).await.map_err(Refused::because)?;
            self.redis = Some(redis);
        }
        Ok(())
    }

    #[cfg(not(feature = "redis"))]
    #[allow(clippy::unused_async, reason = "with Redis it waits")]
    pub(crate) async fn share(&mut self, settings: &Settings) -> Result<(), Refused> {
        match settings.redis_url {
            Some(_) => {
                Err(Refused::because("redis_url: this program was built without the feature `redis` of reroute"))
            }
            None => Ok(()),
        }
    }

    /// Opens what the settings name.
    #[cfg(feature = "db")]
    pub(crate) async fn connect(mut self, settings: &Settings) -> Result<(Self, Startup)> {
        let named = settings.database_url.as_ref().map(|url| url.expose().to_owned());
        let db = match named.or_else(|| self.database.take()) {
            Some(url) => {
                Some(crate::Db::connect_with(&url, settings.environment.is_disposable(), pool(settings)).await?)
            }
            None => None,
        };
        if let Some(db) = &db {
            self = self.state(db.clone());
        }
        Ok((self, Startup { environment: settings.environment, db }))
    }

    #[cfg(not(feature = "db"))]
    #[allow(clippy::unused_async, reason = "with a database it waits")]
    pub(crate) async fn connect(self, settings: &Settings) -> Result<(Self, Startup)> {
        Ok((self, Startup { environment: settings.environment }))
    }
}

/// Whether something is said of this reason's setting already.
fn is_said(reasons: &[String], reason: &str) -> bool {
    let key = reason.split_once(':').map(|(key, _)| key);
    key.is_some_and(|key| reasons.iter().any(|said| said.split(':').next() == Some(key)))
}

#[cfg(feature = "db")]
fn pool(settings: &Settings) -> crate::db::Pool {
    crate::db::Pool {
        connections: settings.database_connections,
        acquire_timeout: settings.database_acquire_timeout,
        statement_timeout: settings.database_statement_timeout,
    }
}

fn open_log(settings: &Settings) -> Result<(), Refused> {
    log::open(settings).map_err(|error| Refused::because(format!("security_log: it cannot be opened: {error}")))
}

/// `log verify FILE… [--expect SEQ]`. Of the settings it needs the keys alone.
fn log_command(words: &[String]) -> Result<()> {
    const USAGE: &str = "write `log verify FILE… [--expect SEQ]`, the oldest file first";
    let usage = || Refused::because(USAGE);
    let (verb, mut words) = words.split_first().ok_or_else(usage)?;
    let (mut files, mut expect) = (Vec::<PathBuf>::new(), None);
    while let Some((word, rest)) = words.split_first() {
        words = rest;
        if word == "--expect" {
            let (number, rest) = rest.split_first().ok_or_else(usage)?;
            (expect, words) = (Some(number.parse().map_err(|_| usage())?), rest);
        } else if word.starts_with("--") {
            return Err(usage().into());
        } else {
            files.push(word.into());
        }
    }
    if verb != "verify" || files.is_empty() {
        return Err(usage().into());
    }
    let settings = config::read().settings;
    let Some(secret) = settings.secret_key else {
        return Err(
            Refused::because("SECRET_KEY: it is not set: set it to the key that the log was written under").into()
        );
    };
    let mut stdout = std::io::stdout();
    let secrets = [vec![secret], settings.old_secret_keys].concat();
    match log::verify(&secrets, &files, expect)
        .map_err(|error| Refused::because(format!("the log cannot be read: {error}")))?
    {
        Ok(honest) => {
            writeln!(
                stdout,
                "all {} lines are as they were written; the last is {} of its chain",
                honest.lines, honest.seq
            )?;
            Ok(())
        }
        Err(wrong) => {
            writeln!(stdout, "{wrong}")?;
            Err(Refused::because("the log is not what was written").into())
        }
    }
}

/// Serves where the settings say, until the process is told to stop.
async fn listen(
    inherited: Option<server::Listener>,
    tls: Option<server::Tls>,
    settings: &Settings,
    edge: Edge,
) -> Result<()> {
    let listener = match (inherited, &settings.unix_socket) {
        (Some(inherited), _) => inherited,
        #[cfg(unix)]
        (None, Some(path)) => server::Listener::unix(path)?,
        (None, _) => server::Listener::tcp(SocketAddr::new(settings.host, settings.port)).await?,
    };
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
        return Err(Refused::because("this program was built without the feature `tls` of reroute").into());
    }
    Ok(None)
}
