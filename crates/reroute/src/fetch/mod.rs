//! Requests to other servers that cannot be led inside (server-side request forgery, SSRF).
//!
//! A URL that a user wrote is an order to this server to connect somewhere, and this server stands where the user does not: beside the
//! database, the cloud's metadata and its own loopback. A [`SafeClient`] connects to nothing but what its list of hosts
//! names, and of that to public addresses alone.
//!
//! ```
//! use reroute::{fetch::public_url, prelude::*};
//!
//! #[input]
//! pub struct Source {
//!     #[field(max_length = 2000, check = public_url)]
//!     url: String,
//! }
//!
//! #[route]
//! pub struct Preview {
//!     client: SafeClient, // asks the hosts that the setting `fetch_allowed_hosts` names, and no others
//! }
//!
//! #[route]
//! impl Preview {
//!     #[requires]
//!     async fn post(&self, Json(source): Json<Source>) -> Result<String> {
//!         let answer = self.client.get(&source.url).send().await?; // refused: 422; the other server fails: 502
//!         Ok(answer.require_success()?.text().await?)
//!     }
//! }
//! ```
//!
//! What holds, and cannot be turned off:
//!
//! | rule | |
//! | --- | --- |
//! | text | `http://` or `https://` and a host, in the plain form. Control characters, blanks, back-slashes, user-info and percent signs in the host are refused, not mended: other parsers mend them otherwise |
//! | host | the list names it, and its port. Case, international names, a dot at the end and all spellings of IPv4 addresses are decided on the parsed form |
//! | address | every address that the name has is public; one that is not refuses all. The connection goes to the addresses that were looked at, and no name is looked up twice for one connection |
//! | redirects | at most three, for GET and HEAD, each decided anew, none from https to http. To another origin no header of the caller goes along |
//! | time, size | 10 s in all, 3 s to connect, 5 s for each pause, 5 MiB, counted after decompression |
//! | surroundings | no proxy of the environment, no cookies, certificates always verified |
//!
//! A refusal is a `suspicious_request` event, with the endpoint and the caller where the client came as an extractor. The caller is told the same whatever was
//! refused, and the same whatever failed: neither a closed port nor a body that is too large tells itself apart. What the two answers
//! do tell apart, where the list is `*`, is a name that leads inside and one that does not resolve: name your hosts.

mod answer;
mod builder;
mod client;
mod error;
mod request;
mod resolve;
mod target;

pub use answer::Answer;
pub use builder::SafeClientBuilder;
pub use client::SafeClient;
pub use error::{FetchError, Refusal};
pub use request::FetchRequest;
pub use url::Url;

use target::{Rules, read};

/// Whether a text is a URL of a public host, at the usual ports: for the field of an [`input`](macro@crate::input) that is stored now and fetched later,
/// when the addresses of the name will be looked at.
///
/// ```
/// use reroute::fetch::public_url;
///
/// assert!(public_url("https://cdn.example.com/logo.png").is_ok());
/// for url in ["http://127.1/", "http://0x7f000001/", "https://[::ffff:10.0.0.1]/", "file:///etc/passwd", "http://good.example@10.0.0.1/"] {
///     assert!(public_url(url).is_err());
/// }
/// ```
///
/// # Errors
///
/// What to write in its place.
pub fn public_url(text: &str) -> Result<(), &'static str> {
    let decided = read(text).and_then(|url| Rules::any_public().decide(url));
    decided.map(|_| ()).map_err(|_| "must be an http or https URL of a public host")
}
