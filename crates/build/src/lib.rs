//! reroute-build
