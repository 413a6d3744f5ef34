use super::*;
use serde_json::json;
use support::PASSWORD;

#[test]
fn signing_in_and_out_is_told_and_a_wrong_password_with_the_name_of_an_account_alone() {
    let (home, log) = place();
    let shop = start(&home, &log, &[]);
    let token = shop.login("ada", PASSWORD);
    shop.post("/auth/logout").header("authorization", &format!("Bearer {token}")).send().is(204);
    shop.post("/auth/login").json(&json!({"username": "ada", "password": "wrong"})).send().is(401);
    shop.post("/auth/login").json(&json!({"username": "Typed-Secret-1", "password": "x"})).send().is(401);
    let success = &wait_for(&log, "auth_success", 1)[0];
    assert_eq!((&success["severity"], &success["details"]["user"]), (&json!("INFO"), &json!("ada")));
    assert_eq!(success["message"], "Authentication successful for user: ada");
    assert_eq!(success["details"]["owasp"], "authn_login_success");
    assert_eq!(wait_for(&log, "auth_logout", 1)[0]["details"]["user"], "ada");
    let failures = wait_for(&log, "auth_failure", 2);
    let users: Vec<&Value> = failures.iter().map(|failure| &failure["details"]["user"]).collect();
    assert_eq!(users, ["ada", "unknown"]);
    assert_eq!(failures[0]["message"], "Authentication failed: Invalid credentials");
    assert_eq!(failures[0]["details"]["endpoint"], "POST /auth/login");
    assert_eq!(failures[0]["details"]["ip_address"], "127.0.0.1");
}

#[test]
fn attack_140_secrets_that_were_typed_into_wrong_fields_appear_nowhere() {
    let (home, log) = place();
    let shop = start(&home, &log, &[]);
    let secret = "Hunter2-Hunter2";
    let token = shop.login("ada", PASSWORD);
    shop.post("/auth/login").json(&json!({"username": secret, "password": "x"})).send().is(401);
    shop.post("/auth/login").json(&json!({"username": "ada", "password": secret})).send().is(401);
    shop.post("/users").json(&json!({"username": secret, "email": secret, "password": secret})).send().is(422);
    shop.get("/me").header("authorization", &format!("Bearer {secret}")).send().is(401);
    shop.get(&format!("/../{secret}?password={secret}")).send();
    shop.post("/users")
        .header("origin", "https://evil.example")
        .header("cookie", secret)
        .json(&json!({}))
        .send()
        .is(403);
    shop.request("DELETE", &format!("/users/{secret}")).header("authorization", &format!("Bearer {token}")).send();
    wait_for(&log, "suspicious_request", 2);
    wait_for(&log, "validation_failure", 1);
    let refused = &wait_for(&log, "authz_failure", 1)[0];
    assert_eq!(refused["message"], "Authorization denied for resource: /users/{id}");
    shop.request("DELETE", "/users/7").token(&token).send().is(403);
    let refused = &wait_for(&log, "authz_failure", 2)[1];
    assert_eq!(refused["details"]["resource"], "/users/7");
    let text = std::fs::read_to_string(&log).expect("it is there");
    assert!(!text.contains("Hunter2") && !text.contains(&token), "{text}");
}

#[test]
fn a_file_without_a_key_of_its_own_is_refused() {
    for environment in ["development", "test"] {
        let (home, log) = place();
        let mut command = command(home.path());
        // What is sealed under a key of this run alone, nobody can check after it.
        command.env("REROUTE_SECURITY_LOG", &log).env("REROUTE_ENV", environment).env_remove("SECRET_KEY");
        let (said, status) = Shop::try_start(home, command).err().expect("the start is refused");
        assert_eq!(status.code(), Some(1));
        assert!(said.iter().any(|line| line.contains("security_log") && line.contains("SECRET_KEY")), "{said:?}");
        assert!(!log.exists(), "nothing was written");
    }
}

#[test]
fn a_file_that_is_no_log_is_refused_and_left_as_it_is() {
    let (home, log) = place();
    std::fs::write(&log, "a shopping list\nwithout an end").expect("it is written");
    let mut command = command(home.path());
    command.env("SECRET_KEY", KEY).env("REROUTE_SECURITY_LOG", &log);
    let (said, status) = Shop::try_start(home.clone(), command).err().expect("the start is refused");
    assert_eq!(status.code(), Some(1));
    assert!(said.iter().any(|line| line.contains("security_log") && line.contains("no security log")), "{said:?}");
    assert_eq!(std::fs::read_to_string(&log).expect("it is there"), "a shopping list\nwithout an end");
}

#[test]
fn the_standard_output_is_a_log_as_well() {
    let (home, log) = place();
    let mut command = command(home.path());
    command.env("SECRET_KEY", KEY).stdout(std::fs::File::create(&log).expect("a file can be made"));
    let mut process = command.stderr(std::process::Stdio::piped()).spawn().expect("it starts");
    let address = address(&mut process);
    let answer = support::Request::new(address, "GET", "/me").header("authorization", "Bearer x").send();
    assert_eq!(answer.status, 401);
    support::kill("TERM", process.id());
    assert!(process.wait().expect("it is our own").success());
    let told = events(&log);
    assert_eq!((told.len(), &told[0]["event_type"], &told[0]["stream"]), (1, &json!("auth_failure"), &json!(true)));
    is_honest(home.path(), &[&log]);
}

/// Where a program listens that was started by hand.
pub(super) fn address(process: &mut std::process::Child) -> std::net::SocketAddr {
    use std::io::{BufRead, BufReader};
    let mut lines = BufReader::new(process.stderr.take().expect("stderr is piped")).lines().map_while(Result::ok);
    let address = lines.find_map(|line| line.strip_prefix("listening on http://").map(str::to_owned));
    // The rest is read, so that nobody waits for it.
    thread::spawn(move || lines.for_each(drop));
    address.expect("it listens").parse().expect("an address")
}
