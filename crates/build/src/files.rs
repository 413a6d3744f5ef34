use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::source::Source;
use crate::{Error, ErrorKind};

/// Reads folders and files, and keeps what it comes across.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) errors: Vec<Error>,
    pub(crate) unparsed: Vec<String>,
    pub(crate) newest: SystemTime,
}

/// A Rust file or a folder.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its name, a file's without `.rs`.
    pub(crate) name: String,
    pub(crate) is_folder: bool,
    pub(crate) path: PathBuf,
    /// Its path relative to the package, with `/` at the end of a folder.
    pub(crate) shown: String,
}

impl Files {
    pub(crate) fn new() -> Self {
        Self { errors: Vec::new(), unparsed: Vec::new(), newest: SystemTime::UNIX_EPOCH }
    }

    pub(crate) fn error(&mut self, kind: ErrorKind, file: &str) {
        self.errors.push(Error::new(kind, [file]));
    }

    /// The Rust files and the folders in a folder, sorted. `shown` ends in `/`.
    pub(crate) fn list(&mut self, folder: &Path, shown: &str) -> Vec<Entry> {
        let mut entries = Vec::new();
        let read = self.seen(folder).and_then(|()| fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>());
        match read {
            Ok(mut found) => {
                found.sort_by_key(DirEntry::file_name);
                entries.extend(found.iter().filter_map(|entry| self.entry(entry, shown)));
                entries.sort_by(|a, b| (&a.name, a.is_folder).cmp(&(&b.name, b.is_folder)));
            }
            Err(error) => self.error(ErrorKind::Unreadable(error.to_string()), shown),
        }
        entries
    }

    /// What a file declares; `None` if that cannot be told.
    pub(crate) fn source(&mut self, file: &Entry) -> Option<Source> {
        match fs::read(&file.path) {
            Ok(text) => {
                let source = Source::parse(&text);
                if source.is_none() {
                    self.unparsed.push(file.shown.clone());
                }
                source
            }
            Err(error) => {
                self.error(ErrorKind::Unreadable(error.to_string()), &file.shown);
                None
            }
        }
    }

    fn entry(&mut self, found: &DirEntry, shown: &str) -> Option<Entry> {
        let name = found.file_name();
        let mut shown = format!("{shown}{}", name.to_string_lossy());
        let kind = match found.file_type() {
            Ok(kind) => kind,
            Err(error) => {
                self.error(ErrorKind::Unreadable(error.to_string()), &shown);
                return None;
            }
        };
        if is_hidden(&name, kind.is_dir()) {
            return None;
        }
        if kind.is_symlink() {
            self.error(ErrorKind::SymbolicLink, &shown);
            return None;
        }
        let stem = match kind.is_dir() {
            true => name.as_encoded_bytes(),
            false => rust_stem(&name)?,
        };
        if kind.is_dir() {
            shown.push('/');
        } else if !kind.is_file() {
            self.error(ErrorKind::Special, &shown);
            return None;
        }
        let Ok(stem) = str::from_utf8(stem) else {
            self.error(ErrorKind::NotUtf8, &shown);
            return None;
        };
        let path = found.path();
        if let Err(error) = self.seen(&path) {
            self.error(ErrorKind::Unreadable(error.to_string()), &shown);
        }
        Some(Entry { name: stem.to_owned(), is_folder: kind.is_dir(), path, shown })
    }

    fn seen(&mut self, path: &Path) -> io::Result<()> {
        // A system that does not know the time of a file is one where the table is made once more than needed.
        if let Ok(modified) = fs::symlink_metadata(path)?.modified() {
            self.newest = self.newest.max(modified);
        }
        Ok(())
    }
}

/// Whether there is a Rust file in a folder or below. One without is as good as none: a checkout would not have it.
pub(crate) fn has_rust(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let name = entry.file_name();
            !is_hidden(&name, is_folder) && if is_folder { has_rust(&entry.path()) } else { rust_stem(&name).is_some() }
        })
    })
}

/// A name of dots alone is no hidden one but a mistake.
fn is_hidden(name: &OsStr, is_folder: bool) -> bool {
    let name = name.as_encoded_bytes();
    let stem = if is_folder { name } else { name.strip_suffix(b".rs").unwrap_or(name) };
    name.starts_with(b".") && !(stem.starts_with(b".") && stem.iter().all(|&byte| byte == b'.'))
}

fn rust_stem(name: &OsStr) -> Option<&[u8]> {
    name.as_encoded_bytes().strip_suffix(b".rs")
}
