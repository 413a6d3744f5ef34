//! The places of a pattern where a character is consumed, and which may come after which (Glushkov's construction).

use super::parse::Node;

/// All that a match asks for. A set of places is a word: at most 64.
#[derive(Debug)]
pub(super) struct Places {
    /// Whether nothing at all matches.
    takes_nothing: bool,
    /// Where a text may begin, and where it may end.
    first: u64,
    last: u64,
    /// Where it may go on from each place.
    next: Vec<u64>,
    /// Where each character of ASCII may stand, and in the end any other.
    standing: [u64; 129],
}

/// A part of the pattern.
#[derive(Clone, Copy)]
struct Part {
    takes_nothing: bool,
    first: u64,
    last: u64,
}

const EMPTY: Part = Part { takes_nothing: true, first: 0, last: 0 };

impl Places {
    /// Those of the pattern; none when there are too many.
    pub(super) fn of(node: &Node) -> Option<Self> {
        let mut all = Self { takes_nothing: false, first: 0, last: 0, next: Vec::new(), standing: [0; 129] };
        let Part { takes_nothing, first, last } = all.add(node)?;
        Some(Self { takes_nothing, first, last, ..all })
    }

    /// Whether the whole text matches: one step for each character and each place that it may stand at.
    pub(super) fn is_match(&self, text: &str) -> bool {
        if text.is_empty() {
            return self.takes_nothing;
        }
        let mut open = self.first;
        let mut here = 0;
        for c in text.chars() {
            here = open & self.standing[(c as usize).min(128)];
            if here == 0 {
                return false;
            }
            open = 0;
            let mut left = here;
            while left != 0 {
                open |= self.next[left.trailing_zeros() as usize];
                left &= left - 1;
            }
        }
        here & self.last != 0
    }

    fn add(&mut self, node: &Node) -> Option<Part> {
        match node {
            Node::One(set) => {
                let place = 1u64.checked_shl(self.next.len().try_into().ok()?)?;
                self.next.push(0);
                for (byte, standing) in self.standing[..128].iter_mut().enumerate() {
                    if set.ascii >> byte & 1 == 1 {
                        *standing |= place;
                    }
                }
                if set.others {
                    self.standing[128] |= place;
                }
                Some(Part { takes_nothing: false, first: place, last: place })
            }
            Node::InTurn(all) => all.iter().try_fold(EMPTY, |before, node| {
                let after = self.add(node)?;
                Some(self.join(before, after))
            }),
            Node::Either(all) => {
                let nothing = Part { takes_nothing: false, first: 0, last: 0 };
                all.iter().try_fold(nothing, |one, node| {
                    let other = self.add(node)?;
                    Some(Part {
                        takes_nothing: one.takes_nothing || other.takes_nothing,
                        first: one.first | other.first,
                        last: one.last | other.last,
                    })
                })
            }
            Node::Repeated(node, least, most) => {
                let mut whole = EMPTY;
                let endless = most.is_none();
                // The last of those that must be there is the one that may go on.
                let plain = if endless { least.saturating_sub(1) } else { *least };
                for _ in 0..plain {
                    let copy = self.add(node)?;
                    whole = self.join(whole, copy);
                }
                let tail = match most {
                    Some(most) => self.up_to(node, most - least)?,
                    None => {
                        let mut copy = self.add(node)?;
                        self.follow(copy.last, copy.first);
                        copy.takes_nothing |= *least == 0;
                        copy
                    }
                };
                Some(self.join(whole, tail))
            }
        }
    }

    /// The node up to so many times, each within the option of the one before: one place is open at a time.
    fn up_to(&mut self, node: &Node, times: usize) -> Option<Part> {
        if times == 0 {
            return Some(EMPTY);
        }
        let copy = self.add(node)?;
        let more = self.up_to(node, times - 1)?;
        Some(Part { takes_nothing: true, ..self.join(copy, more) })
    }

    fn join(&mut self, before: Part, after: Part) -> Part {
        self.follow(before.last, after.first);
        Part {
            takes_nothing: before.takes_nothing && after.takes_nothing,
            first: before.first | if before.takes_nothing { after.first } else { 0 },
            last: after.last | if after.takes_nothing { before.last } else { 0 },
        }
    }

    /// After any of `from` may come any of `to`.
    fn follow(&mut self, from: u64, to: u64) {
        for (place, next) in self.next.iter_mut().enumerate() {
            if from >> place & 1 == 1 {
                *next |= to;
            }
        }
    }
}
