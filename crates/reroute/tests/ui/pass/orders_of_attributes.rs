//! Attributes may stand in any order, above or below `#[route]`, with hooks, checks of all kinds and each receiver.
use reroute::prelude::*;

async fn staff(me: Principal) -> bool {
    me.has_role("staff")
}

fn open() -> Result<bool, std::fmt::Error> {
    Ok(true)
}

#[timeout("0.5 s")]
#[scope]
#[requires("admin", check = staff)]
pub struct Admin;

#[route]
pub struct All {
    me: Option<Principal>,
    #[init]
    count: u32,
}

#[requires(check = staff)]
#[route]
#[timeout("1 min")]
impl All {
    #[timeout("2 s")]
    #[requires(check = Self::own)]
    async fn get(&self) -> String {
        format!("{:?} {}", self.me, self.count)
    }

    #[requires("a", "b", check = open)]
    async fn post(&mut self, me: Principal, headers: HeaderMap) -> Result<StatusCode> {
        self.count += headers.len() as u32;
        Ok(if me.has_role("a") { StatusCode::OK } else { StatusCode::ACCEPTED })
    }

    #[requires(check = Self::sync, anonymous)]
    async fn delete() -> StatusCode {
        StatusCode::NO_CONTENT
    }

    async fn own(&self, me: Principal) -> Result<bool> {
        Ok(me.name() != "eve")
    }

    fn sync(&self) -> bool {
        self.count == 0
    }

    async fn before_request(&mut self, head: &RequestHead<'_>) -> Result<()> {
        self.count = head.headers().len() as u32;
        Ok(())
    }

    fn after_request(&self, response: &mut Response) {
        response.headers_mut().insert("x-count", self.count.into());
    }

    async fn on_error(&self, error: &Error) -> Option<Response> {
        (error.status() == 418).then(|| "tea".into_response())
    }
}

fn main() {}
