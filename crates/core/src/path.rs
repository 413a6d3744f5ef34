//! The one spelling of a path.
//!
//! Two components that read one path differently are how access rules are passed by: a proxy that decodes
//! `%61dmin`, a file server that folds `//`. So a path is not normalised; a path that is not in its normal form
//! (RFC 3986, section 6.2.2) already is another path, which nothing answers.

use std::fmt;

/// Whether `path` is the one spelling of itself that is answered.
///
/// It starts with `/`, has no empty, `.` or `..` segment, no trailing `/` (but for `/` itself), holds only
/// what RFC 3986 lets stand in a path, and encodes nothing that needs no encoding and nothing that could be read as
/// structure: letters, digits, `-._~`, `/`, `\` and control characters are refused in encoded form. What is
/// encoded is UTF-8 once decoded.
///
/// Costs one pass over the bytes; a path without `%` allocates nothing.
///
/// ```
/// use reroute_core::path::is_canonical;
///
/// assert!(is_canonical("/users/7"));
/// assert!(is_canonical("/files/caf%C3%A9"));
/// for other in ["/users/", "//users", "/./users", "/%75sers", "/users/%2e%2e", "/users/%00", "users"] {
///     assert!(!is_canonical(other), "{other}");
/// }
/// ```
pub fn is_canonical(path: &str) -> bool {
    path == "/" || (!path.ends_with('/') && is_canonical_prefix(path))
}

/// Like [`is_canonical`], but a single trailing `/` may stand: the form that mounted services may see, since to
/// some of them `docs/` is not `docs`.
///
/// ```
/// use reroute_core::path::is_canonical_prefix;
///
/// assert!(is_canonical_prefix("/docs/"));
/// assert!(!is_canonical_prefix("/docs//"));
/// ```
pub fn is_canonical_prefix(path: &str) -> bool {
    let bytes = path.as_bytes();
    if bytes.first() != Some(&b'/') {
        return false;
    }
    let mut segment = 1;
    let mut at = 1;
    let mut encoded = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'/' => {
                if is_empty_or_dots(&bytes[segment..at]) {
                    return false;
                }
                segment = at + 1;
            }
            b'%' => {
                let Some(value) = decode(bytes.get(at + 1), bytes.get(at + 2)) else {
                    return false;
                };
                if is_unreserved(value) || value < 0x20 || matches!(value, b'/' | b'\\' | 0x7f) {
                    return false;
                }
                encoded = true;
                at += 2;
            }
            byte if is_pchar(byte) => {}
            _ => return false,
        }
        at += 1;
    }
    let last = &bytes[segment..];
    !is_dots(last) && (!encoded || decodes_to_text(bytes))
}

/// What is wrong with a pattern such as `/users/{id}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternError {
    /// The literal part of the pattern is no canonical path, so no request could reach it.
    NotCanonical,
    /// A brace is not closed, is empty, or does not fill its segment.
    Braces,
    /// Something follows a `{*rest}`.
    AfterCatchAll,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotCanonical => "the path is not canonical: it starts with `/`, ends without one, and has no empty, dotted or needlessly encoded part",
            Self::Braces => "a parameter is a whole segment: `{name}`, or `{*name}` at the end",
            Self::AfterCatchAll => "nothing can follow `{*name}`",
        })
    }
}

impl std::error::Error for PatternError {}

/// The names of the parameters of `pattern`, in order.
///
/// # Errors
///
/// When `pattern` could never be matched, or holds a brace where none can stand.
///
/// ```
/// use reroute_core::path::parameters;
///
/// assert_eq!(parameters("/users/{id}/files/{*path}")?, ["id", "path"]);
/// assert!(parameters("/users/{id").is_err());
/// # Ok::<(), reroute_core::path::PatternError>(())
/// ```
pub fn parameters(pattern: &str) -> Result<Vec<&str>, PatternError> {
    if pattern == "/" {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    let mut caught_all = false;
    let segments = pattern.strip_prefix('/').ok_or(PatternError::NotCanonical)?;
    for segment in segments.split('/') {
        if caught_all {
            return Err(PatternError::AfterCatchAll);
        }
        if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            let bare = name.strip_prefix('*').unwrap_or(name);
            caught_all = bare.len() < name.len();
            if bare.is_empty() || bare.contains(['{', '}', '*', '%']) {
                return Err(PatternError::Braces);
            }
            names.push(bare);
        } else if segment.contains(['{', '}']) {
            return Err(PatternError::Braces);
        } else if segment.is_empty() || !is_canonical(&format!("/{segment}")) {
            return Err(PatternError::NotCanonical);
        }
    }
    Ok(names)
}

fn is_dots(segment: &[u8]) -> bool {
    matches!(segment, b"." | b"..")
}

fn is_empty_or_dots(segment: &[u8]) -> bool {
    segment.is_empty() || is_dots(segment)
}

pub(crate) fn decode(high: Option<&u8>, low: Option<&u8>) -> Option<u8> {
    let digit = |byte: Option<&u8>| (*byte? as char).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn is_pchar(byte: u8) -> bool {
    is_unreserved(byte) || matches!(byte, b'!' | b'$' | b'&'..=b',' | b':' | b';' | b'=' | b'@')
}

fn decodes_to_text(path: &[u8]) -> bool {
    let mut decoded = Vec::with_capacity(path.len());
    let mut at = 0;
    while at < path.len() {
        if path[at] == b'%' {
            decoded.extend(decode(path.get(at + 1), path.get(at + 2)));
            at += 3;
        } else {
            decoded.push(path[at]);
            at += 1;
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn attack_19_other_spellings_are_other_paths() {
        for path in [
            "",
            "x",
            "/x/",
            "//x",
            "/x//",
            "/./x",
            "/x/.",
            "/x/..",
            "/../x",
            "/x%2f",
            "/x%2F",
            "/%78",
            "/x%00",
            "/x%5c",
            "/x%5C",
            "/x%0d%0a",
            "/x%7f",
            "/x y",
            "/x\\y",
            "/x%",
            "/x%2",
            "/x%zz",
            "/x\"",
            "/x|",
            "/caf\u{e9}",
            "/x%c0%af",
            "/x%ff",
            "/x%2e",
            "/x%2E%2e/y",
            "/%7Ex",
            "//",
            "/x#y",
        ] {
            assert!(!is_canonical(path), "{path:?}");
        }
        for path in
            ["/", "/x", "/x/y.json", "/x;a", "/X", "/x@y:z", "/caf%C3%A9", "/a%20b", "/...", "/.x", "/a%25b", "/a+b"]
        {
            assert!(is_canonical(path), "{path:?}");
        }
    }

    #[test]
    fn patterns_name_their_parameters() {
        assert_eq!(parameters("/"), Ok(vec![]));
        assert_eq!(parameters("/a/{b}/c"), Ok(vec!["b"]));
        for (pattern, error) in [
            ("a", PatternError::NotCanonical),
            ("/a/", PatternError::NotCanonical),
            ("/a//b", PatternError::NotCanonical),
            ("/a/..", PatternError::NotCanonical),
            ("/{}", PatternError::Braces),
            ("/{a", PatternError::Braces),
            ("/x{a}", PatternError::Braces),
            ("/{*a}/b", PatternError::AfterCatchAll),
        ] {
            assert_eq!(parameters(pattern), Err(error), "{pattern}");
        }
    }

    proptest! {
        /// No two canonical paths decode to the same segments, so a rule on one spelling is a rule on all.
        #[test]
        fn canonical_paths_have_one_spelling(path in "(/[a-c.%2eEfF15]{0,4}){0,4}") {
            if is_canonical(&path) {
                for segment in path.split('/').skip(1).filter(|_| path != "/") {
                    let seen = segment.to_ascii_lowercase().replace("%25", "");
                    prop_assert!(!matches!(segment, "" | "." | ".."));
                    prop_assert!(!["%2e", "%61", "%41", "%2f"].iter().any(|other| seen.contains(other)));
                }
            }
        }

        #[test]
        fn any_text_is_judged_without_a_panic(path in "\\PC*", tail in any::<Vec<u8>>()) {
            is_canonical(&path);
            is_canonical(&format!("/{}", String::from_utf8_lossy(&tail)));
            let _ = parameters(&path);
        }
    }
}
