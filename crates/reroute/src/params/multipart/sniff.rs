//! Whether a file is what it says that it is.

use reroute_core::media;

/// How many bytes of a file are looked at.
pub(super) const WINDOW: usize = 8 << 10;

/// Whether the first bytes of a file agree with its declared type. What no first bytes belong to must be text: UTF-8 without
/// control characters, which does not begin like markup or a script. Types that are not known never agree.
pub(super) fn agrees(declared: &str, start: &[u8], is_whole: bool) -> bool {
    let start = &start[..start.len().min(WINDOW)];
    let sniffed = infer::get(start).map(|kind| kind.mime_type());
    if media::TEXT.contains(&declared) {
        // No text has the zeros that these two have behind their letters: a text may begin with them.
        let is_free = matches!(sniffed, None | Some("image/bmp" | "application/vnd.microsoft.portable-executable"));
        return is_free && is_text(start, is_whole);
    }
    let known = media::BINARY.iter().find(|(kind, _)| *kind == declared);
    sniffed.is_some_and(|sniffed| known.is_some_and(|(_, contents)| contents.contains(&sniffed)))
}

fn is_text(start: &[u8], is_whole: bool) -> bool {
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        // The window may end within a character.
        Err(error) if error.error_len().is_none() && !is_whole => {
            std::str::from_utf8(&start[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    // What the WHATWG calls binary data bytes.
    let is_binary = |byte: u8| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f);
    let visible = text.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    let is_markup = visible.strip_prefix('<').is_some_and(|rest| {
        rest.starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '!' | '?' | '/'))
    });
    !text.bytes().any(is_binary) && !is_markup && !visible.starts_with("#!")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const SVG: &[u8] = b" <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";

    #[test]
    fn attack_97_content_must_agree_with_its_type() {
        assert!(agrees("image/png", PNG, true));
        assert!(agrees("application/pdf", b"%PDF-1.7\n", true));
        for (declared, content) in [
            ("image/jpeg", PNG),
            ("image/png", b"".as_slice()),
            ("image/png", b"<html><script>alert(1)</script>"),
            ("image/png", b"MZ\x90\0\x03\0\0\0"),
            ("image/svg+xml", SVG),
            ("text/html", b"<html>"),
            ("application/octet-stream", PNG),
            ("text/plain", PNG),
            ("text/plain", SVG),
            ("text/plain", b"\xef\xbb\xbf <!doctype html><script>"),
            ("text/csv", b"<?xml version='1.0'?>"),
            ("text/plain", b"#!/bin/sh\nrm -rf /"),
            ("text/plain", b"a\0b"),
            ("text/plain", b"MZ\x90\0"),
            ("application/json", b"\"\xff\""),
            ("text/plain", b"caf\xc3"),
        ] {
            assert!(!agrees(declared, content, true), "{declared} {}", content.escape_ascii());
        }
    }

    #[test]
    fn texts_are_texts() {
        for text in ["", "a,b\r\n1,2\r\n", "BMI,age", "MZ", "naïve", "{\"a\": 1}", "1 < 2", "<3 you", "\u{feff}a"] {
            assert!(agrees("text/csv", text.as_bytes(), true), "{text}");
        }
        let cut = format!("{}é", "x".repeat(WINDOW - 1));
        assert!(agrees("text/plain", cut.as_bytes(), false));
    }

    #[test]
    fn every_binary_type_can_be_told() {
        for kind in media::BINARY.iter().flat_map(|(_, contents)| *contents) {
            assert!(infer::is_mime_supported(kind), "{kind}");
        }
        assert!(media::known().all(|kind| !media::is_active(kind)));
    }

    proptest! {
        #[test]
        fn any_content_is_judged_without_a_panic(content in prop::collection::vec(any::<u8>(), 0..200), is_whole: bool) {
            for kind in media::known() {
                let _ = agrees(kind, &content, is_whole);
            }
        }
    }
}
