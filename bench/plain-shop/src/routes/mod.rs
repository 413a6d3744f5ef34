//! What is answered where.

mod admin;
mod api_keys;
mod auth;
mod catalog;
mod expensive;
mod health;
mod me;
mod orders;
mod posts;
mod products;
mod ready;
mod users;

use crate::{
    AppState,
    error::Error,
    limit::{HOUR, MINUTE, by_address},
};
use axum::{
    Router,
    handler::Handler,
    routing::{delete, get, post, put},
};

/// Every route of the shop.
pub(crate) fn router(state: AppState) -> Result<Router, Error> {
    let router = Router::new()
        .route("/health", get(health::get))
        .route("/ready", get(ready::get))
        .route("/users", get(users::list).post(users::sign_up.layer(by_address(5, MINUTE)?)))
        .route(
            "/users/{id}",
            get(users::by_id::read)
                .put(users::by_id::update)
                .delete(users::by_id::delete.layer(by_address(5, MINUTE)?)),
        )
        .route("/users/{id}/ban", put(users::ban::ban))
        .route("/products", get(products::list).post(products::add))
        .route("/products/search", get(products::search::find.layer(by_address(100, HOUR)?)))
        .route("/products/{id}", get(products::by_id::read))
        .route("/posts", get(posts::list).post(posts::write))
        .route("/posts/{id}", get(posts::by_id::read))
        .route("/posts/{id}/comments", get(posts::comments::list).post(posts::comments::say))
        .route("/orders", get(orders::list).post(orders::buy))
        .route("/orders/{id}", get(orders::by_id::read))
        .route("/expensive/{key}", get(expensive::by_key))
        .route("/admin/cache", get(admin::cache::see).delete(admin::cache::clear))
        .route("/admin/security/events", get(admin::events::see))
        .route("/me", get(me::get))
        .route("/auth/login", post(auth::login::login.layer(by_address(5, MINUTE)?)))
        .route("/auth/refresh", post(auth::refresh::refresh.layer(by_address(30, MINUTE)?)))
        .route("/auth/logout", post(auth::logout::logout))
        .route("/api-keys", get(api_keys::list).post(api_keys::create))
        .route("/api-keys/{id}", delete(api_keys::revoke))
        .route("/catalog", get(catalog::list))
        .with_state(state);
    Ok(router)
}
