use super::*;
use serde_json::json;
use std::process::Command;
use support::PASSWORD;

fn promote(home: &Path, name: &str, role: &str) -> Command {
    let mut command = command(home);
    command.args(["user", "promote", name, "--role", role]);
    command
}

#[test]
fn whoever_is_made_something_else_is_told_in_the_file_of_the_running_shop() {
    let (home, log) = place();
    let shop = start(&home, &log, &[]);
    let token = shop.login("ada", PASSWORD);
    let run = |name: &str, role: &str| {
        let mut command = promote(home.path(), name, role);
        command.env("SECRET_KEY", KEY).env("REROUTE_SECURITY_LOG", &log).output().expect("it runs")
    };
    for role in ["moderator", "admin"] {
        let ended = run("ada", role);
        assert!(ended.status.success() && ended.stdout.is_empty(), "{ended:?}");
    }
    // It is written by the time the command has ended.
    let told: Vec<Value> = events(&log).into_iter().filter(|event| event["event_type"] == "config_change").collect();
    let changes: Vec<_> = told.iter().map(|event| (&event["details"]["from"], &event["details"]["to"])).collect();
    let [customer, moderator, admin] = ["customer", "moderator", "admin"].map(|role| json!(role));
    assert_eq!(changes, [(&customer, &moderator), (&moderator, &admin)]);
    for event in &told {
        assert_eq!((&event["severity"], &event["details"]["user"]), (&json!("MEDIUM"), &json!("ada")));
        assert_eq!(event["message"], "Configuration changed: role of user ada");
        assert_eq!(event["details"]["owasp"], "authz_change");
    }
    // What changes nothing is not told.
    for (name, role, said) in [
        ("ada", "amdin", "`amdin` is no role: did you mean `admin`?"),
        ("ada", "king", "the roles are customer, moderator, admin"),
        ("nobody", "admin", "there is no account of that name"),
    ] {
        let ended = run(name, role);
        let text = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.code() == Some(1) && text.contains(said), "{ended:?}");
    }
    // It holds from the next request on.
    shop.get("/admin/cache").token(&token).send().is(200);
    drop(shop);
    assert_eq!(events(&log).iter().filter(|event| event["event_type"] == "config_change").count(), 2);
    is_honest(home.path(), &[&log]);
}

#[test]
fn without_a_file_the_output_is_the_commands_own_and_a_file_needs_a_key() {
    let (home, log) = place();
    drop(start(&home, &log, &[]));
    let ended = promote(home.path(), "ada", "admin").env("SECRET_KEY", KEY).output().expect("it runs");
    assert!(ended.status.success() && ended.stdout.is_empty(), "{ended:?}");
    let ended = promote(home.path(), "bob", "admin").env("REROUTE_SECURITY_LOG", &log).output().expect("it runs");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.code() == Some(1) && said.contains("security_log") && said.contains("SECRET_KEY"), "{said}");
    let shop = start(&home, &log, &[]);
    // And what would not have been told was not done.
    assert_eq!(shop.get("/me").token(&shop.login("bob", PASSWORD)).send().is(200).json()["role"], "customer");
    assert_eq!(shop.get("/me").token(&shop.login("ada", PASSWORD)).send().is(200).json()["role"], "admin");
}
