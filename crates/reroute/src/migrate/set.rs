#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a migration is a file of SQL, and reviewed as such"
)]

use super::script::statements;
use crate::error::Refused;
use reroute_core::migration::{self, Database, FileName, MOST_BYTES, MOST_FILES, Way};
use sqlx::{
    AssertSqlSafe, SqlSafeStr,
    migrate::{Migration, MigrationType},
};
use std::{
    borrow::Cow,
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

/// The migrations of an application: pairs of SQL files, embedded by [`migrations!`](crate::migrations) or read from a folder.
#[derive(Debug, Clone)]
pub struct Migrations {
    /// As messages call it.
    folder: Cow<'static, str>,
    files: Vec<SqlFile>,
}

#[derive(Debug, Clone)]
struct SqlFile {
    /// From the folder on, with `/`.
    path: Cow<'static, str>,
    sql: Cow<'static, str>,
}

/// A migration of one database.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) version: i64,
    /// `0001_create_users`.
    pub(super) name: String,
    pub(super) up: Script,
    pub(super) down: Option<Script>,
}

/// One of its files.
#[derive(Debug, Clone)]
pub(super) struct Script {
    /// As messages call it.
    pub(super) file: String,
    pub(super) migration: Migration,
}

impl Script {
    pub(super) fn sql(&self) -> &str {
        self.migration.sql.as_str()
    }
}

impl Migrations {
    /// Reads a folder, as [`migrations!`](crate::migrations) does at compile time.
    ///
    /// # Errors
    ///
    /// When it cannot be read; every file whose name or text is wrong; more than 10,000 files, or one above 16 MiB.
    ///
    /// ```
    /// use reroute::Migrations;
    ///
    /// let folder = tempfile::tempdir()?;
    /// std::fs::write(folder.path().join("0001_users.up.sql"), "CREATE TABLE users (id INTEGER PRIMARY KEY);")?;
    /// std::fs::write(folder.path().join("0001_users.down.sql"), "DROP TABLE users;")?;
    /// # reroute::runtime::block_on(async {
    /// let db = reroute::Db::connect("sqlite::memory:", true).await?;
    /// assert_eq!(Migrations::read(folder.path())?.apply(&db).await?, 1);
    /// # Ok::<_, reroute::Error>(())
    /// # })?;
    /// # Ok::<_, reroute::Error>(())
    /// ```
    pub fn read(folder: impl AsRef<Path>) -> crate::Result<Self> {
        let folder = folder.as_ref();
        let shown = folder.display().to_string();
        let mut paths = Vec::new();
        list(folder, "", &mut paths)
            .map_err(|error| Refused::because(format!("the migrations in {shown} cannot be read: {error}")))?;
        paths.sort();
        let wrong = migration::wrong(&paths.iter().map(String::as_str).collect::<Vec<_>>());
        if !wrong.is_empty() {
            return Err(Refused::new(wrong).into());
        }
        let mut files = Vec::new();
        let mut wrong = Vec::new();
        for path in paths {
            match text(&folder.join(&path)) {
                Ok(sql) => files.push(SqlFile { path: path.into(), sql: sql.into() }),
                Err(why) => wrong.push(format!("{path}: {why}")),
            }
        }
        let read = Self { folder: shown.into(), files };
        if wrong.is_empty() {
            for database in Database::ALL {
                wrong.extend(read.steps(database).err().into_iter().flatten());
            }
        }
        wrong.dedup();
        if wrong.is_empty() { Ok(read) } else { Err(Refused::new(wrong).into()) }
    }

    /// What [`migrations!`](crate::migrations) expands to: paths from the folder on, and their texts.
    #[doc(hidden)]
    pub fn embedded(folder: &'static str, files: &[(&'static str, &'static str)]) -> Self {
        let files = files.iter().map(|(path, sql)| SqlFile { path: (*path).into(), sql: (*sql).into() });
        Self { folder: folder.into(), files: files.collect() }
    }

    /// As messages call the folder.
    pub(super) fn folder(&self) -> &str {
        &self.folder
    }

    /// The files, from the folder on.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| &*file.path)
    }

    /// Those of one database, in order.
    ///
    /// # Errors
    ///
    /// What is wrong with names and texts.
    pub(super) fn steps(&self, database: Database) -> Result<Vec<Step>, Vec<String>> {
        let mut wrong = migration::wrong(&self.files.iter().map(|file| &*file.path).collect::<Vec<_>>());
        let mut named: Vec<(FileName<'_>, &SqlFile)> =
            self.files.iter().filter_map(|file| Some((FileName::parse(&file.path).ok()?, file))).collect();
        named.retain(|(name, _)| name.holds_for(database));
        named.sort_by_key(|(name, _)| (name.version, name.way));
        let mut steps: Vec<Step> = Vec::new();
        for (name, file) in named {
            let script = self.script(&name, file);
            wrong.extend(refusal(&script, database));
            match name.way {
                Way::Up => {
                    steps.push(Step { version: name.version, name: name.name.to_owned(), up: script, down: None });
                }
                // One without a file up is among what is wrong.
                Way::Down => {
                    if let Some(step) = steps.last_mut() {
                        step.down = Some(script);
                    }
                }
            }
        }
        if wrong.is_empty() { Ok(steps) } else { Err(wrong) }
    }

    fn script(&self, name: &FileName<'_>, file: &SqlFile) -> Script {
        let kind = match name.way {
            Way::Up => MigrationType::ReversibleUp,
            Way::Down => MigrationType::ReversibleDown,
        };
        let sql = match &file.sql {
            Cow::Borrowed(sql) => sql.into_sql_str(),
            // It is what the application's author wrote for this very purpose.
            Cow::Owned(sql) => AssertSqlSafe(sql.clone()).into_sql_str(),
        };
        let no_transaction = file.sql.starts_with("-- no-transaction");
        let description = name.words.replace('_', " ").into();
        let migration = Migration::new(name.version, description, kind, sql, no_transaction);
        Script { file: format!("{}/{}", self.folder, file.path), migration }
    }
}

/// Why a text must not run, if it must not.
fn refusal(script: &Script, database: Database) -> Option<String> {
    let file = &script.file;
    if script.sql().contains('\0') {
        return Some(format!("{file}: it holds a byte of zero, where databases stop reading: take it out"));
    }
    if script.sql().starts_with('\u{feff}') {
        return Some(format!("{file}: it begins with a byte order mark: save it without"));
    }
    if script.migration.no_tx {
        return None;
    }
    let found = statements(script.sql(), database);
    let (statement, control) = found.iter().find_map(|statement| Some((statement, statement.control(database)?)))?;
    Some(format!(
        "{file}, line {}: `{control}` would take the transaction away that each migration has: leave it out, or write `-- no-transaction` as the \
         first line",
        statement.line
    ))
}

/// The SQL files in a folder and the folders in it, a level deep, from the folder on.
fn list(folder: &Path, prefix: &str, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let is_folder = entry.path().is_dir();
        if is_folder && prefix.is_empty() && !name.starts_with('.') {
            list(&entry.path(), &format!("{name}/"), paths)?;
        } else if !is_folder && name.to_ascii_lowercase().ends_with(".sql") {
            paths.push(path);
        }
        if paths.len() > MOST_FILES {
            break;
        }
    }
    Ok(())
}

fn text(path: &Path) -> Result<String, String> {
    let unreadable = |error: io::Error| format!("it cannot be read: {error}");
    let mut bytes = Vec::new();
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err("it is no file".to_owned());
    }
    File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("it has more than {} MiB", MOST_BYTES >> 20));
    }
    String::from_utf8(bytes).map_err(|_| "it is no text: write it in UTF-8".to_owned())
}
