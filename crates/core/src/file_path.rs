//! Which file of a folder a request names.

use crate::{file_name::is_device, path::decode};

/// The file below a folder that `path` names, as a relative path with `/` between its parts; `None` where it can name no file.
///
/// `path` is what stands behind the folder's own path in the request's: it starts with `/`, and each segment is decoded once. The answer has no
/// part that is empty, hidden (starts with a dot, and so neither `.` nor `..`), or that some system reads as more than a name: no `/`, `\`
/// and `:` (Windows' drives and streams), no control characters, no dot or blank at an end, which Windows drops, none of its devices.
///
/// ```
/// use reroute_core::file_path::below;
///
/// assert_eq!(below("/css/site.css").as_deref(), Some("css/site.css"));
/// assert_eq!(below("/caf%C3%A9.txt").as_deref(), Some("café.txt"));
/// for other in ["/", "/../x", "/%2e%2e/x", "/.git/config", "/a%2Fb", "/a%5Cb", "/a%00", "/C:/x", "/nul.txt", "/css/"] {
///     assert_eq!(below(other), None, "{other}");
/// }
/// ```
pub fn below(path: &str) -> Option<String> {
    let segments = path.strip_prefix('/')?;
    let mut file = String::with_capacity(segments.len());
    for segment in segments.split('/') {
        let name = decoded(segment)?;
        if !is_plain(&name) {
            return None;
        }
        if !file.is_empty() {
            file.push('/');
        }
        file.push_str(&name);
    }
    Some(file)
}

fn decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [byte, after @ ..] = rest {
        if *byte == b'%' {
            bytes.push(decode(after.first(), after.get(1))?);
            rest = &after[2..];
        } else {
            bytes.push(*byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && !name.ends_with(['.', ' '])
        && !name.contains(|character: char| matches!(character, '/' | '\\' | ':') || character.is_control())
        && !is_device(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn attack_134_no_spelling_leads_out_of_the_folder() {
        for path in [
            "",
            "x",
            "/",
            "//",
            "//x",
            "/x/",
            "/x//y",
            "/.",
            "/..",
            "/./x",
            "/x/../y",
            "/..%2fx",
            "/..%2Fx",
            "/%2e%2e/x",
            "/%2E./x",
            "/..\\x",
            "/..%5cx",
            "/%5c%5chost%5cshare%5cx",
            "/\\\\host\\x",
            "/%2fetc%2fpasswd",
            "/C:/x",
            "/c%3a/x",
            "/x.txt:stream",
            "/x.txt::$DATA",
            "/x%00",
            "/x%00.txt",
            "/x%0d%0a",
            "/x%7f",
            "/x%c2%85",
            "/.git/config",
            "/.secret/x",
            "/%2egit/config",
            "/a/.env",
            "/x.",
            "/x%2e",
            "/x%20",
            "/x /y",
            "/...",
            "/x%",
            "/x%2",
            "/x%zz",
            "/x%c0%af",
            "/%c0%ae%c0%ae/x",
            "/x%ff",
            "/nul",
            "/con.txt",
            "/a/LPT1",
        ] {
            assert_eq!(below(path), None, "{path:?}");
        }
    }

    #[test]
    fn files_are_found_by_their_names() {
        for (path, file) in [
            ("/x", "x"),
            ("/a/b/c.min.css", "a/b/c.min.css"),
            ("/a%20b.txt", "a b.txt"),
            ("/100%25.txt", "100%.txt"),
            ("/%252e%252e", "%2e%2e"),
            ("/a..b", "a..b"),
            ("/~x", "~x"),
        ] {
            assert_eq!(below(path).as_deref(), Some(file), "{path:?}");
        }
    }

    proptest! {
        #[test]
        fn attack_134_what_is_named_lies_below(path in r"(/|\PC|%(2[eEfF]|5[cC]|00|3[aA]|C3%A9|25)|\.|\\|:){0,12}") {
            if let Some(file) = below(&path) {
                let components: Vec<_> = std::path::Path::new(&file).components().collect();
                prop_assert!(components.iter().all(|part| matches!(part, std::path::Component::Normal(_))), "{file:?}");
                prop_assert_eq!(components.len(), path.split('/').count() - 1);
                prop_assert!(!file.contains(['\\', ':', '\0']) && file.split('/').all(|part| !part.starts_with('.')));
            }
        }

        #[test]
        fn attack_134_any_path_is_judged_without_a_panic(path in r"/?(\PC|[%./\\0-9a-f]){0,24}", tail in any::<Vec<u8>>()) {
            let _ = below(&path);
            let _ = below(&format!("/{}", String::from_utf8_lossy(&tail)));
        }
    }
}
