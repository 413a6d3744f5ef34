//! What the operator decides, and whether the application may start so.
//!
//! One table of keys ([`reference()`] prints it) feeds loading, the texts of errors, and the reference page. A key is read, the later winning,
//! from `reroute.toml` (its top level, then the section of the environment), `.env`, `.env.{environment}`, and the
//! process's own environment as `REROUTE_` and the name in capitals. Nothing is written back into the process's environment.
//!
//! What is unknown or ill-typed stops the start: it is named with the file and line or the variable that it came from, and with the nearest key. No
//! text that is printed holds a secret.

mod derive;
mod dotenv;
mod keys;
mod load;
mod own;
mod reference;
mod secret;
mod settings;
mod source;
mod start;
mod text;
mod value;

pub use own::OwnSettings;
pub use reference::reference;
pub use secret::Secret;
pub use settings::Environment;

pub(crate) use derive::{derive, mac};
pub(crate) use load::{Loaded, load, read};
pub(crate) use settings::{Cors, Settings};
pub(crate) use start::{UNSEALED, address_refusal, refusals};
