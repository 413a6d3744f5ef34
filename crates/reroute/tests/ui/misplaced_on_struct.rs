use reroute::prelude::*;

#[route]
#[timeout("2 s")]
pub struct Users;

fn main() {}
