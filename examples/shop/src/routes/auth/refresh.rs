//! Staying signed in.

use reroute::{
    auth::{Pair, Tokens},
    prelude::*,
};

#[route]
pub struct Refresh {
    tokens: Tokens,
}

#[input]
pub struct Refreshed {
    #[field(max_length = 128, sensitive)]
    refresh_token: String,
}

#[route]
impl Refresh {
    /// A new pair for a refresh token, which is good once. Whoever brings one a second time ends the sign-in.
    #[public]
    #[rate_limit("30/min", if_store_fails = "closed")]
    async fn post(&self, Json(refreshed): Json<Refreshed>) -> Result<Json<Pair>> {
        Ok(Json(self.tokens.refresh(&refreshed.refresh_token).await?))
    }
}
