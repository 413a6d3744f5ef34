//! Hello.

use reroute::prelude::*;

#[route]
pub struct Home;

#[route]
impl Home {
    /// Says hello.
    #[public]
    async fn get(&self) -> &'static str {
        "Hello, world!"
    }
}
