//! The strings that a program in Python or Rust holds: what a test suite tries its sanitizer with.

/// Each string that may be HTML.
pub(crate) fn of(source: &str) -> Vec<String> {
    let is_python = source.contains("\ndef ");
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let comment = if is_python { "#" } else { "//" };
        let is_quote = first == '"' || (is_python && first == '\'');
        if rest.starts_with(comment) {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if let Some((text, after)) = raw(rest).filter(|_| !is_python) {
            found.push(text.to_owned());
            rest = after;
        } else if is_quote {
            let thrice = &first.to_string().repeat(3);
            let quote = if is_python && rest.starts_with(thrice) { thrice } else { &rest[..1] };
            let (text, after) = quoted(&rest[quote.len()..], quote);
            found.push(text);
            rest = after;
        } else if rest.starts_with("'\"'") {
            // A character of Rust.
            rest = &rest[3..];
        } else {
            rest = &rest[first.len_utf8()..];
        }
    }
    found.retain(|text| text.contains(['<', '&']) || text.contains("script:"));
    found
}

/// The text of `r#"…"#`, and what comes after it.
fn raw(source: &str) -> Option<(&str, &str)> {
    let hashes = source.strip_prefix('r')?;
    let text = hashes.trim_start_matches('#');
    let end = format!("\"{}", &hashes[..hashes.len() - text.len()]);
    text.strip_prefix('"')?.split_once(&end)
}

/// The text up to its end, with what is escaped in it, and what comes after it.
fn quoted<'a>(source: &'a str, end: &str) -> (String, &'a str) {
    let mut text = String::new();
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(end) {
            return (text, after);
        }
        rest = &rest[next.len_utf8()..];
        if next != '\\' {
            text.push(next);
            continue;
        }
        let Some(escaped) = rest.chars().next() else { break };
        rest = &rest[escaped.len_utf8()..];
        let digits = match escaped {
            'x' => 2,
            'u' => rest.find('}').filter(|_| rest.starts_with('{')).map_or(4, |end| end + 1),
            _ => 0,
        };
        match escaped {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            '0' => text.push('\0'),
            '\n' => rest = rest.trim_start(),
            'x' | 'u' => {
                let (number, after) = rest.split_at_checked(digits).unwrap_or((rest, ""));
                let code = u32::from_str_radix(number.trim_matches(['{', '}']), 16).ok();
                text.extend(code.and_then(char::from_u32));
                rest = after;
            }
            other => text.push(other),
        }
    }
    (text, "")
}
