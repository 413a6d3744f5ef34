use super::{
    answer::{Asked, answer},
    find::find,
};
use crate::{
    error::{Error, Result},
    route::{Answer, Mounted},
};
use axum_core::{
    extract::Request,
    response::{IntoResponse, Response},
};
use cap_std::fs::Dir;
use http::{HeaderValue, Method, StatusCode, header};
use reroute_core::file_path;
use std::sync::Arc;

/// A folder that was opened: nothing but what is in it can be reached from here.
pub(super) struct Folder {
    pub(super) dir: Arc<Dir>,
    pub(super) cache_control: HeaderValue,
}

impl Mounted for Folder {
    fn call(&self, request: Request) -> Answer {
        let (dir, cache_control) = (self.dir.clone(), self.cache_control.clone());
        Box::pin(async move {
            match *request.method() {
                Method::GET | Method::HEAD => {
                    serve(dir, cache_control, request).await.unwrap_or_else(Error::into_response)
                }
                _ => no_method(request.method()),
            }
        })
    }
}

async fn serve(dir: Arc<Dir>, cache_control: HeaderValue, request: Request) -> Result<Response> {
    let path = file_path::below(request.uri().path()).ok_or_else(Error::not_found)?;
    let (head, _) = request.into_parts();
    #[cfg(feature = "compression")]
    let accepted = crate::compression::Accepted::of(&head.headers);
    // All of it waits for the disk.
    let work = tokio::task::spawn_blocking(move || {
        let found = find(&dir, &path, &head.headers)?;
        answer(found, &Asked { headers: &head.headers, is_head: head.method == Method::HEAD }, cache_control)
    });
    let response = work.await??;
    #[cfg(feature = "compression")]
    if crate::compression::is_marked(&response) {
        return Ok(crate::compression::compress(response, &accepted).await);
    }
    Ok(response)
}

fn no_method(method: &Method) -> Response {
    let mut response = match *method {
        Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        _ => Error::new(StatusCode::METHOD_NOT_ALLOWED).into_response(),
    };
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"));
    response
}
