//! What measurements reach of the log: not for applications.

use super::{
    Event,
    logger::Shared,
    mirror::Mirrors,
    sink::{LogFile, Sink},
    writer::Writer,
};
use crate::{Result, config::Secret};
use std::{path::Path, sync::Arc};

/// The thread that writes, without the thread.
pub struct Pen(Writer);

impl Pen {
    /// One that writes into this file, under this key.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened for appending.
    pub fn new(file: &Path, secret_key: &str) -> Result<Self> {
        let sink = Sink::File(LogFile::open(file, u64::MAX, 0)?);
        let shared = Arc::new(Shared::default());
        Ok(Self(Writer::new(sink, Mirrors::default(), &Secret::new(secret_key), shared)?))
    }

    /// Writes what the queue would have given at once.
    pub fn write(&mut self, events: Vec<Event>) {
        self.0.write(events.into_iter().filter_map(|event| event.0).collect());
    }
}
