//! Security events: what happened that matters to security, one JSON object a line, sealed so that a changed log is told.
//!
//! ```
//! reroute::security_log().suspicious("Unusual request pattern detected").ip([10, 0, 0, 1].into()).emit();
//! ```
//!
//! A line is `{"timestamp", "event_type", "severity", "message", "details", "chain", "seq", "mac"}`. The framework itself writes `auth_failure`,
//! `authz_failure`, `rate_limit_exceeded`, `validation_failure`, `suspicious_request`, `security_error` and what becomes of the shared store.
//!
//! **Secrets.** The writer redacts: by name at every depth of the details, and by looks in every text, the message included.
//!
//! **Room.** Nothing waits for the log. 8,192 events and 16 MiB may wait for the writer; what finds no room is counted, and the count is an event.
//! Equal events (type, user, endpoint, client) within a second are folded: the first is written at once, the rest as one with `count`.
//!
//! **Seal.** `mac` is HMAC-SHA256, under a key derived from `SECRET_KEY`, over the `mac` of the line before and the bytes of the line up to its
//! own. `chain` names the process, `seq` counts its lines. In a file, lines follow each other whichever process wrote them: the writing holds the
//! file's lock. The first line of a process has `after`, that of a file behind another `continues`: the `mac` before it. On a stream each
//! process stands for itself, and its first line says `stream`.
//!
//! **Elsewhere, too.** What is written goes on, line by line, to the syslog that the setting `security_log_syslog` names (RFC 5424), and with
//! `security_log_tracing` to any subscriber of `tracing`, under the target `reroute::security`. [`App::keep_events`](crate::App::keep_events) keeps
//! the newest in memory: [`SecurityLog::recent`]. What cannot be written goes there all the same, without `seq` and `mac`.
//!
//! `log verify FILE…`, a command of every application, finds the first line that was changed, removed, inserted or moved. That the end was cut
//! off it finds with `--expect SEQ` alone.
//!
//! | file | holds |
//! | --- | --- |
//! | `calls.rs` | the calls of [`SecurityLog`] |
//! | `event.rs`, `kind.rs` | an event and its types |
//! | `request.rs` | what events say of a request |
//! | `fold.rs` | equal events |
//! | `logger.rs` | the queue |
//! | `writer.rs` | the thread that writes |
//! | `line.rs` | redaction, escapes and bounds of a line |
//! | `chain.rs` | seals |
//! | `sink.rs` | files, their rotation, and streams |
//! | `mirror.rs`, `syslog.rs` | where lines go beside the log: a syslog, subscribers of `tracing` |
//! | `recent.rs` | the newest events, in memory |
//! | `verify.rs` | `log verify` |

#[doc(hidden)]
pub mod bench;
mod calls;
mod chain;
mod event;
mod fold;
mod kind;
mod line;
mod logger;
mod mirror;
mod recent;
mod request;
mod sink;
mod syslog;
mod verify;
mod writer;

pub use calls::{SecurityLog, security_log};
pub use event::Event;
pub use recent::{Logged, Recent};
pub use request::RequestFacts;

pub(crate) use logger::{flush, is_open, open};
pub(crate) use recent::keep;
pub(crate) use verify::verify;
