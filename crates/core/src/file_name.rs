//! The name of a file, as somebody else wrote it.

use std::fmt::Write;

/// The most characters that the name of a file may have.
pub const LONGEST: usize = 255;

/// The most bytes of the name that a download is given: file systems take 255, and a browser may add to it.
const LONGEST_OF_DOWNLOAD: usize = 200;

/// The value of `Content-Disposition` that has a browser save what it gets as `name` and never show it (RFC 6266, RFC 8187).
///
/// The name may come from anybody: it is [cleaned](clean), cut to 200 bytes before its extension, and `download` where nothing is left. What is
/// not plain ASCII, and what could end the quotes or be decoded once more, is `_` in `filename` and percent-encoded in `filename*`.
///
/// ```
/// use reroute_core::file_name::attachment;
///
/// assert_eq!(attachment("report.pdf"), "attachment; filename=\"report.pdf\"");
/// assert_eq!(attachment("../é\r\n.pdf"), "attachment; filename=\"_.pdf\"; filename*=UTF-8''%C3%A9.pdf");
/// ```
pub fn attachment(name: &str) -> String {
    disposition("attachment", name)
}

/// The value of `Content-Disposition` for what a browser may show in its place, and saves as `name`. As [`attachment`] otherwise.
///
/// ```
/// assert_eq!(reroute_core::file_name::inline("cat.png"), "inline; filename=\"cat.png\"");
/// ```
pub fn inline(name: &str) -> String {
    disposition("inline", name)
}

fn disposition(kind: &str, name: &str) -> String {
    let name = shortened(clean(name).unwrap_or_else(|| "download".to_owned()));
    let is_plain = |character: char| matches!(character, ' '..='~') && !matches!(character, '"' | '\\' | '%');
    let plain: String = name.chars().map(|character| if is_plain(character) { character } else { '_' }).collect();
    let mut value = format!("{kind}; filename=\"{plain}\"");
    if plain != name {
        value.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            // What RFC 8187 lets stand by itself.
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                value.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(value, "%{byte:02X}");
            }
        }
    }
    value
}

/// A name of at most 200 bytes, with its extension where that is short.
fn shortened(mut name: String) -> String {
    if name.len() <= LONGEST_OF_DOWNLOAD {
        return name;
    }
    let extension = name.rfind('.').map(|at| name[at..].to_owned()).filter(|extension| extension.len() <= 16);
    let extension = extension.unwrap_or_default();
    name.truncate(name.floor_char_boundary(LONGEST_OF_DOWNLOAD - extension.len()));
    // What stood in the middle stands at the end now.
    name.truncate(name.trim_end_matches(is_no_end).len());
    name + &extension
}

/// A name that is safe to show and to store: the last component, without control characters, without dots at its beginning and
/// dots or blanks at its end, and none of the names that Windows gives to devices.
///
/// ```
/// use reroute_core::file_name::clean;
///
/// assert_eq!(clean("C:\\new\\cat.png").as_deref(), Some("cat.png"));
/// assert_eq!(clean("../.."), None);
/// ```
pub fn clean(sent: &str) -> Option<String> {
    // Browsers write a quotation mark and a line break so, and nothing else.
    let sent = sent.replace("%22", "\"").replace("%0D", "").replace("%0A", "");
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|character| !is_hidden(*character)).take(LONGEST).collect();
    let name = plain.trim_start_matches(is_no_end).trim_end_matches(is_no_end);
    if name.is_empty() {
        return None;
    }
    Some(if is_device(name) {
        format!("_{}", name.chars().take(LONGEST - 1).collect::<String>())
    } else {
        name.to_owned()
    })
}

/// Control characters, the colon of Windows' drives and streams, and what changes the direction of text, so that `gpj.exe`
/// looks like `exe.jpg`.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || character == ':'
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}')
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What no name begins or ends with.
fn is_no_end(character: char) -> bool {
    character == '.' || character.is_whitespace()
}

/// What Windows opens as a device, whatever stands behind its first dot.
pub(crate) fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let is_port = |word: &str| {
        let number = stem.strip_prefix(word).map(|number| number.chars().collect::<Vec<_>>());
        matches!(number.as_deref(), Some(['0'..='9' | '¹' | '²' | '³']))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || is_port("COM") || is_port("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_name_keeps_its_extension() {
        assert_eq!(shortened(format!("{}.tar.gz", "é".repeat(150))), format!("{}.gz", "é".repeat(98)));
        assert_eq!(shortened("x".repeat(300)), "x".repeat(200));
        assert_eq!(shortened(format!("{} {}", "x".repeat(199), "y".repeat(100))), "x".repeat(199));
        assert_eq!(clean("a\u{61c}b\u{ad}c\u{180e}.txt").as_deref(), Some("abc.txt"));
        assert_eq!(shortened(format!("x.{}", "y".repeat(300))).len(), 200);
    }

    #[test]
    fn attack_97_names_are_no_paths() {
        for (sent, cleaned) in [
            ("cat.png", Some("cat.png")),
            ("../../x", Some("x")),
            ("..\\..\\x", Some("x")),
            ("C:\\x", Some("x")),
            ("C:x", Some("Cx")),
            ("x.png:stream", Some("x.pngstream")),
            ("/etc/passwd", Some("passwd")),
            ("a\0b.png", Some("ab.png")),
            ("a\r\nb", Some("ab")),
            ("a%0D%0Ab%22", Some("ab\"")),
            (".htaccess", Some("htaccess")),
            (". .x. .", Some("x")),
            ("..", None),
            ("x/", None),
            ("", None),
            ("NUL", Some("_NUL")),
            ("con.txt", Some("_con.txt")),
            ("Com1 .tar.gz", Some("_Com1 .tar.gz")),
            ("lpt²", Some("_lpt²")),
            ("console.txt", Some("console.txt")),
            ("\u{202e}gpj.exe", Some("gpj.exe")),
            ("naïve 图.png", Some("naïve 图.png")),
        ] {
            assert_eq!(clean(sent).as_deref(), cleaned, "{sent:?}");
        }
    }

    #[test]
    fn attack_99_a_name_cannot_end_its_header() {
        for (name, value) in [
            ("cat.png", "filename=\"cat.png\""),
            ("a\r\nSet-Cookie: a=b", "filename=\"aSet-Cookie a=b\""),
            ("a\0b", "filename=\"ab\""),
            ("a\"; filename=b.exe", "filename=\"a_; filename=b.exe\"; filename*=UTF-8''a%22%3B%20filename%3Db.exe"),
            ("a%22.txt", "filename=\"a_.txt\"; filename*=UTF-8''a%22.txt"),
            ("100%.txt", "filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
            ("../../etc/passwd", "filename=\"passwd\""),
            ("..\\x.exe", "filename=\"x.exe\""),
            ("x\u{202e}gpj.exe", "filename=\"xgpj.exe\""),
            ("€ rates.txt", "filename=\"_ rates.txt\"; filename*=UTF-8''%E2%82%AC%20rates.txt"),
            (".htaccess", "filename=\"htaccess\""),
            ("nul", "filename=\"_nul\""),
            ("", "filename=\"download\""),
            ("..", "filename=\"download\""),
        ] {
            assert_eq!(attachment(name), format!("attachment; {value}"), "{name:?}");
        }
    }

    /// A reading of the header that shares nothing with its writer: the name that a browser saves under (RFC 6266, section 4.3).
    fn saved_as(value: &str) -> Option<String> {
        let rest = value.strip_prefix("attachment; filename=\"")?;
        let end = rest.find('"')?;
        let (plain, rest) = (&rest[..end], &rest[end + 1..]);
        if plain.contains('\\') || !value.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            return None;
        }
        if rest.is_empty() {
            return Some(plain.to_owned());
        }
        let encoded = rest.strip_prefix("; filename*=UTF-8''")?;
        let mut bytes = Vec::new();
        let mut pieces = encoded.split('%');
        bytes.extend(pieces.next()?.bytes());
        for piece in pieces {
            bytes.push(u8::from_str_radix(piece.get(..2)?, 16).ok()?);
            bytes.extend(piece[2..].bytes());
        }
        (!encoded.contains([' ', '"', ';', ',', '\'', '(', ')', '*'])).then_some(())?;
        String::from_utf8(bytes).ok()
    }

    proptest! {
        #[test]
        fn attack_99_a_download_is_saved_as_one_safe_name(name in r"(\PC|[./\\:%\x22; \x00-\x1f]|\u{202e}|nul){0,300}") {
            let value = attachment(&name);
            let saved = saved_as(&value);
            prop_assert!(saved.is_some(), "{value}");
            let saved = saved.unwrap_or_default();
            let cleaned = clean(&name).unwrap_or("download".to_owned());
            prop_assert!(saved.len() <= LONGEST_OF_DOWNLOAD && !saved.contains(['/', '\\', ':']), "{saved:?}");
            prop_assert!(cleaned.len() > LONGEST_OF_DOWNLOAD || saved == cleaned, "{saved:?} {cleaned:?}");
        }

        #[test]
        fn a_name_is_one_plain_component(sent in r"(\PC|[./\\: \x00-\x1f]|nul|com1){0,300}") {
            if let Some(name) = clean(&sent) {
                prop_assert!(!name.contains(['/', '\\', ':']) && !name.contains(char::is_control), "{name:?}");
                prop_assert!(!name.starts_with('.') && !name.ends_with(['.', ' ']), "{name:?}");
                prop_assert!((1..=LONGEST).contains(&name.chars().count()) && !is_device(&name), "{name:?}");
                let again = clean(&name);
                prop_assert!(sent.contains('%') || again.as_deref() == Some(name.as_str()), "{name:?} {again:?}");
            }
        }
    }
}
