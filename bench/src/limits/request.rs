//! What a limit adds to a request in process: to reroute's endpoint an attribute, to axum's router the layer of tower_governor. Both count
//! by the address of the client, both tell the caller in headers how the limit stands.
#![allow(unreachable_pub, reason = "a route has to be `pub`, wherever it stands")]

use crate::{
    Result,
    report::{Row, Target, median, progress},
};
use ::axum::{Router, body::Body, extract::ConnectInfo, response::Response, routing::get};
use http::Request;
use reroute::{Tree, edge::Edge, file, prelude::*};
use std::{hint::black_box, net::SocketAddr, time::Instant};
use tower::Service;
use tower_governor::{GovernorLayer, governor::GovernorConfigBuilder};

const ROUNDS: usize = 80;
const REQUESTS: u32 = 10_000;

/// Without a limit.
#[route]
pub struct Free;

#[route]
impl Free {
    /// Says hello.
    #[public]
    async fn get(&self) -> &'static str {
        "hello"
    }
}

/// With one.
#[route]
pub struct Limited;

#[route]
impl Limited {
    #[public]
    #[rate_limit("10000000/sec")]
    async fn get(&self) -> &'static str {
        "hello"
    }
}

enum One {
    Reroute(Edge),
    Axum(Router),
}

impl One {
    async fn answer(&mut self) -> Response {
        let mut request = Request::get("/").header("host", "localhost").body(Body::empty()).unwrap_or_default();
        match self {
            Self::Reroute(edge) => edge.handle(request).await,
            Self::Axum(router) => {
                request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))));
                let Ok(response) = router.call(request).await;
                response
            }
        }
    }
}

/// Measures what both add, in alternating rounds.
///
/// # Errors
///
/// When reroute refuses to start, or an answer is none.
pub(super) fn measure() -> Result<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut all = [
            (reroute(file::<Free>("/", "free.rs"))?, Vec::new()),
            (reroute(file::<Limited>("/", "limited.rs"))?, Vec::new()),
            (One::Axum(bare()), Vec::new()),
            (One::Axum(governed()?), Vec::new()),
        ];
        for (one, _) in &mut all {
            if one.answer().await.status() != 200 {
                return Err("a service does not answer".into());
            }
        }
        for round in 1..=ROUNDS {
            if round % 20 == 0 {
                progress(&format!("limits, round {round} of {ROUNDS}"));
            }
            for (one, times) in &mut all {
                let start = Instant::now();
                for _ in 0..REQUESTS {
                    black_box(one.answer().await);
                }
                times.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(REQUESTS));
            }
        }
        let [free, limited, bare, governed] = all.map(|(_, times)| median(times));
        let (ours, theirs) = (limited - free, governed - bare);
        Ok(vec![
            Row::ratio(
                "limits: what one adds to a request in process, reroute / axum with tower_governor",
                format!("{ours:.0} ns / {theirs:.0} ns"),
                ours / theirs,
                Some(Target::AtMost(1.0)),
            ),
            Row::ratio(
                "limits: a limited request in process, reroute / axum with tower_governor",
                format!("{limited:.0} ns / {governed:.0} ns"),
                limited / governed,
                None,
            ),
        ])
    })
}

fn reroute(file: reroute::route::File) -> Result<One> {
    let edge = App::new(Tree::new([file])).into_service().map_err(|refused| refused.to_string())?;
    Ok(One::Reroute(edge))
}

fn bare() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

fn governed() -> Result<Router> {
    let config = GovernorConfigBuilder::default().per_nanosecond(100).burst_size(10_000_000).use_headers().finish();
    Ok(bare().layer(GovernorLayer::new(config.ok_or("no configuration")?)))
}
