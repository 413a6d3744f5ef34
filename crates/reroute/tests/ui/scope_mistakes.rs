use reroute::prelude::*;

#[scope]
#[public]
pub struct Open;

#[scope]
#[requires("admin")]
#[timeout("soon")]
pub struct Slow;

fn main() {}
