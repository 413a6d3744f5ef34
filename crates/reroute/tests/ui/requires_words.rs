use reroute::prelude::*;

#[route]
pub struct Users;

#[route]
impl Users {
    #[requires(scope = "orders:read orders:write")]
    async fn get(&self) -> &'static str {
        "users"
    }

    #[requires(scope = "")]
    async fn put(&self) -> &'static str {
        "users"
    }

    #[requires(scope = "orders:read", scope = "orders:write")]
    async fn post(&self) -> &'static str {
        "users"
    }

    #[requires(scheme = "api key")]
    async fn delete(&self) -> &'static str {
        "users"
    }

    #[requires(scheme = "jwt", scheme = "api_key")]
    async fn patch(&self) -> &'static str {
        "users"
    }

    #[requires(check = Self::may, scope = "orders:read", anonymous)]
    async fn head(&self) -> &'static str {
        "users"
    }

    #[requires(scopes = "orders:read")]
    async fn options(&self) -> &'static str {
        "users"
    }

    fn may(&self) -> bool {
        true
    }
}

fn main() {}
