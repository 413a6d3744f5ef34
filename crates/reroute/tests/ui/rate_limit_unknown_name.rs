//! A key that names no argument.
use reroute::prelude::*;

#[input]
struct Place {
    name: String,
}

#[route]
pub struct Places;

#[route]
impl Places {
    #[public]
    #[rate_limit("5/min", key = &plaice.name)]
    async fn post(&self, Json(place): Json<Place>) {
        let _ = place;
    }
}

fn main() {}
