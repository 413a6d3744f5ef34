//! Answers that go out compressed, and bodies that come so: gzip, Brotli and Zstandard.
//!
//! # Answers
//!
//! Compression tells by the length of an answer which of its parts are alike. Where an answer holds a secret beside text that a caller chose, a page
//! of somebody else can have the caller's browser ask with many such texts, watch the lengths from the network, and read the secret letter by
//! letter (BREACH). So nothing is compressed by default, but for
//!
//! * the files of `App::files`, which hold no text of a request, and
//! * answers of public endpoints with `#[cache(…, shared)]`, which are declared to be the same for everybody and so hold no secret; not those that are shared for a
//!   reason, which may be a secret of all who get in;
//! * elsewhere by the author's word alone: [`Compress::compressed`].
//!
//! Even so, an answer goes out as it is unless it is a 200 of a type that gets smaller ([`is_compressible`](reroute_core::media::is_compressible)), of at least 1 KiB
//! and, where its length is known, at most 1 MiB; sets no cookie; has no `Content-Encoding` yet; and its `Cache-Control` says neither `no-transform` nor, where only
//! its endpoint's cache speaks for it, `private` or `no-store`. What could have been compressed says `Vary: accept-encoding`. The entity
//! tag of what was compressed is a weak one, by which `If-None-Match` finds it all the same, and a `Range` does not.
//!
//! A kept answer is compressed anew each time it is given. Files can be compressed beforehand: see `Files`.
//!
//! # Bodies
//!
//! A route file that reads its body gets it inflated, whichever extractor reads it: with one `Content-Encoding` of `gzip`, `br` or `zstd`, and neither that
//! header nor `Content-Length`. What is mounted gets it as it came.
//!
//! | refused | with |
//! | --- | --- |
//! | another coding, or several: the answer's `Accept-Encoding` says which are taken | 415 |
//! | more bytes than [the limit](crate::App::body_limit), on the wire or inflated; from 64 KiB inflated on, more than 100 times what came | 413 |
//! | what is no whole body of its coding; anything behind its end, such as a second member of gzip; several frames of Zstandard are one body (RFC 8878, section 3) | 400 |

mod answer;
mod body;

use axum_core::response::{IntoResponse, Response};
use http::Request;
use std::{
    convert::Infallible,
    future::{Ready, ready},
    task,
};
use tower_service::Service;

#[cfg(any(feature = "cache", feature = "files"))]
pub(crate) use answer::is_marked;
pub(crate) use answer::{Accepted, compress, is_meant, mark};
pub(crate) use body::{inflate, is_coded};

/// Lets an answer be compressed.
pub trait Compress: IntoResponse + Sized {
    /// The answer of a route file, compressed if its caller takes that.
    ///
    /// Your word for it: the answer does not hold both a secret, such as a token or somebody's data, and text that the request chose. See the
    /// [module](self) for what can be read out of one that does.
    ///
    /// ```
    /// use reroute::{compression::Compress, prelude::*};
    ///
    /// #[route]
    /// pub struct Countries;
    ///
    /// #[route]
    /// impl Countries {
    ///     #[public]
    ///     async fn get(&self) -> Response {
    ///         Json(vec!["Afghanistan", "Albania", "Algeria"]).compressed()
    ///     }
    /// }
    /// ```
    fn compressed(self) -> Response {
        let mut response = self.into_response();
        mark(&mut response);
        response
    }
}

impl<T: IntoResponse> Compress for T {}

/// A service whose answer is there: tower's layers want one around what they change.
struct There<B>(Option<http::Response<B>>);

impl<B: Default> Service<Request<()>> for There<B> {
    type Response = http::Response<B>;
    type Error = Infallible;
    type Future = Ready<Result<http::Response<B>, Infallible>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> task::Poll<Result<(), Infallible>> {
        task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(self.0.take().unwrap_or_default()))
    }
}
