//! From a path to the endpoint that answers it.
//!
//! The build script writes the [`Tree`] of an application from its files; at start the tree becomes a table,
//! checked as a whole: every endpoint's declared access, its scopes, and what its extractors need. A request is looked up once,
//! by the one spelling of its path, and goes straight to its endpoint.

mod context;
mod describe;
mod endpoint;
mod mount;
#[doc(hidden)]
pub mod probe;
mod table;
mod tree;

pub use context::{Context, RequestId};
pub use describe::{Describe, Description, Reads, Shape};
pub use endpoint::{Endpoint, Fields, Operation, RequestHead, Route};
pub use mount::MountAccess;
pub use tree::{File, Rules, Scope, ScopeRequires, Tree, file};

pub(crate) use context::{Place, Shared};
pub(crate) use endpoint::{Answer, Handler};
#[cfg(feature = "files")]
pub(crate) use mount::Mounted;
pub(crate) use mount::{Mount, prepare};
pub(crate) use table::{Found, Kind, Resource, Table};
