//! What the shop's pages share.

use reroute::{http::header::ACCEPT, pages::Nonce, prelude::*};
use std::convert::Infallible;

/// Whether whoever asks reads pages: a browser says so, and is shown one also where another client is told a problem.
pub(crate) struct ReadsPages(pub(crate) bool);

impl FromRequestParts<Context> for ReadsPages {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Context) -> Result<Self, Infallible> {
        let lines = parts.headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut ranges = lines.flat_map(|line| line.split(',')).map(|range| {
            let (kind, weight) = range.split_once(';').unwrap_or((range, ""));
            (kind.trim(), weight.trim())
        });
        let reads = ranges.any(|(kind, weight)| kind.eq_ignore_ascii_case("text/html") && !is_none(weight));
        Ok(Self(reads))
    }
}

/// Whether a weight says that it is not wanted at all (RFC 9110, section 12.4.2).
fn is_none(weight: &str) -> bool {
    weight.strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0))
}

/// What a page says in the place of a problem.
#[page("trouble.html")]
pub(crate) struct TroublePage {
    nonce: Nonce,
    title: &'static str,
    message: String,
    /// Where to go from here.
    link: &'static str,
}

impl TroublePage {
    /// The page for what a visitor can mend; `back` is where it can be tried again.
    pub(crate) fn of(error: &Error, reads: &ReadsPages, back: &'static str) -> Option<Response> {
        if !reads.0 {
            return None;
        }
        let (title, message, link) = match error.status() {
            StatusCode::UNAUTHORIZED => ("Signed out", "You are not signed in.".to_owned(), "/account/login"),
            StatusCode::FORBIDDEN => ("Not from here", "Load the page again, and send its form.".to_owned(), back),
            StatusCode::CONFLICT => ("Taken", "Somebody else has this already.".to_owned(), back),
            StatusCode::UNPROCESSABLE_ENTITY => {
                let wrong = error.fields().iter().map(|wrong| format!("{} {}.", wrong.field, wrong.message));
                ("Not like this", wrong.collect::<Vec<_>>().join(" "), back)
            }
            _ => return None,
        };
        let page = Self { nonce: Nonce::new(), title, message, link };
        Some((error.status(), page).into_response())
    }
}

/// Lets in whoever is signed in. As a check, and not by `#[requires]` alone, so that who is not sees a page.
pub(crate) fn is_signed_in(me: Option<Principal>) -> bool {
    me.is_some()
}
