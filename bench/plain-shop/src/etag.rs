//! Answers that the caller may have already.

use crate::kept::Found;
use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// The body as JSON with its entity tag, or 304 when the caller named that tag.
pub(crate) fn answer(request: &HeaderMap, found: Found) -> Response {
    let digest = Sha256::digest(&found.body);
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest[..16]));
    let lines = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    let mut known = lines.flat_map(|line| line.split(',')).map(str::trim);
    let is_known = known.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag);
    let headers = [
        ("etag", tag),
        ("cache-control", "public, no-cache".to_owned()),
        ("age", found.age.as_secs().to_string()),
        ("cache-status", format!("shop; {}", if found.is_hit { "hit" } else { "fwd=uri-miss; stored" })),
    ];
    if is_known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, [(header::CONTENT_TYPE, "application/json")], found.body).into_response()
}
