//! Signing out with a browser.

use crate::pages::{ReadsPages, TroublePage, is_signed_in};
use reroute::{
    auth::{Sessions, SetCookie},
    http::header::LOCATION,
    pages::Nonce,
    prelude::*,
};

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

#[page("logout.html")]
struct LogoutPage {
    nonce: Nonce,
    username: String,
}

#[route]
pub struct Logout {
    sessions: Sessions,
    reads: ReadsPages,
}

#[route]
impl Logout {
    /// Ask whether to: a link changes nothing.
    #[requires(check = is_signed_in, anonymous)]
    async fn get(&self, me: Principal) -> Response {
        LogoutPage { nonce: Nonce::new(), username: me.name().to_owned() }.into_response()
    }

    /// Sign out: the session ends, and the browser forgets its cookie, and the pages that the way back would show as they were.
    #[requires(check = is_signed_in, anonymous)]
    async fn post(&self) -> Result<(StatusCode, SetCookie, [(HeaderName, &'static str); 2])> {
        Ok((
            StatusCode::SEE_OTHER,
            self.sessions.close().await?,
            [(LOCATION, "/account/login"), (CLEAR_SITE_DATA, "\"cache\"")],
        ))
    }

    async fn on_error(&self, error: &Error) -> Option<Response> {
        TroublePage::of(error, &self.reads, "/account")
    }
}
