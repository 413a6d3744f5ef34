//! The program in reroute, with its defaults.
#![allow(unreachable_pub, reason = "a route has to be `pub`, wherever it stands")]

use super::{OTHERS, TARGET, User, request, user};
use http::header;
use reroute::{Tree, edge::Edge, file, prelude::*};

/// The route that is asked for.
#[route]
pub struct Account;

#[route]
impl Account {
    /// The answer.
    #[public]
    async fn get(&self, Path(id): Path<i64>) -> Json<User> {
        Json(user(id))
    }
}

/// The others.
#[route]
pub struct Other;

#[route]
impl Other {
    /// What nobody asks for.
    #[public]
    async fn get(&self) -> Json<User> {
        Json(user(0))
    }
}

/// The application.
pub fn app() -> App {
    App::new(Tree::new(others().chain([file::<Account>("/users/{id}", "users/[id].rs")])))
}

/// The routes that nobody asks for.
pub(super) fn others() -> impl Iterator<Item = reroute::route::File> {
    OTHERS.iter().map(|pattern| file::<Other>(*pattern, "other.rs"))
}

/// An application with the same endpoint at each of these patterns.
pub(super) fn at(patterns: impl Iterator<Item = String>) -> App {
    App::new(Tree::new(patterns.map(|pattern| file::<Account>(pattern, "any.rs"))))
}

/// The service of an application that is known to start.
pub(super) fn edge(app: App) -> crate::Result<Edge> {
    app.into_service().map_err(|refused| refused.to_string().into())
}

/// The headers that its answers bear and that do not change: those of every other program are copied from here.
pub(super) async fn headers() -> crate::Result<HeaderMap> {
    let mut headers = edge(app())?.handle(request(TARGET)).await.into_parts().0.headers;
    for own in [header::CONTENT_TYPE.as_str(), header::CONTENT_LENGTH.as_str(), "x-request-id"] {
        headers.remove(own);
    }
    Ok(headers)
}

// Both sides answer with the same type; here it says that it may go out.
impl reroute::Output for User {}
