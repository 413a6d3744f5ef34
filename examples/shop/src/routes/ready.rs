//! Whether requests can be answered.

use reroute::prelude::*;

#[route]
pub struct Ready {
    db: Db,
}

#[output]
struct Status {
    status: &'static str,
}

#[route]
impl Ready {
    /// Says that the database answers.
    #[public]
    async fn get(&self) -> Result<Json<impl Output + use<>>> {
        self.db.ping().await?;
        Ok(Json(Status { status: "ready" }))
    }
}
