//! Signing out.

use crate::session;
use reroute::{log::RequestFacts, prelude::*, security_log};

#[route]
pub struct Logout {
    db: Db,
}

#[route]
impl Logout {
    /// Sign out: the token stops working.
    #[requires]
    async fn post(&self, headers: HeaderMap, me: Principal, request: RequestFacts) -> Result<StatusCode> {
        session::close(&self.db, &headers).await?;
        security_log().auth_logout().user(me.name()).request(&request).emit();
        Ok(StatusCode::NO_CONTENT)
    }
}
