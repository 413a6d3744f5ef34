use reroute::prelude::*;

#[route]
pub struct Users;

#[route]
impl Users {
    #[public]
    #[timeout("5 minn")]
    async fn get(&self) -> &'static str {
        "slow"
    }

    #[public]
    #[timeout(5)]
    async fn put(&self) -> &'static str {
        "slow"
    }
}

fn main() {}
