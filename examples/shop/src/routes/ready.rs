//! Whether requests can be answered.

use reroute::{SharedStore, prelude::*};

#[route]
pub struct Ready {
    db: Db,
    store: SharedStore,
}

#[output]
struct Status {
    status: &'static str,
}

#[route]
impl Ready {
    /// Says that the database answers, and Redis, if there is one.
    #[public]
    async fn get(&self) -> Result<Json<impl Output + use<>>> {
        self.db.ping().await?;
        self.store.ping().await?;
        Ok(Json(Status { status: "ready" }))
    }
}
