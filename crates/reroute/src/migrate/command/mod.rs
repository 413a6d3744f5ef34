//! `db` and its words: what an application's own binary and the `reroute` program both offer.

mod ask;
mod create;
mod line;
mod place;

use super::{Migrations, auto::Model, backend::Target};
use crate::{
    Db,
    config::{self, Environment, Settings},
    error::{Refused, Result},
};
use ask::Asker;
use line::{Parsed, Word};
use place::Place;
use std::{
    ffi::OsString,
    future::Future,
    io::Write,
    path::{Path, PathBuf},
    pin::Pin,
};

type Later = Pin<Box<dyn Future<Output = Result<()>> + Send>>;
type Seed = Box<dyn FnOnce(Environment, Db) -> Later + Send>;
type HandOver = Box<dyn FnOnce(&[&str]) -> Result<()> + Send>;

/// Where migrations are.
const FOLDER: &str = "migrations";

/// The `db` commands of an application, or of a folder of migrations.
///
/// `db init`, `migrate`, `upgrade`, `downgrade`, `current`, `history`, `status`, `reset` and `seed`. Of the settings they need the environment and
/// `DATABASE_URL`, and nothing else that is wrong stands in their way. Results go to stdout, progress and questions to stderr.
pub struct Commands {
    /// What the program is called: `shop`.
    program: String,
    source: Source,
}

enum Source {
    Application(Box<Application>),
    /// The folder beside this process. The application is asked for what it alone knows.
    Folder(HandOver),
}

/// What an application brings along.
#[derive(Default)]
pub(crate) struct Application {
    pub(crate) migrations: Option<Migrations>,
    pub(crate) models: Vec<&'static dyn Model>,
    /// The database where `DATABASE_URL` names no other.
    pub(crate) database: Option<String>,
    pub(crate) seed: Option<Seed>,
}

impl Commands {
    /// Of the folder `migrations` beside this process, without an application. `hand_over` is how one is asked for `db` with these words.
    pub fn of_folder(program: &str, hand_over: impl FnOnce(&[&str]) -> Result<()> + Send + 'static) -> Self {
        Self { program: program.to_owned(), source: Source::Folder(Box::new(hand_over)) }
    }

    /// Of an application.
    pub(crate) fn of_application(application: Application) -> Self {
        let program = std::env::args_os().next().map(PathBuf::from);
        let program = program.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        let program = program.unwrap_or_else(|| "application".to_owned());
        Self { program, source: Source::Application(Box::new(application)) }
    }

    /// Does what the words after `db` say.
    ///
    /// # Errors
    ///
    /// When the words are none that it knows (a program ends with 2 then), when something is refused, or when it fails.
    pub async fn run(self, words: impl IntoIterator<Item = OsString>) -> Result<()> {
        let Parsed { word, yes } = match line::parse(&self.program, words) {
            Ok(Some(parsed)) => parsed,
            // It was asked for help, and that is said.
            Ok(None) => return Ok(()),
            Err(refused) => return Err(refused.into()),
        };
        let folder = Path::new(FOLDER);
        match &word {
            Word::Init => return Ok(create::init(folder, &tell).map_err(Refused::because)?),
            Word::Migrate { message, auto: false } => {
                return Ok(create::pair(folder, message).map_err(Refused::because)?);
            }
            _ => {}
        }
        let settings = settings(&word)?;
        match self.source {
            Source::Application(application) => application.obey(word, yes, &settings).await,
            Source::Folder(hand_over) => match word {
                Word::Seed => hand_over(&["seed"]),
                Word::Migrate { message, .. } => hand_over(&["migrate", "--message", &message, "--auto"]),
                Word::Reset => {
                    place(folder_at(folder, &self.program)?, &url(&settings, None)?, yes)?.reset().await?;
                    tell(&format!("nothing is seeded: `{} db seed` does, by the application", self.program));
                    Ok(())
                }
                word => place(folder_at(folder, &self.program)?, &url(&settings, None)?, yes)?.obey(&word).await,
            },
        }
    }
}

impl Application {
    async fn obey(self, word: Word, yes: bool, settings: &Settings) -> Result<()> {
        let url = url(settings, self.database)?;
        if let Word::Migrate { message, .. } = &word {
            return write(message, &self.models, &url).await;
        }
        let migrations = self.migrations.ok_or_else(|| {
            Refused::because(
                "the application has no migrations: write `.migrations(reroute::migrations!(\"migrations\"))`",
            )
        })?;
        let place = place(migrations, &url, yes)?;
        match word {
            Word::Reset => place.reset().await?,
            Word::Seed if self.seed.is_none() => {
                return Err(Refused::because("the application has no seed: say what it is by `App::seed`").into());
            }
            Word::Seed => place.up(None).await?,
            word => return place.obey(&word).await,
        }
        let Some(seed) = self.seed else { return Ok(()) };
        tell("seeding");
        seed(settings.environment, Db::connect(&url, true).await?).await
    }
}

/// `db migrate --auto`. It works with the files that are there now: those that the application carries may be older.
async fn write(message: &str, models: &[&dyn Model], url: &str) -> Result<()> {
    if models.is_empty() {
        return Err(Refused::because("the application names no models: write `.models([&user::Entity])`").into());
    }
    let folder = Path::new(FOLDER);
    let place = place(folder_at(folder, "reroute")?, url, false)?;
    match place.propose(models).await? {
        None => say("nothing to do: the database is what the models say"),
        Some(written) => {
            Ok(create::written(folder, place.target.database(), message, written).map_err(Refused::because)?)
        }
    }
}

fn place(migrations: Migrations, url: &str, yes: bool) -> Result<Place<'static>> {
    Ok(Place { target: Target::of_url(url)?, migrations, ask: Asker::new(yes), tell: &tell })
}

/// The migrations in a folder. `program` is what can make it.
fn folder_at(folder: &Path, program: &str) -> Result<Migrations> {
    if folder.is_dir() {
        return Migrations::read(folder);
    }
    let why = format!("there is no folder {} here: make it with `{program} db init`", folder.display());
    Err(Refused::because(why).into())
}

/// The settings, if they allow what is meant.
fn settings(word: &Word) -> Result<Settings> {
    let loaded = config::read();
    let wrong = loaded.wrong_for_database();
    if !wrong.is_empty() {
        return Err(Refused::new(wrong).into());
    }
    let name = match word {
        Word::Reset => "reset",
        Word::Seed => "seed",
        _ => return Ok(loaded.settings),
    };
    if !loaded.settings.environment.is_disposable() {
        return Err(Refused::because(format!("`db {name}` is for development and test: this is production")).into());
    }
    Ok(loaded.settings)
}

/// The database that is named, or else `own`.
fn url(settings: &Settings, own: Option<String>) -> Result<String, Refused> {
    let named = settings.database_url.as_ref().map(|url| url.expose().to_owned());
    named.or(own).ok_or_else(|| Refused::because("DATABASE_URL: it is not set: set it to sqlite:FILE or postgres://…"))
}

/// A result.
fn say(line: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// Progress. Nobody may be listening.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
