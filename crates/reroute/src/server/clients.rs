use super::Limits;
use std::{
    collections::{HashMap, hash_map::Entry},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Who holds how many connections. Counted exactly: a place is free when its connection is closed, and not before.
#[derive(Clone)]
pub(super) struct Clients {
    counts: Arc<Mutex<Counts>>,
    in_all: usize,
    of_one: usize,
}

#[derive(Default)]
struct Counts {
    all: usize,
    of: HashMap<Network, usize>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// The server has as many connections as it takes.
    All,
    /// This client has.
    Client,
}

impl Clients {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { counts: Arc::default(), in_all: limits.connections, of_one: limits.connections_of_client }
    }

    /// A place for a connection of this peer, of any if there is none.
    pub(super) fn admit(&self, peer: Option<IpAddr>) -> Result<Place, Full> {
        let network = peer.map(Network::of);
        let mut counts = lock(&self.counts);
        if counts.all >= self.in_all {
            return Err(Full::All);
        }
        if let Some(network) = network {
            let count = counts.of.get(&network).copied().unwrap_or_default();
            if count >= self.of_one {
                return Err(Full::Client);
            }
            counts.of.insert(network, count + 1);
        }
        counts.all += 1;
        Ok(Place { counts: self.counts.clone(), network })
    }
}

/// A connection's place, free again when this is dropped.
pub(super) struct Place {
    counts: Arc<Mutex<Counts>>,
    network: Option<Network>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = lock(&self.counts);
        counts.all -= 1;
        if let Some(network) = self.network
            && let Entry::Occupied(mut count) = counts.of.entry(network)
        {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

/// What counts as one client: whoever holds an IPv6 address holds its /64.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Network {
    V4([u8; 4]),
    V6([u8; 8]),
}

impl Network {
    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address.octets()),
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Self::V6([a, b, c, d, e, f, g, h])
            }
        }
    }
}

/// Nothing panics while it holds the counts, so they are whole even if the lock says otherwise.
fn lock(counts: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clients() -> Clients {
        Clients::new(&Limits { connections: 3, connections_of_client: 2, ..Limits::default() })
    }

    fn admit(clients: &Clients, peer: &str) -> Result<Place, Full> {
        clients.admit(Some(peer.parse().expect("an address")))
    }

    #[test]
    fn places_are_free_again_and_forgotten() {
        let clients = clients();
        let (first, second) = (admit(&clients, "192.0.2.1"), admit(&clients, "192.0.2.1"));
        assert_eq!(admit(&clients, "192.0.2.1").err(), Some(Full::Client));
        drop(first);
        let third = admit(&clients, "192.0.2.1").expect("a place is free");
        drop((second, third));
        let counts = lock(&clients.counts);
        assert_eq!((counts.all, counts.of.len()), (0, 0));
    }

    #[test]
    fn attack_5_and_6_a_client_is_an_ipv4_address_or_a_64() {
        let clients = clients();
        let _held = (admit(&clients, "2001:db8::1"), admit(&clients, "2001:db8::ffff:2"));
        assert_eq!(admit(&clients, "2001:db8::3").err(), Some(Full::Client));
        let _other = admit(&clients, "::ffff:192.0.2.1").expect("an IPv4 address in IPv6's clothes is another client");
        assert_eq!(admit(&clients, "192.0.2.2").err(), Some(Full::All));
    }

    #[test]
    fn peers_without_an_address_count_towards_all_alone() {
        let clients = clients();
        let held: Vec<Place> = (0..3).map(|_| clients.admit(None).expect("a place")).collect();
        assert_eq!(clients.admit(None).err(), Some(Full::All));
        drop(held);
    }
}
