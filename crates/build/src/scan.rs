use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::files::{Entry, Files, has_rust};
use crate::segment::Segment;
use crate::tree::Module;
use crate::{Error, ErrorKind, Errors, Route, Scope, Tree, conflicts, module};

/// Reads the tree of route files in `folder`, which is relative to the package at `root`.
///
/// # Errors
///
/// All that is wrong with the tree, each with the files and how to mend it.
///
/// # Examples
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// # let package = tempfile::tempdir()?;
/// # let root = package.path();
/// use std::{fs, path::Path};
///
/// fs::create_dir_all(root.join("src/routes/users"))?;
/// fs::write(root.join("src/routes/users.rs"), "#[route] pub struct Users;")?;
/// fs::write(root.join("src/routes/users/index.rs"), "#[route] pub struct Users;")?;
///
/// let errors = reroute_build::scan(root, Path::new("src/routes")).unwrap_err();
/// assert_eq!(
///     errors.to_string(),
///     "`src/routes/users.rs` and `src/routes/users/index.rs` answer the same URL, `/users`: keep one of them"
/// );
/// # Ok(())
/// # }
/// ```
pub fn scan(root: &Path, folder: &Path) -> Result<Tree, Errors> {
    let no_folder = || Error::new(ErrorKind::NotAFolder, [folder.display().to_string()]);
    let folder = below(folder).ok_or_else(no_folder)?;
    let path = root.join(&folder);
    match fs::symlink_metadata(&path) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(metadata) if metadata.is_symlink() => return Err(Error::new(ErrorKind::SymbolicLink, [folder]).into()),
        _ => return Err(no_folder().into()),
    }

    let mut scanner = Scanner { files: Files::new(), routes: Vec::new(), urls: Vec::new() };
    let modules = scanner.folder(Place {
        path,
        shown: format!("{folder}/"),
        url: String::new(),
        modules: String::new(),
        parameters: Vec::new(),
        scopes: Some(Vec::new()),
    });
    let Scanner { files, mut routes, urls } = scanner;
    let errors: Vec<_> = files.errors.into_iter().chain(conflicts::find(&urls)).collect();
    if !errors.is_empty() {
        return Err(Errors(errors));
    }
    routes.sort_by(|a, b| a.pattern.cmp(&b.pattern));
    Ok(Tree { folder, modules, routes, unparsed: files.unparsed, newest: files.newest })
}

/// A relative path that leads downwards, with `/` between its segments.
fn below(folder: &Path) -> Option<String> {
    let mut segments = Vec::new();
    for component in folder.components() {
        match component {
            Component::Normal(name) => segments.push(name.to_str()?),
            Component::CurDir => {}
            _ => return None,
        }
    }
    (!segments.is_empty()).then(|| segments.join("/"))
}

struct Scanner {
    files: Files,
    routes: Vec<Route>,
    /// The pattern and the file of every route, also of those that are not in the table.
    urls: Vec<(String, String)>,
}

/// A folder of routes, and what holds for all that is in it.
#[derive(Clone)]
struct Place {
    path: PathBuf,
    shown: String,
    /// The URL without a slash at its end.
    url: String,
    /// The path of its module, with `::` at its end unless it is the root.
    modules: String,
    parameters: Vec<String>,
    /// `None` below a scope that is not known: a route must not appear without its rules.
    scopes: Option<Vec<Scope>>,
}

impl Scanner {
    fn folder(&mut self, mut place: Place) -> Vec<Module> {
        let entries = self.files.list(&place.path, &place.shown);
        if let Some(scope) = entries.iter().find(|entry| entry.name == "_scope" && !entry.is_folder) {
            self.scope(scope, &mut place);
        }
        let modules: Vec<_> =
            entries.iter().filter_map(|entry| Some((self.entry(entry, &entries, &place)?, &entry.shown))).collect();
        self.files.errors.extend(conflicts::modules(&modules));
        modules.into_iter().map(|(module, _)| module).collect()
    }

    fn scope(&mut self, file: &Entry, place: &mut Place) {
        let Some(source) = self.files.source(file) else {
            place.scopes = None;
            return;
        };
        let kind = match source.scopes.as_slice() {
            [] => ErrorKind::NoScope,
            [scope] if !scope.public => ErrorKind::PrivateScope(scope.name.clone()),
            [scope] => {
                let path = format!("{}_scope::{}", place.modules, scope.name);
                if let Some(scopes) = &mut place.scopes {
                    scopes.push(Scope { path, requires: scope.requires });
                }
                return;
            }
            many => ErrorKind::ManyScopes(many.iter().map(|scope| scope.name.clone()).collect()),
        };
        self.files.error(kind, &file.shown);
    }

    fn entry(&mut self, entry: &Entry, beside: &[Entry], place: &Place) -> Option<Module> {
        let kind = match (Segment::parse(&entry.name), entry.is_folder) {
            (Err(kind), _) => kind,
            (Ok(Segment::Shared(_)), _) => return self.files.shared(entry, beside),
            (Ok(Segment::Scope), false) => return self.files.declare(entry, beside),
            (Ok(Segment::Scope), true) => {
                if beside.iter().any(|file| file.name == entry.name && !file.is_folder) || !has_rust(&entry.path) {
                    return None;
                }
                ErrorKind::ScopeFolder
            }
            (Ok(Segment::CatchAll(_)), true) => ErrorKind::CatchAllFolder,
            (Ok(Segment::Group(_)), false) => ErrorKind::GroupFile,
            (Ok(Segment::Static("mod")), false) => ErrorKind::ModFile,
            (Ok(segment), true) => return self.below(entry, segment, place),
            (Ok(segment), false) => return Some(self.route(entry, segment, place)),
        };
        self.files.error(kind, &entry.shown);
        None
    }

    fn below(&mut self, folder: &Entry, segment: Segment<'_>, place: &Place) -> Option<Module> {
        let name = module::of_folder(segment);
        let mut inner = place.clone();
        inner.path.clone_from(&folder.path);
        inner.shown.clone_from(&folder.shown);
        inner.modules += &format!("{name}::");
        self.descend(folder, segment, &mut inner);
        let modules = self.folder(inner);
        (!modules.is_empty()).then(|| Module { name, path: Some(folder.name.clone()), inner: Some(modules) })
    }

    fn route(&mut self, file: &Entry, segment: Segment<'_>, place: &Place) -> Module {
        let name = module::of_file(segment);
        let mut place = place.clone();
        if segment != Segment::Static("index") {
            self.descend(file, segment, &mut place);
        }
        let pattern = if place.url.is_empty() { "/".to_owned() } else { place.url };
        self.urls.push((pattern.clone(), file.shown.clone()));

        if let Some(source) = self.files.source(file) {
            self.files.stray(&source, file);
            match source.routes.as_slice() {
                [] => self.files.error(ErrorKind::NoRoute, &file.shown),
                [route] if !route.public => {
                    self.files.error(ErrorKind::PrivateRoute(route.name.clone()), &file.shown);
                }
                [route] => self.routes.extend(place.scopes.map(|scopes| Route {
                    pattern,
                    path: format!("{}{name}::{}", place.modules, route.name),
                    file: file.shown.clone(),
                    scopes,
                })),
                many => {
                    let names = many.iter().map(|route| route.name.clone()).collect();
                    self.files.error(ErrorKind::ManyRoutes(names), &file.shown);
                }
            }
        }
        Module { name, path: Some(format!("{}.rs", file.name)), inner: None }
    }

    /// Goes one segment down the URL.
    fn descend(&mut self, entry: &Entry, segment: Segment<'_>, place: &mut Place) {
        if let Some(pattern) = segment.pattern() {
            place.url += "/";
            place.url += &pattern;
        }
        if let Some(parameter) = segment.parameter() {
            if place.parameters.iter().any(|name| name == parameter) {
                self.files.error(ErrorKind::RepeatedParameter(parameter.to_owned()), &entry.shown);
            }
            place.parameters.push(parameter.to_owned());
        }
    }
}
