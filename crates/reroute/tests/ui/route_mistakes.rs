use reroute::prelude::*;

#[route]
struct Private;

#[route]
pub struct Nothing;

#[route]
impl Nothing {}

#[route]
pub struct Sync;

#[route]
impl Sync {
    #[public]
    fn get(&self) -> &'static str {
        "blocks"
    }
}

#[route("/users")]
pub struct Named;

fn main() {}
