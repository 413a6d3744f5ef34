use reroute::html::{Clean, policy};

policy!(Frames: p iframe[src]);
policy!(Handlers: p[onclick]);

static STYLES: Clean = Clean::new(&[("style", &[])]);

fn main() {}
