use std::fmt;

/// The mistakes that a tree of routes can contain, and those of writing its table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The folder of the routes is missing, or not a folder of the package.
    NotAFolder,
    /// The operating system refuses to read it.
    Unreadable(String),
    /// A name is not UTF-8.
    NotUtf8,
    /// A symbolic link, which could lead out of the tree.
    SymbolicLink,
    /// A socket, a pipe or a device with the name of a Rust file.
    Special,
    /// A name that is no segment of a URL.
    UnknownSegment,
    /// A name of code shared by routes that makes no module.
    SharedName,
    /// A parameter whose name is no identifier or a keyword.
    ParameterName(String),
    /// A catch-all that is a folder.
    CatchAllFolder,
    /// A group that is a file.
    GroupFile,
    /// A `mod.rs` in a folder of routes.
    ModFile,
    /// A folder `_scope` without a `_scope.rs`, which would hold for nothing.
    ScopeFolder,
    /// Two files or folders that make one module.
    SameModule(String),
    /// Two files for one URL.
    SameUrl(String),
    /// Two parameter names at one place.
    TwoNames {
        /// The URL up to the parameter.
        place: String,
        /// The names.
        names: Vec<String>,
    },
    /// A parameter and a catch-all at one place, this URL.
    ParameterAndCatchAll(String),
    /// One parameter name twice in a URL.
    RepeatedParameter(String),
    /// A route file without a `#[route]` struct.
    NoRoute,
    /// A route file with these `#[route]` structs.
    ManyRoutes(Vec<String>),
    /// A `#[route]` struct that is not `pub`.
    PrivateRoute(String),
    /// A `_scope.rs` without a `#[scope]` struct.
    NoScope,
    /// A `_scope.rs` with these `#[scope]` structs.
    ManyScopes(Vec<String>),
    /// A `#[scope]` struct that is not `pub`.
    PrivateScope(String),
    /// A `#[scope]` struct where it holds for nothing.
    StrayScope(String),
    /// The generated file is not what the tree makes, and it is not to be written here.
    /// The files after it are no valid Rust, so their routes are missing.
    Stale,
    /// The generated file is not what the tree makes, and it cannot be written.
    Unwritable(String),
}

impl ErrorKind {
    /// Writes what is wrong with these files, and how to mend it.
    pub(super) fn explain(&self, files: &[String], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (all, files) = (files, Listed(files));
        match self {
            Self::NotAFolder => write!(
                f,
                "{files} is no folder of this package: create it and put `index.rs` into it, or name \
                 the folder of the route files in build.rs"
            ),
            Self::Unreadable(reason) => write!(f, "{files} cannot be read: {reason}"),
            Self::NotUtf8 => write!(f, "{files} has a name that is not UTF-8: rename it"),
            Self::SymbolicLink => write!(
                f,
                "{files} is a symbolic link, and nothing outside of the tree becomes a route: put the \
                 file itself there"
            ),
            Self::Special => write!(f, "{files} is neither a file nor a folder: remove it"),
            Self::UnknownSegment => write!(
                f,
                "{files} is no segment of a URL: write `name` (ASCII letters, digits, `-`, `.`, `_` \
                 and `~`), `[id]` for a parameter, `[...path].rs` for the rest of the URL, `(name)/` \
                 for a group that is not in the URL, or `_name` for code that is no route"
            ),
            Self::SharedName => write!(f, "{files} makes no module: name it with ASCII letters, digits and `_`"),
            Self::ParameterName(name) => write!(
                f,
                "{files}: {} cannot name a parameter: write a Rust identifier that is no keyword, \
                 such as `[id]`",
                Listed(&[name])
            ),
            Self::CatchAllFolder => write!(
                f,
                "{files}: nothing can follow the rest of a URL: make it a file, or a parameter \
                 without the dots"
            ),
            Self::GroupFile => write!(f, "{files}: a group is a folder: put its routes into files of that folder"),
            Self::ModFile => write!(
                f,
                "{files}: the modules are declared without it: rename it to `index.rs` if it is to \
                 answer the URL of its folder"
            ),
            Self::ScopeFolder => {
                write!(f, "{files} holds for nothing: write the scope into the file `_scope.rs` beside it")
            }
            Self::SameModule(module) => write!(f, "{files} make the same module, `{module}`: rename one of them"),
            Self::SameUrl(url) => write!(f, "{files} answer the same URL, `{url}`: keep one of them"),
            Self::TwoNames { place, names } => {
                write!(f, "{files} name the parameter after `{place}` differently, {}: give it one name", Listed(names))
            }
            Self::ParameterAndCatchAll(place) => write!(
                f,
                "{files}: after `{place}` comes either a parameter or the rest of the URL: keep one \
                 of them"
            ),
            Self::RepeatedParameter(name) => {
                write!(f, "{files} has two parameters `{name}` in its URL: rename one of them")
            }
            Self::NoRoute => write!(
                f,
                "{files} has no `#[route]` struct: add `#[route] pub struct Name;`, or begin its \
                 name with `_` if it is no route"
            ),
            Self::ManyRoutes(names) => write!(
                f,
                "{files} has the `#[route]` structs {}: a file is one route, so move all but one",
                Listed(names)
            ),
            Self::NoScope => write!(
                f,
                "{files} has no `#[scope]` struct: add `#[scope] pub struct Name;` with the rules \
                 for its folder"
            ),
            Self::ManyScopes(names) => {
                write!(f, "{files} has the `#[scope]` structs {}: a folder has one scope, so join them", Listed(names))
            }
            Self::PrivateRoute(name) | Self::PrivateScope(name) => {
                write!(f, "{files}: the table cannot name `{name}`: write `pub struct {name}`")
            }
            Self::StrayScope(name) => write!(
                f,
                "{files}: the `#[scope]` struct `{name}` holds for nothing here: move it to the file \
                 `_scope.rs` in the folder that it is for"
            ),
            Self::Stale => {
                let (file, unparsed) = all.split_at(all.len().min(1));
                let file = Listed(file);
                write!(
                    f,
                    "{file} is not what the route files make: run `cargo build` locally and commit \
                     {file}"
                )?;
                match unparsed {
                    [] => Ok(()),
                    _ => write!(f, "; no valid Rust, so left out: {}", Listed(unparsed)),
                }
            }
            Self::Unwritable(reason) => write!(
                f,
                "{files} is not what the route files make and cannot be written ({reason}): run \
                 `cargo build` locally and commit {files}"
            ),
        }
    }
}

/// `a`, `b` and `c`, each in backticks and without control characters: cargo reads what a build script prints line by
/// line, and a file's name must not become an instruction.
struct Listed<'a, T>(&'a [T]);

impl<T: AsRef<str>> fmt::Display for Listed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, item) in self.0.iter().enumerate() {
            match i {
                0 => {}
                _ if i + 1 == self.0.len() => f.write_str(" and ")?,
                _ => f.write_str(", ")?,
            }
            f.write_str("`")?;
            for c in item.as_ref().chars() {
                match c.is_control() {
                    true => write!(f, "{}", c.escape_default())?,
                    false => write!(f, "{c}")?,
                }
            }
            f.write_str("`")?;
        }
        Ok(())
    }
}
