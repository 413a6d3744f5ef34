//! A package that cargo builds, with the build script that a user writes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Stands in for the framework: the same macros, which expand to no more than shows that the paths lead somewhere.
const FRAMEWORK: &str = r#"
use proc_macro::{TokenStream, TokenTree};

#[proc_macro_attribute]
pub fn route(_: TokenStream, item: TokenStream) -> TokenStream { item }

#[proc_macro_attribute]
pub fn scope(_: TokenStream, item: TokenStream) -> TokenStream { item }

#[proc_macro_attribute]
pub fn requires(_: TokenStream, item: TokenStream) -> TokenStream { item }

#[proc_macro]
pub fn tree(rows: TokenStream) -> TokenStream {
    let mut out = String::from("pub fn tree() {");
    let mut path: Option<Vec<TokenTree>> = None;
    for token in rows {
        match token.to_string().as_str() {
            ">" | "in" => path = Some(Vec::new()),
            "," | ";" => if let Some(path) = path.take() {
                let path = TokenStream::from_iter(path);
                out += &format!("println!(\"{{}}\", ::core::any::type_name::<{path}>());");
            },
            _ => if let Some(path) = &mut path { path.push(token) },
        }
    }
    (out + "}").parse().unwrap()
}
"#;

const MANIFEST: &str = r#"
[package]
name = "app"
edition = "2024"
[dependencies]
reroute = { path = "reroute" }
[build-dependencies]
reroute-build = { path = "BUILD" }
[profile.dev]
debug = false
incremental = false
[workspace]
"#;

/// Its place and the target directory outlive the test, so that the dependencies are compiled once.
pub struct Project {
    root: PathBuf,
    target: PathBuf,
    /// Another test, also of another process, waits for its turn.
    _turn: File,
}

impl Project {
    pub fn new() -> Self {
        let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let turn = File::create(tmp.join("project.lock")).unwrap();
        turn.lock().unwrap();

        let project = Self { root: tmp.join("project"), target: tmp.join("project-target"), _turn: turn };
        if project.root.exists() {
            fs::remove_dir_all(&project.root).unwrap();
        }
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        project.write("Cargo.toml", MANIFEST.replace("BUILD", &here.display().to_string().replace('\\', "/")));
        project.write("build.rs", "fn main() { reroute_build::routes(\"src/routes\"); }\n");
        project.write(
            "src/main.rs",
            "#![deny(nonstandard_style)]\n\nmod routes;\n\nfn main() {\n    routes::tree();\n}\n",
        );
        project.write(
            "reroute/Cargo.toml",
            "[package]\nname = \"reroute\"\nedition = \"2024\"\n[lib]\nproc-macro = true\npath = \"lib.rs\"\n",
        );
        project.write("reroute/lib.rs", FRAMEWORK);
        // The versions that are at hand: nothing is looked up.
        let lock = here.join("../../Cargo.lock");
        if lock.exists() {
            fs::copy(lock, project.path("Cargo.lock")).unwrap();
        }
        project
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    pub fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    /// Runs cargo, in no CI unless it is told so.
    pub fn cargo(&self, arguments: &[&str], ci: Option<&str>) -> Output {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(arguments)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_TERM_COLOR", "never");
        for name in ["CI", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
            cargo.env_remove(name);
        }
        cargo.envs(ci.map(|value| ("CI", value))).output().unwrap()
    }

    /// Builds, and tells what cargo has said.
    pub fn build(&self, ci: Option<&str>) -> Result<String, String> {
        let output = self.cargo(&["build", "--offline", "--verbose"], ci);
        let said = String::from_utf8(output.stderr).unwrap();
        if output.status.success() { Ok(said) } else { Err(said) }
    }

    /// Builds what has changed, and once more: nothing is left to do then. Returns what the application prints.
    pub fn settle(&self) -> String {
        let said = self.build(None).unwrap();
        assert!(said.contains("build-script-build`"), "the script did not run:\n{said}");
        let again = self.build(None).unwrap();
        assert!(again.contains("Fresh app v0.0.0") && !again.contains("Running"), "{again}");
        let output = Command::new(self.target.join("debug/app")).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}
