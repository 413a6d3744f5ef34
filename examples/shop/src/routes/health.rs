//! Whether the process lives.

use reroute::prelude::*;

#[route]
pub struct Health;

#[output]
struct Status {
    status: &'static str,
}

#[route]
impl Health {
    /// Says that the process lives.
    #[public]
    async fn get(&self) -> Json<impl Output + use<>> {
        Json(Status { status: "ok" })
    }
}
