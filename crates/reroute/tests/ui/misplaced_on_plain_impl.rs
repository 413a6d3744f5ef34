use reroute::prelude::*;

pub struct Users;

impl Users {
    #[public]
    async fn get(&self) -> &'static str {
        "no route"
    }
}

fn main() {}
