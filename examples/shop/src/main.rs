//! A small online shop: the reference application of reroute.

mod demo;
mod models;
#[allow(unreachable_pub, reason = "the table names every route by its path")]
mod routes;
mod session;
mod user_command;

use reroute::App;

#[reroute::main]
async fn main() -> reroute::Result<()> {
    App::new(routes::tree())
        .database("sqlite:shop.db")
        .authenticate(session::Sessions)
        .keep_events(10_000)
        .on_start(demo::prepare)
        .command("user", user_command::run)
        .run()
        .await
}
