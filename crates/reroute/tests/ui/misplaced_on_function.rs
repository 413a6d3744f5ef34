use reroute::prelude::*;

#[requires("admin")]
async fn get() -> &'static str {
    "nobody reads this"
}

fn main() {}
