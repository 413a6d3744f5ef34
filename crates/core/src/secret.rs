//! Whether a secret key is one.
//!
//! A key that signs tokens must be as long as the hash it feeds (RFC 7518, section 3.2: 256 bits for HS256) and must
//! not be guessable. Nobody can measure from the outside how a text was chosen; what can be seen is that it *cannot*
//! have been chosen well. So the estimate is generous to random keys and harsh to what people type:
//!
//! * Characters that go on with what was there before count nothing: one like its neighbour (`aabb`), the third and
//!   later of even steps (`1234`, `zyxw`, `aceg`), the fourth and later of a stretch that was there before.
//! * So does everything that belongs to a well-known word or example, whatever its case and whatever stands between its parts.
//! * The rest, at Shannon's entropy of its own characters (with Miller's correction for short samples), must make up
//!   [`LEAST_BITS`].
//!
//! 64 random hexadecimal digits come to 237 bits on average, 32 random bytes in base64 to 226, both never near the
//! limit. Of 32 random characters of base64 one in ten thousand is refused; of 32 hexadecimal digits, which hold 128
//! bits at the very best, nearly all.

use std::{collections::HashMap, fmt};

/// The fewest bytes that a secret may have.
pub const LEAST_BYTES: usize = 32;

/// The fewest bits that a secret must be worth by the estimate.
pub const LEAST_BITS: f64 = 128.0;

/// How much of a secret is looked at. If so much is not enough, what follows does not mend it.
const MOST_CHARS: usize = 512;

/// A stretch of as many characters is a repetition when it was there before.
const REPEATED: usize = 4;

/// What stands in templates, tutorials and default files, in lower case and without punctuation. Of six letters and
/// more, so that a random key holds none by chance; two are whole keys of much copied tutorials.
const WELL_KNOWN: [&str; 34] = [
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
    "thistokenisnotsosecretchangeit",
    "yoursecretkeyhere",
    "correcthorsebatterystaple",
    "anothersecretkey",
    "keyboardcat",
    "youllneverguess",
    "hardtoguessstring",
    "supersecret",
    "secretkey",
    "changeme",
    "changethis",
    "changeit",
    "replaceme",
    "replacethis",
    "notsosecret",
    "placeholder",
    "development",
    "production",
    "insecure",
    "password",
    "passphrase",
    "passwort",
    "yoursecret",
    "mysecret",
    "secret",
    "default",
    "example",
    "testing",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwerty",
];

/// Why a secret is refused. Its `Display` says how to make a better one, and never shows the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weakness {
    /// There is nothing.
    Empty,
    /// It is, or is built around, a word or an example that everybody knows.
    WellKnown,
    /// It has fewer than [`LEAST_BYTES`] bytes.
    TooShort {
        /// How many it has.
        bytes: usize,
    },
    /// It repeats itself, runs through a sequence, or has too few different characters.
    Predictable,
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty")?,
            Self::WellKnown => f.write_str("it is, or is built around, a well-known example")?,
            Self::TooShort { bytes } => write!(f, "it has {bytes} bytes, and {LEAST_BYTES} are the least")?,
            Self::Predictable => f.write_str("it repeats itself or has too few different characters to be random")?,
        }
        f.write_str(". Make a new one with `openssl rand -base64 48`")
    }
}

impl std::error::Error for Weakness {}

/// What is wrong with `secret` as a secret key, if anything.
///
/// `samples` are further texts that are no secrets, such as the values of a project's template: a secret that is one,
/// or that is built around one of six letters or digits and more, is well known. Looks at the first 512 characters.
///
/// ```
/// use reroute_core::secret::{Weakness, weakness};
///
/// assert_eq!(weakness("3q2+7w4Jx0dR5mYbV8nKz1LcTfHs6gPuEiAoWj9QlXk=", &[]), None);
/// assert_eq!(weakness("your-secret-key-here", &[]), Some(Weakness::WellKnown));
/// assert_eq!(weakness("abababababababababababababababababababab", &[]), Some(Weakness::Predictable));
/// assert_eq!(weakness("kX9-from-the-template", &["kX9-from-the-template"]), Some(Weakness::WellKnown));
/// ```
pub fn weakness(secret: &str, samples: &[&str]) -> Option<Weakness> {
    if secret.trim().is_empty() {
        return Some(Weakness::Empty);
    }
    let chars: Vec<char> = secret.chars().take(MOST_CHARS).collect();
    if samples.contains(&secret) || without_well_known(&chars, samples).is_some_and(|rest| bits(&rest) < LEAST_BITS) {
        return Some(Weakness::WellKnown);
    }
    if secret.len() < LEAST_BYTES {
        return Some(Weakness::TooShort { bytes: secret.len() });
    }
    (bits(&chars) < LEAST_BITS).then_some(Weakness::Predictable)
}

/// The letters and digits of `chars` that belong to no well-known text, in lower case, if any does.
fn without_well_known(chars: &[char], samples: &[&str]) -> Option<Vec<char>> {
    let folded = fold(chars.iter().copied());
    let mut rest = folded.clone();
    let samples = samples.iter().map(|sample| fold(sample.chars())).filter(|sample| sample.chars().count() >= 6);
    for known in samples.chain(WELL_KNOWN.map(str::to_owned)) {
        rest = rest.replace(&known, "");
    }
    (rest.len() < folded.len()).then(|| rest.chars().collect())
}

fn fold(chars: impl Iterator<Item = char>) -> String {
    chars.filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// An upper estimate of what `chars` are worth: their surprising ones, at the entropy of those.
fn bits(chars: &[char]) -> f64 {
    let mut counts: HashMap<char, u32> = HashMap::new();
    for at in (0..chars.len()).filter(|at| !is_expected(chars, *at)) {
        *counts.entry(chars[at]).or_default() += 1;
    }
    let all = f64::from(counts.values().sum::<u32>());
    let seen: f64 = counts.values().map(|count| f64::from(*count)).map(|count| count * (all / count).log2()).sum();
    // At most 512, so the conversion is exact.
    seen + counts.len().saturating_sub(1) as f64 / (2.0 * std::f64::consts::LN_2)
}

/// Whether the character at `at` only goes on with what stands before it.
fn is_expected(chars: &[char], at: usize) -> bool {
    let step = |at: usize| i64::from(u32::from(chars[at])) - i64::from(u32::from(chars[at - 1]));
    let goes_on = at >= 1 && (step(at) == 0 || (at >= 2 && step(at) == step(at - 1)));
    let repeats = || {
        let end = at + 1;
        end > REPEATED && {
            let last = &chars[end - REPEATED..end];
            chars[..at].windows(REPEATED).any(|before| before == last)
        }
    };
    goes_on || repeats()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn base64(bytes: &[u8], alphabet: [char; 2]) -> String {
        let digits: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(alphabet).collect();
        let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |n| byte >> n & 1)).collect();
        bits.chunks(6)
            .map(|six| digits[six.iter().chain(&[0; 6]).take(6).fold(0, |sum, bit| sum * 2 + usize::from(*bit))])
            .collect()
    }

    #[test]
    fn attack_143_examples_are_no_secrets() {
        for secret in [
            "changeme",
            "secret",
            "your-secret-key",
            "your-secret-key-here",
            "my-secret-key-123",
            "another-secret-key",
            "YOUR_SECRET_KEY_HERE_YOUR_SECRET_KEY_HERE",
            "changeme-changeme-changeme-changeme",
            "change-me-change-me-change-me-please-1234567890",
            "secret00000000000000000000000000000000000000",
            "xxxxxxxxxxxxxxxx-your-secret-key-xxxxxxxxxxxxxxxx",
            "this-is-a-secret-do-not-tell-anyone-please",
            "a-string-secret-at-least-256-bits-long",
            "insecure-development-key-do-not-use-in-production",
            "s.e.c.r.e.t-k.e.y-s.e.c.r.e.t-k.e.y-s.e.c.r.e.t",
            "qwertyuiopasdfghjklzxcvbnm1234567890",
            "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
            "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
            "ThisTokenIsNotSoSecretChangeIt-ThisTokenIsNotSoSecretChangeIt",
        ] {
            assert_eq!(weakness(secret, &[]), Some(Weakness::WellKnown), "{secret}");
        }
    }

    #[test]
    fn attack_143_patterns_are_no_secrets() {
        for secret in [
            "a".repeat(64),
            "ab".repeat(32),
            "hX7".repeat(20),
            "kQ9vT2mL".repeat(8),
            "kQ9vT2mLr4".repeat(50),
            "0123456789".repeat(4),
            "abcdefghijklmnopqrstuvwxyz0123456789".to_owned(),
            "zyxwvutsrqponmlkjihgfedcba9876543210".to_owned(),
            "acegikmoqsuwyACEGIKMOQSUWY0369bdfh".to_owned(),
            "aaaaaaaabbbbbbbbccccccccddddddddeeeeeeee".to_owned(),
            "0".repeat(32) + "1",
            "\u{1f600}".repeat(32),
            // Half of 128 bits.
            "00112233445566778899aabbccddeeff".to_owned(),
            "01010101101010011001101001010110100101101011010010110101".to_owned(),
        ] {
            assert_eq!(weakness(&secret, &[]), Some(Weakness::Predictable), "{secret}");
        }
    }

    #[test]
    fn attack_79_short_secrets_are_refused() {
        assert_eq!(weakness("", &[]), Some(Weakness::Empty));
        assert_eq!(weakness(" \t", &[]), Some(Weakness::Empty));
        assert_eq!(weakness("kX9vT2mLq8RzWnB4cYdJ5gH7pS3fU6a", &[]), Some(Weakness::TooShort { bytes: 31 }));
        assert_eq!(weakness("kX9vT2mLq8RzWnB4cYdJ5gH7pS3fU6aE", &[]), None);
    }

    #[test]
    fn attack_143_samples_of_the_project_are_no_secrets() {
        let sample = "kX9vT2mLq8RzWnB4cYdJ5gH7pS3fU6aE";
        for secret in [sample.to_owned(), sample.to_lowercase(), format!("{sample}-2"), format!("{sample}{sample}")] {
            assert_eq!(weakness(&secret, &[sample]), Some(Weakness::WellKnown), "{secret}");
        }
        assert_eq!(weakness(sample, &["kX9", ""]), None);
    }

    #[test]
    fn messages_say_what_to_do_and_not_what_it_was() {
        let secret = "hunter2";
        let message = weakness(secret, &[]).expect("a weakness").to_string();
        assert_eq!(message, "it has 7 bytes, and 32 are the least. Make a new one with `openssl rand -base64 48`");
    }

    proptest! {
        #[test]
        fn random_keys_pass(key in any::<[u8; 32]>()) {
            let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
            for secret in [hex.clone(), hex.to_uppercase(), base64(&key, ['+', '/']) + "=", base64(&key, ['-', '_'])] {
                prop_assert_eq!(weakness(&secret, &[]), None, "{}", secret);
            }
        }

        #[test]
        fn a_repeated_block_is_worth_one_block(block in "[!-~]{1,12}", times in 2usize..40) {
            prop_assert!(weakness(&block.repeat(times), &[]).is_some());
        }

        #[test]
        fn any_text_is_judged_without_a_panic(secret in "\\PC{0,80}", sample in "\\PC{0,8}") {
            if let Some(weakness) = weakness(&secret, &[&sample]) {
                prop_assert!(!weakness.to_string().is_empty());
            }
        }
    }
}
