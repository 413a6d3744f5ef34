//! Signing in with a browser.

use crate::{
    pages::ReadsPages,
    sign_in::{Credentials, verify},
};
use reroute::{
    auth::{Sessions, SignIns},
    http::header::LOCATION,
    log::RequestFacts,
    pages::Nonce,
    prelude::*,
    security_log,
};

#[page("login.html")]
struct LoginPage {
    nonce: Nonce,
    wrong: Option<&'static str>,
}

#[route]
pub struct Login {
    db: Db,
    reads: ReadsPages,
    sign_ins: SignIns,
    sessions: Sessions,
}

#[route]
impl Login {
    /// Show the form.
    #[public]
    async fn get(&self) -> Response {
        LoginPage { nonce: Nonce::new(), wrong: None }.into_response()
    }

    /// Sign in: the session's cookie, and the way to the account.
    #[public]
    #[rate_limit("5/min", if_store_fails = "closed")]
    #[rate_limit("5/min", key = (&credentials.username, request.client_network()), count = "failures", if_store_fails = "closed")]
    #[rate_limit("50/hour", key = &credentials.username, count = "failures", if_store_fails = "closed")]
    async fn post(&self, facts: RequestFacts, Form(credentials): Form<Credentials>) -> Result<Response> {
        let verified = verify(&self.db, &self.sign_ins, &credentials).await?;
        let cookie = match verified.account {
            Some((account, epoch)) => self.sessions.open(account.id, epoch).await?,
            None => None,
        };
        let Some(cookie) = cookie else {
            security_log().auth_failure("Invalid credentials").user(verified.name).request(&facts).emit();
            return Err(Error::unauthorized("Invalid credentials"));
        };
        Ok((StatusCode::SEE_OTHER, cookie, [(LOCATION, "/account")]).into_response())
    }

    /// The form again, with what was wrong.
    async fn on_error(&self, error: &Error) -> Option<Response> {
        let wrong = match error.status() {
            _ if !self.reads.0 => return None,
            StatusCode::UNAUTHORIZED => "The name or the password is wrong.",
            StatusCode::UNPROCESSABLE_ENTITY => "Write a name and a password.",
            _ => return None,
        };
        Some((error.status(), LoginPage { nonce: Nonce::new(), wrong: Some(wrong) }).into_response())
    }
}
