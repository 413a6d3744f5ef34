use crate::{error::Result, route::Context};
use http::request::Parts;
use std::{future::Future, pin::Pin};

type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where on the way a limit is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitStage {
    /// First of all: nothing is known but the address.
    Address,
    /// Once the caller is known and may call.
    Caller,
    /// Once the parameters are parsed and valid.
    Input,
}

/// Decides whether there were too many requests.
pub trait Limit: Send + Sync + 'static {
    /// Admits the request, or says why not.
    fn admit<'a>(&'a self, stage: LimitStage, parts: &'a Parts, cx: &'a Context) -> Later<'a, Result<()>>;
}
