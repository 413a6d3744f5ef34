//! An application: its routes, what they share, and how it starts.

mod caching;
mod command;
mod listing;
#[cfg(feature = "db")]
mod migrations;
mod roles;
mod start;
mod states;

use crate::{
    auth::{Accounts, Authenticate, DynAuthenticate, account::DynAccounts},
    config::{Environment, OwnSettings, Settings},
    edge::{Edge, Messages},
    error::{FieldError, Result},
    route::{Mount, MountAccess, Tree},
};
use axum_core::{extract::Request, response::IntoResponse};
use serde::de::DeserializeOwned;
use std::{any::TypeId, convert::Infallible, future::Future, pin::Pin, sync::Arc, time::Duration};
use tower_service::Service;

pub use crate::error::Refused;
pub use start::Startup;
pub use states::States;

pub(crate) use start::assemble;

/// An application in the making.
///
/// ```no_run
/// use reroute::prelude::*;
///
/// # mod routes { pub fn tree() -> reroute::Tree { reroute::Tree::new([]) } }
/// #[reroute::main]
/// async fn main() -> reroute::Result<()> {
///     App::new(routes::tree()).run().await
/// }
/// ```
pub struct App {
    tree: Tree,
    mounts: Vec<Mount>,
    #[cfg(feature = "files")]
    files: Vec<(String, crate::Files, MountAccess)>,
    states: States,
    accounts: Option<Arc<dyn DynAccounts>>,
    authenticators: Vec<Box<dyn DynAuthenticate>>,
    /// The names of the roles that there are, if that was said.
    roles: Option<Vec<&'static str>>,
    #[cfg(feature = "cache")]
    cache: Option<crate::cache::Cache>,
    messages: Option<Messages>,
    timeout: Duration,
    body_limit: usize,
    #[cfg(feature = "db")]
    database: Option<String>,
    #[cfg(feature = "db")]
    migrations: Option<crate::Migrations>,
    #[cfg(feature = "db")]
    models: Vec<&'static dyn crate::migrate::Model>,
    #[cfg(feature = "db")]
    seed: Option<migrations::Seed>,
    #[cfg(feature = "redis")]
    redis: Option<Arc<crate::redis::Redis>>,
    own_settings: Option<ReadOwn>,
    /// States that are there once the settings are read.
    promised: Vec<TypeId>,
    on_start: Vec<OnStart>,
    commands: Vec<(&'static str, Command)>,
    kept_events: usize,
}

type ReadOwn = fn(&OwnSettings, &mut States) -> Result<(), String>;

type Later = Pin<Box<dyn Future<Output = Result<()>> + Send>>;
type OnStart = Box<dyn FnOnce(Startup) -> Later + Send>;
type Command = Box<dyn FnOnce(Startup, Vec<String>) -> Later + Send>;

impl App {
    /// An application of these routes, with the defaults: 30 seconds for an answer, 1 MiB for a body.
    pub fn new(tree: Tree) -> Self {
        Self {
            tree,
            mounts: Vec::new(),
            #[cfg(feature = "files")]
            files: Vec::new(),
            states: States::default(),
            accounts: None,
            authenticators: Vec::new(),
            roles: None,
            #[cfg(feature = "cache")]
            cache: None,
            messages: None,
            timeout: Duration::from_secs(30),
            body_limit: 1 << 20,
            #[cfg(feature = "db")]
            database: None,
            #[cfg(feature = "db")]
            migrations: None,
            #[cfg(feature = "db")]
            models: Vec::new(),
            #[cfg(feature = "db")]
            seed: None,
            #[cfg(feature = "redis")]
            redis: None,
            own_settings: None,
            promised: Vec::new(),
            on_start: Vec::new(),
            commands: Vec::new(),
            kept_events: 0,
        }
    }

    /// Shares `state` with every route, as [`State<T>`](crate::State). A later one of the same type takes its place.
    pub fn state<T: Send + Sync + 'static>(mut self, state: T) -> Self {
        self.states.insert(state);
        self
    }

    /// How an account is found by the subject that tokens, keys and sessions name.
    pub fn accounts(mut self, accounts: impl Accounts) -> Self {
        self.accounts = Some(Arc::new(accounts));
        self
    }

    /// One way to find out who calls. Each is asked about what the request carries for it; one credential that is wrong is 401, whatever another would
    /// do, and so are credentials of several callers. Without any, an application whose routes need a caller does not start.
    pub fn authenticate(mut self, authenticator: impl Authenticate) -> Self {
        self.authenticators.push(Box::new(authenticator));
        self
    }

    /// Keeps answers here, in place of the process's own [`cache`](crate::cache()): with the bounds that this one was made with, whatever the
    /// settings say. Tests use it.
    #[cfg(feature = "cache")]
    pub fn cache(mut self, cache: crate::cache::Cache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Puts a service, such as an axum router, below `path`, for the callers that `access` names.
    ///
    /// It goes through edge and guard like a file, is asked after the files, sees the path below its own, and finds the
    /// [`Principal`](crate::Principal) among the request's extensions.
    ///
    /// ```
    /// use reroute::{MountAccess, prelude::*};
    ///
    /// # let tree = reroute::Tree::new([]);
    /// let legacy = axum::Router::new().route("/old", axum::routing::get(|| async { "still here" }));
    /// let app = App::new(tree).mount("/legacy", legacy, MountAccess::public());
    /// ```
    pub fn mount<S>(mut self, path: impl Into<String>, service: S, access: MountAccess) -> Self
    where
        S: Service<Request, Error = Infallible> + Clone + Send + 'static,
        S::Response: IntoResponse,
        S::Future: Send + 'static,
    {
        self.mounts.push(Mount::new(path.into(), service, access));
        self
    }

    /// Puts the files of a folder below `path`, for the callers that `access` names: see [`Files`](crate::Files) for what is given out and
    /// how. It goes through edge and guard like [`mount`](Self::mount), and is asked after the route files.
    ///
    /// The folder is opened at start, a relative one from the working directory; where it cannot be, the start is refused.
    ///
    /// ```
    /// use reroute::{App, Files, MountAccess};
    ///
    /// # let tree = reroute::Tree::new([]);
    /// let app = App::new(tree)
    ///     .files("/static", "static", MountAccess::public())
    ///     .files("/assets", Files::of("dist/assets").immutable(), MountAccess::public())
    ///     .files("/manuals", "manuals", MountAccess::signed_in());
    /// ```
    #[cfg(feature = "files")]
    pub fn files(mut self, path: impl Into<String>, files: impl Into<crate::Files>, access: MountAccess) -> Self {
        self.files.push((path.into(), files.into(), access));
        self
    }

    /// Says broken constraints in the application's own words, or in the caller's language: `words` is asked with each and with what
    /// `Accept-Language` says. `None` leaves the message as it is; the code stays in any case.
    ///
    /// ```
    /// use reroute::prelude::*;
    ///
    /// # let tree = reroute::Tree::new([]);
    /// let app = App::new(tree).messages(|broken: &FieldError, languages: &str| {
    ///     let bound = broken.bound.as_deref().unwrap_or_default();
    ///     match (&*broken.code, languages.starts_with("de")) {
    ///         ("required", true) => Some("fehlt".to_owned()),
    ///         ("min_length", true) => Some(format!("muss mindestens {bound} lang sein")),
    ///         _ => None,
    ///     }
    /// });
    /// ```
    pub fn messages<W>(mut self, words: W) -> Self
    where
        W: Fn(&FieldError, &str) -> Option<String> + Send + Sync + 'static,
    {
        self.messages = Some(Box::new(words));
        self
    }

    /// How long the head of an answer may take where no `#[timeout]` says otherwise. Then it is 503, and the work is dropped.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How many bytes a body may have. More is 413, also when they come in chunks.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Keeps this many of the newest security events in memory, within 16 MiB: [`SecurityLog::recent`](crate::SecurityLog::recent) reads them.
    /// The log is the process's: of several applications in one process, the most that one of them asks for are kept.
    ///
    /// ```
    /// # let tree = reroute::Tree::new([]);
    /// let app = reroute::App::new(tree).keep_events(10_000);
    /// ```
    pub fn keep_events(mut self, most: usize) -> Self {
        self.kept_events = most;
        self
    }

    /// The database where `DATABASE_URL` names no other.
    #[cfg(feature = "db")]
    pub fn database(mut self, url: impl Into<String>) -> Self {
        self.database = Some(url.into());
        self
    }

    /// The application's own settings: `[app]` in `reroute.toml`, or `REROUTE_APP_…`, shared as [`State<T>`](crate::State).
    ///
    /// What the struct does not name, lacks or cannot hold stops the start, like any other setting.
    ///
    /// ```
    /// use reroute::prelude::*;
    ///
    /// #[derive(Clone, Deserialize)]
    /// #[serde(crate = "reroute::serde")]
    /// struct Shop {
    ///     name: String,
    ///     #[serde(default)]
    ///     open: bool,
    /// }
    ///
    /// # let tree = reroute::Tree::new([]);
    /// let app = App::new(tree).settings::<Shop>();
    /// ```
    pub fn settings<T: DeserializeOwned + Send + Sync + 'static>(mut self) -> Self {
        self.promised.push(TypeId::of::<T>());
        self.own_settings = Some(|own, states| {
            states.insert(own.read::<T>()?);
            Ok(())
        });
        self
    }

    /// What to do before the first request is served. An `Err` stops the start.
    pub fn on_start<F, L>(mut self, work: F) -> Self
    where
        F: FnOnce(Startup) -> L + Send + 'static,
        L: Future<Output = Result<()>> + Send + 'static,
    {
        self.on_start.push(Box::new(|startup| Box::pin(work(startup))));
        self
    }

    /// A subcommand of the application's own, called with the words after its name. It runs instead of serving.
    ///
    /// Security events of it are written to the file that the setting `security_log` names, all of them before the process ends. Without a
    /// file they go nowhere: the standard output is the command's own.
    pub fn command<F, L>(mut self, name: &'static str, work: F) -> Self
    where
        F: FnOnce(Startup, Vec<String>) -> L + Send + 'static,
        L: Future<Output = Result<()>> + Send + 'static,
    {
        self.commands.push((name, Box::new(|startup, words| Box::pin(work(startup, words)))));
        self
    }

    /// The application as a service, checked as at a start in the environment `test`, without a socket and without reading settings.
    ///
    /// Requests name a loopback host, as in `host: localhost`.
    ///
    /// # Errors
    ///
    /// [`Refused`], with every reason.
    pub fn into_service(self) -> Result<Edge> {
        Ok(start::assemble(self, &Settings::of(Environment::Test))?)
    }
}
