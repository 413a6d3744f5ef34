//! The words of a statement, as both databases read them.

use std::ops::Range;

/// What is known of a piece of a statement. Comments and white space are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword, a name without quotes, or a number.
    Word,
    /// A text, in single quotes or between dollar tags.
    Text,
    /// A name in quotes of any kind.
    Quoted,
    /// `:name`.
    Placeholder,
    Open,
    Close,
    Comma,
    Semicolon,
    /// An operator, a character of one, or what nothing else is.
    Other,
}

/// A piece of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Where it stands, in bytes.
    pub(super) range: Range<usize>,
}

/// The pieces of `sql`, or what is wrong with it, and what to write.
pub(super) fn tokens(sql: &str) -> Result<Vec<Token>, String> {
    let mut reader = Reader { sql, at: 0, subscripts: 0 };
    let mut tokens: Vec<Token> = Vec::new();
    while let Some(c) = reader.peek() {
        let start = reader.at;
        let kind = reader.read(c, tokens.last())?;
        if let Some(kind) = kind {
            tokens.push(Token { kind, range: start..reader.at });
        }
    }
    Ok(tokens)
}

struct Reader<'a> {
    sql: &'a str,
    at: usize,
    /// How many brackets are open that hold positions in an array: in others, SQLite has names.
    subscripts: usize,
}

impl Reader<'_> {
    /// Reads one piece, which begins with `c`: its kind, or `None` for what lies between the pieces.
    fn read(&mut self, c: char, before: Option<&Token>) -> Result<Option<Kind>, String> {
        let kind = match c {
            '\0' => return Err("a statement holds no NUL character".to_owned()),
            c if c.is_whitespace() => {
                self.skip(c);
                return Ok(None);
            }
            '-' if self.rest().starts_with("--") => {
                let comment = self.rest().lines().next().unwrap_or_default();
                if comment.contains('\r') {
                    return Err(
                        "a comment holds no carriage return: PostgreSQL ends it there, and SQLite does not".to_owned()
                    );
                }
                self.at += comment.len();
                return Ok(None);
            }
            '/' if self.rest().starts_with("/*") => {
                self.comment()?;
                return Ok(None);
            }
            '\'' => {
                let escapes = before.is_some_and(|before| {
                    before.range.end == self.at && self.sql[before.range.clone()].eq_ignore_ascii_case("e")
                });
                self.quoted('\'', escapes, "a text")?;
                Kind::Text
            }
            '"' | '`' => {
                self.quoted(c, false, "a name in quotes")?;
                Kind::Quoted
            }
            '[' if self.subscripts == 0 && !self.is_subscript(before) => {
                self.quoted(']', false, "a name in brackets")?;
                Kind::Quoted
            }
            '[' => {
                self.subscripts += 1;
                self.one(c, Kind::Other)
            }
            ']' => {
                self.subscripts = self.subscripts.saturating_sub(1);
                self.one(c, Kind::Other)
            }
            ':' => return self.colon().map(Some),
            '?' => {
                return Err(
                    "write `:name` for a value, not `?`; for PostgreSQL's operators with `?`, write their functions, \
                            such as `jsonb_exists(…)`"
                        .to_owned(),
                );
            }
            '{' | '}' => {
                return Err(
                    "braces put nothing into a statement: write `:name`, and the value after the text".to_owned()
                );
            }
            '$' => {
                self.dollar()?;
                Kind::Text
            }
            '@' if !self.follows_operator() && self.rest()[1..].starts_with(is_word_start) => {
                return Err("write `:name` for a value, not `@name`".to_owned());
            }
            '(' => self.one(c, Kind::Open),
            ')' => self.one(c, Kind::Close),
            ',' => self.one(c, Kind::Comma),
            ';' => self.one(c, Kind::Semicolon),
            c if is_word(c) => {
                let rest = self.rest();
                self.at += rest.find(|c| !is_word(c) && c != '$').unwrap_or(rest.len());
                Kind::Word
            }
            c => self.one(c, Kind::Other),
        };
        Ok(Some(kind))
    }

    /// `:name`, a cast `::type`, `:=`, or the colon of `[1:2]`.
    fn colon(&mut self) -> Result<Kind, String> {
        let after = &self.rest()[1..];
        if after.starts_with(':') {
            self.at += 2;
            return Ok(Kind::Other);
        }
        let name = &after[..after.find(|c| !is_word(c)).unwrap_or(after.len())];
        if name.is_empty() || (self.subscripts > 0 && name.bytes().all(|byte| byte.is_ascii_digit())) {
            return Ok(self.one(':', Kind::Other));
        }
        let is_plain = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        if !is_plain || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(format!(
                "`:{name}`: the name of a value is of `a` to `z`, `_` and digits, and begins with no digit"
            ));
        }
        self.at += 1 + name.len();
        Ok(Kind::Placeholder)
    }

    /// A text between two like tags, such as `$tag$`.
    fn dollar(&mut self) -> Result<(), String> {
        let after = &self.rest()[1..];
        let tag = &after[..after.find(|c| !is_word(c)).unwrap_or(after.len())];
        if !after[tag.len()..].starts_with('$') || tag.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(format!("write `:name` for a value, not `${tag}`"));
        }
        let tag = &self.rest()[..tag.len() + 2];
        let inside = &self.rest()[tag.len()..];
        let end = inside.find(tag).ok_or_else(|| format!("a text has no end: `{tag}` is missing"))?;
        self.at += tag.len() + end + tag.len();
        Ok(())
    }

    fn comment(&mut self) -> Result<(), String> {
        let inside = &self.rest()[2..];
        let end = inside.find("*/").ok_or("a comment has no end: `*/` is missing")?;
        if inside[..end].contains("/*") {
            return Err("a comment in a comment ends here for SQLite and there for PostgreSQL: write one".to_owned());
        }
        self.at += 2 + end + 2;
        Ok(())
    }

    /// To the end of what is in quotes, where two end marks are one that is meant. With `escapes`, as in `E'…'`, a backslash hides
    /// the next character.
    fn quoted(&mut self, end: char, escapes: bool, what: &str) -> Result<(), String> {
        let mut inside = self.rest().char_indices().skip(1).peekable();
        while let Some((at, c)) = inside.next() {
            if c == '\0' {
                return Err("a statement holds no NUL character".to_owned());
            }
            if escapes && c == '\\' {
                inside.next();
            } else if c == end {
                // SQLite knows no doubled `]`.
                if end != ']' && inside.peek().is_some_and(|(_, next)| *next == end) {
                    inside.next();
                    continue;
                }
                self.at += at + end.len_utf8();
                return Ok(());
            }
        }
        Err(format!("{what} has no end: `{end}` is missing"))
    }

    /// Whether a bracket after `before` holds positions: it stands at what has them, or after `ARRAY`.
    fn is_subscript(&self, before: Option<&Token>) -> bool {
        before.is_some_and(|before| {
            let text = &self.sql[before.range.clone()];
            let touches = before.range.end == self.at;
            let has_positions =
                matches!(before.kind, Kind::Word | Kind::Quoted | Kind::Close | Kind::Placeholder) || text == "]";
            (touches && has_positions) || text.eq_ignore_ascii_case("array")
        })
    }

    fn follows_operator(&self) -> bool {
        self.sql[..self.at].ends_with(|c| "<>=@#&|!~*+-/%^".contains(c))
    }

    fn one(&mut self, c: char, kind: Kind) -> Kind {
        self.skip(c);
        kind
    }

    fn skip(&mut self, c: char) {
        self.at += c.len_utf8();
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &str {
        &self.sql[self.at..]
    }
}

fn is_word_start(c: char) -> bool {
    is_word(c) && !c.is_ascii_digit()
}

/// What names and keywords are of: both databases let every letter beyond ASCII into names.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()
}
