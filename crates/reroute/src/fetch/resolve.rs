//! The one step from a name to addresses: what it lets through is what is connected to.

use super::target::Rules;
use crate::error::BoxError;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reroute_core::address::Class;
use std::{
    fmt,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

type Looking = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// From a name to its addresses.
pub(super) type LookUp = Box<dyn Fn(String) -> Looking + Send + Sync>;

/// The machine's own way.
pub(super) fn system() -> LookUp {
    Box::new(|name| {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| found.ip()).collect()) })
    })
}

/// Looks names up, and looks at what comes of it.
pub(super) struct Checked {
    pub(super) look_up: Arc<LookUp>,
    pub(super) rules: Arc<Rules>,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (looking, rules) = ((self.look_up)(name.as_str().to_owned()), self.rules.clone());
        Box::pin(async move {
            let addresses = looking.await?;
            // One that is not public refuses all: whoever names it beside a public one wants the next connection to go there.
            for address in &addresses {
                rules.permit(*address).map_err(|class| BoxError::from(NotPublic(class)))?;
            }
            if addresses.is_empty() {
                return Err("the name has no address".into());
            }
            // The connector puts the port in.
            Ok(Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

/// A name has an address that may not be connected to.
#[derive(Debug)]
pub(super) struct NotPublic(pub(super) Class);

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an address of the name is not public: {}", self.0)
    }
}

impl std::error::Error for NotPublic {}
