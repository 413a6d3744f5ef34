//! What the end-to-end tests stand on: the real binary, and a client that sends exactly the bytes it is asked to.

#![allow(dead_code, unused_imports, reason = "each test binary takes what it needs")]

mod answer;
mod http;
mod shop;

pub(crate) use answer::Answer;
pub(crate) use http::{Connection, Request};
pub(crate) use shop::{
    Account, PASSWORD, Shop, at_once, command, database_url, kill, newcomer, pair, soak, unique, until,
};
