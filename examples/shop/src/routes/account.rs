//! One's own account, as a page.

use crate::{
    models::user::{self, User},
    pages::{ReadsPages, TroublePage, is_signed_in},
};
use reroute::{auth::SignIns, http::header::LOCATION, pages::Nonce, prelude::*, sea_orm::ActiveValue::Set};

#[page("account.html")]
struct AccountPage {
    nonce: Nonce,
    username: String,
    role: String,
    email: String,
}

#[route]
pub struct Account {
    db: Db,
    reads: ReadsPages,
    sign_ins: SignIns,
}

#[input]
pub struct Change {
    #[field(email)]
    email: String,
}

#[route]
impl Account {
    /// Show the account, with a form to change its address.
    #[requires(check = is_signed_in, anonymous)]
    async fn get(&self, me: Principal) -> Result<Response> {
        let account = User::get_by_id(&self.db, me.id()?).await?.or_not_found()?;
        let User { username, role, email, .. } = account;
        Ok(AccountPage { nonce: Nonce::new(), username, role, email }.into_response())
    }

    /// Change the address.
    #[requires(check = is_signed_in, anonymous)]
    async fn post(&self, me: Principal, Form(change): Form<Change>) -> Result<impl IntoResponse + use<>> {
        let changes = user::ActiveModel { email: Set(change.email), ..Default::default() };
        let account = User::update(&self.db, me.id()?, changes).await?;
        self.sign_ins.changed(account.id);
        Ok((StatusCode::SEE_OTHER, [(LOCATION, "/account")]))
    }

    async fn on_error(&self, error: &Error) -> Option<Response> {
        TroublePage::of(error, &self.reads, "/account")
    }
}
