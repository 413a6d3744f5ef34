//! 107: the browser knows every word of the policies that it is sent, and keeps to them.

use super::{Browser, is_silent, support::Shop};
use reroute_core::headers::{Directive, Feature};

#[test]
fn attack_107_no_answer_makes_the_browser_complain() {
    let shop = Shop::start();
    let mut browser = Browser::start();
    for name in ["localhost", "127.0.0.1"] {
        for path in ["/health", "/products", "/products/1", "/products/search?query=a", "/posts", "/ready"] {
            let loaded = browser.goto(&format!("http://{name}:{}{path}", shop.address.port()));
            assert_eq!(loaded.status, 200, "{path}");
            is_silent(&mut browser);
        }
    }
}

/// A script in the page sees what the policy leaves it.
#[test]
fn attack_107_the_policies_hold() {
    let shop = Shop::start();
    let mut browser = Browser::start();
    browser.goto(&at_health(&shop));
    for feature in ["camera", "microphone", "geolocation", "payment", "usb"] {
        let allows = format!("document.featurePolicy.allowsFeature('{feature}')");
        assert_eq!(browser.run(&allows), false, "{feature}");
    }
    is_silent(&mut browser);
    // The policy keeps what is no page from being made one.
    let script = "const script = document.createElement('script'); script.textContent = 'window.ran = 1';
        document.documentElement.append(script); const button = document.createElement('button');
        button.setAttribute('onclick', 'window.ran = 1'); document.documentElement.append(button); button.click();
        [typeof window.ran, window.origin !== 'null', window.crossOriginIsolated]";
    assert_eq!(browser.run(script)[0], "undefined");
    let said = browser.said();
    assert!(said.iter().filter(|said| said.contains("Content Security Policy")).count() >= 2, "{said:?}");
}

#[test]
fn attack_107_each_directive_that_can_be_written_is_known() {
    let directives: Vec<String> = Directive::ALL.iter().map(|directive| format!("{directive} 'self'")).collect();
    let rest = "report-to csp; report-uri /csp; require-trusted-types-for 'script'; trusted-types a 'allow-duplicates'; \
        upgrade-insecure-requests; sandbox allow-downloads allow-forms allow-modals allow-orientation-lock allow-pointer-lock \
        allow-popups allow-popups-to-escape-sandbox allow-presentation allow-scripts allow-storage-access-by-user-activation \
        allow-top-navigation allow-top-navigation-by-user-activation allow-top-navigation-to-custom-protocols";
    // With scripts it would be no sandbox, and the browser says so.
    for policy in [format!("{}; {rest}", directives.join("; ")), "sandbox allow-same-origin".to_owned()] {
        let shop = Shop::start_with(&[("REROUTE_CONTENT_SECURITY_POLICY", &policy)]);
        let mut browser = Browser::start();
        browser.goto(&at_health(&shop));
        is_silent(&mut browser);
    }
}

/// Of the features of the registry, those that Chromium has behind a flag or for applications alone, has under another name today, or never
/// had. It says so of each, and keeps to the rest of the policy.
const NOT_EVERYWHERE: [&str; 23] = [
    "all-screens-capture",
    "ambient-light-sensor",
    "bluetooth",
    "controlled-frame",
    "digital-credentials-create",
    "direct-sockets",
    "direct-sockets-multicast",
    "direct-sockets-private",
    "execution-while-not-rendered",
    "execution-while-out-of-viewport",
    "focus-without-user-activation",
    "media-playback-while-not-visible",
    "rewriter",
    "smart-card",
    "speaker-selection",
    "sub-apps",
    "usb-unrestricted",
    "vertical-scroll",
    "web-app-installation",
    "web-printing",
    "web-share",
    "window-placement",
    "writer",
];

#[test]
fn attack_107_each_feature_that_can_be_written_is_known() {
    let policy: Vec<String> = Feature::all().map(|feature| format!("{}=()", feature.as_str())).collect();
    let shop = Shop::start_with(&[("REROUTE_PERMISSIONS_POLICY", &policy.join(", "))]);
    let mut browser = Browser::start();
    browser.goto(&at_health(&shop));
    for said in browser.said() {
        let is_expected = NOT_EVERYWHERE.iter().any(|name| said.ends_with(&format!(": '{name}'.")));
        assert!(is_expected && said.contains("feature"), "{said}");
    }
    for feature in Feature::all().filter(|feature| !NOT_EVERYWHERE.contains(&feature.as_str())) {
        let allows = format!("document.featurePolicy.allowsFeature('{}')", feature.as_str());
        assert_eq!(browser.run(&allows), false, "{}", feature.as_str());
    }
}

fn at_health(shop: &Shop) -> String {
    format!("http://localhost:{}/health", shop.address.port())
}
