//! What a template says, as far as it matters whether everything that it shows is escaped.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// What in a template of this folder, or in those that it is made of, shows something unescaped, and where.
pub(super) fn unescaped(root: &Path, template: &str) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut next = vec![root.join(template)];
    while let Some(path) = next.pop() {
        // One that is missing is told by the template's own compiler, which looks in the same places.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if !seen.insert(path.clone()) {
            continue;
        }
        for code in codes(&text) {
            if let Some(found) = opening(&code) {
                let shown = path.strip_prefix(root).unwrap_or(&path).display();
                return Some(format!("`{found}` in `templates/{shown}`"));
            }
            next.extend(parts(&code).flat_map(|name| beside(&path, root, name)));
        }
    }
    None
}

/// A piece of code.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'a> {
    /// A name, or a keyword.
    Word(&'a str),
    /// What stands in quotes, as it is written.
    Text(&'a str),
    Sign(char),
}

/// The code of each `{{ … }}` and `{% … %}`: not of comments, and not of `{% raw %}`.
fn codes(text: &str) -> Vec<Vec<Token<'_>>> {
    let (mut codes, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find('{') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix('#') {
            rest = behind_comment(comment);
            continue;
        }
        let close = match rest.chars().next() {
            Some('{') => '}',
            Some('%') => '%',
            _ => continue,
        };
        let (tokens, after) = lex(&rest[1..], close);
        rest = after;
        let is_raw = tokens.iter().find_map(|token| match token {
            Token::Word(word) => Some(*word == "raw"),
            _ => None,
        });
        if close == '%' && is_raw == Some(true) {
            rest = behind_raw(rest);
        }
        codes.push(tokens);
    }
    codes
}

/// What follows a raw block that has begun: its end is a block, and not the mere word.
fn behind_raw(text: &str) -> &str {
    let mut rest = text;
    while let Some((_, block)) = rest.split_once("{%") {
        rest = block;
        let word = block.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '+' | '~'));
        if let Some(after) = word.strip_prefix("endraw") {
            return after;
        }
    }
    ""
}

/// What follows a comment that has begun. Comments hold comments.
fn behind_comment(text: &str) -> &str {
    let (mut rest, mut depth) = (text, 1);
    while depth > 0 {
        let (open, close) = (rest.find("{#"), rest.find("#}"));
        let Some(end) = close else { return "" };
        match open {
            Some(start) if start < end => (rest, depth) = (&rest[start + 2..], depth + 1),
            _ => (rest, depth) = (&rest[end + 2..], depth - 1),
        }
    }
    rest
}

/// The tokens up to the delimiter that `close` and a brace make, and what follows it.
fn lex(text: &str, close: char) -> (Vec<Token<'_>>, &str) {
    let (mut tokens, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        if first == close && rest[close.len_utf8()..].starts_with('}') {
            return (tokens, &rest[close.len_utf8() + 1..]);
        }
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = if first == '"' {
            let length = quoted(rest);
            tokens.push(Token::Text(rest[1..length].trim_end_matches('"')));
            length
        } else if is_word(first) {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            tokens.push(Token::Word(&rest[..length]));
            length
        } else if let Some(length) = character(rest) {
            length
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Sign(first));
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    (tokens, "")
}

/// How long the text in quotes is that stands here, with them.
fn quoted(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// How long the character in quotes is that stands here, with them, if one does.
fn character(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('\'')?;
    let inner = match rest.strip_prefix('\\') {
        Some(escaped) => 1 + escaped.chars().next()?.len_utf8(),
        None => rest.chars().next()?.len_utf8(),
    };
    rest[inner..].starts_with('\'').then_some(inner + 2)
}

/// What turns the escaping off here, or chooses another.
fn opening(code: &[Token<'_>]) -> Option<String> {
    if let Some(escaped) = parts(code).find(|name| name.contains('\\')) {
        return Some(format!("\"{escaped}\", which names a template by escapes and may hide what"));
    }
    for (at, token) in code.iter().enumerate() {
        if let Token::Word(word @ ("Safe" | "MaybeSafe" | "HtmlSafeOutput")) = token {
            return Some((*word).to_owned());
        }
        let filters = matches!(token, Token::Sign('|')) || (at <= 1 && *token == Token::Word("filter"));
        let Some(Token::Word(name)) = code.get(at + 1).filter(|_| filters) else { continue };
        let shown = |name: &str| if *token == Token::Sign('|') { format!("|{name}") } else { format!("filter {name}") };
        match (*name, code.get(at + 2)) {
            ("safe", _) => return Some(shown("safe")),
            ("e" | "escape", Some(Token::Sign('('))) => return Some(shown(&format!("{name}(…)"))),
            // A function of somewhere may say of anything that it is clean.
            (_, Some(Token::Sign(':'))) => return Some(shown(&format!("{name}::…"))),
            _ => {}
        }
    }
    None
}

/// The templates that a block is made of.
fn parts<'a>(code: &'a [Token<'a>]) -> impl Iterator<Item = &'a str> {
    let first = code.iter().find_map(|token| match token {
        Token::Word(word) => Some(*word),
        _ => None,
    });
    let is_of_others = matches!(first, Some("extends" | "include" | "import"));
    code.iter().filter(move |_| is_of_others).filter_map(|token| match token {
        Token::Text(name) => Some(*name),
        _ => None,
    })
}

fn beside(path: &Path, root: &Path, name: &str) -> [PathBuf; 2] {
    [path.parent().unwrap_or(root).join(name), root.join(name)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        codes(text).iter().find_map(|code| opening(code))
    }

    #[test]
    fn what_turns_escaping_off_is_found() {
        for text in [
            "{{ a|safe }}",
            "{{ a | safe }}",
            "{{a|upper|safe}}",
            "{{ a\n|\r\nsafe -}}",
            "{% filter safe %}",
            "{%- filter safe %}",
            "{% filter escape(\"none\") %}",
            "{% filter e(\"none\") %}",
            "{{ a|escape(\"none\") }}",
            "{{ a|e (\"none\")}}",
            "{{ a|replace(\"}}\", \"\")|safe }}",
            "{% let b = a|replace(\"%}\", \"\")|safe %}",
            "{{ a|replace(\"\\\"}}\", '\"')|safe }}",
            "{{ a|replace('}', \"\")|safe }}",
            "{{ reroute::askama::filters::Safe(a) }}",
            "{{ a|filters::raw }}",
            "{% call b(a|safe) %}{% endcall %}",
            "{# {# #} {{ a }} #}{{ a|safe }}",
            "{% raw %}{{ a }}{% endraw %}{{ a|safe }}",
            "{% raw %} endraw {{ \" {%- endraw %} {{ a|safe }} {{ \" }}",
            "{% include \"\\x78.html\" %}",
        ] {
            assert!(found(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_leaves_it_on_is_not() {
        for text in [
            "{{ a|safely }}",
            "{{ safe }}",
            "{{ a|e }}",
            "{{ a|escape }}",
            "a|safe",
            "{{ a|lower }} |safe",
            "{{ \"|safe\" }}",
            "{# {{ a|safe }} #}",
            "{# {# {{ a|safe }} #} {{ a|safe }} #}",
            "{% raw %}{{ a|safe }}{% endraw %}",
            "{ {{ a",
            "{{ a|",
            "{%",
            "{#",
            "{{ '",
            "{{ \"",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn templates_of_a_template_are_named() {
        let names = |text| codes(text).iter().flat_map(|code| parts(code)).map(str::to_owned).collect::<Vec<_>>();
        let text =
            "{% extends \"base.html\" %}{%-\r\n include \"a/b.html\" -%}{{ \"c.html\" }}{% if a == \"d.html\" %}";
        assert_eq!(names(text), ["base.html", "a/b.html"]);
    }

    #[test]
    fn templates_are_followed() {
        let root = std::env::temp_dir().join(format!("reroute-templates-{}", std::process::id()));
        fs::create_dir_all(root.join("below")).expect("a folder can be made");
        for (name, text) in [
            ("page.html", "{% extends \"base.html\" %}"),
            ("base.html", "{% include \"below/part.html\" %}"),
            ("below/part.html", "{% include \"beside.html\" %}"),
            ("below/beside.html", "{{ a|safe }}{% include \"page.html\" %}"),
            ("clean.html", "{% include \"missing.html\" %}"),
        ] {
            fs::write(root.join(name), text).expect("a file can be written");
        }
        let found = unescaped(&root, "page.html");
        let clean = unescaped(&root, "clean.html");
        // Whatever is left of it is the temporary folder's.
        let _ = fs::remove_dir_all(&root);
        assert_eq!(found.as_deref(), Some("`|safe` in `templates/below/beside.html`"));
        assert_eq!(clean, None);
    }
}
