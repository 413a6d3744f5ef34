//! What cargo and the compiler make of it, in a package of its own.
#![allow(clippy::unwrap_used, unreachable_pub, reason = "a test may panic")]

#[path = "common/project.rs"]
mod project;

use std::fs::{self, File};
use std::process::Command;
use std::time::{Duration, SystemTime};

use project::Project;

fn route(name: &str) -> String {
    format!("#[reroute::route]\npub struct {name};\n")
}

fn scope(name: &str) -> String {
    format!("#[reroute::scope]\n#[reroute::requires]\npub struct {name};\n")
}

#[test]
fn every_module_is_found() {
    let project = Project::new();
    for (file, name) in [
        ("index.rs", "Home"),
        ("users.rs", "Users"),
        ("users/[id].rs", "User"),
        ("users/[id]/ban.rs", "Ban"),
        ("files/[...path].rs", "Files"),
        ("(admin)/reports.rs", "Reports"),
        ("(admin)/(deep)/404.rs", "Missing"),
        ("robots.txt.rs", "Robots"),
        ("type.rs", "Type"),
        ("self/super.rs", "Super"),
        ("API-keys.rs", "Keys"),
        ("std.rs", "Std"),
    ] {
        project.write(&format!("src/routes/{file}"), route(name));
    }
    project.write("src/routes/_scope.rs", "mod part;\n".to_owned() + &scope("Site"));
    project.write("src/routes/_scope/part.rs", "");
    project.write("src/routes/(admin)/_scope.rs", scope("Admin"));
    project.write("src/routes/_mail.rs", "pub mod child;\n");
    project.write("src/routes/_mail/child.rs", "pub struct Mail;\n");
    project.write("src/routes/users/_mail.rs", "pub mod r#type;\n");
    project.write("src/routes/users/_mail/type.rs", "pub struct Mail;\n");
    project.write("src/routes/users/_db/mod.rs", "pub mod child;\n");
    project.write("src/routes/users/_db/child.rs", "pub struct Db;\n");
    project.write("src/routes/_db/mod.rs", "pub mod child;\n");
    project.write("src/routes/_db/child.rs", "pub struct Db;\n");
    project.write("src/routes/_all/deep/a-b.rs", "pub struct All;\n");
    project.write("src/routes/_all/deep.d/c.rs", "pub mod e;\n");
    project.write("src/routes/_all/deep.d/c/e.rs", "pub struct E;\n");
    project.write(
        "src/routes/users/new.rs",
        route("New")
            + "use super::super::{_all::deep::a_b::All, _all::deep_d::c::e::E, _db::child::Db, _mail::child::Mail};\n\
               use super::{_db::child::Db as Db2, _mail::r#type::Mail as Mail2};\n\
               pub type Used = (All, E, Db, Mail, Db2, Mail2);\n",
    );

    let mut types: Vec<_> = project.settle().lines().map(str::to_owned).collect();
    types.sort();
    types.dedup();
    assert_eq!(
        types,
        [
            "_scope::Site",
            "api_keys::Keys",
            "files_::all_path::Files",
            "group_admin_::_scope::Admin",
            "group_admin_::group_deep_::n404::Missing",
            "group_admin_::reports::Reports",
            "index::Home",
            "robots_txt::Robots",
            "self_::super_route::Super",
            "std::Std",
            "type::Type",
            "users::Users",
            "users_::by_id::User",
            "users_::by_id_::ban::Ban",
            "users_::new::New",
        ]
        .map(|path| format!("app::routes::{path}"))
    );

    let generated = project.read("src/routes.rs");
    for edition in ["2015", "2018", "2021", "2024"] {
        let file = project.path("formatted.rs");
        fs::write(&file, &generated).unwrap();
        // A text on its own: its modules are not there to be followed.
        let status = Command::new(option_env!("RUSTFMT").unwrap_or("rustfmt"))
            .args(["--edition", edition])
            .stdin(File::open(&file).unwrap())
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(status.stdout).unwrap(), generated, "{edition}");
    }
    // Where they are, they are: rustfmt formats the route files and leaves the table alone.
    let id = "src/routes/users/[id].rs";
    project.write(id, project.read(id).replace('\n', "  "));
    assert!(project.cargo(&["fmt"], None).status.success());
    assert_eq!(project.read(id), route("User"));
    assert_eq!(project.read("src/routes.rs"), generated);
}

#[test]
fn every_change_is_seen() {
    let project = Project::new();
    let types = |names: &[&str]| names.iter().map(|name| format!("app::routes::{name}\n")).collect::<String>();
    let path = |file: &str| project.path(&format!("src/routes/{file}"));

    fs::create_dir_all(path("")).unwrap();
    assert_eq!(project.settle(), "");

    project.write("src/routes/index.rs", route("Home"));
    project.write("src/routes/users/list.rs", route("List"));
    assert_eq!(project.settle(), types(&["index::Home", "users_::list::List"]));

    // Neither a move nor a copy that keeps the time makes a file young.
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    File::open(path("users/list.rs")).unwrap().set_modified(old).unwrap();
    fs::rename(path("users/list.rs"), path("users/all.rs")).unwrap();
    assert_eq!(project.settle(), types(&["index::Home", "users_::all::List"]));

    fs::rename(path("users"), path("people")).unwrap();
    assert_eq!(project.settle(), types(&["index::Home", "people_::all::List"]));

    fs::remove_file(path("people/all.rs")).unwrap();
    assert_eq!(project.settle(), types(&["index::Home"]));

    project.write("src/routes/index.rs", route("Start"));
    assert_eq!(project.settle(), types(&["index::Start"]));

    let generated = project.read("src/routes.rs");
    project.write("src/routes.rs", "pub fn tree() {}\n");
    assert_eq!(project.settle(), types(&["index::Start"]));
    assert_eq!(project.read("src/routes.rs"), generated);

    // What the table does not depend on leaves it alone.
    let modified = || fs::metadata(project.path("src/routes.rs")).unwrap().modified().unwrap();
    let before = modified();
    project.write("src/routes/index.rs", route("Start") + "// more\n");
    assert_eq!(project.settle(), types(&["index::Start"]));
    assert_eq!(modified(), before);
}

#[test]
fn what_is_wrong_is_said() {
    let project = Project::new();
    project.write("src/routes/index.rs", route("Home"));
    project.settle();
    let generated = project.read("src/routes.rs");

    // In CI nothing is written.
    project.build(Some("true")).unwrap();
    project.write("src/routes/users.rs", route("Users"));
    let said = project.build(Some("true")).unwrap_err();
    let stale =
        "`src/routes.rs` is not what the route files make: run `cargo build` locally and commit `src/routes.rs`";
    assert!(said.contains(&format!("error: app@0.0.0: {stale}\n")), "{said}");
    assert_eq!(project.read("src/routes.rs"), generated);
    project.build(Some("false")).unwrap();
    assert_ne!(project.read("src/routes.rs"), generated);

    // All mistakes at once, and nothing of a panic.
    project.write("src/routes/users/index.rs", route("Users"));
    project.write("src/routes/[id.rs", route("Id"));
    let said = project.build(None).unwrap_err();
    assert!(said.contains("error: app@0.0.0: `src/routes/[id.rs` is no segment of a URL: "), "{said}");
    assert!(said.contains("error: app@0.0.0: `src/routes/users.rs` and `src/routes/users/index.rs` answer"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    fs::remove_file(project.path("src/routes/[id.rs")).unwrap();
    fs::remove_file(project.path("src/routes/users/index.rs")).unwrap();

    // A file that is no Rust is the compiler's to explain.
    project.write("src/routes/users.rs", "#[reroute::route]\npub struct Users");
    let said = project.build(None).unwrap_err();
    assert!(said.contains("warning: app@0.0.0: `src/routes/users.rs` is no valid Rust"), "{said}");
    assert!(said.contains("--> src/routes/users.rs:2:"), "{said}");
    assert!(!said.contains("error: app@0.0.0"), "{said}");

    project.write("src/routes/users.rs", route("Users"));
    assert_eq!(project.settle(), "app::routes::index::Home\napp::routes::users::Users\n");
}
