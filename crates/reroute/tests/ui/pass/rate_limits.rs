//! Everything that a limit can say.
use reroute::prelude::*;

#[input]
pub struct Credentials {
    username: String,
}

#[scope]
#[rate_limit("1000/day")]
pub struct Folder;

#[route]
pub struct Login;

#[route]
#[rate_limit("30/5 min", per = "global")]
impl Login {
    #[public]
    #[rate_limit("100/hour")]
    #[rate_limit("5/min", key = (&credentials.username, request.client_network()), count = "failures", if_store_fails = "closed")]
    #[rate_limit("5/min", key = credentials.username.to_lowercase(), count = "all", if_store_fails = "local",)]
    async fn post(&self, Json(mut credentials): Json<Credentials>) -> String {
        credentials.username.push('!');
        credentials.username
    }

    #[requires]
    #[rate_limit("10/sec", per = "principal")]
    #[rate_limit("10/sec", key = format!("{id}"))]
    #[rate_limit("10/sec", key = *id)]
    #[rate_limit("10/sec", key = tag)]
    #[rate_limit("10/sec", key = request.method().as_str().len())]
    async fn get(&self, Path(id): Path<i64>, #[query] tag: Option<String>) -> String {
        format!("{id} {tag:?}")
    }
}

fn main() {}
