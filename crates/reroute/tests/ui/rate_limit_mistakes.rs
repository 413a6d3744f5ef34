//! Limits that cannot be read, or count by what cannot be counted by.
use reroute::prelude::*;

#[route]
pub struct Login;

#[route]
impl Login {
    #[public]
    #[rate_limit("5/minn")]
    async fn get(&self) {}

    #[public]
    #[rate_limit("0/min")]
    #[rate_limit(5)]
    async fn post(&self) {}

    #[public]
    #[rate_limit]
    async fn put(&self) {}

    #[public]
    #[rate_limit("5/min", per = "user")]
    async fn patch(&self) {}

    #[public]
    #[rate_limit("5/min", pre = "ip")]
    async fn delete(&self) {}

    #[public]
    #[rate_limit("5/min", per = "ip", key = 1)]
    async fn head(&self) {}

    #[public]
    #[rate_limit("5/min", count = "failure", if_store_fails = "closed")]
    async fn options(&self) {}
}

fn main() {}
