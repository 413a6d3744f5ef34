use crate::error::{Error, Result};
use axum_core::body::Body;
use bytes::Bytes;
use http::StatusCode;
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError};

/// The whole body. It is counted as it arrives: the edge has put its limit around it.
pub(super) async fn read(body: Body) -> Result<Bytes> {
    body.collect().await.map(http_body_util::Collected::to_bytes).map_err(broken)
}

/// Reads a body that nobody wants to its end or its limit.
pub(crate) async fn drain(mut body: Body) -> Result<()> {
    while !body.is_end_stream() {
        match body.frame().await {
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(broken(error)),
            None => break,
        }
    }
    Ok(())
}

fn broken(error: axum_core::Error) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return too_large();
        }
        cause = error.source();
    }
    Error::bad_request("The body could not be read to its end").caused_by(error)
}

/// 413.
pub(crate) fn too_large() -> Error {
    Error::new(StatusCode::PAYLOAD_TOO_LARGE).detail("The body is larger than this route takes")
}
