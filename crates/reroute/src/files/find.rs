//! From a path to an open file. Everything here waits for the disk.

use crate::{
    error::{Error, Result},
    params::etag_of,
};
use cap_std::fs::Dir;
use http::{HeaderMap, HeaderValue, header};
use reroute_core::{
    coding::{Coding, preferred},
    media::is_compressible,
};
#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::{
    fs::{File, Metadata},
    io::{self, ErrorKind},
    time::{SystemTime, UNIX_EPOCH},
};

/// A file that is there, open.
pub(super) struct Found {
    pub(super) file: File,
    pub(super) size: u64,
    pub(super) content_type: HeaderValue,
    /// Whether it goes out in another form to those who accept that.
    pub(super) varies: bool,
    /// The form that it is in.
    pub(super) coding: Option<Coding>,
    pub(super) tag: HeaderValue,
    /// In seconds since 1970; nothing for a time that HTTP cannot say.
    pub(super) modified: Option<u64>,
}

/// The codings that a variant may be in, the smallest first.
const VARIANTS: [Coding; 3] = [Coding::Brotli, Coding::Zstd, Coding::Gzip];

/// The first second of the year 10000, which no date of HTTP can name.
const YEAR_10000: u64 = 253_402_300_800;

/// The file at `path`, or the variant of it that the client prefers.
///
/// # Errors
///
/// 404 where there is none that may be given out, 500 where the system fails.
pub(super) fn find(dir: &Dir, path: &str, headers: &HeaderMap) -> Result<Found> {
    let content_type = content_type(path);
    let varies = is_compressible(&content_type);
    let plain = open(dir, path)?.ok_or_else(Error::not_found)?;
    let variant = if varies { variant(dir, path, headers)? } else { None };
    let (coding, (file, metadata)) = match variant {
        Some((coding, opened)) => (Some(coding), opened),
        None => (None, plain),
    };
    let modified = metadata.modified().ok();
    let content_type = HeaderValue::try_from(content_type).map_err(Error::internal)?;
    Ok(Found {
        file,
        size: metadata.len(),
        content_type,
        varies,
        coding,
        tag: tag(&metadata, modified, coding),
        modified: modified.and_then(seconds),
    })
}

/// The variant beside the file at `path` that the client weighs most, of those that are there.
fn variant(dir: &Dir, path: &str, headers: &HeaderMap) -> Result<Option<(Coding, (File, Metadata))>> {
    let accepted: Vec<&[u8]> =
        headers.get_all(header::ACCEPT_ENCODING).into_iter().map(HeaderValue::as_bytes).collect();
    let mut offered = VARIANTS.to_vec();
    while let Some(coding) = preferred(&accepted, &offered) {
        if let Some(opened) = open(dir, &format!("{path}{}", coding.extension()))? {
            return Ok(Some((coding, opened)));
        }
        offered.retain(|other| *other != coding);
    }
    Ok(None)
}

/// The regular file at `path`, if there is one beneath the folder.
fn open(dir: &Dir, path: &str) -> Result<Option<(File, Metadata)>> {
    let opened = (|| {
        // Asked before it is opened: a pipe would wait for somebody to write to it.
        if !dir.metadata(path)?.is_file() {
            return Ok(None);
        }
        let file = dir.open(path)?.into_std();
        let metadata = file.metadata()?;
        Ok::<_, io::Error>(metadata.is_file().then_some((file, metadata)))
    })();
    match opened {
        Ok(opened) => Ok(opened),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(Error::internal(error)),
    }
}

/// Whether it says no more than that there is nothing for us: a link that leads out is a denied permission here.
fn is_absence(error: &io::Error) -> bool {
    // Links that lead to each other: an error that has no kind yet.
    const ELOOP: i32 = if cfg!(target_os = "linux") { 40 } else { 62 };
    let is_loop = cfg!(unix) && error.raw_os_error() == Some(ELOOP);
    is_loop
        || matches!(
            error.kind(),
            ErrorKind::NotFound
                | ErrorKind::PermissionDenied
                | ErrorKind::NotADirectory
                | ErrorKind::InvalidInput
                | ErrorKind::InvalidFilename
        )
}

fn content_type(path: &str) -> String {
    let kind = mime_guess::from_path(path).first_raw().unwrap_or("application/octet-stream");
    let is_text = kind.starts_with("text/")
        || matches!(kind, "application/javascript" | "application/json" | "application/xml" | "image/svg+xml");
    if is_text { format!("{kind}; charset=utf-8") } else { kind.to_owned() }
}

/// Digested, since the number of a file is nobody's business.
fn tag(metadata: &Metadata, modified: Option<SystemTime>, coding: Option<Coding>) -> HeaderValue {
    let nanoseconds = match modified.map(|modified| modified.duration_since(UNIX_EPOCH)) {
        Some(Ok(since)) => since.as_nanos().to_string(),
        Some(Err(before)) => format!("-{}", before.duration().as_nanos()),
        None => String::new(),
    };
    #[cfg(unix)]
    let number = metadata.ino();
    #[cfg(not(unix))]
    let number = 0;
    etag_of(format!("{} {nanoseconds} {number} {}", metadata.len(), coding.map_or("", Coding::name)).as_bytes())
}

fn seconds(time: SystemTime) -> Option<u64> {
    time.duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs()).filter(|seconds| *seconds < YEAR_10000)
}
