//! `serde` where nothing is written.
use reroute::prelude::*;

#[cache("5 min", serde)]
fn plain() -> u32 {
    1
}

#[route]
pub struct Home;

#[route]
impl Home {
    #[public]
    #[cache("5 min", serde)]
    async fn get(&self) -> &'static str {
        "hello"
    }
}

fn main() {}
