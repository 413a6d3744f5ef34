use reroute::prelude::*;

#[roles]
pub enum Role {
    Customer,
    Admin,
}

pub enum Kind {
    Admin,
}

const ADMIN: &str = "admin";

#[route]
pub struct Users;

#[route]
impl Users {
    #[requires(Role::Admn)]
    async fn get(&self) -> &'static str {
        "users"
    }

    #[requires(Kind::Admin)]
    async fn put(&self) -> &'static str {
        "users"
    }

    #[requires(ADMIN)]
    async fn post(&self) -> &'static str {
        "users"
    }

    #[requires(Rolle::Admin)]
    async fn delete(&self) -> &'static str {
        "users"
    }
}

fn main() {}
