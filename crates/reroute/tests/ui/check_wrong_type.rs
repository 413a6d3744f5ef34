use reroute::prelude::*;

#[route]
pub struct Users;

#[route]
impl Users {
    #[requires(check = Self::may)]
    async fn get(&self) -> &'static str {
        "some's"
    }

    async fn may(&self) -> &'static str {
        "yes"
    }
}

fn main() {}
