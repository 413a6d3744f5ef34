//! `db` and its words: what an application's own binary and the `reroute` program both offer.

mod ask;
mod create;
mod line;

use super::{
    Migrations,
    backend::{Target, Tell},
    plan::{Entry, Plan, Standing},
    run::Run,
    set::{Script, Step},
};
use crate::{
    Db,
    config::{self, Environment, Settings},
    error::{Refused, Result},
};
use ask::Asker;
use line::{Parsed, Word};
use reroute_core::migration::DIGITS;
use std::{
    ffi::OsString,
    future::Future,
    io::Write,
    path::{Path, PathBuf},
    pin::Pin,
};

type Later = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// The `db` commands of an application, or of a folder of migrations.
///
/// `db init`, `migrate`, `upgrade`, `downgrade`, `current`, `history`, `status`, `reset` and `seed`. Of the settings they need the environment and
/// `DATABASE_URL`, and nothing else that is wrong stands in their way. Results go to stdout, progress and questions to stderr.
pub struct Commands {
    /// What the program is called: `shop`.
    program: String,
    source: Source,
    /// The database where `DATABASE_URL` names no other.
    database: Option<String>,
    seed: Option<Seed>,
}

enum Source {
    Embedded(Option<Migrations>),
    Folder(PathBuf),
}

enum Seed {
    /// It needs a database that is up to date.
    Own(Box<dyn FnOnce(Environment, Db) -> Later + Send>),
    /// Somebody else does all of it.
    Elsewhere(Box<dyn FnOnce() -> Result<()> + Send>),
}

impl Commands {
    /// Of the folder `migrations` beside this process, without an application. `seed` is how an application is asked to seed.
    pub fn of_folder(program: &str, seed: impl FnOnce() -> Result<()> + Send + 'static) -> Self {
        Self {
            program: program.to_owned(),
            source: Source::Folder(FOLDER.into()),
            database: None,
            seed: Some(Seed::Elsewhere(Box::new(seed))),
        }
    }

    /// Of an application that carries its migrations.
    pub(crate) fn of_application(migrations: Option<Migrations>, database: Option<String>) -> Self {
        let program = std::env::args_os().next().map(PathBuf::from);
        let program = program.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        let program = program.unwrap_or_else(|| "application".to_owned());
        Self { program, source: Source::Embedded(migrations), database, seed: None }
    }

    pub(crate) fn seed(mut self, seed: Box<dyn FnOnce(Environment, Db) -> Later + Send>) -> Self {
        self.seed = Some(Seed::Own(seed));
        self
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
        match &word {
            Word::Init => return Ok(create::init(self.folder(), &tell).map_err(Refused::because)?),
            Word::Migrate { message } => return Ok(create::pair(self.folder(), message).map_err(Refused::because)?),
            _ => {}
        }
        let loaded = config::read();
        let wrong = loaded.wrong_for_database();
        if !wrong.is_empty() {
            return Err(Refused::new(wrong).into());
        }
        let settings = loaded.settings;
        let name = match word {
            Word::Reset => "reset",
            Word::Seed => "seed",
            _ => "",
        };
        if !name.is_empty() && !settings.environment.is_disposable() {
            return Err(Refused::because(format!("`db {name}` is for development and test: this is production")).into());
        }
        if let (Word::Seed, Some(Seed::Elsewhere(_))) = (&word, &self.seed) {
            let Some(Seed::Elsewhere(seed)) = self.seed else { return Ok(()) };
            return seed();
        }
        let url = self.url(&settings)?;
        let place =
            Place { target: Target::of_url(&url)?, migrations: self.migrations()?, ask: Asker::new(yes), tell: &tell };
        match word {
            Word::Init | Word::Migrate { .. } => Ok(()),
            Word::Upgrade { steps, dry: true } => place.dry_up(steps).await,
            Word::Upgrade { steps, dry: false } => place.up(steps).await,
            Word::Downgrade { steps, dry: true } => place.dry_down(steps).await,
            Word::Downgrade { steps, dry: false } => place.down(steps).await,
            Word::Current => place.current().await,
            Word::History => place.history().await,
            Word::Status => place.status().await,
            Word::Reset => {
                place.reset().await?;
                match self.seed {
                    Some(Seed::Own(seed)) => {
                        tell("seeding");
                        seed(settings.environment, Db::connect(&url, true).await?).await
                    }
                    Some(Seed::Elsewhere(_)) => {
                        tell(&format!("nothing is seeded: `{} db seed` does, by the application", self.program));
                        Ok(())
                    }
                    None => Ok(()),
                }
            }
            Word::Seed => {
                let Some(Seed::Own(seed)) = self.seed else {
                    return Err(Refused::because("the application has no seed: say what it is by `App::seed`").into());
                };
                place.up(None).await?;
                tell("seeding");
                seed(settings.environment, Db::connect(&url, true).await?).await
            }
        }
    }

    fn folder(&self) -> &Path {
        match &self.source {
            Source::Folder(folder) => folder,
            Source::Embedded(_) => Path::new(FOLDER),
        }
    }

    fn url(&self, settings: &Settings) -> Result<String, Refused> {
        let named = settings.database_url.as_ref().map(|url| url.expose().to_owned());
        let url = named.or_else(|| self.database.clone());
        url.ok_or_else(|| Refused::because("DATABASE_URL: it is not set: set it to sqlite:FILE or postgres://…"))
    }

    fn migrations(&self) -> Result<Migrations> {
        match &self.source {
            Source::Folder(folder) if !folder.is_dir() => {
                let why =
                    format!("there is no folder {} here: make it with `{} db init`", folder.display(), self.program);
                Err(Refused::because(why).into())
            }
            Source::Folder(folder) => Migrations::read(folder),
            Source::Embedded(migrations) => migrations.clone().ok_or_else(|| {
                let why =
                    "the application has no migrations: write `.migrations(reroute::migrations!(\"migrations\"))`";
                Refused::because(why).into()
            }),
        }
    }
}

/// Where migrations are.
const FOLDER: &str = "migrations";

/// What a command works on.
struct Place<'a> {
    target: Target,
    migrations: Migrations,
    ask: Asker,
    tell: Tell<'a>,
}

impl Place<'_> {
    async fn up(&self, steps: Option<usize>) -> Result<()> {
        let mut run = Run::open(&self.migrations, &self.target, true, self.tell).await?;
        let outcome = run.up(steps, &|question| self.ask.ask(question)).await;
        run.close().await;
        match outcome? {
            0 => say("nothing is pending"),
            1 => say("1 migration is applied"),
            count => say(&format!("{count} migrations are applied")),
        }
    }

    async fn down(&self, count: usize) -> Result<()> {
        // Nobody waits for somebody who is being asked.
        let (steps, ledger) = self.look().await?;
        let names = names(&self.plan(&steps, &ledger).down(count).map_err(Refused::new)?);
        self.ask.ask(&format!("Take back {}?", names.join(", ")))?;
        let mut run = Run::open(&self.migrations, &self.target, false, self.tell).await?;
        let now = run.plan().down(count).map(|steps| self::names(&steps));
        let outcome = match now {
            Ok(now) if now == names => run.down(count, &|question| self.ask.ask(question)).await,
            _ => Err(Refused::because("somebody else has migrated meanwhile: look, and try again")),
        };
        run.close().await;
        match outcome? {
            1 => say("1 migration is taken back"),
            count => say(&format!("{count} migrations are taken back")),
        }
    }

    async fn dry_up(&self, steps: Option<usize>) -> Result<()> {
        let (all, ledger) = self.look().await?;
        let steps = self.plan(&all, &ledger).up(steps).map_err(Refused::new)?;
        steps.iter().try_for_each(|step| print(&step.up))
    }

    async fn dry_down(&self, count: usize) -> Result<()> {
        let (all, ledger) = self.look().await?;
        let steps = self.plan(&all, &ledger).down(count).map_err(Refused::new)?;
        steps.iter().filter_map(|step| step.down.as_ref()).try_for_each(print)
    }

    async fn current(&self) -> Result<()> {
        let (_, ledger) = self.look().await?;
        match ledger.last() {
            None => say("no migration is applied"),
            Some(entry) => say(&title(entry)),
        }
    }

    async fn history(&self) -> Result<()> {
        let (steps, ledger) = self.look().await?;
        for (step, standing) in self.plan(&steps, &ledger).standings() {
            let when = match standing {
                Standing::Pending => "pending".to_owned(),
                Standing::Begun => "begun, not finished".to_owned(),
                Standing::Applied(entry) => format!("{} UTC", entry.at),
            };
            say(&format!("{}  {when}", step.name))?;
        }
        for entry in self.plan(&steps, &ledger).gone() {
            say(&format!("{}  {} UTC, its file is gone", title(entry), entry.at))?;
        }
        Ok(())
    }

    async fn status(&self) -> Result<()> {
        let (steps, ledger) = self.look().await?;
        let plan = self.plan(&steps, &ledger);
        let pending = plan.pending();
        let applied = ledger.iter().filter(|entry| entry.finished).count();
        say(&format!("{}: {applied} applied, {pending} pending", self.target.database().folder()))?;
        let problems = [plan.drifted(), plan.begun()].concat();
        for problem in &problems {
            say(problem)?;
        }
        match problems.is_empty() {
            true => Ok(()),
            false => Err(Refused::because("the database is not what the migrations make of it").into()),
        }
    }

    async fn reset(&self) -> Result<()> {
        self.ask.ask("Drop everything in the database, and make it anew?")?;
        let mut run = Run::open(&self.migrations, &self.target, true, self.tell).await?;
        (self.tell)("dropping everything");
        let outcome = match run.clear().await {
            // Whoever lets all go lets half of it go.
            Ok(()) => run.up(None, &|_| Ok(())).await,
            Err(refused) => Err(refused),
        };
        run.close().await;
        let count = outcome?;
        say(&format!("the database is made anew: {count} applied"))
    }

    /// The migrations of the database, and what is applied of them. Nothing is made, and nobody is waited for.
    async fn look(&self) -> Result<(Vec<Step>, Vec<Entry>), Refused> {
        let steps = self.migrations.steps(self.target.database()).map_err(Refused::new)?;
        let Some(mut backend) = self.target.look().await? else { return Ok((steps, Vec::new())) };
        let ledger = backend.ledger().await;
        backend.close().await;
        Ok((steps, ledger.map_err(Refused::because)?))
    }

    fn plan<'a>(&'a self, steps: &'a [Step], ledger: &'a [Entry]) -> Plan<'a> {
        Plan::new(steps, ledger, self.migrations.folder())
    }
}

fn names(steps: &[&Step]) -> Vec<String> {
    steps.iter().map(|step| step.name.clone()).collect()
}

fn title(entry: &Entry) -> String {
    format!("{:0DIGITS$}_{}", entry.version, entry.description.replace(' ', "_"))
}

fn print(script: &Script) -> Result<()> {
    say(&format!("-- {}\n{}\n", script.file, script.sql().trim_end()))
}

/// A result.
fn say(line: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// Progress. Nobody may be listening.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
