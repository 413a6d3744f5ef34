//! The application that the targets ask, and what holds for all of its answers.

mod inputs;

pub use inputs::{Look, Order, Upload};

use futures_util::stream;
use http_body_util::BodyExt;
use reroute::{
    App, Tree,
    app::States,
    auth::{Account, Accounts, Cookies, SessionAuth},
    axum_core::body::Body,
    edge::Edge,
    http::Request,
    prelude::*,
};
use std::{convert::Infallible, sync::LazyLock};
use tokio::runtime::{Builder, Runtime};

#[route]
pub struct Asked;

#[route]
impl Asked {
    #[public]
    async fn get(
        &self,
        Query(look): Query<Look>,
        page: Page,
        #[query(max_length = 3)] tag: Option<String>,
        #[query(default = 7, le = 9)] level: u8,
    ) -> String {
        format!("{look:?} {page:?} {tag:?} {level}")
    }

    #[public]
    async fn post(&self, Form(look): Form<Look>) -> String {
        format!("{look:?}")
    }

    #[public]
    async fn put(&self, Json(order): Json<Order>) -> String {
        format!("{order:?}")
    }
}

#[route]
pub struct Sent;

#[route]
impl Sent {
    #[public]
    async fn post(&self, Multipart(upload): Multipart<Upload>) -> String {
        format!("{upload:?}")
    }
}

#[route]
pub struct Told;

#[route]
impl Told {
    #[public]
    async fn get(
        &self,
        Header(look): Header<Look>,
        Cookie(cookies): Cookie<Look>,
        #[header] if_match: Option<String>,
        #[cookie(pattern = "^[a-z]+$")] theme: Option<String>,
    ) -> String {
        format!("{look:?} {cookies:?} {if_match:?} {theme:?}")
    }
}

/// Every account there could be.
struct Everybody;

impl Accounts for Everybody {
    async fn find(&self, subject: &str, _: &States) -> Result<Option<Account>> {
        Ok(Some(Account::new(subject)))
    }
}

#[route]
pub struct Sealed {
    cookies: Cookies,
}

#[route]
impl Sealed {
    #[public]
    async fn get(&self, me: Option<Principal>) -> String {
        let name = me.as_ref().map(Principal::name);
        format!("{name:?} {:?} {:?}", self.cookies.get_encrypted("kept"), self.cookies.get_signed("kept"))
    }
}

/// A body that arrives in pieces of that many bytes.
pub fn in_pieces(body: &[u8], size: usize) -> Body {
    let pieces: Vec<_> = body.chunks(size).map(|piece| Ok::<_, Infallible>(piece.to_vec())).collect();
    Body::from_stream(stream::iter(pieces))
}

/// Sends it, and gives the status of the answer once all that every answer has is there.
///
/// # Panics
///
/// When it is not, or when the application fails.
pub fn ask(request: Request<Body>) -> u16 {
    ask_for_text(request).0
}

/// [`ask`], with the body of the answer.
///
/// # Panics
///
/// As there.
pub fn ask_for_text(request: Request<Body>) -> (u16, String) {
    static RUNTIME: LazyLock<Runtime> =
        LazyLock::new(|| Builder::new_current_thread().enable_time().build().expect("a runtime"));
    static APP: LazyLock<Edge> = LazyLock::new(|| {
        let files = [
            reroute::file::<Asked>("/asked", "asked.rs"),
            reroute::file::<Sent>("/sent", "sent.rs"),
            reroute::file::<Told>("/told", "told.rs"),
            reroute::file::<Sealed>("/sealed", "sealed.rs"),
        ];
        let app = App::new(Tree::new(files)).accounts(Everybody).authenticate(SessionAuth::new());
        app.into_service().expect("the application starts")
    });
    let (parts, body) = RUNTIME.block_on(async {
        let (parts, body) = APP.handle(request).await.into_parts();
        (parts, body.collect().await.expect("the body is whole").to_bytes())
    });
    let status = parts.status.as_u16();
    assert!(status < 500, "{status} {body:?}");
    for name in ["x-request-id", "content-security-policy", "x-content-type-options"] {
        assert_eq!(parts.headers.get_all(name).iter().count(), 1, "{name}");
    }
    if status >= 400 {
        assert_eq!(parts.headers["content-type"], "application/problem+json");
        let problem: serde_json::Value = serde_json::from_slice(&body).expect("a problem is JSON");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["errors"].as_array().is_some_and(|errors| !errors.is_empty()), status == 422, "{problem}");
    }
    (status, String::from_utf8_lossy(&body).into_owned())
}
