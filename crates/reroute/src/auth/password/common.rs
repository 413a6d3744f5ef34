//! Passwords that are guessed first.

use zxcvbn::{Score, zxcvbn};

/// A longer one is on no list, and judging it would take longer than a request should.
const MOST_CHARS: usize = 32;

/// In how many ways digits and signs may stand for letters. zxcvbn tries each: all together are 576, and take a tenth of a second.
const MOST_WAYS: usize = 8;

/// What stands for the letters a, c, g, i, l, s and t, which have more than one sign in zxcvbn.
const SIGNS: [&str; 7] = ["4@", "({[<", "69", "1!|", "1|7", "$5", "+7"];

/// That a password is none of those that are tried first: a rule for `#[field(check = …)]`.
///
/// Refused is what zxcvbn, with its lists of leaked passwords, names and words, finds within the first million guesses: also
/// in capitals, backwards, with digits for letters, repeated, and rows of the keyboard; and so whatever has six characters or fewer. NIST
/// SP 800-63B-4 (3.1.1.2) demands such a list, and OWASP's application security verification standard (5.0, 6.2.4).
///
/// The work is bounded: a password of more than 32 characters passes, and one in which more kinds of digits and signs could stand for
/// letters than anybody uses. Any other takes a few milliseconds at most; the first call unpacks the lists, some tens of milliseconds.
///
/// # Errors
///
/// What to tell the caller.
///
/// ```
/// use reroute::{auth::password, prelude::*};
///
/// #[input]
/// pub struct SignUp {
///     #[field(min_length = 8, max_length = 128, check = password::uncommon, sensitive)]
///     password: String,
/// }
///
/// let of = |password: &str| {
///     let body = format!(r#"{{"password": "{password}"}}"#);
///     reroute::params::from_json::<SignUp>(body.as_bytes())
/// };
/// assert_eq!(of("P@ssw0rd1").unwrap_err().fields()[0].code, "uncommon");
/// assert!(of("fjord-lantern-9").is_ok());
/// ```
pub fn uncommon(password: &str) -> Result<(), &'static str> {
    let is_bounded = password.chars().nth(MOST_CHARS).is_none() && ways(password) <= MOST_WAYS;
    if is_bounded && zxcvbn(password, &[]).score() <= Score::One {
        Err("is one of those that are guessed first")
    } else {
        Ok(())
    }
}

fn ways(password: &str) -> usize {
    SIGNS.iter().map(|signs| signs.chars().filter(|sign| password.contains(*sign)).count().max(1)).product()
}
