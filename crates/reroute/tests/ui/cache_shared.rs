use reroute::prelude::*;

struct Unknown;

impl FromRequestParts<Context> for Unknown {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, _: &Context) -> Result<Self> {
        Ok(Self)
    }
}

#[route]
pub struct Arguments;

#[route]
impl Arguments {
    #[public]
    #[cache("60 s", shared)]
    async fn get(&self, _state: State<u8>, _me: Option<Principal>, _page: Page) {}

    #[requires]
    #[cache("60 s", shared = "no two callers are told apart")]
    async fn head(&self, _headers: HeaderMap, _known: IfNoneMatch, _mine: Unknown) {}
}

#[route]
pub struct Fields {
    _me: Option<Principal>,
}

#[route]
impl Fields {
    #[public]
    #[cache("60 s", shared)]
    async fn get(&self) {}
}

#[route]
pub struct Bodies;

#[route]
impl Bodies {
    #[public]
    #[cache("60 s")]
    async fn get(&self, Json(_text): Json<String>) {}
}

fn main() {}
