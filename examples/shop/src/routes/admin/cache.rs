//! What this process keeps: answers and results together.

use crate::models::user::Role;
use reroute::{cache::Statistics, prelude::*};

#[route]
pub struct Kept;

#[route]
impl Kept {
    /// See how much is kept, and what came of it.
    #[requires(Role::Admin)]
    async fn get(&self) -> Json<Statistics> {
        Json(reroute::cache().statistics())
    }

    /// Forget all of it.
    #[requires(Role::Admin)]
    async fn delete(&self) -> StatusCode {
        reroute::cache().clear();
        StatusCode::NO_CONTENT
    }
}
