use reroute::prelude::*;

struct Counter(u32);

impl Counter {
    #[cache("5 min")]
    fn next(&mut self) -> u32 {
        self.0
    }
}

#[cache]
fn bare() {}

#[cache("5 min", shared)]
fn shared() {}

#[cache("5 min", capacity = 0)]
fn none() {}

#[cache("5 minutes and a bit")]
fn odd() {}

#[cache(duration = 1.5)]
fn half() {}

#[cache("5 min")]
fn pattern((a, b): (u32, u32)) -> u32 {
    a + b
}

#[cache("5 min")]
fn named() -> impl Clone {
    1
}

#[cache("5 min")]
const fn constant() -> u32 {
    1
}

fn main() {}
