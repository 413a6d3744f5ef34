use axum::extract::Path;
use reroute::route;

#[route]
pub struct User;

#[route]
impl User {
    #[public]
    async fn get(&self, Path(id): Path<i64>) -> String {
        id.to_string()
    }

    #[public]
    async fn put(&self, path: axum::extract::MatchedPath) -> String {
        path.as_str().to_owned()
    }
}

fn main() {}
