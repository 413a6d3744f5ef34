//! A small online shop: the reference application of reroute.

mod accounts;
mod demo;
mod models;
mod pages;
#[allow(unreachable_pub, reason = "the table names every route by its path")]
mod routes;
mod sign_in;
mod user_command;

use reroute::{
    App,
    auth::{ApiKeyAuth, Jwt, SessionAuth},
};

#[reroute::main]
async fn main() -> reroute::Result<()> {
    App::new(routes::tree())
        .database("sqlite:shop.db")
        .accounts(accounts::Users)
        .authenticate(Jwt::from_config())
        .authenticate(ApiKeyAuth::new())
        .authenticate(SessionAuth::new())
        .roles::<models::user::Role>()
        .keep_events(10_000)
        .migrations(reroute::migrations!("migrations"))
        .models([
            &models::comment::Entity,
            &models::order::Entity,
            &models::picture::Entity,
            &models::post::Entity,
            &models::product::Entity,
            &models::user::Entity,
        ])
        .seed(demo::seed)
        .command("user", user_command::run)
        .run()
        .await
}
