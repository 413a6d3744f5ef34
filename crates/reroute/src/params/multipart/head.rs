//! The head of one part: its name, whether it is a file, and what it says that it is.

use crate::error::{Error, Result};

/// What is said of one part before its content.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PartHead {
    pub(super) name: String,
    /// As it was sent; a part that has one, even an empty one, is a file.
    pub(super) file_name: Option<String>,
    /// In lower case and without parameters.
    pub(super) content_type: Option<String>,
    charset: Option<String>,
}

impl PartHead {
    /// Reads the lines of a head, without the empty one that ends it.
    ///
    /// # Errors
    ///
    /// 400: whoever reads a malformed head must guess, and another reader may guess otherwise.
    pub(super) fn parse(lines: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(lines).map_err(|_| malformed("is not UTF-8"))?;
        let mut disposition = None;
        let mut content_type = None;
        for line in text.split("\r\n") {
            // A folded line has no name, and is refused with those.
            let (name, value) = line.split_once(':').ok_or_else(|| malformed("has a line without a name"))?;
            if !is_token(name) || value.contains(|character: char| character.is_control() && character != '\t') {
                return Err(malformed("has a malformed line"));
            }
            let value = value.trim_matches([' ', '\t']);
            let first = match name.to_ascii_lowercase().as_str() {
                "content-disposition" => disposition.replace(value),
                "content-type" => content_type.replace(value),
                "content-transfer-encoding" if !is_identity(value) => return Err(malformed("encodes its content")),
                _ => None,
            };
            if first.is_some() {
                return Err(malformed("says something twice"));
            }
        }
        let mut head = Self::named(disposition.ok_or_else(|| malformed("has no name"))?)?;
        if let Some(value) = content_type {
            head.content_type = value.split(';').next().map(|kind| kind.trim().to_ascii_lowercase());
            head.charset = parameters(value)?.into_iter().find(|(name, _)| name == "charset").map(|(_, value)| value);
        }
        Ok(head)
    }

    fn named(disposition: &str) -> Result<Self> {
        let kind = disposition.split(';').next().unwrap_or_default();
        if !kind.trim().eq_ignore_ascii_case("form-data") {
            return Err(malformed("is no form-data"));
        }
        let mut head = Self::default();
        let mut name = None;
        for (word, value) in parameters(disposition)? {
            let first = match word.as_str() {
                "name" => name.replace(value),
                "filename" => head.file_name.replace(value),
                // RFC 7578 forbids `filename*`, and no browser sends it: of two names nobody knows which one counts.
                _ => None,
            };
            if first.is_some() {
                return Err(malformed("has two names"));
            }
        }
        head.name = name.ok_or_else(|| malformed("has no name"))?;
        Ok(head)
    }

    /// Whether its text is said to be in an encoding other than UTF-8.
    pub(super) fn is_foreign(&self) -> bool {
        self.charset
            .as_deref()
            .is_some_and(|charset| !charset.eq_ignore_ascii_case("utf-8") && !charset.eq_ignore_ascii_case("us-ascii"))
    }
}

/// The parameters behind a header's value, names in lower case.
fn parameters(value: &str) -> Result<Vec<(String, String)>> {
    let mut all = Vec::new();
    let mut rest = value.find(';').map_or("", |at| &value[at..]);
    while !rest.is_empty() {
        let wrong = || malformed("has a malformed parameter");
        rest = rest.strip_prefix(';').ok_or_else(wrong)?.trim_start_matches([' ', '\t']);
        let (name, behind) = rest.split_once('=').ok_or_else(wrong)?;
        if !is_token(name) {
            return Err(wrong());
        }
        let (text, behind) = match behind.strip_prefix('"') {
            Some(quoted) => unquote(quoted).ok_or_else(wrong)?,
            None => {
                let (token, behind) = behind.split_at(behind.find([';', ' ', '\t']).unwrap_or(behind.len()));
                if token.contains('"') {
                    return Err(wrong());
                }
                (token.to_owned(), behind)
            }
        };
        all.push((name.to_ascii_lowercase(), text));
        rest = behind.trim_start_matches([' ', '\t']);
    }
    Ok(all)
}

/// The text up to the closing quotation mark, and what stands behind it. Only the mark itself is ever escaped: a
/// backslash before anything else is one of a Windows path.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut characters = quoted.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((text, &quoted[at + 1..])),
            '\\' if characters.peek().is_some_and(|(_, next)| *next == '"') => {
                characters.next();
                text.push('"');
            }
            other => text.push(other),
        }
    }
    None
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn is_identity(encoding: &str) -> bool {
    ["7bit", "8bit", "binary"].iter().any(|known| encoding.eq_ignore_ascii_case(known))
}

fn malformed(what: &str) -> Error {
    Error::bad_request(format!("A part of the form {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(disposition: &str) -> Result<PartHead> {
        PartHead::parse(format!("Content-Disposition: {disposition}").as_bytes())
    }

    #[test]
    fn names_are_read_as_browsers_and_curl_write_them() {
        let head = of(r#"form-data; name="a;b"; filename="C:\new\x \"1\".png""#).expect("well-formed");
        assert_eq!((head.name.as_str(), head.file_name.as_deref()), ("a;b", Some(r#"C:\new\x "1".png"#)));
        let head = of("Form-Data ;name=a; filename*=UTF-8''b; filename=").expect("well-formed");
        assert_eq!((head.name.as_str(), head.file_name.as_deref()), ("a", Some("")));
        let head = b"content-disposition: form-data; name=a\r\nContent-Type: Text/Plain; charset=UTF-16\r\nX-Other: b";
        let head = PartHead::parse(head).expect("well-formed");
        assert!(head.is_foreign());
        assert_eq!(head.content_type.as_deref(), Some("text/plain"));
    }

    #[test]
    fn attack_97_malformed_heads_are_refused() {
        for wrong in [
            "form-data",
            "form-data; name",
            "form-data; name=\"a",
            "form-data; name=\"a\"b",
            "form-data; name=a; name=b",
            "form-data; name=a; filename=b; FileName=c",
            "form-data; name=a filename=b",
            "form-data name=a",
            "form-data;",
            "attachment; name=a",
            "form-data; name=\"a\0\"",
            "form-data; name=\"a\nb\"",
            "form-data; name=a\r\n ; filename=b",
            "form-data; name=a\r\nContent-Disposition: form-data; name=b",
            "form-data; name=a\r\nContent-Transfer-Encoding: base64",
            "form-data; name=a\r\nContent-Type: text/plain\r\ncontent-type: image/png",
            "form-data; name=a\r\n: b",
            "form-data; name=a\r\nb",
        ] {
            assert!(of(wrong).is_err(), "{wrong:?}");
        }
        assert!(PartHead::parse(b"").is_err());
        assert!(PartHead::parse(b"Content-Disposition: form-data; name=\"\xff\"").is_err());
    }

    proptest! {
        #[test]
        fn any_head_is_judged_without_a_panic(text in "(form-data)?[;= \"\\\\a-f*é\r\n:]{0,40}") {
            let _ = of(&text);
            let _ = PartHead::parse(text.as_bytes());
        }
    }
}
