use reroute::prelude::*;

#[route]
pub struct Users;

#[route]
impl Users {
    #[public]
    async fn get(&self) -> &'static str {
        "hello"
    }

    #[requires("admin")]
    async fn before_request(&mut self) -> Result<()> {
        Ok(())
    }
}

fn main() {}
