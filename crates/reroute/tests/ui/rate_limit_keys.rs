//! Keys of limits that name nothing, or are nothing to count by.
use reroute::prelude::*;

#[input]
struct Place {
    longitude: f64,
}

#[route]
pub struct Places;

#[route]
impl Places {
    #[public]
    #[rate_limit("5/min", key = place.longitude)]
    async fn post(&self, Json(place): Json<Place>) {
        let _ = place;
    }
}

#[rate_limit("5/min")]
fn helper() {}

fn main() {}
