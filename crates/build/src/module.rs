//! The names of modules. They depend on nothing but the name of the file or folder, so none ever changes because a
//! neighbour appears.

use crate::segment::{Segment, is_keyword};

/// The module of the file with this name.
pub(crate) fn of_file(segment: Segment<'_>) -> String {
    identifier(words(segment))
}

/// The module of the folder with this name: a file's, and `_` so that both can stand side by side.
pub(crate) fn of_folder(segment: Segment<'_>) -> String {
    identifier(words(segment) + "_")
}

/// The module of code shared by routes. Its users write this name, so it stays as near to the file's as it can.
pub(crate) fn of_shared(name: &str) -> String {
    identifier(name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect())
}

fn words(segment: Segment<'_>) -> String {
    match segment {
        Segment::Static(name) => snake(name),
        Segment::Parameter(name) => snake(&format!("by_{name}")),
        Segment::CatchAll(name) => snake(&format!("all_{name}")),
        Segment::Group(name) => snake(&format!("group_{name}")),
        Segment::Shared(name) => of_shared(name),
        Segment::Scope => "_scope".to_owned(),
    }
}

/// What the compiler's lint on the names of modules takes: lower case, and no two `_` in a row.
fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            snake.push(c.to_ascii_lowercase());
        } else if !snake.ends_with('_') {
            snake.push('_');
        }
    }
    snake
}

fn identifier(mut name: String) -> String {
    if name.starts_with(|c: char| c.is_ascii_digit()) || name.bytes().all(|byte| byte == b'_') {
        name.insert(0, 'n');
    }
    match name.as_str() {
        "self" | "super" | "crate" | "Self" => name + "_route",
        keyword if is_keyword(keyword) => format!("r#{keyword}"),
        _ => name,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, file, folder) in [
            ("users", "users", "users_"),
            ("index", "index", "index_"),
            ("Users", "users", "users_"),
            ("api-keys", "api_keys", "api_keys_"),
            ("a--b", "a_b", "a_b_"),
            ("robots.txt", "robots_txt", "robots_txt_"),
            ("404", "n404", "n404_"),
            ("-", "n_", "n__"),
            ("type", "r#type", "type_"),
            ("self", "self_route", "self_"),
            ("Self", "self_route", "self_"),
            ("crate", "crate_route", "crate_"),
            ("super", "super_route", "super_"),
            ("[id]", "by_id", "by_id_"),
            ("[userId]", "by_userid", "by_userid_"),
            ("[...path]", "all_path", "all_path_"),
            ("(admin)", "group_admin", "group_admin_"),
            ("_scope", "_scope", "_scope_"),
        ] {
            let segment = Segment::parse(name).unwrap();
            assert_eq!(of_file(segment), file, "{name}.rs");
            assert_eq!(of_folder(segment), folder, "{name}/");
        }
        for (name, module) in [("_mail", "_mail"), ("_mail-2.0", "_mail_2_0"), ("type", "r#type"), ("2fa", "n2fa")] {
            assert_eq!(of_shared(name), module);
        }
    }
}
