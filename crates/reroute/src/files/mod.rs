//! The files of a folder, and downloads.
//!
//! [`App::files`](crate::App::files) gives out what lies in a folder, and nothing else. What users sent goes out of a handler as a [`Download`].

mod answer;
mod body;
mod download;
mod find;
mod folder;

use crate::{
    guard::Access,
    route::{Mount, MountAccess},
};
use cap_std::{ambient_authority, fs::Dir};
use folder::Folder;
use http::HeaderValue;
use std::{path::PathBuf, sync::Arc};

pub use download::Download;

/// A folder whose files are given out: an argument of [`App::files`](crate::App::files), which also takes the folder's path alone.
///
/// **Which files.** The path below the mount names the file, each of its segments decoded once ([`file_path`](reroute_core::file_path)). Nothing outside
/// the folder can be reached: it is opened at start, and the system resolves every path beneath it. A symbolic link is followed as long as it
/// stays inside, so that a folder may be exchanged by changing a link within it; one that leads out is not found. So are names that start with a
/// dot, folders (there are no listings and no index pages: a page belongs to a template), and what is no regular file.
///
/// **How.** `GET` and `HEAD` are answered, other methods with 405. The content type is that of the name's extension, else
/// `application/octet-stream`; texts are UTF-8. Answers carry a strong `ETag`, made of size, time of change and, on Unix, the number of
/// the file, so that a file that is exchanged for another is another one; and `Last-Modified`. `If-None-Match`, `If-Modified-Since`, `If-Match` and
/// `If-Unmodified-Since` are heeded, as is one `Range`, with `If-Range` by tag; several ranges are answered with the whole file. No more than
/// 64 KiB of a file are in memory for each answer.
///
/// **Compressed variants.** Beside a file of a type that compresses well, such as `site.css`, may lie `site.css.br`, `site.css.zst` and
/// `site.css.gz`: what the client's `Accept-Encoding` weighs most is sent in its place, with a tag of its own. They are taken as they are, so make them
/// anew with their original. Where there is none, and the feature `compression` is on, the file is compressed on its way out.
///
/// **Caches.** `Cache-Control` is `public, no-cache`: kept everywhere and asked about each time; `private` where the mount needs a caller. See
/// [`immutable`](Self::immutable).
///
/// **In a browser.** The security headers stand as on every answer. So an HTML or SVG file runs no script and loads nothing, whoever wrote it.
/// Files that users sent belong behind a handler that answers with a [`Download`].
#[derive(Debug, Clone)]
pub struct Files {
    folder: PathBuf,
    is_immutable: bool,
}

impl Files {
    /// The files of `folder`; a relative path starts at the working directory.
    pub fn of(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), is_immutable: false }
    }

    /// Says that no file here ever changes: its name changes with its content, as where a bundler puts a digest into it. Caches keep it
    /// for a year without asking.
    #[must_use]
    pub fn immutable(mut self) -> Self {
        self.is_immutable = true;
        self
    }

    /// What is mounted at `path`.
    ///
    /// # Errors
    ///
    /// Why it must not start.
    pub(crate) fn open(self, path: String, access: MountAccess) -> Result<Mount, String> {
        let shown = self.folder.display().to_string();
        let dir = Dir::open_ambient_dir(&self.folder, ambient_authority())
            .map_err(|error| format!("files at {path}: the folder `{shown}` cannot be opened: {error}"))?;
        let cache_control = HeaderValue::from_static(match (&access.0, self.is_immutable) {
            (Access::Public, false) => "public, no-cache",
            (Access::Public, true) => "public, max-age=31536000, immutable",
            (Access::Requires(_), false) => "private, no-cache",
            (Access::Requires(_), true) => "private, max-age=31536000, immutable",
        });
        let folder = Folder { dir: Arc::new(dir), cache_control };
        Ok(Mount::of(path, format!("{}/", shown.trim_end_matches('/')), Arc::new(folder), access))
    }
}

impl From<PathBuf> for Files {
    fn from(folder: PathBuf) -> Self {
        Self::of(folder)
    }
}

impl From<&str> for Files {
    fn from(folder: &str) -> Self {
        Self::of(folder)
    }
}

impl From<String> for Files {
    fn from(folder: String) -> Self {
        Self::of(folder)
    }
}
