//! Brings a database up, and back.

use super::{
    Migrations,
    backend::{Backend, Target, Tell},
    plan::{Entry, Plan},
    script::statements,
    set::{Script, Step},
};
use crate::error::Refused;
use reroute_core::migration::{Database, Way};

/// May something be done that cannot be taken back? An error is a no.
pub(crate) type Ask<'a> = &'a (dyn Fn(&str) -> Result<(), Refused> + Send + Sync);

/// A database that nobody else migrates now, with the migrations of its kind.
pub(super) struct Run<'a> {
    backend: Box<dyn Backend>,
    database: Database,
    steps: Vec<Step>,
    ledger: Vec<Entry>,
    folder: &'a str,
    tell: Tell<'a>,
}

impl<'a> Run<'a> {
    pub(super) async fn open(
        migrations: &'a Migrations,
        target: &Target,
        create: bool,
        tell: Tell<'a>,
    ) -> Result<Self, Refused> {
        let database = target.database();
        // Before the database is made, or waited for.
        let steps = migrations.steps(database).map_err(Refused::new)?;
        let mut backend = target.lock(create, tell).await?;
        let ledger = backend.ledger().await.map_err(Refused::because)?;
        Ok(Self { backend, database, steps, ledger, folder: migrations.folder(), tell })
    }

    pub(super) fn plan(&self) -> Plan<'_> {
        Plan::new(&self.steps, &self.ledger, self.folder)
    }

    /// Brings in what is pending, `most` of it. How many it was.
    pub(super) async fn up(&mut self, most: Option<usize>, ask: Ask<'_>) -> Result<usize, Refused> {
        let steps: Vec<Step> = self.plan().up(most).map_err(Refused::new)?.into_iter().cloned().collect();
        let scripts: Vec<(&str, &Script)> = steps.iter().map(|step| (&*step.name, &step.up)).collect();
        self.go(Way::Up, &scripts, ask).await
    }

    /// Takes the last `count` back.
    pub(super) async fn down(&mut self, count: usize, ask: Ask<'_>) -> Result<usize, Refused> {
        let steps: Vec<Step> = self.plan().down(count).map_err(Refused::new)?.into_iter().cloned().collect();
        let scripts = steps.iter().map(|step| Some((&*step.name, step.down.as_ref()?)));
        let scripts: Option<Vec<(&str, &Script)>> = scripts.collect();
        let scripts = scripts.ok_or_else(|| Refused::because("a file down is not there"))?;
        self.go(Way::Down, &scripts, ask).await
    }

    /// Drops everything.
    pub(super) async fn clear(&mut self) -> Result<(), Refused> {
        self.backend.clear().await.map_err(Refused::because)?;
        self.ledger.clear();
        Ok(())
    }

    pub(super) async fn close(self) {
        self.backend.close().await;
    }

    async fn go(&mut self, way: Way, scripts: &[(&str, &Script)], ask: Ask<'_>) -> Result<usize, Refused> {
        for (name, script) in scripts {
            // What was begun is finished only with a word of somebody who has looked at it.
            let begun = self.ledger.iter().any(|entry| entry.version == script.migration.version && !entry.finished);
            if begun {
                ask(&format!("{name} was begun and has not finished. Run {} again?", script.file))?;
            } else if script.migration.no_tx {
                ask(&format!("{} runs without a transaction: if it fails, half of it stays. Run it?", script.file))?;
            }
        }
        for (nth, (name, script)) in scripts.iter().enumerate() {
            let (sign, done) = match way {
                Way::Up => ("+", "applying"),
                Way::Down => ("-", "taking back"),
            };
            (self.tell)(&format!("{sign} {done} {name} ({} of {})", nth + 1, scripts.len()));
            let outcome = if script.migration.no_tx {
                self.alone(way, script).await
            } else {
                self.backend.step(way, script).await
            };
            outcome.map_err(|why| Refused::because(format!("{}: {why}", script.file)))?;
        }
        Ok(scripts.len())
    }

    /// Without a transaction: what was done of it before it failed stays, and the ledger says that it was begun.
    async fn alone(&mut self, way: Way, script: &Script) -> Result<(), String> {
        self.backend.mark(script, false).await?;
        for statement in statements(script.sql(), self.database) {
            let sql = script.sql().get(statement.range).unwrap_or_default();
            let outcome = self.backend.execute(sql).await;
            outcome.map_err(|why| format!("the statement in line {}: {why}", statement.line))?;
        }
        if let Some(objection) = self.backend.objection().await? {
            return Err(objection);
        }
        match way {
            Way::Up => self.backend.mark(script, true).await,
            Way::Down => self.backend.forget(script).await,
        }
    }
}

impl Migrations {
    /// Applies what is pending to the database behind `db`, over a connection of its own, and gives back how many it was.
    ///
    /// Several processes may do so at once: one works, the others wait. It is what the start does in development and test; tests call it for a database of
    /// their own.
    ///
    /// # Errors
    ///
    /// When an applied migration has changed or is gone, when one fails (it leaves nothing behind), or when one would run without a
    /// transaction: that is asked about on the command line alone.
    ///
    /// ```
    /// # reroute::runtime::block_on(async {
    /// let folder = tempfile::tempdir()?;
    /// std::fs::write(folder.path().join("0001_users.up.sql"), "CREATE TABLE users (id INTEGER PRIMARY KEY);")?;
    /// let migrations = reroute::Migrations::read(folder.path())?;
    /// let db = reroute::Db::connect("sqlite::memory:", true).await?;
    /// assert_eq!(migrations.apply(&db).await?, 1);
    /// assert_eq!(migrations.apply(&db).await?, 0);
    /// # Ok::<_, reroute::Error>(())
    /// # }).unwrap();
    /// ```
    pub async fn apply(&self, db: &crate::Db) -> crate::Result<usize> {
        let tell = |line: &str| tracing::info!("{line}");
        let ask = |question: &str| Err(Refused::because(format!("{question} Say so to `db upgrade`")));
        let mut run = Run::open(self, &Target::of_db(db), true, &tell).await?;
        let outcome = run.up(None, &ask).await;
        run.close().await;
        Ok(outcome?)
    }
}
