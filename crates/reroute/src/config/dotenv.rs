//! The lines of a `.env` file. Values are literal: a `$` in a password stands for itself, whatever quotes are around it.

use std::iter::Enumerate;
use std::str::Lines;

/// A name, its value, and the line that it begins on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) line: usize,
}

/// Reads `NAME=value` lines, with or without `export`. A value is bare, up to the end of the line or a `#` behind white
/// space; or in single quotes, as it is; or in double quotes, with `\n`, `\r`, `\t`, `\"`, `\\` and `\$`. Quoted ones may have several
/// lines. Empty lines and those that begin with `#` say nothing.
///
/// # Errors
///
/// The number of the first line that is none of that.
pub(super) fn parse(text: &str) -> Result<Vec<Pair>, usize> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate();
    let mut pairs = Vec::new();
    while let Some((at, line)) = lines.next() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).unwrap_or(line);
        let (name, value) = line.split_once('=').ok_or(at + 1)?;
        let name = name.trim();
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
        if name.is_empty() || name.as_bytes()[0].is_ascii_digit() || !name.bytes().all(is_name) {
            return Err(at + 1);
        }
        let value = read(value, &mut lines).ok_or(at + 1)?;
        pairs.push(Pair { name: name.to_owned(), value, line: at + 1 });
    }
    Ok(pairs)
}

/// A value whose first line is `first`; a quoted one takes further lines.
fn read(first: &str, lines: &mut Enumerate<Lines<'_>>) -> Option<String> {
    let trimmed = first.trim_start();
    match trimmed.chars().next() {
        Some(quote @ ('\'' | '"')) => quoted(quote, &trimmed[1..], lines),
        _ => Some(bare(first).to_owned()),
    }
}

fn bare(text: &str) -> &str {
    let is_comment = |(at, _): &(usize, char)| text[..*at].ends_with([' ', '\t']);
    let end = text.char_indices().filter(|(_, character)| *character == '#').find(is_comment);
    text[..end.map_or(text.len(), |(at, _)| at)].trim()
}

fn quoted(quote: char, first: &str, lines: &mut Enumerate<Lines<'_>>) -> Option<String> {
    let mut value = String::new();
    let mut line = first;
    loop {
        let mut characters = line.char_indices();
        while let Some((at, character)) = characters.next() {
            if character == quote {
                let rest = line[at + 1..].trim_start();
                return (rest.is_empty() || rest.starts_with('#')).then_some(value);
            }
            if character != '\\' || quote == '\'' {
                value.push(character);
                continue;
            }
            match characters.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 'r')) => value.push('\r'),
                Some((_, 't')) => value.push('\t'),
                Some((_, escaped @ ('"' | '\\' | '$'))) => value.push(escaped),
                Some((_, other)) => value.extend(['\\', other]),
                None => value.push('\\'),
            }
        }
        value.push('\n');
        line = lines.next()?.1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(text: &str) -> Vec<(String, String)> {
        parse(text).expect("well-formed").into_iter().map(|pair| (pair.name, pair.value)).collect()
    }

    #[test]
    fn attack_145_every_form_is_read() {
        for (text, value) in [
            ("A=b", "b"),
            ("\u{feff}export  A = b  # c", "b"),
            ("A=pa$$word$HOME#1", "pa$$word$HOME#1"),
            ("A=\"$HOME ${X} \\$Y\"", "$HOME ${X} $Y"),
            ("A='$HOME \\n' # x", "$HOME \\n"),
            ("A=\"one\ntwo\"", "one\ntwo"),
            ("A='one\n# two'", "one\n# two"),
            ("A=", ""),
            ("A= # nothing", ""),
            ("A=#1", "#1"),
            ("A=a b\r\n", "a b"),
            ("A=\"a\\tb\\q\"", "a\tb\\q"),
            ("A=it's", "it's"),
        ] {
            assert_eq!(values(text), [("A".to_owned(), value.to_owned())], "{text:?}");
        }
        let line = |text| parse(text).expect("well-formed")[1].line;
        assert_eq!(line("A='x\ny'\n\n# c\nB=1"), 5);
    }

    #[test]
    fn an_ill_formed_line_is_named() {
        for (text, line) in [
            ("A=1\n\nnothing here\nB=2", 3),
            ("A=\"1", 1),
            ("A=1\nB='x\n\n", 2),
            ("A='1' 2", 1),
            ("1A=2", 1),
            ("=2", 1),
            ("A B=2", 1),
        ] {
            assert_eq!(parse(text), Err(line), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "(\\PC|[A='\"\\\\\n#$ ]){0,60}") {
            let _ = parse(&text);
        }

        #[test]
        fn single_quotes_keep_all_but_themselves(value in "[^'\r]{0,40}") {
            prop_assert_eq!(values(&format!("A='{value}'")), [("A".to_owned(), value)]);
        }
    }
}
