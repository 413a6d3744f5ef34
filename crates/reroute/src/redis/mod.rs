//! The Redis or Valkey that all processes of the application share.
//!
//! One connection serves all requests, which are sent one behind the other without waiting. When it fails, nobody waits for it any longer: one
//! task looks for it, less and less often, and everybody goes back once it has answered.

use crate::{
    config::{Secret, mac},
    error::{Error, Result},
    log::security_log,
    route::{Context, Describe},
};
use ::redis::{AsyncConnectionConfig, Client, RedisError, RedisResult, aio::MultiplexedConnection};
use axum_core::extract::FromRequestParts;
use hmac::{Hmac, Mac};
use http::request::Parts;
use sha2::Sha256;
use std::{
    fmt::{self, Write},
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How long the search waits after its first failure, and at most.
const FIRST_WAIT: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// How long a new connection may take, where an answer's time is shorter.
const CONNECT: Duration = Duration::from_secs(1);

/// The shared store, as far as it can be asked.
pub(crate) struct Redis {
    client: Client,
    timeout: Duration,
    link: Mutex<Link>,
    /// Names what stands there, so that applications with other secrets do not meet. Without a key that outlives the process, names are plain:
    /// else no two processes would share anything.
    names: Option<Hmac<Sha256>>,
}

struct Link {
    connection: Option<MultiplexedConnection>,
    /// Counts the connections, so that a late failure of an old one does not end the new.
    generation: u64,
}

/// A connection that answered when last heard of.
pub(crate) struct Connection {
    pub(crate) commands: MultiplexedConnection,
    generation: u64,
}

impl Redis {
    /// Connects, or begins to look for it. `key` is the application's own, if it has one.
    ///
    /// # Errors
    ///
    /// When `url` is no address of a Redis: the text says why, without the password in it.
    pub(crate) async fn open(url: &Secret, timeout: Duration, key: Option<&Secret>) -> Result<Arc<Self>, String> {
        let client = Client::open(url.expose().as_str())
            .map_err(|_| "redis_url: it is no address of a Redis: write redis://HOST:PORT, with USER:PASSWORD@ before the host where it asks for them".to_owned())?;
        let names = key.map(|key| mac(key, "reroute redis: names"));
        let link = Mutex::new(Link { connection: None, generation: 0 });
        let this = Arc::new(Self { client, timeout, link, names });
        match this.connect().await {
            Ok(connection) => this.found(connection),
            Err(error) => this.search(&error),
        }
        Ok(this)
    }

    /// The connection, while there is one.
    pub(crate) fn connection(&self) -> Option<Connection> {
        let link = self.link();
        let commands = link.connection.clone()?;
        Some(Connection { commands, generation: link.generation })
    }

    /// Says that what was asked over `connection` failed. The first to say so tells the log, and has it looked for.
    pub(crate) fn lost(self: &Arc<Self>, connection: &Connection, error: &RedisError) {
        let mut link = self.link();
        if link.generation != connection.generation || link.connection.take().is_none() {
            return;
        }
        drop(link);
        self.search(error);
    }

    /// The name of what is known here by `id`.
    pub(crate) fn name(&self, kind: &str, id: &[u8]) -> String {
        let mut name = format!("reroute:{kind}:");
        let digest =
            self.names.as_ref().map(|names| names.clone().chain_update(&name).chain_update(id).finalize().into_bytes());
        let bytes = digest.as_ref().map_or(id, |digest| &digest[..16]);
        for byte in bytes {
            // Writing to a string cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        name
    }

    /// How long an answer may take.
    #[cfg(feature = "cache")]
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    #[cfg(feature = "cache")]
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.timeout.max(CONNECT)))
            .set_response_timeout(Some(self.timeout));
        let mut connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        // A replica, or one whose memory is full, answers, and takes nothing.
        let _: () =
            ::redis::cmd("SET").arg("reroute:answers").arg(1).arg("PX").arg(1_000).query_async(&mut connection).await?;
        Ok(connection)
    }

    fn found(&self, connection: MultiplexedConnection) {
        let mut link = self.link();
        link.connection = Some(connection);
        link.generation += 1;
    }

    fn search(self: &Arc<Self>, error: &RedisError) {
        tracing::error!(%error, "Redis does not answer");
        security_log().store_unavailable("redis").emit();
        let this = Arc::downgrade(self);
        tokio::spawn(async move {
            let mut wait = FIRST_WAIT;
            loop {
                tokio::time::sleep(jittered(wait)).await;
                let Some(this) = this.upgrade() else { return };
                if let Ok(connection) = this.connect().await {
                    this.found(connection);
                    tracing::info!("Redis answers again");
                    security_log().store_available("redis").emit();
                    return;
                }
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        });
    }

    fn link(&self) -> std::sync::MutexGuard<'_, Link> {
        // Each change of the link is one assignment: it is whole even where a thread panicked.
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Between half of it and all: many processes that lost one server do not come back at one moment.
fn jittered(wait: Duration) -> Duration {
    let random = RandomState::new().hash_one(0) >> 32;
    wait / 2 + wait.mul_f64(random as f64 / f64::from(u32::MAX) / 2.0)
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The client's address may hold a password.
        f.debug_struct("Redis").field("is_up", &self.link().connection.is_some()).finish_non_exhaustive()
    }
}

/// The store that all processes share, for a health check.
///
/// ```
/// use reroute::{SharedStore, prelude::*};
///
/// #[route]
/// pub struct Ready {
///     store: SharedStore,
/// }
///
/// #[route]
/// impl Ready {
///     #[public]
///     async fn get(&self) -> Result<&'static str> {
///         self.store.ping().await?;
///         Ok("ready")
///     }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct SharedStore(Option<Arc<Redis>>);

impl SharedStore {
    /// Asks whether it answers. Where none is set, all is well.
    ///
    /// # Errors
    ///
    /// 503 when it does not answer within the setting `redis_timeout_ms`.
    pub async fn ping(&self) -> Result<()> {
        let Some(redis) = &self.0 else { return Ok(()) };
        let Some(mut connection) = redis.connection() else { return Err(Error::unavailable("Redis does not answer")) };
        let answer: RedisResult<()> = ::redis::cmd("PING").query_async(&mut connection.commands).await;
        answer.map_err(|error| {
            redis.lost(&connection, &error);
            Error::unavailable(error)
        })
    }
}

impl FromRequestParts<Context> for SharedStore {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, cx: &Context) -> Result<Self> {
        Ok(Self(cx.shared().redis.clone()))
    }
}

impl Describe for SharedStore {}
