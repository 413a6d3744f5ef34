use reroute::prelude::*;

#[route]
pub struct Users;

#[route]
impl Users {
    #[public]
    #[cors("https://example.com/")]
    async fn get(&self) -> &'static str {
        "users"
    }

    #[public]
    #[cors]
    async fn put(&self) -> &'static str {
        "users"
    }
}

fn main() {}
