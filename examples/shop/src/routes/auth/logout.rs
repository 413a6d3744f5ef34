//! Signing out.

use crate::session;
use reroute::prelude::*;

#[route]
pub struct Logout {
    db: Db,
}

#[route]
impl Logout {
    /// Sign out: the token stops working.
    #[requires]
    async fn post(&self, headers: HeaderMap) -> Result<StatusCode> {
        session::close(&self.db, &headers).await?;
        Ok(StatusCode::NO_CONTENT)
    }
}
