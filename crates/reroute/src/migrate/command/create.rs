//! Makes files of migrations.

use super::super::{Migrations, auto::Written, backend::Tell};
use crate::auth::tables;
use reroute_core::migration::{self, DIGITS, Database, FileName};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

/// What the two files of a migration say.
struct Pair {
    up: String,
    down: String,
}

/// Makes the folder, and in it the tables of reroute itself. What is there stays as it is.
pub(super) fn init(folder: &Path, tell: Tell<'_>) -> Result<(), String> {
    for database in Database::ALL {
        let name = folder.join(database.folder());
        fs::create_dir_all(&name).map_err(|error| format!("{} cannot be made: {error}", name.display()))?;
    }
    let paths = names(folder)?;
    for database in Database::ALL {
        let first = paths.iter().filter_map(|path| FileName::parse(path).ok());
        if let Some(first) = first.filter(|file| file.holds_for(database)).find(|file| file.version == 1) {
            tell(&format!("{} has its first migration already: {}", database.folder(), first.name));
            continue;
        }
        let (up, down) = tables::sql(database);
        let pair = Pair { up: up.to_owned(), down: down.to_owned() };
        write(&folder.join(database.folder()), &format!("{:0DIGITS$}_reroute", 1), &pair)?;
    }
    Ok(())
}

/// Makes the next migration, empty, for every database.
pub(super) fn pair(folder: &Path, message: &str) -> Result<(), String> {
    let name = next(folder, message, |_| true)?;
    let title = title(&name);
    let pair = Pair { up: format!("-- {title}\n"), down: format!("-- take back: {title}\n") };
    write(folder, &name, &pair)
}

/// Makes the next migration of one database, in its folder if there is one, else for every database.
pub(super) fn written(folder: &Path, database: Database, message: &str, written: Written) -> Result<(), String> {
    let own = folder.join(database.folder());
    let (into, is_own) = if own.is_dir() { (&*own, true) } else { (folder, false) };
    let name = next(folder, message, |file| !is_own || file.holds_for(database))?;
    let title = title(&name);
    let up = format!("-- {title}\n\n{}", written.up);
    write(into, &name, &Pair { up, down: format!("-- take back: {title}\n\n{}", written.down) })
}

/// The name of the migration after the last that `counts`.
fn next(folder: &Path, message: &str, counts: impl Fn(&FileName<'_>) -> bool) -> Result<String, String> {
    let words = migration::words(message).map_err(|why| format!("-m: {why}"))?;
    if !folder.is_dir() {
        return Err(format!("there is no folder {} here: make it with `db init`", folder.display()));
    }
    let paths = names(folder)?;
    let files = paths.iter().filter_map(|path| FileName::parse(path).ok());
    let last = files.filter(counts).map(|file| file.version).max();
    let next = last.unwrap_or(0).checked_add(1).ok_or("there is no number after the last")?;
    Ok(format!("{next:0DIGITS$}_{words}"))
}

/// The words of a name, as somebody reads them.
fn title(name: &str) -> String {
    name.split_once('_').map(|(_, words)| words.replace('_', " ")).unwrap_or_default()
}

/// The files that are there, if nothing is wrong with them.
fn names(folder: &Path) -> Result<Vec<String>, String> {
    let read = Migrations::read(folder).map_err(|error| error.to_string())?;
    Ok(read.paths().map(str::to_owned).collect())
}

fn write(folder: &Path, name: &str, pair: &Pair) -> Result<(), String> {
    for (way, text) in [("up", &pair.up), ("down", &pair.down)] {
        let path = folder.join(format!("{name}.{way}.sql"));
        let unable = |error: io::Error| format!("{} cannot be written: {error}", path.display());
        // What somebody else has made meanwhile is theirs.
        let mut file = File::create_new(&path).map_err(unable)?;
        file.write_all(text.as_bytes()).map_err(unable)?;
        writeln!(io::stdout(), "{}", path.display()).map_err(unable)?;
    }
    Ok(())
}
