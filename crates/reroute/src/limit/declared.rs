use crate::route::RequestHead;
use reroute_core::{address::ClientNetwork, rate::Rate};
use sha2::{Digest, Sha256};
use std::{
    fmt,
    hash::{Hash, Hasher},
    time::Duration,
};

/// One `#[rate_limit]`, as it is declared.
#[derive(Debug, Clone)]
pub struct Limit {
    /// How many in how long.
    pub rate: Rate,
    /// Who is told apart.
    pub per: Per,
    /// What counts.
    pub counts: Counts,
    /// What holds while the shared store cannot be asked, where the setting `redis_failure` is not stricter.
    pub if_store_fails: StoreFailure,
    /// Where it is declared: what is declared once is counted once.
    pub declared: Declared,
}

/// Who is told apart by a limit.
#[derive(Clone, Copy)]
pub enum Per {
    /// Client networks.
    Ip,
    /// Callers.
    Principal,
    /// Nobody: all count together.
    Global,
    /// What a function makes of the request's head.
    Request(fn(&RequestHead<'_>) -> Key),
    /// What the endpoint's own function of this number makes of its arguments.
    Input(usize),
}

/// What counts against a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// Every request.
    All,
    /// Requests that are answered with 400 to 499.
    Failures,
}

/// What holds while the shared store cannot be asked. The stricter is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StoreFailure {
    /// No limit.
    Open,
    /// The limit of this process alone.
    Local,
    /// Nobody is admitted: 503.
    Closed,
}

/// Where a limit is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declared {
    /// On a handler.
    Handler,
    /// On the `impl` of a route.
    Route,
    /// On this scope.
    Scope(&'static str),
}

/// What a limit counts by: a digest, so that neither its size nor its content matters to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(pub(super) u64);

impl Key {
    /// The key of anything that can be hashed. Equal values have equal keys in every process of one build of the application.
    ///
    /// ```
    /// use reroute::limit::Key;
    ///
    /// assert_eq!(Key::of(&("ada", 7)), Key::of(&("ada", 7)));
    /// assert_ne!(Key::of(&("ada", 7)), Key::of(&("ad", "a7")));
    /// ```
    pub fn of<T: Keyed + ?Sized>(value: &T) -> Self {
        let mut feed = Feed(Sha256::new());
        value.feed(&mut feed);
        Self(feed.finish())
    }

    /// The one key of what counts all together.
    pub(super) const ALL: Self = Self(0);

    pub(super) fn of_network(network: ClientNetwork) -> Self {
        Self(network.to_bits())
    }
}

/// What a limit can be counted by.
#[diagnostic::on_unimplemented(
    message = "a limit cannot be counted by `{Self}`",
    label = "this key cannot be hashed",
    note = "`key = …` is an expression over `request` and the handler's arguments whose value implements `Hash`, such as `&credentials.username`"
)]
pub trait Keyed {
    /// Feeds the value into a hasher.
    fn feed<H: Hasher>(&self, hasher: &mut H);
}

#[diagnostic::do_not_recommend]
impl<T: Hash + ?Sized> Keyed for T {
    fn feed<H: Hasher>(&self, hasher: &mut H) {
        self.hash(hasher);
    }
}

/// A hasher whose results nobody can aim at: a caller who chooses names must not be able to choose whose count they share.
struct Feed(Sha256);

impl Hasher for Feed {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        // A digest of SHA-256 has 32 bytes.
        digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

/// The rate of a `#[rate_limit]`.
///
/// # Panics
///
/// Never for what the macro accepted.
pub fn rate(count: u32, period: Duration) -> Rate {
    Rate::new(count, period).expect("`#[rate_limit]` has read this rate already")
}

impl fmt::Debug for Per {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Per {
    /// As answers and listings call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Principal => "principal",
            Self::Global => "global",
            Self::Request(_) | Self::Input(_) => "key",
        }
    }
}

impl fmt::Display for Limit {
    /// As `routes` prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failures = if self.counts == Counts::Failures { " failures" } else { "" };
        write!(f, "{}{failures} per {}", self.rate, self.per.name())
    }
}
