//! reroute-web
