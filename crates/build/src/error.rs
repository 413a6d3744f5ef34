mod kind;

use std::fmt;
use std::slice;
use std::vec;

pub use kind::ErrorKind;

/// One mistake in a tree of routes: what it is, and the files it is about.
///
/// Its text names the files and says how to mend it, in one line.
///
/// # Examples
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// # let package = tempfile::tempdir()?;
/// # let root = package.path();
/// use std::{fs, path::Path};
///
/// fs::create_dir_all(root.join("src/routes"))?;
/// fs::write(root.join("src/routes/mod.rs"), "")?;
///
/// let errors = reroute_build::scan(root, Path::new("src/routes")).unwrap_err();
/// let error = errors.iter().next().unwrap();
/// assert_eq!(error.kind(), &reroute_build::ErrorKind::ModFile);
/// assert_eq!(error.files(), ["src/routes/mod.rs"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    files: Vec<String>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, files: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { kind, files: files.into_iter().map(Into::into).collect() }
    }

    /// What the mistake is.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The files it is about, relative to the package, with `/` between the segments and at the end of a folder.
    #[must_use]
    pub fn files(&self) -> &[String] {
        &self.files
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.explain(&self.files, f)
    }
}

/// Every mistake that was found: at least one.
///
/// Its text has one line for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errors(pub(crate) Vec<Error>);

impl Errors {
    /// The mistakes, in the order of the files; those between files last.
    pub fn iter(&self) -> slice::Iter<'_, Error> {
        self.0.iter()
    }
}

impl From<Error> for Errors {
    fn from(error: Error) -> Self {
        Self(vec![error])
    }
}

impl<'a> IntoIterator for &'a Errors {
    type Item = &'a Error;
    type IntoIter = slice::Iter<'a, Error>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Errors {
    type Item = Error;
    type IntoIter = vec::IntoIter<Error>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}
