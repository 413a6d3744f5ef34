//! Our settings of hyper take nothing from its HTTP/2: whatever frames come, all ends as at a bare server of hyper's with its
//! defaults. The cases follow the sections of RFC 9113, as h2spec's do; the frames are written by hand.
#![allow(missing_docs, reason = "tests are read, not called")]

#[path = "../h2/mod.rs"]
mod h2;

mod bare;
mod cases;
mod frame_errors;
mod header_blocks;
mod outcome;
mod requests;
mod settings;
mod streams;
mod windows;
