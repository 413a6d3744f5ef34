//! What others try sanitizers and parsers with. `cargo xtask corpora` fetches it.

use super::literals;
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// How many each must have at least: fewer were not read as they are written.
#[track_caller]
fn at_least(count: usize, payloads: Vec<String>) -> Vec<String> {
    assert!(payloads.len() >= count, "{} of {count}", payloads.len());
    payloads
}

/// The tests of bleach, a sanitizer.
pub(crate) fn bleach() -> Vec<String> {
    let folder = fetched("bleach");
    let files = files(&folder.join("tests"));
    let mut payloads: Vec<String> =
        files.iter().filter(|file| ends(file, "py")).flat_map(|file| literals::of(&read(file))).collect();
    let pairs = files.iter().filter(|file| ends(file, "test")).map(|file| read(file));
    payloads.extend(pairs.map(|pair| pair.split("\n--\n").next().unwrap_or_default().to_owned()));
    at_least(400, payloads)
}

/// The tests of html5lib, a parser with a sanitizer: the trees that browsers agreed on, and the tokens.
pub(crate) fn html5lib() -> Vec<String> {
    let folder = fetched("html5lib").join("html5lib/tests");
    let mut payloads: Vec<String> = files(&folder.join("testdata/tree-construction"))
        .iter()
        .flat_map(|file| {
            read(file)
                .split("#data\n")
                .skip(1)
                .map(|test| test.split("\n#errors").next().unwrap_or_default().to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    for file in files(&folder.join("testdata/tokenizer")) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        // All names of characters, and all characters, hold nothing else.
        if name.starts_with("named") || name.starts_with("unicode") {
            continue;
        }
        // Half a character is no text of ours.
        let Ok(tests) = serde_json::from_str::<Value>(&read(&file)) else { continue };
        let inputs = tests["tests"].as_array().into_iter().flatten().filter_map(|test| test["input"].as_str());
        payloads.extend(inputs.map(str::to_owned));
    }
    payloads.extend(literals::of(&read(&folder.join("test_sanitizer.py"))));
    at_least(3000, payloads)
}

/// What wapiti, a scanner, tries pages with.
pub(crate) fn wapiti() -> Vec<String> {
    let list = read(&fetched("wapiti3").join("wapitiCore/data/attacks/xssPayloads.ini"));
    let payloads = list.lines().filter_map(|line| line.strip_prefix("payload = "));
    let marks = [
        ("[LF]", "\n"),
        ("[TAB]", "\t"),
        ("[FF]", "\u{c}"),
        ("[EXTERNAL_ENDPOINT]", "http://evil.test/"),
        ("[PROTO_ENDPOINT]", "evil.test/"),
        ("__XSS__", "1"),
        ("[ATTR_SEP]", "\" "),
        ("[VALUE_SEP]", "\""),
    ];
    let written = payloads.map(|payload| {
        let text = marks.iter().fold(payload.to_owned(), |text, (mark, means)| text.replace(mark, means));
        // It goes on in a tag, after a value.
        if payload.starts_with("[ATTR_SEP]") { format!("<a title=\"x{text}>x</a>") } else { text }
    });
    at_least(60, written.collect())
}

/// The tests of ammonia, which cleans for us, at the version that does.
pub(crate) fn ammonia() -> Vec<String> {
    let cargo = |words: &[&str]| {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        let told = cargo.args(words).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo can be run");
        String::from_utf8(told.stdout).expect("cargo tells text")
    };
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("cargo runs somewhere");
    // What other platforms need is not here.
    let told = cargo(&["metadata", "--format-version=1", "--offline", "--locked", "--filter-platform", host]);
    let told: Value = serde_json::from_str(&told).expect("cargo tells what there is");
    let packages = told["packages"].as_array().expect("there are packages");
    let ammonia = packages.iter().find(|package| package["name"] == "ammonia").expect("ammonia is among them");
    let manifest = ammonia["manifest_path"].as_str().expect("it has a manifest");
    let source = read(&Path::new(manifest).with_file_name("src").join("lib.rs"));
    let (_, tests) = source.split_once("\nmod test {").expect("its tests are in it");
    at_least(150, literals::of(tests))
}

fn fetched(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    assert!(folder.is_dir(), "{} is missing: `cargo xtask corpora` fetches it", folder.display());
    folder
}

/// All files below, in the order of their names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort_unstable();
    paths.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn ends(file: &Path, extension: &str) -> bool {
    file.extension().is_some_and(|own| own == extension)
}

fn read(file: &Path) -> String {
    let bytes = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    String::from_utf8_lossy(&bytes).into_owned()
}
