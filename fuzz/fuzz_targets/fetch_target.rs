//! Where a request may go is decided alike by two decisions that share nothing but the rules.
#![no_main]

#[path = "../../crates/reroute/tests/fetch/second.rs"]
mod second;

use libfuzzer_sys::fuzz_target;
use reroute::SafeClient;
use std::sync::LazyLock;

static CLIENT: LazyLock<SafeClient> =
    LazyLock::new(|| SafeClient::builder().allow_host("*").build().expect("`*` is a list"));

fuzz_target!(|text: &str| {
    for text in [text, &format!("http://{text}"), &format!("https://{text}/")] {
        second::assert_agrees(text, |text| {
            let url = CLIENT.validate_url(text).ok()?;
            Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
        });
    }
});
