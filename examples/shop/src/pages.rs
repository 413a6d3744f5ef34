//! What the shop's pages share.

use reroute::{pages::Nonce, prelude::*};

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
    pub(crate) fn of(error: &Error, back: &'static str) -> Option<Response> {
        let (title, message, link) = match error.status() {
            StatusCode::UNAUTHORIZED => ("Signed out", "You are not signed in.".to_owned(), "/account/login"),
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
