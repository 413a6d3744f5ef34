//! The same answer, five ways.
//!
//! | name | what it is |
//! | --- | --- |
//! | `axum` | an axum router and nothing else |
//! | `axum-headers` | the same, whose handler sends the headers that reroute sends, with a request id |
//! | `axum-layers` | axum inside tower-http's layers for what reroute does by default, in one `ServiceBuilder` |
//! | `axum-layer-calls` | the same layers, by a call of `Router::layer` for each |
//! | `reroute` | a route file with the defaults |
//!
//! And an answer that is kept, three ways, for the same request:
//!
//! | name | what it is |
//! | --- | --- |
//! | `axum-constant` | axum whose handler sends the headers that reroute sends, and a constant |
//! | `axum-moka` | the same, whose body is looked up in moka by hand |
//! | `reroute-cached` | a route file whose handler has `#[cache("300 s", shared)]` |

mod axum;
mod cached;
mod id;
mod reroute;

use crate::Result;
use ::axum::{Router, body::Body, extract::Request, response::Response};
use ::reroute::{App, edge::Edge};
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use serde::Serialize;
use std::{
    collections::BTreeSet,
    hint::black_box,
    time::{Duration, Instant},
};

pub use self::axum::LAYERS;

/// The target of every request.
pub const TARGET: &str = "/users/7";

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contender {
    /// Bare axum.
    Axum,
    /// Axum that sends the headers that reroute sends.
    AxumHeaders,
    /// Axum inside the layers that do what reroute does.
    AxumLayers,
    /// Axum inside each of these layers by itself.
    AxumLayerCalls,
    /// Reroute with its defaults.
    Reroute,
    /// Axum that sends a constant, with the headers that reroute sends.
    AxumConstant,
    /// Axum that looks its body up in moka.
    AxumMoka,
    /// Reroute that keeps the answer.
    RerouteCached,
}

impl Contender {
    /// Those that compute their answer, in the order of the tables.
    pub const ALL: [Self; 5] = [Self::Axum, Self::AxumHeaders, Self::AxumLayers, Self::AxumLayerCalls, Self::Reroute];

    /// Those that have their answer.
    pub const CACHED: [Self; 3] = [Self::AxumConstant, Self::AxumMoka, Self::RerouteCached];

    /// What tables and commands call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Axum => "axum",
            Self::AxumHeaders => "axum-headers",
            Self::AxumLayers => "axum-layers",
            Self::AxumLayerCalls => "axum-layer-calls",
            Self::Reroute => "reroute",
            Self::AxumConstant => "axum-constant",
            Self::AxumMoka => "axum-moka",
            Self::RerouteCached => "reroute-cached",
        }
    }

    /// The one of this name.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn named(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .chain(Self::CACHED)
            .find(|contender| contender.name() == name)
            .ok_or_else(|| format!("there is no service `{name}`").into())
    }

    /// Makes it, ready to answer.
    ///
    /// # Errors
    ///
    /// When reroute refuses to start, or sends other headers than there are layers for.
    pub async fn service(self) -> Result<Service> {
        Ok(match self {
            Self::Axum => Service::Axum(axum::bare()),
            Self::AxumHeaders => Service::Axum(axum::headers(reroute::headers().await?)),
            Self::AxumLayers => Service::Axum(axum::layers(&reroute::headers().await?)?),
            Self::AxumLayerCalls => Service::Axum(axum::layer_calls(&reroute::headers().await?)?),
            Self::AxumConstant => Service::Axum(cached::constant(cached::hit().await?)),
            Self::AxumMoka => Service::Axum(cached::moka(cached::hit().await?)),
            Self::Reroute => Service::Reroute(reroute::edge(reroute::app())?),
            Self::RerouteCached => Service::Reroute(reroute::edge(cached::app())?),
        })
    }

    /// The application, of those that are in reroute.
    pub fn app(self) -> Option<App> {
        match self {
            Self::Reroute => Some(reroute::app()),
            Self::RerouteCached => Some(cached::app()),
            _ => None,
        }
    }
}

/// One of the programs, in process.
pub enum Service {
    /// A router that has its state, so that nothing is left to do for each request.
    Axum(Router),
    /// What reroute's server hands each request to.
    Reroute(Edge),
}

impl Service {
    /// An axum router with the same endpoint at each of these patterns, and the time until it can answer.
    pub fn axum_at(patterns: impl Iterator<Item = String>) -> (Self, Duration) {
        let start = Instant::now();
        (Self::Axum(axum::at(patterns)), start.elapsed())
    }

    /// The same of reroute, where the time is that of `App::into_service`: the files' own rows are there before.
    ///
    /// # Errors
    ///
    /// When reroute refuses to start.
    pub fn reroute_at(patterns: impl Iterator<Item = String>) -> Result<(Self, Duration)> {
        let app = reroute::at(patterns);
        let start = Instant::now();
        Ok((Self::Reroute(reroute::edge(app)?), start.elapsed()))
    }

    /// Answers one request.
    pub async fn answer(&mut self, request: Request) -> Response {
        match self {
            Self::Axum(router) => axum::answer(router, request).await,
            Self::Reroute(edge) => edge.handle(request).await,
        }
    }

    /// Makes a request for each of these targets, answers it, and drops the answer.
    pub async fn answer_all(&mut self, targets: impl Iterator<Item = &str>) {
        match self {
            Self::Axum(router) => {
                for target in targets {
                    black_box(axum::answer(router, request(target)).await);
                }
            }
            Self::Reroute(edge) => {
                for target in targets {
                    black_box(edge.handle(request(target)).await);
                }
            }
        }
    }
}

/// A request for this target, as a small client would send it.
///
/// # Panics
///
/// When it is no target.
pub fn request(target: &str) -> Request {
    let request = Request::get(target).header(header::HOST, "localhost").header(header::ACCEPT, "application/json");
    request.body(Body::empty()).expect("the target and both headers are valid")
}

/// The target that all contenders are asked for, this many times.
pub fn targets(requests: u32) -> impl Iterator<Item = &'static str> {
    (0..requests).map(|_| black_box(TARGET))
}

/// The answer.
#[derive(Serialize)]
struct User {
    id: i64,
    name: &'static str,
    email: &'static str,
}

fn user(id: i64) -> User {
    User { id, name: "ada", email: "ada@example.com" }
}

/// The patterns of the routes that nobody asks for: a table with one row would be found in no time.
const OTHERS: [&str; 10] = [
    "/",
    "/health",
    "/users",
    "/users/{id}/orders",
    "/products",
    "/products/{id}",
    "/products/{id}/reviews/{review}",
    "/auth/login",
    "/auth/logout",
    "/search",
];

/// Says so unless all answer alike: one body, and, but for bare axum, the headers of the same names.
///
/// `content-length` is left out: axum's router writes it, hyper writes it for reroute.
///
/// # Errors
///
/// What is different.
pub async fn compare(contenders: &[Contender]) -> Result<()> {
    let mut answers = Vec::new();
    for contender in contenders {
        let mut service = contender.service().await?;
        // What is kept has been asked for before.
        service.answer(request(TARGET)).await;
        let (head, body) = service.answer(request(TARGET)).await.into_parts();
        let names = names(&head.headers);
        answers.push((*contender, names, body.collect().await?.to_bytes()));
    }
    same(&answers)
}

/// The same check of answers from anywhere: the names of their headers and their bodies.
///
/// # Errors
///
/// What is different.
pub fn same<B: PartialEq + std::fmt::Debug>(answers: &[(Contender, BTreeSet<String>, B)]) -> Result<()> {
    let Some((first, _, body)) = answers.first() else { return Ok(()) };
    if let Some((other, _, others)) = answers.iter().find(|(_, _, others)| others != body) {
        return Err(format!("{} answers {body:?} and {} {others:?}", first.name(), other.name()).into());
    }
    let mut dressed = answers.iter().filter(|(contender, ..)| *contender != Contender::Axum);
    let Some((first, names, _)) = dressed.next() else { return Ok(()) };
    match dressed.find(|(_, others, _)| others != names) {
        Some((other, others, _)) => {
            let difference: Vec<_> = names.symmetric_difference(others).collect();
            Err(format!("of {} and {} only one sends {difference:?}", first.name(), other.name()).into())
        }
        None => Ok(()),
    }
}

fn names(headers: &HeaderMap) -> BTreeSet<String> {
    headers.keys().filter(|name| *name != header::CONTENT_LENGTH).map(ToString::to_string).collect()
}
