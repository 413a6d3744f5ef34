//! hyper's server, with nothing set and nothing around it.

use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use std::{convert::Infallible, net::SocketAddr};
use tokio::{net::TcpListener, task::JoinHandle};

/// Ends with the test's runtime.
pub(crate) struct Bare {
    pub(crate) address: SocketAddr,
    _serving: JoinHandle<()>,
}

impl Bare {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let builder = auto::Builder::new(TokioExecutor::new());
                    // A connection that ends in an error is what many cases ask for.
                    let _ = builder.serve_connection(TokioIo::new(stream), service_fn(answer)).await;
                });
            }
        });
        Self { address, _serving: serving }
    }
}

/// As the routes of [`super::h2::app`] answer.
async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    if request.uri().path() == "/held" {
        std::future::pending::<()>().await;
    }
    let is_whole = request.method() == Method::GET || request.into_body().collect().await.is_ok();
    let status = if is_whole { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let mut response = Response::new(Full::from("hello"));
    *response.status_mut() = status;
    Ok(response)
}
