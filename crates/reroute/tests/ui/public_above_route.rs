use reroute::prelude::*;

#[route]
pub struct Users;

#[public]
#[route]
impl Users {
    async fn get(&self) -> &'static str {
        "everybody's"
    }
}

fn main() {}
