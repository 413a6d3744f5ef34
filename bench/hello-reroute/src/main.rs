//! Hello, in reroute.

#[allow(unreachable_pub, reason = "the table names every route by its path")]
mod routes;

use reroute::App;

#[reroute::main]
async fn main() -> reroute::Result<()> {
    App::new(routes::tree()).run().await
}
