//! Every mistake, with the text that tells of it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::fs;

use common::{Package, ROUTE, SCOPE};
use reroute_build::Mode;

/// What is understood, as it is told wherever a name is not.
const UNDERSTOOD: &str = "is no segment of a URL: write `name` (ASCII letters, digits, `-`, `.`, `_` and `~`), \
    `[id]` for a parameter, `[...path].rs` for the rest of the URL, `(name)/` for a group that is not in the URL, \
    or `_name` for code that is no route";

#[test]
fn names() {
    for (file, message) in [
        ("[id.rs", format!("`src/routes/[id.rs` {UNDERSTOOD}")),
        ("[id]x/a.rs", format!("`src/routes/[id]x/` {UNDERSTOOD}")),
        ("[...].rs", format!("`src/routes/[...].rs` {UNDERSTOOD}")),
        ("..rs", format!("`src/routes/..rs` {UNDERSTOOD}")),
        (".../a.rs", format!("`src/routes/.../` {UNDERSTOOD}")),
        ("a b.rs", format!("`src/routes/a b.rs` {UNDERSTOOD}")),
        ("é.rs", format!("`src/routes/é.rs` {UNDERSTOOD}")),
        ("a\ncargo::warning=b.rs", format!("`src/routes/a\\ncargo::warning=b.rs` {UNDERSTOOD}")),
        (
            "[type].rs",
            "`src/routes/[type].rs`: `type` cannot name a parameter: write a Rust identifier that is no keyword, \
             such as `[id]`"
                .into(),
        ),
        (
            "[...2fa].rs",
            "`src/routes/[...2fa].rs`: `2fa` cannot name a parameter: write a Rust identifier that is no keyword, \
             such as `[id]`"
                .into(),
        ),
        (
            "[...path]/a.rs",
            "`src/routes/[...path]/`: nothing can follow the rest of a URL: make it a file, or a parameter without \
             the dots"
                .into(),
        ),
        ("(admin).rs", "`src/routes/(admin).rs`: a group is a folder: put its routes into files of that folder".into()),
        (
            "users/mod.rs",
            "`src/routes/users/mod.rs`: the modules are declared without it: rename it to `index.rs` if it is to \
             answer the URL of its folder"
                .into(),
        ),
        ("_.rs", "`src/routes/_.rs` makes no module: name it with ASCII letters, digits and `_`".into()),
        ("_x/[id].rs", "`src/routes/_x/[id].rs` makes no module: name it with ASCII letters, digits and `_`".into()),
        (
            "_scope/mod.rs",
            "`src/routes/_scope/` holds for nothing: write the scope into the file `_scope.rs` beside it".into(),
        ),
        ("[id]/x/[id].rs", "`src/routes/[id]/x/[id].rs` has two parameters `id` in its URL: rename one of them".into()),
        (
            "[path]/(a)/[...path].rs",
            "`src/routes/[path]/(a)/[...path].rs` has two parameters `path` in its URL: rename one of them".into(),
        ),
    ] {
        assert_eq!(Package::with(&[file]).messages(), [message]);
    }
    // Told once, where it is wrong.
    let messages = Package::with(&["[id]/x/[id]/a.rs", "[id]/x/[id]/b.rs"]).messages();
    assert_eq!(messages, ["`src/routes/[id]/x/[id]/` has two parameters `id` in its URL: rename one of them"]);
}

#[test]
fn conflicts() {
    for (files, message) in [
        (
            &["users.rs", "users/index.rs"][..],
            "`src/routes/users.rs` and `src/routes/users/index.rs` answer the same URL, `/users`: keep one of them",
        ),
        (
            &["index.rs", "(a)/index.rs", "(b)/index.rs"],
            "`src/routes/(a)/index.rs`, `src/routes/(b)/index.rs` and `src/routes/index.rs` answer the same URL, `/`: \
             keep one of them",
        ),
        (
            &["(a)/x.rs", "(b)/x.rs"],
            "`src/routes/(a)/x.rs` and `src/routes/(b)/x.rs` answer the same URL, `/x`: keep one of them",
        ),
        (
            &["(a)/[...x].rs", "[...x].rs"],
            "`src/routes/(a)/[...x].rs` and `src/routes/[...x].rs` answer the same URL, `/{*x}`: keep one of them",
        ),
        (
            &["users/[id].rs", "users/[name].rs"],
            "`src/routes/users/[id].rs` and `src/routes/users/[name].rs` name the parameter after `/users/` \
             differently, `id` and `name`: give it one name",
        ),
        (
            &["(a)/users/[id].rs", "users/[name]/a.rs", "users/[name]/b.rs"],
            "`src/routes/(a)/users/[id].rs` and `src/routes/users/[name]/a.rs` name the parameter after `/users/` \
             differently, `id` and `name`: give it one name",
        ),
        (
            &["[a]/x/[b].rs", "(g)/[a]/x/[c]/y.rs"],
            "`src/routes/[a]/x/[b].rs` and `src/routes/(g)/[a]/x/[c]/y.rs` name the parameter after `/{a}/x/` \
             differently, `b` and `c`: give it one name",
        ),
        (
            &["[...a].rs", "(g)/[...b].rs"],
            "`src/routes/[...a].rs` and `src/routes/(g)/[...b].rs` name the parameter after `/` differently, `a` and \
             `b`: give it one name",
        ),
        (
            &["x/[id]/y.rs", "x/[...rest].rs"],
            "`src/routes/x/[id]/y.rs` and `src/routes/x/[...rest].rs`: after `/x/` comes either a parameter or the \
             rest of the URL: keep one of them",
        ),
        (
            &["api-keys.rs", "api_keys.rs"],
            "`src/routes/api-keys.rs` and `src/routes/api_keys.rs` make the same module, `api_keys`: rename one of them",
        ),
        (
            &["users_.rs", "users/a.rs"],
            "`src/routes/users/` and `src/routes/users_.rs` make the same module, `users_`: rename one of them",
        ),
        (
            &["[id].rs", "by_id.rs"],
            "`src/routes/[id].rs` and `src/routes/by_id.rs` make the same module, `by_id`: rename one of them",
        ),
        (
            &["_x/a-b.rs", "_x/a_b.rs"],
            "`src/routes/_x/a-b.rs` and `src/routes/_x/a_b.rs` make the same module, `a_b`: rename one of them",
        ),
        (
            &["_x.rs", "_x/mod.rs"],
            "`src/routes/_x.rs` and `src/routes/_x/mod.rs` make the same module, `_x`: rename one of them",
        ),
        (
            // The compiler would look for its child modules elsewhere.
            &["_a-b.rs", "_a-b/c.rs"],
            "`src/routes/_a-b.rs` makes no module: name it with ASCII letters, digits and `_`",
        ),
    ] {
        assert_eq!(Package::with(files).messages(), [message], "{files:?}");
    }
}

/// A conflict does not hide the next one further down.
#[test]
fn conflicts_below_conflicts() {
    let package = Package::with(&["[a]/x/[b].rs", "[c]/x/[d].rs", "[e]/x/[...f].rs"]);
    assert_eq!(
        package.messages(),
        [
            "`src/routes/[a]/x/[b].rs`, `src/routes/[c]/x/[d].rs` and `src/routes/[e]/x/[...f].rs` name the parameter \
             after `/` differently, `a`, `c` and `e`: give it one name",
            "`src/routes/[a]/x/[b].rs` and `src/routes/[c]/x/[d].rs` name the parameter after `/{a}/x/` differently, \
             `b` and `d`: give it one name",
            "`src/routes/[a]/x/[b].rs` and `src/routes/[e]/x/[...f].rs`: after `/{a}/x/` comes either a parameter or \
             the rest of the URL: keep one of them",
        ]
    );
}

#[test]
fn what_is_no_conflict() {
    for files in [
        &["users.rs", "users/[id].rs", "users/new.rs"][..],
        &["index.rs", "[...rest].rs", "a.rs"],
        &["a/[x].rs", "b/[y].rs", "[z]/[x].rs"],
        &["x/[...a].rs", "y/[...b].rs", "x/y/[c].rs"],
        &["(a)/x.rs", "(b)/y.rs", "x/(a)/z.rs"],
        &["x/[id].rs", "x/(a)/[id]/y.rs"],
    ] {
        Package::with(files).scan().unwrap();
    }
}

#[test]
fn declarations() {
    for (file, text, messages) in [
        (
            "users.rs",
            "pub struct Users;",
            &[
                "`src/routes/users.rs` has no `#[route]` struct: add `#[route] pub struct Name;`, or begin its name with \
               `_` if it is no route",
            ][..],
        ),
        (
            "users.rs",
            "#[route] pub struct A; #[route] pub struct B; #[route] struct C;",
            &["`src/routes/users.rs` has the `#[route]` structs `A`, `B` and `C`: a file is one route, so move all \
               but one"],
        ),
        (
            "users.rs",
            "#[route] struct Users;",
            &["`src/routes/users.rs`: the table cannot name `Users`: write `pub struct Users`"],
        ),
        (
            "users.rs",
            "#[route] pub(crate) struct Users;",
            &["`src/routes/users.rs`: the table cannot name `Users`: write `pub struct Users`"],
        ),
        (
            "admin/_scope.rs",
            "",
            &["`src/routes/admin/_scope.rs` has no `#[scope]` struct: add `#[scope] pub struct Name;` with the rules \
               for its folder"],
        ),
        (
            "admin/_scope.rs",
            "#[scope] pub struct A; #[reroute::scope] pub struct B;",
            &["`src/routes/admin/_scope.rs` has the `#[scope]` structs `A` and `B`: a folder has one scope, so join \
               them"],
        ),
        (
            "admin/_scope.rs",
            "#[scope] struct Admin;",
            &["`src/routes/admin/_scope.rs`: the table cannot name `Admin`: write `pub struct Admin`"],
        ),
        (
            "_scopes.rs",
            SCOPE,
            &["`src/routes/_scopes.rs`: the `#[scope]` struct `Rules` holds for nothing here: move it to the file \
               `_scope.rs` in the folder that it is for"],
        ),
        (
            "admin.rs",
            SCOPE,
            &[
                "`src/routes/admin.rs`: the `#[scope]` struct `Rules` holds for nothing here: move it to the file \
                 `_scope.rs` in the folder that it is for",
                "`src/routes/admin.rs` has no `#[route]` struct: add `#[route] pub struct Name;`, or begin its name \
                 with `_` if it is no route",
            ],
        ),
    ] {
        let package = Package::empty();
        package.write(file, text);
        assert_eq!(package.messages(), messages, "{text}");
    }
}

#[test]
fn all_at_once() {
    let package = Package::with(&["users.rs", "users/index.rs", "[id.rs", "users/[a].rs", "users/[b].rs"]);
    package.write("posts.rs", "");
    package.write("admin/_scope.rs", "");
    let messages = package.messages();
    let subjects: Vec<_> = messages.iter().map(|message| message.split(['`', ' ']).nth(1).unwrap()).collect();
    assert_eq!(
        subjects,
        ["[id.rs", "admin/_scope.rs", "posts.rs", "users.rs", "users/[a].rs"].map(|file| format!("src/routes/{file}"))
    );
    assert_eq!(package.scan().unwrap_err().to_string(), messages.join("\n"));

    package.generate(Mode::Write).unwrap_err();
    assert!(!package.generated().exists(), "nothing is written from a tree with mistakes");
}

#[test]
fn no_folder() {
    let package = Package::with(&["index.rs"]);
    let outside = package.root().display().to_string();
    for folder in ["src/pages", "src/routes/index.rs", "../src/routes", "", "/", &outside] {
        let errors = reroute_build::scan(package.root(), folder.as_ref()).unwrap_err();
        assert_eq!(
            errors.to_string(),
            format!(
                "`{folder}` is no folder of this package: create it and put `index.rs` into it, or name the folder \
                 of the route files in build.rs"
            )
        );
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let package = Package::with(&["users/index.rs"]);
    let routes = package.routes();
    symlink("users", routes.join("people")).unwrap();
    symlink("index.rs", routes.join("users/list.rs")).unwrap();
    symlink("nowhere", routes.join("_shared.rs")).unwrap();
    // An editor's lock.
    symlink("nowhere", routes.join(".#users.rs")).unwrap();
    fs::write(routes.join(OsStr::from_bytes(b"caf\xe9.rs")), ROUTE).unwrap();
    fs::create_dir(routes.join(OsStr::from_bytes(b"caf\xe9"))).unwrap();
    fs::write(routes.join(OsStr::from_bytes(b"caf\xe9.txt")), "").unwrap();
    let _socket = UnixListener::bind(routes.join("z.rs")).unwrap();

    let link = "is a symbolic link, and nothing outside of the tree becomes a route: put the file itself there";
    assert_eq!(
        package.messages(),
        [
            format!("`src/routes/_shared.rs` {link}"),
            "`src/routes/caf\u{fffd}/` has a name that is not UTF-8: rename it".to_owned(),
            "`src/routes/caf\u{fffd}.rs` has a name that is not UTF-8: rename it".to_owned(),
            format!("`src/routes/people` {link}"),
            "`src/routes/z.rs` is neither a file nor a folder: remove it".to_owned(),
            format!("`src/routes/users/list.rs` {link}"),
        ]
    );

    let linked = Package::empty();
    fs::remove_dir(linked.routes()).unwrap();
    symlink(&routes, linked.routes()).unwrap();
    assert_eq!(linked.messages(), [format!("`src/routes` {link}")]);
}
