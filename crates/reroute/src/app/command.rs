use super::{
    App, Startup,
    listing::listing,
    start::{Refused, assemble},
};
use crate::{config::Config, error::Result, server};
use std::io::Write;

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
                Err(Refused::new(vec![format!("`{command}` takes no further word, and got `{}`", words.join(" "))])
                    .into())
            }
            "serve" => self.serve().await,
            "routes" => self.routes(),
            other => self.own(other, words).await,
        }
    }

    fn routes(mut self) -> Result<()> {
        // What there is to see does not depend on a database being there.
        #[cfg(feature = "db")]
        {
            self = self.state(crate::Db::absent());
        }
        self.on_start.clear();
        let edge = assemble(self)?;
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
        let config = read()?;
        let (_, startup) = self.connect(&config).await?;
        command(startup, words).await
    }

    async fn serve(self) -> Result<()> {
        // First, before there are threads that could read the environment while it changes.
        let inherited = server::Listener::inherited()?;
        let config = read()?;
        let (mut app, startup) = self.connect(&config).await?;
        let on_start = std::mem::take(&mut app.on_start);
        let edge = assemble(app)?;
        for work in on_start {
            work(startup.clone()).await?;
        }
        let listener = match inherited {
            Some(listener) => listener,
            None => server::Listener::tcp(config.address).await?,
        };
        let stop = server::stopped();
        tracing::info!(environment = %config.environment, "listening");
        if let Some(address) = listener.address() {
            writeln!(std::io::stderr(), "listening on http://{address}")?;
        }
        server::serve(listener, edge, server::Limits::default(), None, stop).await
    }

    /// Opens what the configuration names.
    #[cfg(feature = "db")]
    async fn connect(mut self, config: &Config) -> Result<(Self, Startup)> {
        let url = config.database.clone().or_else(|| self.database.take());
        let db = match url {
            Some(url) => Some(crate::Db::connect(&url, config.environment.is_disposable()).await?),
            None => None,
        };
        if let Some(db) = &db {
            self = self.state(db.clone());
        }
        Ok((self, Startup { environment: config.environment, db }))
    }

    #[cfg(not(feature = "db"))]
    async fn connect(self, config: &Config) -> Result<(Self, Startup)> {
        Ok((self, Startup { environment: config.environment }))
    }
}

fn read() -> Result<Config, Refused> {
    Config::read(|name| std::env::var(name).ok()).map_err(Refused::new)
}
