//! What a statement says about its values.

use super::token::{Kind, Token, tokens};
use std::ops::Range;

/// A statement that is one, cut where its values stand.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// What stands before, between and after the values: one more than `values`.
    pub(super) texts: Vec<String>,
    /// The values' places, in the order of the text.
    pub(super) places: Vec<Place>,
    /// The names that stand in quotes, where they are text.
    pub(super) quoted: Vec<String>,
}

/// Where a value stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) role: Role,
}

/// What a value is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// One value.
    One,
    /// The pattern of LIKE.
    Pattern,
    /// All of `IN (:name)`.
    In,
    /// All of `NOT IN (:name)`.
    NotIn,
}

impl Role {
    pub(super) fn is_list(self) -> bool {
        matches!(self, Self::In | Self::NotIn)
    }
}

/// Reads a statement, or says what is wrong with it and what to write.
pub(super) fn statement(sql: &str) -> Result<Statement, String> {
    let tokens = tokens(sql)?;
    let end = tokens.iter().position(|token| token.kind == Kind::Semicolon);
    if end.unwrap_or(tokens.len()) == 0 {
        return Err("a statement is missing, such as `SELECT * FROM products WHERE id = :id`".to_owned());
    }
    if end.is_some_and(|end| end + 1 < tokens.len()) {
        return Err("one `sql!` holds one statement: write each in its own".to_owned());
    }
    let words = Words { sql, tokens: &tokens };
    let mut statement = Statement { texts: Vec::new(), places: Vec::new(), quoted: Vec::new() };
    let mut text = String::new();
    // How far `sql` is taken over, and where a pattern that is open ends.
    let (mut done, mut pattern_end) = (0, None);
    for (at, token) in tokens.iter().enumerate() {
        if words.is(at, "LIKE") || words.is(at, "ILIKE") {
            pattern_end = words.pattern_end(at)?;
        }
        match token.kind {
            Kind::Placeholder => {
                let (role, range) = match pattern_end {
                    Some(_) => (Role::Pattern, token.range.clone()),
                    None => words.role(at),
                };
                text.push_str(&sql[done..range.start]);
                done = range.end;
                statement.texts.push(std::mem::take(&mut text));
                statement.places.push(Place { name: sql[token.range.start + 1..token.range.end].to_owned(), role });
            }
            Kind::Text => statement.quoted.extend(names_in(&sql[token.range.clone()])),
            _ => {}
        }
        if pattern_end == Some(at) {
            text.push_str(&sql[done..token.range.end]);
            done = token.range.end;
            text.push_str(r" ESCAPE '\'");
            pattern_end = None;
        }
    }
    text.push_str(&sql[done..]);
    statement.texts.push(text);
    Ok(statement)
}

struct Words<'a> {
    sql: &'a str,
    tokens: &'a [Token],
}

impl Words<'_> {
    /// What the placeholder at `at` is for, and what of the text its value takes the place of.
    fn role(&self, at: usize) -> (Role, Range<usize>) {
        let own = self.tokens[at].range.clone();
        let is_list = at >= 2
            && self.kind(at - 1) == Some(Kind::Open)
            && self.kind(at + 1) == Some(Kind::Close)
            && self.is(at - 2, "IN");
        if !is_list {
            return (Role::One, own);
        }
        let end = self.tokens[at + 1].range.end;
        if at >= 3 && self.is(at - 3, "NOT") {
            (Role::NotIn, self.tokens[at - 3].range.start..end)
        } else {
            (Role::In, self.tokens[at - 2].range.start..end)
        }
    }

    /// The last piece of the pattern after the `LIKE` at `at`, if a value is in it: `:name`, or a function of it.
    fn pattern_end(&self, at: usize) -> Result<Option<usize>, String> {
        if !self.operand(at + 1).any(|token| token.kind == Kind::Placeholder) {
            return Ok(None);
        }
        let kinds = [at + 1, at + 2, at + 3, at + 4].map(|at| self.kind(at));
        let is_group = ["ANY", "ALL", "SOME"].iter().any(|word| self.is(at + 1, word));
        let end = match kinds {
            [Some(Kind::Placeholder), ..] => at + 1,
            [Some(Kind::Word), Some(Kind::Open), Some(Kind::Placeholder), Some(Kind::Close)] if !is_group => at + 4,
            _ => {
                return Err("the pattern of LIKE is one value, made by `reroute::db::like`: write `LIKE :query` or \
                            `LIKE lower(:query)`"
                    .to_owned());
            }
        };
        if self.is(end + 1, "ESCAPE") {
            return Err(r"`ESCAPE '\'` is written for you: leave it out".to_owned());
        }
        if self.operand(end + 1).next().is_some() {
            return Err("the pattern of LIKE is one value, made by `reroute::db::like`: write nothing after `:query`, and put brackets \
                        around what goes on"
                .to_owned());
        }
        Ok(Some(end))
    }

    /// The pieces from `at` on that belong to one operand.
    fn operand(&self, at: usize) -> impl Iterator<Item = &Token> {
        let mut depth = 0_usize;
        (at..self.tokens.len())
            .take_while(move |at| match self.tokens[*at].kind {
                Kind::Open => {
                    depth += 1;
                    true
                }
                Kind::Close if depth == 0 => false,
                Kind::Close => {
                    depth -= 1;
                    true
                }
                Kind::Comma | Kind::Semicolon | Kind::Word if depth == 0 => !self.ends_operand(*at),
                _ => true,
            })
            .map(|at| &self.tokens[at])
    }

    fn ends_operand(&self, at: usize) -> bool {
        const WORDS: [&str; 27] = [
            "AND",
            "AS",
            "ASC",
            "COLLATE",
            "CROSS",
            "DESC",
            "ELSE",
            "END",
            "EXCEPT",
            "FETCH",
            "FOR",
            "FULL",
            "GROUP",
            "HAVING",
            "INNER",
            "INTERSECT",
            "IS",
            "JOIN",
            "LEFT",
            "LIMIT",
            "NATURAL",
            "OFFSET",
            "OR",
            "ORDER",
            "RETURNING",
            "RIGHT",
            "THEN",
        ];
        const MORE: [&str; 7] = ["ON", "UNION", "USING", "WHEN", "WHERE", "WINDOW", "NULLS"];
        self.kind(at) != Some(Kind::Word) || WORDS.iter().chain(&MORE).any(|word| self.is(at, word))
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.kind == Kind::Word && self.sql[token.range.clone()].eq_ignore_ascii_case(word))
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }
}

/// What looks like a placeholder in a text.
fn names_in(text: &str) -> impl Iterator<Item = String> {
    text.split(':').skip(1).filter_map(|after| {
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        (end > 0).then(|| after[..end].to_owned())
    })
}
