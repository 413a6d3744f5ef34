//! What a real browser makes of the shop: Debian's `chromium`, which `cargo xtask test` installs.

mod account;
#[path = "../support/browser.rs"]
mod browser;
mod cors;
mod cross_site;
mod headers;
mod site;
#[path = "../support/mod.rs"]
mod support;
mod xss;

use browser::Browser;
use site::Site;

/// Whatever the shop shows, the browser finds nothing wrong with it.
#[track_caller]
fn is_silent(browser: &mut Browser) {
    let said = browser.said();
    assert!(said.is_empty(), "{said:#?}");
}
