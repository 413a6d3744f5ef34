//! A package in a temporary folder.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "not every test uses all of it, and a test may panic"
)]

use std::fs;
use std::path::{Path, PathBuf};

use reroute_build::{Errors, Mode, Outcome, Tree};
use tempfile::TempDir;

pub const FOLDER: &str = "src/routes";
pub const ROUTE: &str = "#[route]\npub struct Page;\n";
pub const SCOPE: &str = "#[scope]\npub struct Rules;\n";

pub struct Package(TempDir);

impl Package {
    pub fn empty() -> Self {
        let package = Self(tempfile::tempdir().unwrap());
        fs::create_dir_all(package.routes()).unwrap();
        package
    }

    /// With these files below `src/routes`, each with what a file of its name has to declare.
    pub fn with(files: &[&str]) -> Self {
        let package = Self::empty();
        for file in files {
            package.add(file);
        }
        package
    }

    pub fn add(&self, file: &str) {
        let name = file.rsplit('/').next().unwrap();
        self.write(
            file,
            if name == "_scope.rs" {
                SCOPE
            } else if name.starts_with('_') {
                ""
            } else {
                ROUTE
            },
        );
    }

    pub fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        let path = self.routes().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }

    pub fn routes(&self) -> PathBuf {
        self.root().join(FOLDER)
    }

    pub fn generated(&self) -> PathBuf {
        self.root().join("src/routes.rs")
    }

    pub fn scan(&self) -> Result<Tree, Errors> {
        reroute_build::scan(self.root(), Path::new(FOLDER))
    }

    pub fn generate(&self, mode: Mode) -> Result<Outcome, Errors> {
        reroute_build::generate(self.root(), Path::new(FOLDER), mode)
    }

    /// The messages of a tree that has mistakes.
    pub fn messages(&self) -> Vec<String> {
        match self.scan() {
            Ok(tree) => panic!("no mistake was found:\n{}", tree.render()),
            Err(errors) => errors.iter().map(ToString::to_string).collect(),
        }
    }
}
