//! 61 and 62: what a page of another site can make a browser send, and what it may show of the shop.

use super::{
    Browser, Site,
    browser::Loaded,
    support::{PASSWORD, Shop, until},
};
use serde_json::{Value, json};

/// All that the requests of these tests could change.
fn state(shop: &Shop) -> [Value; 3] {
    let root = shop.login("root", PASSWORD);
    ["/users?per_page=100", "/products?per_page=100", "/posts"]
        .map(|path| shop.get(path).token(&root).send().is(200).json())
}

/// Each shop by an address that the browser trusts, of which it tells where a request comes from, and by one of which it does not.
fn addresses(shop: &Shop) -> [String; 3] {
    ["localhost", "127.0.0.1", "shop.test"].map(|name| format!("http://{name}:{}", shop.address.port()))
}

const NAMED: [(&str, &str); 1] = [("REROUTE_ALLOWED_HOSTS", "shop.test,localhost,127.0.0.1")];

/// What would be a sign-up if anything in it were believed.
const SIGN_UP: &str =
    r#"{"username": "forged", "email": "forged@example.org", "password": "Correct-Horse-7", "age": 30}"#;

#[test]
fn attacks_61_and_62_a_form_of_another_site_changes_nothing() {
    let shop = Shop::start_with(&NAMED);
    let (mut browser, site) = (Browser::start(), Site::start());
    let before = state(&shop);
    for address in addresses(&shop) {
        for path in ["/users", "/auth/login", "/posts"] {
            for encoding in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"] {
                // As plain text, a name, `=` and a value are an object of JSON.
                let (name, value) = SIGN_UP.split_at(SIGN_UP.len() - 1);
                let fields = format!(
                    "<input type=hidden name='{name}, \"x\": \"' value='\"{value}'><input type=hidden name=username value=forged>"
                );
                let form = format!("<form method=post enctype={encoding} action={address}{path}>{fields}</form>");
                browser.goto(&(site.origin("evil.test") + site.show("/form", &form)));
                let loaded = browser.load(|browser| {
                    browser.run("document.forms[0].submit()");
                });
                assert_eq!((loaded.status, loaded.url), (403, format!("{address}{path}")), "{encoding}");
            }
        }
    }
    assert_eq!(state(&shop), before);
}

#[test]
fn attacks_61_and_62_a_script_of_another_site_changes_nothing() {
    let shop = Shop::start_with(&NAMED);
    let (mut browser, site) = (Browser::start(), Site::start());
    site.show("/", "<!doctype html>");
    let before = state(&shop);
    for name in ["evil.test", "localhost", "shop.test"] {
        browser.goto(&site.origin(name));
        browser.forget();
        for address in addresses(&shop) {
            for content_type in ["text/plain", "application/x-www-form-urlencoded", "text/plain; application/json"] {
                for credentials in ["omit", "include"] {
                    let options = json!({"method": "POST", "mode": "no-cors", "credentials": credentials, "body": SIGN_UP,
                        "headers": {"content-type": content_type}});
                    let send =
                        format!("fetch('{address}/users', {options}).then(answer => answer.type, error => error.name)");
                    // It is sent, and refused; its page does not even learn that it came to an end.
                    assert_eq!(browser.run(&send), "TypeError", "{name} {address} {options}");
                }
            }
            // Without a content type: as the user goes, and to be read.
            browser.run(&format!("navigator.sendBeacon('{address}/users', new Blob([{SIGN_UP:?}]))"));
            let read = format!(
                "fetch('{address}/users', {{method: 'POST', body: new Blob([{SIGN_UP:?}])}}).then(() => 'read', error => error.name)"
            );
            assert_eq!(browser.run(&read), "TypeError");
        }
        // Nobody waits for what is sent as a user goes.
        let mut statuses = Vec::new();
        until("all are answered", || {
            statuses = browser.statuses(&format!(":{}/users", shop.address.port()));
            statuses.len() == 3 * 8
        });
        assert!(statuses.iter().all(|status| *status == 403), "{name}: {statuses:?}");
    }
    assert_eq!(state(&shop), before);
}

#[test]
fn the_shops_own_pages_may_write() {
    let shop = Shop::start_with(&NAMED);
    let mut browser = Browser::start();
    for (nth, address) in addresses(&shop).into_iter().enumerate() {
        browser.goto(&format!("{address}/health"));
        let body = SIGN_UP.replace("forged", &format!("honest_{nth}"));
        let options = json!({"method": "POST", "body": body, "headers": {"content-type": "application/json"}});
        // The policy of what is no page lets it send nothing; a page with its own would.
        browser.without_policies();
        browser.goto(&format!("{address}/health"));
        assert_eq!(browser.run(&format!("fetch('/users', {options}).then(answer => answer.status)")), 201, "{address}");
    }
}

#[test]
fn attack_107_a_page_of_another_origin_shows_nothing_of_the_shop() {
    let shop = Shop::start_with(&NAMED);
    let (mut browser, site) = (Browser::start(), Site::start());
    for address in addresses(&shop) {
        is_framed_by_nobody(&mut browser, &site, &site.origin("evil.test"), &format!("{address}/health"));
    }
}

/// A page of that origin tries to show what is there within itself, and does not.
#[track_caller]
pub(crate) fn is_framed_by_nobody(browser: &mut Browser, site: &Site, origin: &str, url: &str) {
    for tag in ["<iframe src={}></iframe>", "<object data={}></object>", "<embed src={}>"] {
        let page = site.show("/frame", &tag.replace("{}", url));
        browser.forget();
        browser.goto(&format!("{origin}{page}"));
        let frames = browser.frames();
        assert!(!frames.iter().any(|shown| shown == url), "{tag}: {frames:?}");
        // Others show nothing of an error, such as one for want of the session, and say nothing of it either.
        if tag.starts_with("<iframe") {
            browser.hears("frame-ancestors");
        }
    }
}

/// What comes when a form of that origin is sent there.
#[track_caller]
pub(crate) fn sent_from(
    browser: &mut Browser,
    site: &Site,
    origin: &str,
    url: &str,
    fields: &[(&str, &str)],
) -> Loaded {
    let fields: String = fields.iter().map(|(name, value)| format!("<input name={name} value={value}>")).collect();
    let page = site.show("/form", &format!("<form method=post action={url}>{fields}</form>"));
    browser.goto(&format!("{origin}{page}"));
    browser.load(|browser| {
        browser.run("document.forms[0].submit()");
    })
}
