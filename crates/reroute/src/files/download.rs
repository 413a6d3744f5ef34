use axum_core::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderValue, header};
use reroute_core::file_name;

/// An answer that a browser saves, and never shows: how content goes out that somebody else wrote.
///
/// The name may come from anybody, too: it becomes one safe component, in quotes that it cannot end
/// ([`attachment`](reroute_core::file_name::attachment)). Whatever the content is, it runs nothing: beside `nosniff` and the policy that
/// stand on every answer, it gets a `Content-Security-Policy` with `sandbox`.
///
/// ```
/// use reroute::prelude::*;
///
/// #[route]
/// pub struct Attachment;
///
/// #[route]
/// impl Attachment {
///     #[requires]
///     async fn get(&self, Path(id): Path<i64>) -> Result<Download> {
/// #       let content_of = async |_: i64| Ok::<_, Error>(("name of a user.pdf".to_owned(), b"%PDF".to_vec()));
///         let (name, content) = content_of(id).await?;
///         Ok(Download::new(name, content).content_type("application/pdf"))
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Download {
    disposition: String,
    content_type: HeaderValue,
    content: Body,
}

const OCTET_STREAM: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// Without scripts, forms and an origin of its own, even where a browser shows it all the same.
const SANDBOX: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");

impl Download {
    /// This content, saved as `name`. Its type is `application/octet-stream` unless [`content_type`](Self::content_type) says another.
    pub fn new(name: impl AsRef<str>, content: impl Into<Body>) -> Self {
        let disposition = file_name::attachment(name.as_ref());
        Self { disposition, content_type: OCTET_STREAM, content: content.into() }
    }

    /// An image that a browser may show. It is one if its first bytes are those of a raster image, which says its type, too; else it is
    /// an attachment like any other.
    ///
    /// ```
    /// use reroute::{http::header, prelude::*};
    ///
    /// let cat = Download::inline_image("cat.png", b"\x89PNG\r\n\x1a\n".to_vec()).into_response();
    /// assert_eq!(cat.headers()[header::CONTENT_DISPOSITION], "inline; filename=\"cat.png\"");
    /// assert_eq!(cat.headers()[header::CONTENT_TYPE], "image/png");
    ///
    /// let other = Download::inline_image("cat.png", b"\x89PNG\r\n\x1a\n".to_vec()).content_type("text/html").into_response();
    /// assert_eq!(other.headers()[header::CONTENT_DISPOSITION], "attachment; filename=\"cat.png\"");
    ///
    /// let page = Download::inline_image("cat.png", b"<svg onload='alert(1)'/>".to_vec()).into_response();
    /// assert_eq!(page.headers()[header::CONTENT_DISPOSITION], "attachment; filename=\"cat.png\"");
    /// ```
    pub fn inline_image(name: impl AsRef<str>, content: impl Into<Bytes>) -> Self {
        let content = content.into();
        match crate::image::kind(&content) {
            None => Self::new(name, content),
            Some(kind) => Self {
                disposition: file_name::inline(name.as_ref()),
                content_type: HeaderValue::from_static(kind),
                content: content.into(),
            },
        }
    }

    /// Says its type. What no header can hold is `application/octet-stream`. An image that is given another type than its own is an attachment.
    #[must_use]
    pub fn content_type(mut self, kind: &str) -> Self {
        if self.content_type.as_bytes() != kind.as_bytes() && self.disposition.starts_with("inline") {
            self.disposition = self.disposition.replacen("inline", "attachment", 1);
        }
        self.content_type = HeaderValue::from_str(kind).unwrap_or(OCTET_STREAM);
        self
    }
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let mut response = Response::new(self.content);
        let headers = response.headers_mut();
        // Printable ASCII, whatever the name was.
        let disposition = HeaderValue::try_from(self.disposition).unwrap_or(HeaderValue::from_static("attachment"));
        headers.insert(header::CONTENT_DISPOSITION, disposition);
        headers.insert(header::CONTENT_TYPE, self.content_type);
        headers.insert(header::CONTENT_SECURITY_POLICY, SANDBOX);
        response
    }
}
