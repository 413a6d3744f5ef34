//! Signing in.

use crate::sign_in::{Credentials, verify};
use reroute::{
    auth::{Pair, SignIns, Tokens},
    log::RequestFacts,
    prelude::*,
    security_log,
};

#[route]
pub struct Login {
    db: Db,
    sign_ins: SignIns,
    tokens: Tokens,
}

#[route]
impl Login {
    /// Sign in. An unknown name, a wrong password and a banned account are told alike, in like time.
    #[public]
    #[rate_limit("5/min", if_store_fails = "closed")]
    #[rate_limit("5/min", key = (&credentials.username, request.client_network()), count = "failures", if_store_fails = "closed")]
    #[rate_limit("50/hour", key = &credentials.username, count = "failures", if_store_fails = "closed")]
    async fn post(&self, facts: RequestFacts, Json(credentials): Json<Credentials>) -> Result<Json<Pair>> {
        let verified = verify(&self.db, &self.sign_ins, &credentials).await?;
        let pair = match verified.account {
            Some((account, epoch)) => self.tokens.issue(account.id, epoch).await?,
            None => None,
        };
        let Some(pair) = pair else {
            security_log().auth_failure("Invalid credentials").user(verified.name).request(&facts).emit();
            return Err(Error::unauthorized("Invalid credentials"));
        };
        Ok(Json(pair))
    }
}
