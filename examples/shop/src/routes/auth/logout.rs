//! Signing out.

use reroute::{auth::Tokens, prelude::*};

#[route]
pub struct Logout {
    tokens: Tokens,
}

#[route]
impl Logout {
    /// Sign out: the token stops working, and so does its refresh token.
    #[requires]
    async fn post(&self, me: Principal) -> Result<StatusCode> {
        self.tokens.sign_out(&me).await?;
        Ok(StatusCode::NO_CONTENT)
    }
}
