use crate::error::{BoxError, Error};
use http::StatusCode;
use reroute_core::address::Class;
use std::fmt;

/// Why there is no answer of another server.
///
/// `?` makes of it what the caller of the route may know: 422 for what was refused, 502 for what failed, each with one text. This one's own `Display` is for the
/// log.
#[derive(Debug)]
#[non_exhaustive]
pub enum FetchError {
    /// The URL, or one that it led to, may not be asked. Nothing was sent there.
    Refused(Refusal),
    /// The other server cannot be reached, or broke off, or says what is no HTTP, or no text or JSON where that was asked for.
    Failed(BoxError),
    /// The other server answered with this status, where [`Answer::require_success`](super::Answer::require_success) wants another.
    Status(StatusCode),
    /// The answer is larger than the bound, in bytes after decompression.
    TooLarge {
        /// The bound.
        limit: usize,
    },
    /// It took too long: in all, to connect, or for one pause.
    TimedOut,
    /// It was redirected more than three times.
    TooManyRedirects,
    /// The request cannot be sent as the application made it: what is wrong with it.
    Invalid(&'static str),
}

impl FetchError {
    /// The status that the caller of a route is answered with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Invalid(_) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_GATEWAY,
        }
    }

    /// The same for the caller of a route who wrote the URL into the field `field`: a refusal is a constraint that it breaks.
    ///
    /// ```
    /// use reroute::{Error, SafeClient};
    ///
    /// let client = SafeClient::builder().allow_host("*").build()?;
    /// let refused: Error = client.validate_url("http://127.0.0.1/").unwrap_err().in_field("url");
    /// assert_eq!((refused.status().as_u16(), refused.fields()[0].field.as_str()), (422, "url"));
    /// # Ok::<_, Error>(())
    /// ```
    pub fn in_field(self, field: impl Into<String>) -> Error {
        match self {
            Self::Refused(refusal) => Error::unprocessable(field, "url", "may not be fetched").caused_by(refusal),
            other => other.into(),
        }
    }

    /// All that the caller is told.
    pub(crate) fn told(&self) -> &'static str {
        match self {
            Self::Refused(_) => "This URL may not be fetched",
            _ => "The other server did not answer as it should",
        }
    }

    pub(super) fn failed(error: impl Into<BoxError>) -> Self {
        Self::Failed(error.into())
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Failed(_) => f.write_str("the other server did not answer as it should"),
            Self::Status(status) => write!(f, "the other server answered {status}"),
            Self::TooLarge { limit } => write!(f, "the answer of the other server is larger than {limit} bytes"),
            Self::TimedOut => f.write_str("the other server took too long"),
            Self::TooManyRedirects => f.write_str("the other server redirected too often"),
            Self::Invalid(why) => write!(f, "the request to the other server cannot be sent: {why}"),
        }
    }
}

impl std::error::Error for FetchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(source) => Some(&**source),
            _ => None,
        }
    }
}

/// Why a URL may not be asked. Its `Display` is for the log: a caller who reads it can find out what stands where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub(super) why: Why,
    /// Host and port, where that much could be read.
    pub(super) at: Option<(String, u16)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Malformed(&'static str),
    Scheme,
    UserInfo,
    Host,
    Port,
    NotListed,
    Address(Class),
    Downgrade,
}

impl Refusal {
    /// Host and port, where that much could be read.
    pub(super) fn place(&self) -> Option<(&str, u16)> {
        self.at.as_ref().map(|(host, port)| (host.as_str(), *port))
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) => f.write_str(why),
            Self::Scheme => f.write_str("it does not begin with http:// or https://"),
            Self::UserInfo => f.write_str("it holds user-info"),
            Self::Host => f.write_str("its host is no name or address in its plain form"),
            Self::Port => f.write_str("it has no port"),
            Self::NotListed => f.write_str("fetch_allowed_hosts does not list its host with this port"),
            Self::Address(class) => write!(f, "its address is not public: {class}"),
            Self::Downgrade => f.write_str("it leads from https to http"),
        }
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            Some((host, port)) => write!(f, "{host}:{port} may not be asked: {}", self.why),
            None => write!(f, "a URL may not be asked: {}", self.why),
        }
    }
}
