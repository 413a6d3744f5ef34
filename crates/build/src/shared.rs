//! Code that routes share: ordinary modules, told from routes by a `_` at the beginning of the name.

use std::fs;

use crate::files::{Entry, Files, has_rust};
use crate::source::Source;
use crate::tree::Module;
use crate::{Error, ErrorKind, conflicts, module, segment};

impl Files {
    /// The module of a file or folder of shared code; `None` if another one declares it.
    pub(crate) fn shared(&mut self, entry: &Entry, beside: &[Entry]) -> Option<Module> {
        if entry.is_folder {
            return self.shared_folder(entry, beside);
        }
        // The table does not depend on it, so what cannot be read is left to the compiler.
        if let Some(source) = fs::read(&entry.path).ok().and_then(|text| Source::parse(&text)) {
            self.stray(&source, entry);
        }
        self.declare(entry, beside)
    }

    /// The module of a file that may have child modules in a folder of its name.
    pub(crate) fn declare(&mut self, file: &Entry, beside: &[Entry]) -> Option<Module> {
        let name = module::of_shared(&file.name);
        let children = beside.iter().find(|entry| entry.is_folder && entry.name == file.name && has_rust(&entry.path));
        let Some(children) = children else {
            return Some(Module { name, path: Some(format!("{}.rs", file.name)), inner: None });
        };
        // The compiler looks for child modules beside a file with a `#[path]`, and in the folder of its name only
        // beside one that it has found by itself.
        if name.trim_start_matches("r#") != file.name {
            self.error(ErrorKind::SharedName, &file.shown);
            return None;
        }
        if children.path.join("mod.rs").exists() {
            let files = [file.shown.clone(), format!("{}mod.rs", children.shown)];
            self.errors.push(Error::new(ErrorKind::SameModule(name), files));
            return None;
        }
        Some(Module { name, path: None, inner: None })
    }

    /// Tells of scopes in a file where they hold for nothing.
    pub(crate) fn stray(&mut self, source: &Source, file: &Entry) {
        for scope in &source.scopes {
            self.error(ErrorKind::StrayScope(scope.name.clone()), &file.shown);
        }
    }

    fn shared_folder(&mut self, folder: &Entry, beside: &[Entry]) -> Option<Module> {
        if beside.iter().any(|entry| !entry.is_folder && entry.name == folder.name) {
            return None;
        }
        let name = module::of_shared(&folder.name);
        let entries = self.list(&folder.path, &folder.shown);
        if entries.iter().any(|entry| !entry.is_folder && entry.name == "mod") {
            return Some(Module { name, path: Some(format!("{}/mod.rs", folder.name)), inner: None });
        }
        let modules: Vec<_> = entries
            .iter()
            .filter_map(|entry| {
                if segment::is_shared(&entry.name) {
                    return Some((self.shared(entry, &entries)?, &entry.shown));
                }
                self.error(ErrorKind::SharedName, &entry.shown);
                None
            })
            .collect();
        self.errors.extend(conflicts::modules(&modules));
        let inner: Vec<_> = modules.into_iter().map(|(module, _)| module).collect();
        (!inner.is_empty()).then(|| Module { name, path: Some(folder.name.clone()), inner: Some(inner) })
    }
}
