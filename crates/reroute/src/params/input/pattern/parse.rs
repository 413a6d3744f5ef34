//! The plain part of regex-lite's syntax. What is not in it is not understood here, and never misunderstood.

use std::{iter::Peekable, str::Chars};

/// A pattern that a whole text has to match.
#[derive(Debug)]
pub(super) enum Node {
    One(Set),
    InTurn(Vec<Node>),
    Either(Vec<Node>),
    /// At least so often, and at most; endlessly without a bound.
    Repeated(Box<Node>, usize, Option<usize>),
}

/// A set of characters: each of ASCII by itself, all others together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Set {
    pub(super) ascii: u128,
    pub(super) others: bool,
}

/// No more is repeated here: there are not more places.
const MOST: usize = 64;

/// The pattern between `^` and `$`.
pub(super) fn whole(pattern: &str) -> Option<Node> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let mut rest = inner.chars().peekable();
    let node = in_turn(&mut rest)?;
    // An alternative up here would have only one of the two anchors; a `)` has no `(`; an escaped `$` is no anchor.
    rest.next().is_none().then_some(node)
}

fn either(rest: &mut Peekable<Chars<'_>>) -> Option<Node> {
    let mut all = vec![in_turn(rest)?];
    while rest.next_if_eq(&'|').is_some() {
        all.push(in_turn(rest)?);
    }
    Some(Node::Either(all))
}

fn in_turn(rest: &mut Peekable<Chars<'_>>) -> Option<Node> {
    let mut all = Vec::new();
    while let Some(c) = rest.next_if(|c| !matches!(c, '|' | ')')) {
        let node = match c {
            '(' => group(rest)?,
            '[' => Node::One(class(rest)?),
            '.' => Node::One(Set::of(|c| c != '\n', true)),
            '\\' => Node::One(escaped(rest.next()?)?),
            '^' | '$' | '*' | '+' | '?' | '{' | '}' | ']' => return None,
            c => Node::One(Set::one(c)?),
        };
        all.push(repeated(node, rest)?);
    }
    Some(Node::InTurn(all))
}

fn group(rest: &mut Peekable<Chars<'_>>) -> Option<Node> {
    if rest.next_if_eq(&'?').is_some() {
        // Names and flags are not for here.
        rest.next_if_eq(&':')?;
    }
    let node = either(rest)?;
    rest.next_if_eq(&')')?;
    Some(node)
}

fn repeated(node: Node, rest: &mut Peekable<Chars<'_>>) -> Option<Node> {
    let Some(c) = rest.next_if(|c| matches!(c, '*' | '+' | '?' | '{')) else { return Some(node) };
    let (least, most) = match c {
        '*' => (0, None),
        '+' => (1, None),
        '?' => (0, Some(1)),
        _ => bounds(rest)?,
    };
    if least > MOST || most.is_some_and(|most| most > MOST || most < least) {
        return None;
    }
    // Reluctant ones, and repetitions of repetitions.
    if matches!(rest.peek(), Some('*' | '+' | '?' | '{')) {
        return None;
    }
    Some(Node::Repeated(Box::new(node), least, most))
}

/// What stands in `{2}`, `{2,}` and `{2,4}`.
fn bounds(rest: &mut Peekable<Chars<'_>>) -> Option<(usize, Option<usize>)> {
    let least = number(rest)?;
    if rest.next_if_eq(&'}').is_some() {
        return Some((least, Some(least)));
    }
    rest.next_if_eq(&',')?;
    if rest.next_if_eq(&'}').is_some() {
        return Some((least, None));
    }
    let most = number(rest)?;
    rest.next_if_eq(&'}')?;
    Some((least, Some(most)))
}

fn number(rest: &mut Peekable<Chars<'_>>) -> Option<usize> {
    let mut digits = String::new();
    while let Some(digit) = rest.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    digits.parse().ok()
}

fn class(rest: &mut Peekable<Chars<'_>>) -> Option<Set> {
    let is_negated = rest.next_if_eq(&'^').is_some();
    let mut all = Set { ascii: 0, others: false };
    // What regex-lite takes for itself at the start is not for here.
    if matches!(rest.peek(), Some(']' | '-')) {
        return None;
    }
    loop {
        let one = match rest.next()? {
            ']' => break,
            '[' | '&' | '~' => return None,
            '\\' => escaped(rest.next()?)?,
            // Between two others it would be a range; it is itself only at the end.
            '-' if rest.peek() == Some(&']') => Set::one('-')?,
            '-' => return None,
            first => {
                let mut ahead = rest.clone();
                if ahead.next() == Some('-') && ahead.peek().is_some_and(|c| *c != ']') {
                    rest.next();
                    let last = rest.next_if(char::is_ascii_alphanumeric)?;
                    if !first.is_ascii_alphanumeric() || last < first {
                        return None;
                    }
                    Set::of(|c| (first..=last).contains(&c), false)
                } else {
                    Set::one(first)?
                }
            }
        };
        all = Set { ascii: all.ascii | one.ascii, others: all.others | one.others };
    }
    Some(if is_negated { all.negated() } else { all })
}

fn escaped(c: char) -> Option<Set> {
    let set = match c.to_ascii_lowercase() {
        'd' => Set::of(|c| c.is_ascii_digit(), false),
        'w' => Set::of(|c| c.is_ascii_alphanumeric() || c == '_', false),
        's' => Set::of(|c| matches!(c, '\t'..='\r' | ' '), false),
        _ if c.is_ascii_punctuation() && !matches!(c, '<' | '>') => return Set::one(c),
        _ => return None,
    };
    Some(if c.is_ascii_uppercase() { set.negated() } else { set })
}

impl Set {
    fn one(c: char) -> Option<Self> {
        c.is_ascii().then(|| Self::of(|other| other == c, false))
    }

    fn of(holds: impl Fn(char) -> bool, others: bool) -> Self {
        let ascii = (0..128u8).filter(|byte| holds(char::from(*byte))).fold(0, |all, byte| all | 1 << byte);
        Self { ascii, others }
    }

    fn negated(self) -> Self {
        Self { ascii: !self.ascii, others: !self.others }
    }
}
