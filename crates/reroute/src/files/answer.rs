//! What is answered about a file that is there.

use super::{body, find::Found};
use crate::{
    error::{Error, Result},
    params::{IfNoneMatch, names_exactly, not_modified},
};
use axum_core::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use httpdate::{fmt_http_date, parse_http_date};
use reroute_core::range;
use std::{
    ops::Range,
    time::{Duration, UNIX_EPOCH},
};

/// What of the request matters.
pub(super) struct Asked<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) is_head: bool,
}

/// The answer, with the first of its bytes if they are wanted. Waits for the disk.
///
/// # Errors
///
/// 412 and 416, and 500 where the system fails.
pub(super) fn answer(found: Found, asked: &Asked<'_>, cache_control: HeaderValue) -> Result<Response> {
    if !asked.holds(&found) {
        return Err(Error::new(StatusCode::PRECONDITION_FAILED));
    }
    let is_known = asked.knows(&found);
    let part = match asked.part(&found) {
        range::Asked::Nothing if !is_known => return Ok(unsatisfiable(found.size)),
        range::Asked::Part(part) if !is_known => Some(part),
        _ => None,
    };
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, cache_control);
    headers.insert(header::CONTENT_TYPE, found.content_type.clone());
    headers.insert(header::ETAG, found.tag.clone());
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Some(modified) = found.modified {
        headers.insert(header::LAST_MODIFIED, text(&fmt_http_date(UNIX_EPOCH + Duration::from_secs(modified)))?);
    }
    if found.varies {
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if let Some(coding) = found.coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    }
    if is_known {
        return Ok(not_modified(response));
    }
    if let Some(Range { start, end }) = &part {
        headers.insert(header::CONTENT_RANGE, text(&format!("bytes {start}-{}/{}", end - 1, found.size))?);
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    let part = part.unwrap_or(0..found.size);
    *response.body_mut() = body::of(found.file, part, !asked.is_head).map_err(Error::internal)?;
    Ok(response)
}

impl Asked<'_> {
    /// Whether the file is what the client holds it for (RFC 9110, sections 13.1.1 and 13.1.4).
    fn holds(&self, found: &Found) -> bool {
        let mut lines = self.headers.get_all(header::IF_MATCH).into_iter().peekable();
        if lines.peek().is_some() {
            return lines.any(|line| line.as_bytes().trim_ascii() == b"*" || names_exactly(line, &found.tag));
        }
        match (self.date(header::IF_UNMODIFIED_SINCE), found.modified) {
            (Some(date), Some(modified)) => modified <= date,
            _ => true,
        }
    }

    /// Whether the client has it already.
    fn knows(&self, found: &Found) -> bool {
        if self.headers.contains_key(header::IF_NONE_MATCH) {
            return IfNoneMatch::of(self.headers).knows(&found.tag);
        }
        match (self.date(header::IF_MODIFIED_SINCE), found.modified) {
            (Some(date), Some(modified)) => modified <= date,
            _ => false,
        }
    }

    /// The part that is asked for. `Range` is of `GET` alone, and stands for nothing beside an `If-Range` that is not of this very file. A date
    /// there is none: two changes within a second would share it.
    fn part(&self, found: &Found) -> range::Asked {
        let mut lines = self.headers.get_all(header::RANGE).into_iter();
        let (Some(line), None, false) = (lines.next(), lines.next(), self.is_head) else { return range::Asked::Whole };
        if self.headers.get_all(header::IF_RANGE).into_iter().any(|line| !names_exactly(line, &found.tag)) {
            return range::Asked::Whole;
        }
        range::asked(line.as_bytes(), found.size)
    }

    fn date(&self, name: HeaderName) -> Option<u64> {
        let date = parse_http_date(self.headers.get(name)?.to_str().ok()?).ok()?;
        date.duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs())
    }
}

/// 416, with the size of what there is.
fn unsatisfiable(size: u64) -> Response {
    let mut response = Error::new(StatusCode::RANGE_NOT_SATISFIABLE).into_response();
    if let Ok(value) = text(&format!("bytes */{size}")) {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    response
}

fn text(value: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(value).map_err(Error::internal)
}
