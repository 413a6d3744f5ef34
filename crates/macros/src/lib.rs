//! reroute-macros
