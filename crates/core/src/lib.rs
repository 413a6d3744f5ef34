//! Pure policy of the reroute web framework.
//!
//! Everything here is a function of its arguments: no I/O, no clock, no async, no web types. The macros check
//! their literals with it at compile time, the framework decides with it at run time, and both are tested
//! and fuzzed here without either.
//!
//! | module | decides |
//! | --- | --- |
//! | [`path`] | which spelling of a request path is answered |
//! | [`duration`] | what `"5 min"` means |
//! | [`order_by`] | by which columns a list may be sorted |
//! | [`nearest`] | which known word a misspelled one was meant to be |

pub mod duration;
pub mod nearest;
pub mod order_by;
pub mod path;
