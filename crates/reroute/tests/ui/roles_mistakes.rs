use reroute::prelude::*;

#[roles]
pub struct Admin;

#[roles]
pub enum Holds {
    Customer,
    Owner(i64),
}

#[roles]
pub enum Nobody {}

#[roles(snake_case)]
pub enum Arguments {
    Customer,
}

#[roles]
pub enum Twice {
    HTTPAdmin,
    HttpAdmin,
}

#[roles]
pub fn role() {}

fn main() {}
