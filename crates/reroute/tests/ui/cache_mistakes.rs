use reroute::prelude::*;

#[route]
pub struct Mistakes;

#[route]
impl Mistakes {
    #[public]
    #[cache]
    async fn get(&self) {}

    #[public]
    #[cache("60 s")]
    async fn post(&self) {}

    #[requires]
    #[cache("60 s", shared)]
    async fn head(&self) {}
}

#[route]
pub struct Durations;

#[route]
impl Durations {
    #[public]
    #[cache("60")]
    async fn get(&self) {}

    #[public]
    #[cache(duration = 0)]
    async fn head(&self) {}
}

#[route]
pub struct Options;

#[route]
impl Options {
    #[public]
    #[cache("60 s", key = 1)]
    async fn get(&self) {}

    #[public]
    #[cache("60 s", capacity = 1)]
    async fn head(&self) {}
}

#[route]
pub struct Twice;

#[route]
impl Twice {
    #[public]
    #[cache("60 s")]
    #[cache("60 s")]
    async fn get(&self) {}

    #[public]
    #[cache("60 s", shared = " ")]
    async fn head(&self) {}
}

#[route]
pub struct Words;

#[route]
impl Words {
    #[public]
    #[cache("60 s", share)]
    async fn get(&self) {}

    #[public]
    #[cache("60 s", shared)]
    async fn head(&self, #[header] accept: Option<String>) {
        let _ = accept;
    }
}

#[route]
pub struct Hook;

#[route]
impl Hook {
    async fn before_request(&mut self, _: &RequestHead<'_>) -> Result<()> {
        Ok(())
    }

    #[public]
    #[cache("60 s", shared)]
    async fn get(&self) {}
}

fn main() {}
