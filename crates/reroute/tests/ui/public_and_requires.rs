use reroute::prelude::*;

#[route]
pub struct Users;

#[route]
#[requires("admin")]
impl Users {
    #[public]
    async fn get(&self) -> &'static str {
        "whose?"
    }
}

fn main() {}
