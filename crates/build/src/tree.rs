use std::time::SystemTime;

/// A tree of route files that was read without a mistake.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let package = tempfile::tempdir()?;
/// # let root = package.path();
/// use std::{fs, path::Path};
///
/// fs::create_dir_all(root.join("src/routes/users"))?;
/// fs::write(root.join("src/routes/users/[id].rs"), "#[route] pub struct Account;")?;
///
/// let tree = reroute_build::scan(root, Path::new("src/routes"))?;
/// let account = &tree.routes()[0];
/// assert_eq!(account.pattern, "/users/{id}");
/// assert_eq!(account.path, "users_::by_id::Account");
/// assert_eq!(account.file, "src/routes/users/[id].rs");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Tree {
    pub(crate) folder: String,
    pub(crate) modules: Vec<Module>,
    pub(crate) routes: Vec<Route>,
    pub(crate) unparsed: Vec<String>,
    /// When the youngest of the files and folders was modified.
    pub(crate) newest: SystemTime,
}

impl Tree {
    /// The routes, sorted by their patterns.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The route and scope files that are no valid Rust. They are modules, but what they declare is not known: a route
    /// is left out, and so are all those that a scope holds for.
    #[must_use]
    pub fn unparsed(&self) -> &[String] {
        &self.unparsed
    }

    /// The generated file, relative to the package: the folder's name with `.rs`.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}.rs", self.folder)
    }
}

/// A file that answers a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// The URL in the syntax of the router: `/users/{id}`, `/files/{*path}`.
    pub pattern: String,
    /// The path of the `#[route]` struct, seen from the generated file: `users_::by_id::Account`.
    pub path: String,
    /// The file, relative to the package.
    pub file: String,
    /// The scopes that hold for it, outermost first.
    pub scopes: Vec<Scope>,
}

/// Rules that hold for a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scope {
    /// The path of the `#[scope]` struct, seen from the generated file: `admin_::_scope::Admin`.
    pub path: String,
    /// Whether it says who may call: its struct has a `#[requires]`.
    pub requires: bool,
}

/// A `mod` item of the generated file.
#[derive(Debug, Clone)]
pub(crate) struct Module {
    pub(crate) name: String,
    /// Its file or folder, relative to the folder it stands in; `None` where the language finds it by its name.
    pub(crate) path: Option<String>,
    /// What a folder holds; `None` for a file.
    pub(crate) inner: Option<Vec<Module>>,
}
