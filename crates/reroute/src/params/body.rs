use crate::error::{Error, Result};
use axum_core::body::Body;
use bytes::Bytes;
use http::StatusCode;
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError};
use std::fmt;

/// How the server says that a client sends its body too slowly; the connection ends after the answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body arrives too slowly")
    }
}

impl std::error::Error for TooSlow {}

/// How a body that was compressed says that too much comes out of too little.
#[cfg(feature = "compression")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct TooDense;

#[cfg(feature = "compression")]
impl fmt::Display for TooDense {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body inflates to many times what came")
    }
}

#[cfg(feature = "compression")]
impl std::error::Error for TooDense {}

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

/// What a body that breaks off means to its sender.
pub(super) fn broken(error: axum_core::Error) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return too_large();
        }
        #[cfg(feature = "compression")]
        if error.is::<TooDense>() {
            return too_large();
        }
        if error.is::<TooSlow>() {
            return too_slow();
        }
        cause = error.source();
    }
    Error::bad_request("The body could not be read to its end").caused_by(error)
}

/// 413.
pub(crate) fn too_large() -> Error {
    Error::new(StatusCode::PAYLOAD_TOO_LARGE).detail("The body is larger than this route takes")
}

/// 408.
fn too_slow() -> Error {
    Error::new(StatusCode::REQUEST_TIMEOUT).detail("The body arrives too slowly").caused_by(TooSlow)
}
