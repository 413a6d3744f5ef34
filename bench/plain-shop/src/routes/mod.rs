//! What is answered where.

mod auth;
mod health;
mod me;
mod orders;
mod posts;
mod products;
mod ready;
mod users;

use crate::AppState;
use axum::{
    Router,
    routing::{get, post, put},
};

/// Every route of the shop.
pub(crate) fn router(state: AppState) -> Router {
    Router::new()
        .route("/health", get(health::get))
        .route("/ready", get(ready::get))
        .route("/users", get(users::list).post(users::sign_up))
        .route("/users/{id}", get(users::by_id::read).put(users::by_id::update).delete(users::by_id::delete))
        .route("/users/{id}/ban", put(users::ban::ban))
        .route("/products", get(products::list).post(products::add))
        .route("/products/{id}", get(products::by_id::read))
        .route("/posts", get(posts::list).post(posts::write))
        .route("/posts/{id}", get(posts::by_id::read))
        .route("/posts/{id}/comments", get(posts::comments::list).post(posts::comments::say))
        .route("/orders", get(orders::list).post(orders::buy))
        .route("/orders/{id}", get(orders::by_id::read))
        .route("/me", get(me::get))
        .route("/auth/login", post(auth::login::login))
        .route("/auth/logout", post(auth::logout::logout))
        .with_state(state)
}
