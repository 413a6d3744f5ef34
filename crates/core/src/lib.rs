//! Pure policy of the reroute web framework.
//!
//! Everything here is a function of its arguments: no I/O, no clock, no async, no web types. The macros check
//! their literals with it at compile time, the framework decides with it at run time, and both are tested
//! and fuzzed here without either.
//!
//! | module | decides |
//! | --- | --- |
//! | [`path`] | which spelling of a request path is answered |
//! | [`caching`] | whether an answer may be kept |
//! | [`duration`] | what `"5 min"` means |
//! | [`rate`] | what `"5/min"` means |
//! | [`window`] | whether one more is admitted |
//! | [`size`] | what `"2 MiB"` means |
//! | [`media`] | which kinds of files can be asked for, run in a browser, or get smaller |
//! | [`file_name`] | what a file may be called that somebody else named |
//! | [`file_path`] | which file of a folder a request names |
//! | [`range`] | which part of a file a request asks for |
//! | [`coding`] | in which coding a body goes out, and comes in |
//! | [`order_by`] | by which columns a list may be sorted |
//! | [`address`] | which network an address belongs to, which one a client stands for, and which addresses are public |
//! | [`forwarded`] | which client stands behind the trusted proxies |
//! | [`host`] | which host a request is for, and whether it is answered; which hosts may be asked |
//! | [`origin`] | which site a browser says that a request comes from, and which ones may read answers |
//! | [`cross_site`] | whether a write came from this site's own pages |
//! | [`headers`] | what the security headers say |
//! | [`redact`] | what of a text may not be written down |
//! | [`request_id`] | which request id of a proxy is kept |
//! | [`secret`] | whether a secret key is one |
//! | [`syslog`] | where a syslog is, and how a message to it begins |
//! | [`timestamp`] | how a moment is written |
//! | [`migration`] | what a file of a migration may be called |
//! | [`nearest`] | which known word a misspelled one was meant to be |

pub mod address;
pub mod caching;
pub mod coding;
pub mod cross_site;
pub mod duration;
pub mod file_name;
pub mod file_path;
pub mod forwarded;
pub mod headers;
pub mod host;
pub mod media;
pub mod migration;
pub mod nearest;
pub mod order_by;
pub mod origin;
pub mod path;
pub mod range;
pub mod rate;
pub mod redact;
pub mod request_id;
pub mod secret;
pub mod sensitive;
mod shown;
pub mod size;
pub mod syslog;
pub mod timestamp;
pub mod window;
