use reroute::prelude::*;

#[route]
pub struct Users;

#[route]
impl Users {
    #[requires("admin")]
    async fn gett(&self) -> &'static str {
        "users"
    }
}

fn main() {}
