use reroute::prelude::*;

#[route]
pub struct Users;

#[route]
impl Users {
    async fn get(&self) -> &'static str {
        "everybody's"
    }
}

fn main() {}
