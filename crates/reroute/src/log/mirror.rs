//! Where lines go beside the log itself.

use super::{kind::Kind, syslog::Syslog};
use reroute_core::syslog::Target;
use tracing::{error, info, warn};

/// A syslog, subscribers of `tracing`, both or none.
#[derive(Default)]
pub(super) struct Mirrors {
    syslog: Option<Syslog>,
    tracing: bool,
}

impl Mirrors {
    pub(super) fn new(syslog: Option<Target>, tracing: bool) -> Self {
        Self { syslog: syslog.map(Syslog::new), tracing }
    }

    /// Lines without their ends.
    pub(super) fn tell(&mut self, lines: &[(Kind, String)]) {
        for (kind, line) in lines {
            if let Some(syslog) = &mut self.syslog {
                syslog.send(*kind, line);
            }
            if self.tracing {
                trace(*kind, line);
            }
        }
    }
}

/// An event of `tracing` whose message is the line. A level is fixed where it stands.
fn trace(kind: Kind, line: &str) {
    let event_type = kind.name();
    match kind.severity() {
        "HIGH" => error!(target: "reroute::security", event_type, "{line}"),
        "MEDIUM" => warn!(target: "reroute::security", event_type, "{line}"),
        _ => info!(target: "reroute::security", event_type, "{line}"),
    }
}
