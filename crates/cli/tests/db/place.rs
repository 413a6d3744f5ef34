use crate::postgres::PostgresServer;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

/// A folder with migrations, and a database of its own.
pub(crate) struct Place {
    pub(crate) home: TempDir,
    pub(crate) url: String,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let home = tempfile::tempdir().expect("a directory can be made");
        let url = format!("sqlite:{}", home.path().join("a.db").display());
        Self { home, url }
    }

    pub(crate) fn postgres(server: &PostgresServer, name: &str) -> Self {
        Self { home: tempfile::tempdir().expect("a directory can be made"), url: server.database(name) }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.home.path().join("migrations").join(name)
    }

    pub(crate) fn write(&self, name: &str, sql: &str) {
        let file = self.file(name);
        fs::create_dir_all(file.parent().expect("it is in a folder")).expect("a folder can be made");
        fs::write(file, sql).expect("it is written");
    }

    pub(crate) fn table(&self, version: u32) {
        self.write(&format!("{version:04}_t.up.sql"), &format!("CREATE TABLE t{version} (id INTEGER PRIMARY KEY);"));
        self.write(&format!("{version:04}_t.down.sql"), &format!("DROP TABLE t{version};"));
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        command(self.home.path(), &self.url, words)
    }

    pub(crate) fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("it can be run")
    }

    /// What is printed by a command that works.
    #[track_caller]
    pub(crate) fn works(&self, words: &[&str]) -> String {
        let ended = self.run(words);
        assert!(ended.status.success(), "{words:?}: {ended:?}");
        String::from_utf8_lossy(&ended.stdout).trim().to_owned()
    }

    /// What is said by a command that fails with this status.
    #[track_caller]
    pub(crate) fn fails(&self, words: &[&str], status: i32) -> String {
        let ended = self.run(words);
        assert_eq!(ended.status.code(), Some(status), "{words:?}: {ended:?}");
        String::from_utf8_lossy(&ended.stderr).into_owned()
    }

    pub(crate) fn applied(&self) -> usize {
        self.works(&["history"]).lines().filter(|line| line.ends_with("UTC")).count()
    }
}

pub(crate) fn command(home: &Path, url: &str, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reroute"));
    command.env_clear().envs([("DATABASE_URL", url), ("REROUTE_ENV", "test")]).current_dir(home);
    command.arg("db").args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Does the same on both.
pub(crate) fn on_both(name: &str, work: impl Fn(&Place)) {
    work(&Place::sqlite());
    let server = PostgresServer::start();
    work(&Place::postgres(&server, name));
}
