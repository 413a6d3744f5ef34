//! What a start and the `db` commands do with migrations.

use super::{App, Later, Startup};
use crate::{
    Migrations,
    config::{Environment, Loaded, Settings},
    error::{Refused, Result},
    migrate::{Application, Commands, Model, start},
};
use std::future::Future;

pub(super) type Seed = Box<dyn FnOnce(Startup) -> Later + Send>;

impl App {
    /// The migrations of the database. In development and test a start applies what is pending; in production it is refused as long as something is. The
    /// subcommands of `db` work with them.
    ///
    /// ```no_run
    /// # let tree = reroute::Tree::new([]);
    /// let migrations = reroute::Migrations::read("migrations")?; // or reroute::migrations!("migrations")
    /// let app = reroute::App::new(tree).migrations(migrations);
    /// # Ok::<_, reroute::Error>(())
    /// ```
    pub fn migrations(mut self, migrations: Migrations) -> Self {
        self.migrations = Some(migrations);
        self
    }

    /// The models, from which `db migrate --auto` writes the next migration.
    ///
    /// ```
    /// mod note {
    ///     use reroute::prelude::*;
    ///
    ///     #[model("notes")]
    ///     pub struct Note {
    ///         pub text: String,
    ///     }
    /// }
    ///
    /// # let tree = reroute::Tree::new([]);
    /// let app = reroute::App::new(tree).models([&note::Entity]);
    /// ```
    pub fn models<const N: usize>(mut self, models: [&'static dyn Model; N]) -> Self {
        self.models.extend(models);
        self
    }

    /// How a fresh database is filled: by `db seed` and `db reset`, and at each start in development and test, after the migrations and before
    /// [`App::on_start`]. So it has to do nothing where it has done its work already.
    ///
    /// ```
    /// # let tree = reroute::Tree::new([]);
    /// let app = reroute::App::new(tree).seed(|startup| async move { startup.db()?.ping().await });
    /// ```
    pub fn seed<F, L>(mut self, work: F) -> Self
    where
        F: FnOnce(Startup) -> L + Send + 'static,
        L: Future<Output = Result<()>> + Send + 'static,
    {
        self.seed = Some(Box::new(|startup| Box::pin(work(startup))));
        self
    }

    pub(super) async fn db_command(self, words: Vec<String>) -> Result<()> {
        let Self { migrations, models, database, seed, .. } = self;
        let application = Application {
            migrations,
            models,
            database,
            seed: seed.map(|seed| -> Box<dyn FnOnce(Environment, crate::Db) -> Later + Send> {
                Box::new(move |environment, db| seed(Startup { environment, db: Some(db) }))
            }),
        };
        Commands::of_application(application).run(words.into_iter().map(Into::into)).await
    }

    /// Why a start in production is refused by what its database is. Nothing is made and nothing is changed.
    pub(super) async fn database_refusals(&self, loaded: &Loaded) -> Vec<String> {
        let is_production = loaded.is_certain && loaded.settings.environment == Environment::Production;
        if !is_production || !loaded.wrong_for_database().is_empty() {
            return Vec::new();
        }
        let named = loaded.settings.database_url.as_ref().map(|url| url.expose().to_owned());
        match named.as_ref().or(self.database.as_ref()) {
            Some(url) => start::refusals(self.migrations.as_ref(), url).await,
            None => Vec::new(),
        }
    }

    /// In development and test: applies what is pending.
    pub(super) async fn migrate(&self, settings: &Settings, startup: &Startup) -> Result<()> {
        let (Some(migrations), Some(db)) = (&self.migrations, &startup.db) else { return Ok(()) };
        if !settings.environment.is_disposable() {
            return Ok(());
        }
        match migrations.apply(db).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let reasons = error.to_string();
                let reasons = reasons.lines().map(|line| format!("migration: {line}")).collect::<Vec<_>>().join("\n");
                Err(Refused::because(format!("{reasons}\n`db reset` makes the database anew")).into())
            }
        }
    }
}
