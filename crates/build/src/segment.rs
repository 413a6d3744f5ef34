use crate::ErrorKind;

/// What the name of a file, without `.rs`, or of a folder means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Segment<'a> {
    /// `users`
    Static(&'a str),
    /// `[id]`
    Parameter(&'a str),
    /// `[...path]`
    CatchAll(&'a str),
    /// `(admin)`
    Group(&'a str),
    /// `_mail`
    Shared(&'a str),
    /// `_scope`
    Scope,
}

impl<'a> Segment<'a> {
    pub(crate) fn parse(name: &'a str) -> Result<Self, ErrorKind> {
        if name == "_scope" {
            return Ok(Self::Scope);
        }
        if name.starts_with('_') {
            return if is_shared(name) { Ok(Self::Shared(name)) } else { Err(ErrorKind::SharedName) };
        }
        if let Some(group) = name.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            return if is_static(group) { Ok(Self::Group(group)) } else { Err(ErrorKind::UnknownSegment) };
        }
        if let Some(inner) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let (catch_all, parameter) = match inner.strip_prefix("...") {
                Some(rest) => (true, rest),
                None => (false, inner),
            };
            return match parameter {
                // What is no word at all is a slip of the brackets rather than a bad name.
                _ if parameter.is_empty() || !parameter.bytes().all(is_word) => Err(ErrorKind::UnknownSegment),
                _ if !is_identifier(parameter) => Err(ErrorKind::ParameterName(parameter.into())),
                _ if catch_all => Ok(Self::CatchAll(parameter)),
                _ => Ok(Self::Parameter(parameter)),
            };
        }
        if is_static(name) { Ok(Self::Static(name)) } else { Err(ErrorKind::UnknownSegment) }
    }

    /// The segment of the URL, in the syntax of the router; `None` for what is not in the URL.
    pub(crate) fn pattern(self) -> Option<String> {
        match self {
            Self::Static(name) => Some(name.to_owned()),
            Self::Parameter(name) => Some(format!("{{{name}}}")),
            Self::CatchAll(name) => Some(format!("{{*{name}}}")),
            Self::Group(_) | Self::Shared(_) | Self::Scope => None,
        }
    }

    /// The name of the parameter, if it is one.
    pub(crate) fn parameter(self) -> Option<&'a str> {
        match self {
            Self::Parameter(name) | Self::CatchAll(name) => Some(name),
            _ => None,
        }
    }
}

/// Whether code shared by routes can have this name; `_` alone is no module.
pub(crate) fn is_shared(name: &str) -> bool {
    name.bytes().all(is_plain) && name.bytes().any(|byte| byte.is_ascii_alphanumeric())
}

/// Whether the language keeps this word for itself, in any edition.
pub(crate) fn is_keyword(word: &str) -> bool {
    const KEYWORDS: [&str; 53] = [
        "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
        "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
        "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct",
        "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while",
        "yield", "_",
    ];
    KEYWORDS.contains(&word)
}

fn is_static(name: &str) -> bool {
    // Dots alone would mean a folder to every client, which resolves them before it asks.
    !name.starts_with('_') && name.bytes().all(is_plain) && name.bytes().any(|byte| byte != b'.')
}

fn is_plain(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'-' | b'.' | b'~')
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_identifier(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit()) && !is_keyword(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, segment) in [
            ("users", Segment::Static("users")),
            ("api-keys", Segment::Static("api-keys")),
            ("robots.txt", Segment::Static("robots.txt")),
            ("~me", Segment::Static("~me")),
            ("a_", Segment::Static("a_")),
            ("404", Segment::Static("404")),
            ("type", Segment::Static("type")),
            ("[id]", Segment::Parameter("id")),
            ("[_id2]", Segment::Parameter("_id2")),
            ("[union]", Segment::Parameter("union")),
            ("[...path]", Segment::CatchAll("path")),
            ("(admin)", Segment::Group("admin")),
            ("_mail", Segment::Shared("_mail")),
            ("_mail-2.0", Segment::Shared("_mail-2.0")),
            ("_scope", Segment::Scope),
        ] {
            assert_eq!(Segment::parse(name), Ok(segment), "{name}");
        }
    }

    #[test]
    fn unknown_names() {
        let names = [
            "", "[id", "id]", "[id]x", "x[id]", "[]", "[...]", "[[id]]", "[..path]", "[id.rs]", "[a][b]", "()", "(a",
            "a)", "(_a)", "(a)(b)", "([id])", ".", "..", "...", "a b", "a/b", "a\\b", "a\"b", "{id}", "a{", "a}",
            "a%20b", "a+b", "é", "a\nb",
        ];
        for name in names {
            assert_eq!(Segment::parse(name), Err(ErrorKind::UnknownSegment), "{name:?}");
        }
        for name in ["type", "Self", "self", "gen", "_", "1", "2fa"] {
            let kind = ErrorKind::ParameterName(name.into());
            assert_eq!(Segment::parse(&format!("[{name}]")), Err(kind.clone()));
            assert_eq!(Segment::parse(&format!("[...{name}]")), Err(kind));
        }
        for name in ["_", "__", "_-", "_a b", "_[id]", "_é"] {
            assert_eq!(Segment::parse(name), Err(ErrorKind::SharedName), "{name}");
        }
    }
}
