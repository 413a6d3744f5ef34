//! One line of log for each request, for those who turn it on with `RUST_LOG=reroute::access=info`.

use super::Guise;
use http::{Method, StatusCode};
use std::{net::IpAddr, time::Instant};

/// What of a request its line is made of. Neither query nor headers: both may hold what nobody may read.
pub(super) struct Access {
    method: Method,
    path: String,
    client: IpAddr,
    began: Instant,
}

impl Access {
    /// Nothing, at the price of one look, where nobody wants the line.
    pub(super) fn begin(method: &Method, path: &str, client: IpAddr) -> Option<Box<Self>> {
        if !tracing::enabled!(target: "reroute::access", tracing::Level::INFO) {
            return None;
        }
        let path = path.chars().take(1024).collect();
        Some(Box::new(Self { method: method.clone(), path, client, began: Instant::now() }))
    }

    pub(super) fn end(&self, status: StatusCode, guise: &Guise) {
        let micros = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        tracing::info!(
            target: "reroute::access",
            method = %self.method,
            path = self.path,
            status = status.as_u16(),
            client = %self.client,
            request_id = %guise.id,
            micros,
        );
    }
}
