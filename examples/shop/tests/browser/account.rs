//! The shop's pages, with the eyes and the keyboard of somebody who uses them.

use super::{
    Browser, Site,
    browser::Loaded,
    cross_site::{is_framed_by_nobody, sent_from},
    is_silent,
    support::{PASSWORD, Shop, until},
};
use serde_json::{Value, json};

const SESSION: &str = "__Host-session";

/// Where the shop is: for a browser, plain HTTP to its own machine is as good as HTTPS.
fn home(shop: &Shop) -> String {
    format!("http://localhost:{}", shop.address.port())
}

/// Signs in as a person does who touches no mouse.
#[track_caller]
fn sign_in(browser: &mut Browser, home: &str, name: &str, password: &str) -> Loaded {
    assert_eq!(browser.goto(&format!("{home}/account/login")).status, 200);
    until("the caret stands where the name goes", || browser.run("document.activeElement?.id") == "username");
    browser.write(name);
    browser.press("Tab");
    browser.write(password);
    browser.load(|browser| browser.press("Enter"))
}

#[track_caller]
fn signed_in(browser: &mut Browser, home: &str) {
    let loaded = sign_in(browser, home, "ada", PASSWORD);
    assert_eq!(loaded, Loaded { status: 200, url: format!("{home}/account") });
}

fn session(browser: &mut Browser, home: &str) -> Option<Value> {
    browser.cookies(home).into_iter().find(|cookie| cookie["name"] == SESSION)
}

fn shown(browser: &mut Browser) -> String {
    browser.run("document.querySelector('main').innerText").as_str().unwrap_or_default().to_owned()
}

/// With scripts and without.
fn both() -> [Browser; 2] {
    let mut plain = Browser::start();
    plain.without_scripts();
    [Browser::start(), plain]
}

#[test]
fn attack_116_somebody_signs_in_and_out_with_the_keyboard_with_scripts_and_without() {
    let shop = Shop::start();
    for mut browser in both() {
        for home in [home(&shop), format!("http://127.0.0.1:{}", shop.address.port())] {
            signed_in(&mut browser, &home);
            assert!(shown(&mut browser).contains("Signed in as ada"));
            let cookie = session(&mut browser, &home).expect("the browser keeps the session");
            for (member, value) in
                [("secure", json!(true)), ("httpOnly", json!(true)), ("sameSite", json!("Lax")), ("path", json!("/"))]
            {
                assert_eq!(cookie[member], value, "{cookie}");
            }
            assert!(cookie["domain"].as_str().is_some_and(|domain| !domain.starts_with('.')), "{cookie}");
            let told = browser.run("document.cookie");
            assert!(!told.to_string().contains("session"), "{told}");

            let address = browser.run("document.querySelector('#email').value");
            browser.run("document.querySelector('#email').focus()");
            browser.write("x");
            let loaded = browser.load(|browser| browser.press("Enter"));
            assert_eq!(loaded, Loaded { status: 200, url: format!("{home}/account") });
            assert_ne!(browser.run("document.querySelector('#email').value"), address);

            browser.goto(&format!("{home}/account/logout"));
            browser.press("Tab");
            let loaded = browser.load(|browser| browser.press("Enter"));
            assert_eq!(loaded, Loaded { status: 200, url: format!("{home}/account/login") });
            assert_eq!(session(&mut browser, &home), None);
            is_silent(&mut browser);
            browser.goto(&format!("{home}/account"));
            assert!(!shown(&mut browser).contains("ada"));
            browser.forget();
        }
    }
}

#[test]
fn a_wrong_password_shows_the_form_again_and_says_so() {
    let shop = Shop::start();
    let home = home(&shop);
    for mut browser in both() {
        for (name, password) in [("ada", "Wr0ng-Horse"), ("nobody", PASSWORD)] {
            let loaded = sign_in(&mut browser, &home, name, password);
            assert_eq!(loaded, Loaded { status: 401, url: format!("{home}/account/login") });
            let said = browser.run("document.querySelector('[role=alert]').textContent");
            assert_eq!(said, "The name or the password is wrong.");
            assert_eq!(session(&mut browser, &home), None);
            // What was typed is not in the page.
            assert!(!browser.run("document.documentElement.outerHTML").to_string().contains(password));
        }
        // The browser itself asks for what is missing; one that does not is told.
        browser.run("document.forms[0].noValidate = true");
        browser.run("document.querySelector('#password').focus()");
        let loaded = browser.load(|browser| browser.press("Enter"));
        assert_eq!((loaded.status, session(&mut browser, &home)), (401, None));
    }
}

#[test]
fn every_input_has_a_label_and_every_page_a_language_and_a_title() {
    let shop = Shop::start();
    let home = home(&shop);
    let mut browser = Browser::start();
    signed_in(&mut browser, &home);
    for path in ["/account", "/account/login", "/account/logout"] {
        browser.goto(&format!("{home}{path}"));
        let check = "[...document.querySelectorAll('input, button')].every(field =>
            (field.labels[0] ?? field).textContent.trim()) && document.documentElement.lang === 'en' && document.title.length > 7
            && document.querySelectorAll('h1').length === 1 && document.compatMode === 'CSS1Compat'";
        assert_eq!(browser.run(check), true, "{path}");
        // Its own style is let through.
        assert_eq!(browser.run("getComputedStyle(document.body).maxWidth"), "416px", "{path}");
        is_silent(&mut browser);
    }
}

#[test]
fn attack_111_the_way_back_shows_nothing_once_signed_out() {
    let shop = Shop::start();
    let home = home(&shop);
    let mut browser = Browser::start();
    signed_in(&mut browser, &home);
    browser.goto(&format!("{home}/account/logout"));
    browser.load(|browser| {
        browser.run("document.forms[0].submit()");
    });
    let loaded = browser.load(|browser| {
        browser.run("history.go(-2)");
    });
    assert_eq!(loaded, Loaded { status: 401, url: format!("{home}/account") });
    assert!(!shown(&mut browser).contains("ada"));
}

#[test]
fn attack_107_what_is_injected_into_a_page_does_not_run() {
    let shop = Shop::start();
    let home = home(&shop);
    let mut browser = Browser::start();
    signed_in(&mut browser, &home);
    for path in ["/account", "/account/login", "/account/logout"] {
        for html in [
            "<img src=x onerror='ran = 1'>",
            "<img src=/health onload='ran = 1' onerror='ran = 1'>",
            "<a href='javascript:ran = 1'>x</a>",
            "<iframe srcdoc='<script>parent.ran = 1</script>'></iframe>",
            "<iframe src='javascript:parent.ran = 1'></iframe>",
            "<object data='data:text/html,x'></object>",
            "<style>main { color: rgb(1, 2, 3) }</style>",
            "<link rel=stylesheet href='/health'>",
            "<p style='color: rgb(1, 2, 3)'>x</p>",
            "<form action='http://evil.test/' id=away><button>x</button></form>",
        ] {
            browser.goto(&format!("{home}{path}"));
            browser.forget();
            let inject = format!(
                "(async () => {{
                    const main = document.querySelector('main');
                    main.insertAdjacentHTML('afterbegin', {html:?});
                    const injected = main.firstElementChild;
                    (injected.querySelector('button') ?? injected).click?.();
                    injected.dispatchEvent(new Event('error'));
                    await new Promise(requestAnimationFrame);
                    await new Promise(requestAnimationFrame);
                    const colour = getComputedStyle(injected).color;
                    return [typeof window.ran, colour];
                }})()"
            );
            let outcome = browser.run(&inject);
            assert_eq!(outcome[0], "undefined", "{path} {html}");
            assert_ne!(outcome[1], "rgb(1, 2, 3)", "{path} {html}");
            browser.hears("Content Security Policy");
        }
        for script in [
            "script.textContent = 'ran = 1'",
            "script.nonce = 'AAAAAAAAAAAAAAAAAAAAAA'; script.textContent = 'ran = 1'",
            "script.src = '/health'",
            "script.src = 'data:text/javascript,ran = 1'",
            "script.type = 'module'; script.textContent = 'window.ran = 1'",
        ] {
            browser.goto(&format!("{home}{path}"));
            browser.forget();
            let inject = format!(
                "{{ const script = document.createElement('script'); {script}; document.body.append(script); typeof window.ran }}"
            );
            assert_eq!(browser.run(&inject), "undefined", "{path} {script}");
            browser.hears("Content Security Policy");
        }
    }
}

/// `'`, `/` and `=` are in addresses, too.
#[test]
fn an_address_that_is_written_like_html_is_shown_as_it_is() {
    let shop = Shop::start();
    let home = home(&shop);
    let mut browser = Browser::start();
    signed_in(&mut browser, &home);
    let address = "'/autofocus/onfocus='ran=1'/x='@example.org";
    browser.run(&format!("document.querySelector('#email').value = {address:?}"));
    let loaded = browser.load(|browser| {
        browser.run("document.forms[0].noValidate = true; document.forms[0].submit()");
    });
    assert_eq!(loaded, Loaded { status: 200, url: format!("{home}/account") });
    let field = browser.run("(field => [field.value, field.getAttributeNames().filter(name => name.startsWith('on'))])(document.querySelector('#email'))");
    assert_eq!(field, json!([address, []]));
    is_silent(&mut browser);
}

#[test]
fn attacks_61_62_and_65_no_other_page_signs_anybody_in_or_out() {
    let shop = Shop::start();
    let home = home(&shop);
    let (mut browser, site) = (Browser::start(), Site::start());
    let credentials = [("username", "ada"), ("password", PASSWORD)];
    // A page of another site, and one of another port, to which the browser sends the cookie along.
    for origin in [site.origin("evil.test"), site.origin("localhost")] {
        let loaded = sent_from(&mut browser, &site, &origin, &format!("{home}/account/login"), &credentials);
        assert_eq!(loaded, Loaded { status: 403, url: format!("{home}/account/login") });
        assert_eq!(session(&mut browser, &home), None, "nobody is signed in as somebody else");
        signed_in(&mut browser, &home);
        for (path, fields) in [("/account/logout", &[][..]), ("/account", &[("email", "evil@example.org")])] {
            let loaded = sent_from(&mut browser, &site, &origin, &format!("{home}{path}"), fields);
            assert_eq!((loaded.status, loaded.url), (403, format!("{home}{path}")), "{origin}");
        }
        // A link from elsewhere leads to one's own account, which is as it was.
        assert_eq!(browser.goto(&format!("{home}/account")).status, 200);
        assert!(
            browser
                .run("document.querySelector('#email').value")
                .as_str()
                .is_some_and(|mail| !mail.starts_with("evil"))
        );
        browser.goto(&format!("{home}/account/logout"));
        browser.load(|browser| {
            browser.run("document.forms[0].submit()");
        });
    }
}

#[test]
fn attack_107_a_page_of_another_origin_shows_no_account() {
    let shop = Shop::start();
    let home = home(&shop);
    let (mut browser, site) = (Browser::start(), Site::start());
    signed_in(&mut browser, &home);
    for path in ["/account", "/account/login", "/account/logout"] {
        for origin in [site.origin("evil.test"), site.origin("localhost")] {
            is_framed_by_nobody(&mut browser, &site, &origin, &format!("{home}{path}"));
        }
    }
}
