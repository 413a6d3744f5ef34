//! What holds for every tree.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::Package;
use proptest::prelude::*;

fn folder() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["users", "api-keys", "type", "404", "[id]", "[name]", "(a)", "(b)", "a", "index"])
}

fn file() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "index",
        "users",
        "users_",
        "api-keys",
        "a",
        "type",
        "404",
        "[id]",
        "[name]",
        "[...rest]",
        "[...path]",
        "_shared",
        "_scope",
        "robots.txt",
    ])
}

fn valid_tree() -> impl Strategy<Value = Vec<String>> {
    let path = (prop::collection::vec(folder(), 0..4), file())
        .prop_map(|(folders, file)| folders.into_iter().chain([file]).collect::<Vec<_>>().join("/") + ".rs");
    prop::collection::vec(path, 0..8)
}

/// Names that a file system takes: no `/`, no NUL, and no way up.
fn any_name() -> impl Strategy<Value = String> {
    let slips =
        prop::sample::select(vec!["[", "]", "...", "(", ")", "_", ".rs", "mod", "_scope", "self", "-", "~", "é", "\n"]);
    let part = prop_oneof![3 => slips.prop_map(str::to_owned), 1 => "[^/\\x00]{0,3}", 1 => "[a-z0-9]{1,3}"];
    prop::collection::vec(part, 1..4)
        .prop_map(|parts| parts.concat())
        .prop_filter("dots alone lead elsewhere", |name| !["", ".", ".."].contains(&name.as_str()) && name.len() < 200)
}

fn check(package: &Package) -> Result<bool, TestCaseError> {
    let tree = match package.scan() {
        Ok(tree) => tree,
        Err(errors) => {
            prop_assert!(errors.iter().next().is_some());
            prop_assert!(errors.iter().all(|error| !error.to_string().contains('\n') && !error.files().is_empty()));
            return Ok(false);
        }
    };
    let mut router = matchit::Router::new();
    for route in tree.routes() {
        let inserted = router.insert(&route.pattern, ());
        prop_assert!(inserted.is_ok(), "{}: {:?}\n{}", route.pattern, inserted, tree.render());
    }
    let text = tree.render();
    prop_assert!(syn::parse_file(&text).is_ok(), "{}", text);
    prop_assert_eq!(text, package.scan().unwrap().render());
    Ok(true)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The router takes what was scanned without a mistake.
    #[test]
    fn patterns_fit_the_router(files in valid_tree()) {
        let files: Vec<_> = files.iter().map(String::as_str).collect();
        check(&Package::with(&files))?;
    }

    /// A single route has no neighbour to be in conflict with, so only its own name can be wrong.
    #[test]
    fn one_valid_file_is_a_route(folders in prop::collection::vec(folder(), 0..4), file in file()) {
        let mut path = folders.clone();
        path.push(file);
        let parameters: Vec<_> = path.iter().filter(|name| name.starts_with('[')).collect();
        let repeated = (1..parameters.len()).any(|i| parameters[i..].contains(&parameters[i - 1]));
        let package = Package::with(&[&(path.join("/") + ".rs")]);
        prop_assert_eq!(check(&package)?, !repeated);
    }

    /// No name makes it panic, or gets past it into the table.
    #[test]
    fn any_names(folders in prop::collection::vec(any_name(), 0..3), files in prop::collection::vec(any_name(), 1..4)) {
        let package = Package::empty();
        let mut place = package.routes();
        place.extend(folders);
        // The system may refuse a name, or hold two for one.
        if std::fs::create_dir_all(&place).is_ok() {
            for file in files {
                let _ = std::fs::write(place.join(file + ".rs"), common::ROUTE);
            }
        }
        check(&package)?;
    }
}
