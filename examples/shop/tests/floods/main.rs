//! Clients that send much or nothing, over HTTP/2: the shop's process grows by little, and serves others afterwards.

#[path = "../../../../crates/reroute/tests/h2/frames.rs"]
#[expect(dead_code, unreachable_pub, reason = "the floods take what they need")]
mod frames;
#[path = "../support/mod.rs"]
mod support;

mod driver;
mod flood;
#[cfg(target_os = "linux")]
mod memory;
