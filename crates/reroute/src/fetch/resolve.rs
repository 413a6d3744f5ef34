//! The one step from a name to addresses: what it lets through is what is connected to.

use super::target::Rules;
use crate::error::BoxError;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reroute_core::address::Class;
use std::{
    fmt,
    future::Future,
    io,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    pin::Pin,
    sync::Arc,
};
use tokio::sync::Semaphore;

type Looking = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// From a name to its addresses.
pub(super) type LookUp = Box<dyn Fn(String) -> Looking + Send + Sync>;

/// How many names are looked up at once. Each takes a thread of those that files and uploads need, too, and keeps it for as long as a name server is silent, whether
/// somebody waits for it still or not.
const MOST: usize = 32;

/// The machine's own way.
pub(super) fn system() -> LookUp {
    static TURNS: Semaphore = Semaphore::const_new(MOST);
    Box::new(|name| {
        let look_up = move || Ok((name.as_str(), 0).to_socket_addrs()?.map(|found| found.ip()).collect());
        Box::pin(in_turn(&TURNS, look_up))
    })
}

/// Looks up on a thread of its own, once it is its turn, which lasts until the thread is done.
async fn in_turn<F>(turns: &'static Semaphore, look_up: F) -> io::Result<Vec<IpAddr>>
where
    F: FnOnce() -> io::Result<Vec<IpAddr>> + Send + 'static,
{
    let turn = turns.acquire().await.map_err(io::Error::other)?;
    let looking = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        look_up()
    });
    looking.await.map_err(io::Error::other)?
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::mpsc::channel,
        task::{Context, Waker},
    };

    /// A name server that never answers takes no more than its turns.
    #[tokio::test]
    async fn a_turn_lasts_as_long_as_its_thread() {
        static TURNS: Semaphore = Semaphore::const_new(1);
        let mut once = Context::from_waker(Waker::noop());
        let (answer, silent) = channel::<()>();
        let mut hung = Box::pin(in_turn(&TURNS, move || {
            let _ = silent.recv();
            Ok(Vec::new())
        }));
        assert!(hung.as_mut().poll(&mut once).is_pending());
        // Nobody waits for it any more; its thread is there still.
        drop(hung);
        let mut next = Box::pin(in_turn(&TURNS, || Ok(vec![[192, 0, 2, 1].into()])));
        assert!(next.as_mut().poll(&mut once).is_pending());
        assert_eq!(TURNS.available_permits(), 0);
        answer.send(()).expect("the thread waits");
        assert_eq!(next.await.expect("it is its turn").len(), 1);
    }
}
