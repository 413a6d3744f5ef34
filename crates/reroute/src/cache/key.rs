use sha2::{Digest, Sha256};
use std::hash::{Hash, Hasher};

/// What an entry is found by: a digest, so that no two questions share an answer by chance or by intent.
pub(crate) type Key = [u8; 32];

/// What an entry is forgotten by: 128 bits of a digest.
pub(crate) type Tag = [u8; 16];

/// The tag of this name.
pub(super) fn tag(name: &str) -> Tag {
    short(Digesting::new("tag").text(name))
}

/// The tag of a path of one application, which no name reaches.
pub(super) fn path_tag(application: u64, path: &str) -> Tag {
    short(Digesting::new("path").number(application).text(path))
}

fn short(digesting: Digesting) -> Tag {
    let whole = digesting.finish();
    let mut short = Tag::default();
    short.copy_from_slice(&whole[..16]);
    short
}

/// A digest of parts, each with its length before it, so that none can reach into the next.
#[derive(Clone)]
pub(super) struct Digesting(Sha256);

impl Digesting {
    /// Keys of different kinds never meet.
    pub(super) fn new(kind: &str) -> Self {
        Self(Sha256::new()).text(kind)
    }

    #[inline]
    pub(super) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// In lower case.
    pub(super) fn lowercase(self, text: &[u8]) -> Self {
        // Nearly all that comes is in lower case already.
        if text.iter().any(u8::is_ascii_uppercase) { self.bytes(&text.to_ascii_lowercase()) } else { self.bytes(text) }
    }

    #[inline]
    pub(super) fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    #[inline]
    pub(super) fn number(mut self, number: u64) -> Self {
        self.0.update(number.to_le_bytes());
        self
    }

    /// How many parts, then each.
    pub(super) fn all<'a>(self, parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let parts: smallvec::SmallVec<[&[u8]; 8]> = parts.into_iter().collect();
        let counted = self.number(parts.len() as u64);
        parts.into_iter().fold(counted, Self::bytes)
    }

    /// What the value's `Hash` feeds.
    pub(super) fn hash<T: Hash + ?Sized>(self, value: &T) -> Self {
        let mut feeding = Feeding(Sha256::new());
        value.hash(&mut feeding);
        self.bytes(&feeding.0.finalize())
    }

    pub(super) fn finish(self) -> Key {
        self.0.finalize().into()
    }
}

/// A hasher that keeps all that it is fed.
struct Feeding(Sha256);

impl Hasher for Feeding {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Nobody asks: what counts is the digest.
    fn finish(&self) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn attack_42_parts_do_not_reach_into_each_other(
            one in prop::collection::vec("[ab=&]{0,3}", 0..4),
            other in prop::collection::vec("[ab=&]{0,3}", 0..4),
        ) {
            let key = |parts: &[String]| Digesting::new("test").all(parts.iter().map(String::as_bytes)).finish();
            prop_assert_eq!(key(&one) == key(&other), one == other);
        }
    }

    #[test]
    fn kinds_do_not_meet() {
        assert_ne!(tag("/a"), path_tag(0, "/a"));
        assert_ne!(path_tag(0, "/a"), path_tag(1, "/a"));
        assert_ne!(Digesting::new("a").hash(&("b", "c")).finish(), Digesting::new("a").hash(&("bc", "")).finish());
    }
}
