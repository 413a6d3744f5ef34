//! Passwords that are guessed first.

use zxcvbn::{Score, zxcvbn};

/// A longer one is on no list, and judging it would take longer than a request should.
const MOST_CHARS: usize = 64;

/// That a password is none of those that are tried first: a rule for `#[field(check = …)]`.
///
/// Refused is what zxcvbn, with its lists of leaked passwords, names and words, finds within the first million guesses: also
/// in capitals, backwards, with digits for letters, and rows of the keyboard. NIST SP 800-63B-4 demands such a list and OWASP's
/// application security verification standard (6.2.4) too. A password of more than 64 characters passes.
///
/// The lists are unpacked at the first call, which takes some tens of milliseconds and 10 MiB; each password takes less than a
/// millisecond or two.
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
    let is_long = password.chars().nth(MOST_CHARS).is_some();
    if is_long || zxcvbn(password, &[]).score() > Score::One {
        Ok(())
    } else {
        Err("is one of those that are guessed first")
    }
}
