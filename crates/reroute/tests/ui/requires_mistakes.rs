use reroute::prelude::*;

#[route]
pub struct Users;

#[route]
impl Users {
    #[requires(admin)]
    async fn get(&self) -> &'static str {
        "users"
    }

    #[requires(" admin")]
    async fn put(&self) -> &'static str {
        "users"
    }

    #[requires("admin", anonymous)]
    async fn post(&self) -> &'static str {
        "users"
    }
}

fn main() {}
