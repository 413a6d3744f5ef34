use axum_core::response::Response;
use http::{HeaderName, HeaderValue};

/// Headers of one answer that stand in the place of the edge's own.
#[derive(Clone, Default)]
pub(crate) struct Loosened(pub(super) Vec<(HeaderName, HeaderValue)>);

/// Marks a page, whose scripts and styles bear this nonce: its policy is that of pages.
#[cfg(feature = "pages")]
#[derive(Clone)]
pub(crate) struct Paged(pub(crate) String);

/// Changes what the edge says on an answer.
pub trait LoosenHeader {
    /// Says `value` in the place of the security header that every other answer carries: the one visible call that weakens an answer.
    ///
    /// A header of that name that a handler merely sets is taken only when it is at least as strict
    /// ([`tightened`](reroute_core::headers::tightened)), else dropped.
    ///
    /// ```
    /// use reroute::{edge::LoosenHeader, http::header::X_FRAME_OPTIONS, prelude::*};
    ///
    /// #[route]
    /// pub struct Widget;
    ///
    /// #[route]
    /// impl Widget {
    ///     #[public]
    ///     async fn get(&self) -> Response {
    ///         "in a frame of our own".into_response().loosen_header(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"))
    ///     }
    /// }
    /// ```
    #[must_use]
    fn loosen_header(self, name: HeaderName, value: HeaderValue) -> Self;
}

impl LoosenHeader for Response {
    fn loosen_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.extensions_mut().get_or_insert_default::<Loosened>().0.push((name, value));
        self
    }
}
