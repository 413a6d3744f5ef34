use reroute::prelude::*;

#[cache("60 s")]
pub struct Nothing;

#[route]
#[cache("60 s")]
pub struct Struct;

#[route]
#[cache("60 s")]
impl Struct {
    #[public]
    async fn get(&self) {}
}

#[scope]
#[cache("60 s")]
pub struct Admin;

pub struct Hooked;

#[cache("60 s")]
impl Hooked {}

fn main() {}
