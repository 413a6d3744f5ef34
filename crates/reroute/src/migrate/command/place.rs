use super::{
    super::{
        Migrations,
        auto::{self, Model, Written},
        backend::{Target, Tell},
        plan::{Entry, Plan, Standing},
        run::Run,
        set::{Script, Step},
    },
    ask::Asker,
    line::Word,
    say,
};
use crate::error::{Refused, Result};
use reroute_core::migration::DIGITS;

/// What a command works on.
pub(super) struct Place<'a> {
    pub(super) target: Target,
    pub(super) migrations: Migrations,
    pub(super) ask: Asker,
    pub(super) tell: Tell<'a>,
}

impl Place<'_> {
    /// Does what needs nothing but the database and its migrations.
    pub(super) async fn obey(&self, word: &Word) -> Result<()> {
        match word {
            Word::Upgrade { steps, dry: true } => self.dry_up(*steps).await,
            Word::Upgrade { steps, dry: false } => self.up(*steps).await,
            Word::Downgrade { steps, dry: true } => self.dry_down(*steps).await,
            Word::Downgrade { steps, dry: false } => self.down(*steps).await,
            Word::Current => self.current().await,
            Word::History => self.history().await,
            Word::Status => self.status().await,
            // `Commands` does them.
            Word::Init | Word::Migrate { .. } | Word::Reset | Word::Seed => Ok(()),
        }
    }

    /// The next migration, from the models.
    ///
    /// # Errors
    ///
    /// When the database is not what the migrations make of it, or a person has to decide.
    pub(super) async fn propose(&self, models: &[&dyn Model]) -> Result<Option<Written>, Refused> {
        let (steps, ledger) = self.look().await?;
        let plan = self.plan(&steps, &ledger);
        let mut wrong = [plan.drifted(), plan.begun()].concat();
        if plan.pending() > 0 {
            wrong.push(format!("{} pending: run `db upgrade` first", plan.pending()));
        }
        if !wrong.is_empty() {
            return Err(Refused::new(wrong));
        }
        auto::propose(models, &self.target).await
    }

    pub(super) async fn up(&self, steps: Option<usize>) -> Result<()> {
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

    pub(super) async fn reset(&self) -> Result<()> {
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
