use super::{FetchError, Url, request::failed};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use std::fmt;

/// What another server answered: its head, and its body as it is read. The bounds of time and size hold until the end of the body.
pub struct Answer {
    response: reqwest::Response,
    url: Url,
    limit: usize,
    /// How many bytes have come.
    come: usize,
}

impl Answer {
    pub(super) fn new(response: reqwest::Response, url: Url, limit: usize) -> Result<Self, FetchError> {
        // Of a compressed body the length is not known before its end.
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(FetchError::TooLarge { limit });
        }
        Ok(Self { response, url, limit, come: 0 })
    }

    /// The status. One that tells of a failure is an answer like any other: see [`require_success`](Self::require_success).
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The URL that answered, which is another than was asked where that one led on.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The answer, if its status is 2xx.
    ///
    /// # Errors
    ///
    /// [`FetchError::Status`], which is 502 for the caller of a route.
    pub fn require_success(self) -> Result<Self, FetchError> {
        let status = self.status();
        if status.is_success() { Ok(self) } else { Err(FetchError::Status(status)) }
    }

    /// The next piece of the body, decompressed.
    ///
    /// # Errors
    ///
    /// When it is too large, comes too slowly, or breaks off.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, FetchError> {
        let Some(chunk) = self.response.chunk().await.map_err(failed)? else { return Ok(None) };
        self.come += chunk.len();
        if self.come > self.limit { Err(FetchError::TooLarge { limit: self.limit }) } else { Ok(Some(chunk)) }
    }

    /// The whole body.
    ///
    /// # Errors
    ///
    /// As for [`chunk`](Self::chunk).
    pub async fn bytes(mut self) -> Result<Bytes, FetchError> {
        let first = self.chunk().await?.unwrap_or_default();
        let Some(second) = self.chunk().await? else { return Ok(first) };
        let mut all = BytesMut::from(first);
        all.extend_from_slice(&second);
        while let Some(more) = self.chunk().await? {
            all.extend_from_slice(&more);
        }
        Ok(all.freeze())
    }

    /// The whole body as text.
    ///
    /// # Errors
    ///
    /// As for [`chunk`](Self::chunk), and when it is not UTF-8.
    pub async fn text(self) -> Result<String, FetchError> {
        String::from_utf8(self.bytes().await?.into()).map_err(|error| FetchError::failed(error.utf8_error()))
    }

    /// The whole body, read as JSON.
    ///
    /// # Errors
    ///
    /// As for [`chunk`](Self::chunk), and when it is not the JSON of a `T`.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, FetchError> {
        serde_json::from_slice(&self.bytes().await?).map_err(FetchError::failed)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL's query may hold what is secret.
        f.debug_struct("Answer").field("status", &self.status()).field("come", &self.come).finish_non_exhaustive()
    }
}
