//! What cannot be shared between processes.
use reroute::prelude::*;

#[derive(Clone)]
struct Own;

#[cache("5 min", serde)]
async fn own() -> Own {
    Own
}

#[cache("5 min", serde)]
async fn success() -> Result<Own> {
    Ok(Own)
}

fn main() {}
