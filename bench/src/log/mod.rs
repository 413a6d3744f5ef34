//! What a security event costs: the thread that writes, the request that emits it, and all requests while nobody reads what is written.

mod emit;
pub mod stalled;
mod write;

use crate::{Result, report::Row};
use reroute::{log::Event, security_log, testing};

const KEY: &str = "Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo";

/// Measures all three.
///
/// # Errors
///
/// When a file cannot be made, or a server does not start.
pub fn measure() -> Result<Vec<Row>> {
    let folder = std::env::temp_dir().join(format!("reroute-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    testing::open_security_log(&folder.join("emitted.log"), KEY).map_err(told)?;
    let rows = write::measure(&folder).and_then(|written| {
        let [beside_both, beside_formatting] = emit::measure();
        Ok(vec![written, beside_both, beside_formatting, stalled::measure()?])
    });
    std::fs::remove_dir_all(&folder)?;
    rows
}

/// A wrong password for the account of this number, from an address of its own: nothing is folded.
fn event(nth: u32) -> Event {
    security_log()
        .auth_failure("Invalid credentials")
        .user(user(nth))
        .ip(nth.to_be_bytes().into())
        .endpoint("POST /auth/login")
        .with("request_id", "01JDFB4S0Q8XGZ5T7W2N3M6K9P")
}

fn user(nth: u32) -> String {
    format!("user{nth}@example.com")
}

/// An error of reroute says outside no more than its status.
fn told(error: reroute::Error) -> String {
    format!("{error:?}")
}
