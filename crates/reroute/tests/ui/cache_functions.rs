use reroute::prelude::*;

#[derive(Clone)]
struct NoKey;

struct NoClone;

#[cache("5 min")]
async fn argument(_n: u32, _key: NoKey, _ratio: f64) -> u32 {
    1
}

#[cache("5 min")]
fn result(_n: u32) -> NoClone {
    NoClone
}

#[cache("5 min")]
async fn success(_n: u32) -> Result<NoClone> {
    Ok(NoClone)
}

impl NoKey {
    #[cache("5 min")]
    fn receiver(&self) -> u32 {
        1
    }
}

fn main() {}
