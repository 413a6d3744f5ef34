//! The statements of a script, and which of them take the transaction out of our hands.

use reroute_core::migration::Database;
use std::ops::Range;

/// What would end the transaction around a script, or cannot run in it.
const CONTROL: [&str; 9] =
    ["BEGIN", "COMMIT", "ROLLBACK", "END", "SAVEPOINT", "RELEASE", "START", "ABORT", "PREPARE TRANSACTION"];

/// The same, where it is SQLite alone that must not run it in a transaction, or would leave the file.
const SQLITE_CONTROL: [&str; 3] = ["ATTACH", "DETACH", "VACUUM"];

/// A statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    /// Where it stands, with what separates it from the one before, and its semicolon.
    pub(super) range: Range<usize>,
    /// The line of its first word, from 1.
    pub(super) line: usize,
    /// Its first two words, in capitals.
    words: [String; 2],
}

impl Statement {
    /// The word by which it takes the transaction out of our hands, if it does.
    pub(super) fn control(&self, database: Database) -> Option<&'static str> {
        let [first, second] = &self.words;
        let also: &[&str] = if database == Database::Sqlite { &SQLITE_CONTROL } else { &[] };
        CONTROL.iter().chain(also).copied().find(|control| match control.split_once(' ') {
            Some((one, two)) => first == one && second == two,
            None => first == control,
        })
    }
}

/// The statements of a script, in order. What is no SQL is somehow cut: the database says what is wrong with it.
pub(super) fn statements(sql: &str, database: Database) -> Vec<Statement> {
    let mut reader = Reader { sql, at: 0, database };
    let mut found = Vec::new();
    let mut open = Open::new(0);
    while let Some(token) = reader.next() {
        let start = token.range.start;
        if open.first.is_none() && token.kind != Kind::Semicolon {
            open.first = Some(start);
        }
        if open.takes(&token, sql, database) {
            found.extend(open.close(sql, token.range.end));
            open = Open::new(token.range.end);
        }
    }
    found.extend(open.close(sql, sql.len()));
    found
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Semicolon,
    /// A string, a quoted name, a sign.
    Other,
}

struct Token {
    kind: Kind,
    range: Range<usize>,
}

/// A statement that is being read.
struct Open {
    start: usize,
    first: Option<usize>,
    /// Its first words, in capitals.
    words: Vec<String>,
    /// The token before, in capitals where it is a word.
    last: String,
    /// How deep it is in a body whose statements end in semicolons of their own.
    depth: usize,
    parentheses: usize,
}

impl Open {
    fn new(start: usize) -> Self {
        Self { start, first: None, words: Vec::new(), last: String::new(), depth: 0, parentheses: 0 }
    }

    /// Takes one token more. Whether the statement ends with it.
    fn takes(&mut self, token: &Token, sql: &str, database: Database) -> bool {
        let text = sql.get(token.range.clone()).unwrap_or_default();
        let word = if token.kind == Kind::Word { text.to_ascii_uppercase() } else { text.to_owned() };
        let ends = match database {
            Database::Sqlite => self.ends_in_sqlite(token.kind, &word),
            Database::Postgres => self.ends_in_postgres(token.kind, &word),
        };
        // No statement is told from another by more than its first six words.
        if token.kind == Kind::Word && self.words.len() < 6 {
            self.words.push(word.clone());
        }
        self.last = word;
        ends
    }

    /// The body of a trigger ends with `; END ;`, as SQLite itself has it.
    fn ends_in_sqlite(&mut self, kind: Kind, word: &str) -> bool {
        if !self.is_trigger() {
            return kind == Kind::Semicolon;
        }
        if self.depth == 1 && kind == Kind::Semicolon {
            return true;
        }
        self.depth = usize::from(self.last == ";" && kind == Kind::Word && word == "END");
        false
    }

    fn is_trigger(&self) -> bool {
        match self.words.get(..3) {
            Some([create, temporary, trigger]) if matches!(temporary.as_str(), "TEMP" | "TEMPORARY") => {
                create == "CREATE" && trigger == "TRIGGER"
            }
            _ => matches!(self.words.get(..2), Some([create, trigger]) if create == "CREATE" && trigger == "TRIGGER"),
        }
    }

    /// `BEGIN ATOMIC … END` is the body of a function; a rule has its statements in parentheses.
    fn ends_in_postgres(&mut self, kind: Kind, word: &str) -> bool {
        match (kind, word) {
            (Kind::Word, "ATOMIC") if self.depth == 0 && self.last == "BEGIN" && self.is_routine() => self.depth = 1,
            (Kind::Word, "CASE") if self.depth > 0 => self.depth += 1,
            (Kind::Word, "END") => self.depth = self.depth.saturating_sub(1),
            (Kind::Other, "(") => self.parentheses += 1,
            (Kind::Other, ")") => self.parentheses = self.parentheses.saturating_sub(1),
            (Kind::Semicolon, _) => return self.depth == 0 && self.parentheses == 0,
            _ => {}
        }
        false
    }

    fn is_routine(&self) -> bool {
        self.words.first().is_some_and(|word| word == "CREATE")
            && self.words.iter().take(4).any(|word| word == "FUNCTION" || word == "PROCEDURE")
    }

    fn close(self, sql: &str, end: usize) -> Option<Statement> {
        let first = self.first?;
        let line = sql.get(..first)?.matches('\n').count() + 1;
        let mut words = self.words.into_iter();
        let words = [words.next().unwrap_or_default(), words.next().unwrap_or_default()];
        Some(Statement { range: self.start..end, line, words })
    }
}

struct Reader<'a> {
    sql: &'a str,
    at: usize,
    database: Database,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<Token> {
        loop {
            let rest = self.sql.get(self.at..)?;
            let c = rest.chars().next()?;
            if c.is_whitespace() || c == '\u{feff}' {
                self.at += c.len_utf8();
            } else if rest.starts_with("--") {
                // PostgreSQL goes on after a carriage return, too.
                let ends: &[char] = if self.database == Database::Postgres { &['\n', '\r'] } else { &['\n'] };
                self.at += rest.find(ends).map_or(rest.len(), |end| end + 1);
            } else if rest.starts_with("/*") {
                self.at += self.comment(rest);
            } else {
                let (kind, length) = self.token(rest, c);
                let range = self.at..self.at + length;
                self.at += length;
                return Some(Token { kind, range });
            }
        }
    }

    /// How long a comment is. PostgreSQL's nest.
    fn comment(&self, rest: &str) -> usize {
        let nests = self.database == Database::Postgres;
        let bytes = rest.as_bytes();
        let (mut at, mut depth) = (2, 1usize);
        while depth > 0 {
            match bytes.get(at..at + 2) {
                Some(b"*/") => (at, depth) = (at + 2, depth - 1),
                Some(b"/*") if nests => (at, depth) = (at + 2, depth + 1),
                Some(_) => at += 1,
                None => return rest.len(),
            }
        }
        at
    }

    fn token(&self, rest: &str, c: char) -> (Kind, usize) {
        let is_postgres = self.database == Database::Postgres;
        match c {
            ';' => (Kind::Semicolon, 1),
            '\'' | '"' => (Kind::Other, quoted(rest, c, false)),
            '`' if !is_postgres => (Kind::Other, quoted(rest, c, false)),
            '[' if !is_postgres => (Kind::Other, rest.find(']').map_or(rest.len(), |end| end + 1)),
            'e' | 'E' if is_postgres && rest[1..].starts_with('\'') => (Kind::Other, 1 + escaped(&rest[1..])),
            '$' if is_postgres => (Kind::Other, dollar(rest)),
            c if is_word(c, false) => (Kind::Word, rest.find(|c| !is_word(c, true)).unwrap_or(rest.len())),
            // A number may hold letters, as in 1e5: no word begins within it.
            c if c.is_ascii_digit() => (Kind::Other, rest.find(|c| !is_word(c, true)).unwrap_or(rest.len())),
            c => (Kind::Other, c.len_utf8()),
        }
    }
}

fn is_word(c: char, within: bool) -> bool {
    c == '_' || c.is_ascii_alphabetic() || !c.is_ascii() || (within && (c.is_ascii_digit() || c == '$'))
}

/// How long a quoted text is, whose quote stands for itself when it is doubled.
fn quoted(rest: &str, quote: char, escapes: bool) -> usize {
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if escapes && c == '\\' {
            characters.next();
        } else if c == quote && characters.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    rest.len()
}

/// How long a string of PostgreSQL with escapes is. It goes on in the next line, with escapes, when that begins with a quote.
fn escaped(rest: &str) -> usize {
    let mut length = quoted(rest, '\'', true);
    loop {
        let after = &rest[length..];
        let gap = after.len() - after.trim_start().len();
        if !after[..gap].contains('\n') || !after[gap..].starts_with('\'') {
            return length;
        }
        length += gap + quoted(&after[gap..], '\'', true);
    }
}

/// How long a text between `$tag$` and `$tag$` is; 1 where none begins.
fn dollar(rest: &str) -> usize {
    let Some(end) = rest[1..].find('$').map(|end| end + 2) else { return 1 };
    let tag = &rest[1..end - 1];
    let is_tag = tag.chars().enumerate().all(|(nth, c)| c != '$' && is_word(c, nth > 0));
    if !is_tag {
        return 1;
    }
    rest[end..].find(&rest[..end]).map_or(rest.len(), |found| end + found + end)
}

#[cfg(test)]
mod tests;
