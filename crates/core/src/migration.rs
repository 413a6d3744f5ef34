//! The names of migration files.
//!
//! `NNNN_words.up.sql` and `NNNN_words.down.sql` in the folder itself hold for every database, those in its folders `sqlite` and
//! `postgres` for one.

/// How many digits a version begins with, at least.
pub const DIGITS: usize = 4;

/// How many characters the words of a name may have.
pub const MOST_WORDS: usize = 64;

/// How many files there may be.
pub const MOST_FILES: usize = 10_000;

/// How many bytes a file may have: 16 MiB.
pub const MOST_BYTES: u64 = 16 << 20;

const FORM: &str =
    "write `NNNN_words.up.sql` or `NNNN_words.down.sql`: four digits or more, and words of `a-z`, `0-9` and `_`";

/// A database that migrations are written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Database {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// The name of its folder.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// Which way a file goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// It brings a change.
    Up,
    /// It takes the change back.
    Down,
}

/// What the path of a file, seen from the folder of migrations, says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileName<'a> {
    /// The one database that it holds for.
    pub database: Option<Database>,
    /// Its version, from 1.
    pub version: i64,
    /// The version and the words, as they are written: `0001_create_users`.
    pub name: &'a str,
    /// The words: `create_users`.
    pub words: &'a str,
    /// Which way it goes.
    pub way: Way,
}

impl<'a> FileName<'a> {
    /// Reads a path such as `sqlite/0001_create_users.up.sql`, with `/` after the folder.
    ///
    /// # Errors
    ///
    /// What the right form is.
    ///
    /// ```
    /// use reroute_core::migration::{Database, FileName, Way};
    ///
    /// let file = FileName::parse("sqlite/0012_add_users.down.sql").unwrap();
    /// assert_eq!((file.database, file.version, file.way), (Some(Database::Sqlite), 12, Way::Down));
    /// assert!(FileName::parse("add_users.sql").is_err());
    /// ```
    pub fn parse(path: &'a str) -> Result<Self, String> {
        let wrong = || format!("{path}: it has not the name of a migration: {FORM}");
        let (folder, file) = path.rsplit_once('/').map_or((None, path), |(folder, file)| (Some(folder), file));
        let database = match folder {
            None => None,
            Some(folder) => {
                let known = Database::ALL.into_iter().find(|database| database.folder() == folder);
                Some(known.ok_or_else(|| {
                    format!("{path}: there is no database `{folder}`: the folders are `sqlite` and `postgres`")
                })?)
            }
        };
        let up = file.strip_suffix(".up.sql").map(|name| (name, Way::Up));
        let down = || file.strip_suffix(".down.sql").map(|name| (name, Way::Down));
        let (name, way) = up.or_else(down).ok_or_else(wrong)?;
        let (digits, words) = name.split_once('_').ok_or_else(wrong)?;
        if digits.len() < DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) || !are_words(words) {
            return Err(wrong());
        }
        let version = digits.parse().map_err(|_| wrong())?;
        if version < 1 {
            return Err(format!("{path}: the first version is 1"));
        }
        Ok(Self { database, version, name, words, way })
    }

    /// Whether it holds for this database.
    pub fn holds_for(&self, database: Database) -> bool {
        self.database.is_none_or(|own| own == database)
    }
}

/// What is wrong with these files together: a wrong name, a version that is there twice for one database, a file down without one up.
///
/// ```
/// use reroute_core::migration::wrong;
///
/// assert!(wrong(&["0001_users.up.sql", "0001_users.down.sql"]).is_empty());
/// let twice = wrong(&["0001_users.up.sql", "sqlite/0001_posts.up.sql"]);
/// assert_eq!(twice, ["0001_users.up.sql, sqlite/0001_posts.up.sql: both are version 1 for sqlite: give one the next free number"]);
/// ```
pub fn wrong<'a>(paths: &[&'a str]) -> Vec<String> {
    if paths.len() > MOST_FILES {
        return vec![format!("there are {} files: {MOST_FILES} are the most", paths.len())];
    }
    let mut wrong = Vec::new();
    let mut files: Vec<(FileName<'a>, &str)> = Vec::new();
    for path in paths {
        match FileName::parse(path) {
            Ok(file) => files.push((file, path)),
            Err(why) => wrong.push(why),
        }
    }
    files.sort_by_key(|(file, path)| (file.version, file.way, *path));
    for database in Database::ALL {
        let mut up: Option<&FileName<'a>> = None;
        let mut last: Option<&(FileName<'a>, &str)> = None;
        for here in files.iter().filter(|(file, _)| file.holds_for(database)) {
            let (file, path) = here;
            if let Some((other, first)) = last
                && (other.version, other.way) == (file.version, file.way)
            {
                wrong.push(format!(
                    "{first}, {path}: both are version {} for {}: give one the next free number",
                    file.version,
                    database.folder()
                ));
            } else if file.way == Way::Up {
                up = Some(file);
            } else if up.is_none_or(|up| up.name != file.name) {
                wrong.push(match up.filter(|up| up.version == file.version) {
                    Some(up) => format!("{path}: the file up of this version is called `{}`: name both alike", up.name),
                    None => format!("{path}: there is no file up beside it for {}", database.folder()),
                });
            }
            last = Some(here);
        }
    }
    wrong.sort();
    wrong.dedup();
    wrong
}

/// Makes the words of a name from what somebody calls a change: lower case, with `_` for all that is no letter or digit of ASCII.
///
/// # Errors
///
/// When nothing is left, or more than [`MOST_WORDS`] characters.
///
/// ```
/// assert_eq!(reroute_core::migration::words("Add users!").unwrap(), "add_users");
/// ```
pub fn words(message: &str) -> Result<String, String> {
    let mut words = String::new();
    for c in message.chars() {
        if c.is_ascii_alphanumeric() {
            words.push(c.to_ascii_lowercase());
        } else if !words.is_empty() && !words.ends_with('_') {
            words.push('_');
        }
        if words.len() > MOST_WORDS + 1 {
            break;
        }
    }
    let words = words.trim_end_matches('_');
    if words.is_empty() {
        return Err("it has no letter or digit that a file could be named by: write as in \"add users\"".to_owned());
    }
    if words.len() > MOST_WORDS {
        return Err(format!("it makes a name of more than {MOST_WORDS} characters: say it shorter"));
    }
    Ok(words.to_owned())
}

fn are_words(words: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=MOST_WORDS).contains(&words.len()) && words.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_its_form_or_is_told_it() {
        for good in ["0001_a.up.sql", "0001_a.down.sql", "postgres/20260101120000_a_1.up.sql", "9999_x__y.up.sql"] {
            assert!(FileName::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "1_a.up.sql",
            "0001a.up.sql",
            "0001_.up.sql",
            "0001_A.up.sql",
            "0001_a.sql",
            "0001_a.UP.sql",
            "0001_a b.up.sql",
            "+001_a.up.sql",
            "0000_a.up.sql",
            "99999999999999999999_a.up.sql",
            "0001_ä.up.sql",
            "mysql/0001_a.up.sql",
            "a/sqlite/0001_a.up.sql",
            ".up.sql",
            "",
        ] {
            let why = FileName::parse(bad).expect_err(bad);
            assert!(why.starts_with(&format!("{bad}: ")), "{why}");
        }
    }

    #[test]
    fn files_are_wrong_together_for_one_database_alone() {
        let one_each = ["sqlite/0001_a.up.sql", "sqlite/0001_a.down.sql", "postgres/0001_b.up.sql", "0002_c.up.sql"];
        assert!(wrong(&one_each).is_empty());
        // One up for all, and a way back of each.
        assert!(wrong(&["0001_a.up.sql", "sqlite/0001_a.down.sql", "postgres/0001_a.down.sql"]).is_empty());
        for (paths, word) in [
            (&["0001_a.up.sql", "00001_b.up.sql"][..], "both are version 1 for"),
            (&["0001_a.up.sql", "0001_b.down.sql"], "0001_b.down.sql: the file up of this version is called `0001_a`"),
            (&["0001_b.down.sql"], "no file up"),
            (&["sqlite/0001_a.up.sql", "0001_a.down.sql"], "no file up beside it for postgres"),
        ] {
            let wrong = wrong(paths);
            assert!(wrong.iter().any(|why| why.contains(word)), "{paths:?}: {wrong:?}");
        }
    }

    #[test]
    fn a_message_becomes_words() {
        for (message, expected) in
            [("add users", "add_users"), ("  Größe: 3 ", "gr_e_3"), ("../../etc/passwd", "etc_passwd"), ("a", "a")]
        {
            assert_eq!(words(message).as_deref(), Ok(expected), "{message}");
        }
        assert!(words(&"a".repeat(64)).is_ok());
        for message in ["", "...", "äöü", "\0", &"a".repeat(65), &"a ".repeat(1000)] {
            assert!(words(message).is_err(), "{message}");
        }
    }
}
