use reroute::prelude::*;

fn may() -> Option<bool> {
    Some(true)
}

#[route]
pub struct Users;

#[route]
impl Users {
    #[requires(check = may)]
    async fn get(&self) -> &'static str {
        "some's"
    }
}

fn main() {}
