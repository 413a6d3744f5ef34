//! The name of a file, as somebody else wrote it.

/// The most characters that the name of a file may have.
pub(super) const LONGEST: usize = 255;

/// A name that is safe to show and to store: the last component, without control characters, without dots at its beginning and
/// dots or blanks at its end, and none of the names that Windows gives to devices.
pub(super) fn clean(sent: &str) -> Option<String> {
    // Browsers write a quotation mark and a line break so, and nothing else.
    let sent = sent.replace("%22", "\"").replace("%0D", "").replace("%0A", "");
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|character| !is_hidden(*character)).take(LONGEST).collect();
    let name = plain.trim_start_matches(|character: char| character == '.' || character.is_whitespace());
    let name = name.trim_end_matches(|character: char| character == '.' || character.is_whitespace());
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
fn is_hidden(character: char) -> bool {
    character.is_control()
        || character == ':'
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// What Windows opens as a device, whatever stands behind its first dot.
fn is_device(name: &str) -> bool {
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

    proptest! {
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
