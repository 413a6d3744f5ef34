use serde::{Deserialize, Deserializer, de::Error};
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A value that is never shown: its `Debug` says `[REDACTED]`, there is no `Display`, and its memory is wiped when it is dropped.
///
/// The application's own settings and inputs can hold one. What is compared, is compared in a time that tells the length alone.
///
/// Wiped is what the value holds at its end: a `String` that grew has left its beginnings elsewhere, and a swapped page is nobody's to wipe.
///
/// ```
/// use reroute::config::Secret;
///
/// let key = Secret::new("hunter2");
/// assert_eq!(format!("{key:?}"), "[REDACTED]");
/// assert_eq!(key.expose(), "hunter2");
/// assert_eq!(key, Secret::new("hunter2"));
///
/// let bytes = Secret::from([1, 2, 3, 4]);
/// assert_eq!(format!("{:?}", Some(bytes)), "Some([REDACTED])");
/// ```
///
/// It goes into no answer: it cannot be serialized, and is no field of an [`output`](macro@crate::output).
///
/// ```compile_fail,E0277
/// let text = serde_json::to_string(&reroute::config::Secret::new("hunter2"));
/// ```
///
/// ```compile_fail,E0277
/// println!("{}", reroute::config::Secret::new("hunter2"));
/// ```
#[derive(Clone)]
pub struct Secret<T: Zeroize = String>(T);

impl Secret {
    /// Hides a text. Another value is hidden by `Secret::from`.
    ///
    /// ```
    /// let key = reroute::config::Secret::new("hunter2");
    /// ```
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: Zeroize> Secret<T> {
    /// The value itself: look at where it goes.
    ///
    /// ```
    /// let key = reroute::config::Secret::new("hunter2");
    /// assert_eq!(key.expose().len(), 7);
    /// ```
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

impl<T: Zeroize + AsRef<[u8]>> PartialEq for Secret<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_ref().ct_eq(other.0.as_ref()).into()
    }
}

impl<T: Zeroize + AsRef<[u8]>> Eq for Secret<T> {}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<'de, T: Zeroize + Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What does not fit is quoted by most formats.
        T::deserialize(deserializer).map(Self).map_err(|_| D::Error::custom("a secret of another form is wanted"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::{
        any::Any,
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
        },
    };

    proptest! {
        #[test]
        fn attack_142_a_secret_is_shown_nowhere(text in "[a-z0-9]{8,40}", wide in any::<bool>()) {
            let shown = {
                let bytes = Some(Secret::from(text.as_bytes().to_vec()));
                let all = (Secret::new(text.as_str()), vec![Secret::new(text.as_str())], bytes);
                if wide { format!("{all:#?}") } else { format!("{all:?}") }
            };
            prop_assert!(!shown.contains(&text) && !shown.contains(&format!("{:?}", text.as_bytes())), "{shown}");
            prop_assert_eq!(shown.matches("[REDACTED]").count(), 3);
        }

        #[test]
        fn secrets_are_alike_when_their_bytes_are(one in ".{0,8}", other in ".{0,8}") {
            let of = |text: &str| Secret::new(text);
            prop_assert_eq!(of(&one) == of(&other), one == other);
            prop_assert_eq!(of(&one), of(&one).clone());
        }
    }

    #[test]
    fn attack_142_a_panic_that_holds_a_secret_tells_nothing() {
        fn refused() -> Result<(), Secret> {
            Err(Secret::new("hunter2hunter2"))
        }
        let payload = std::panic::catch_unwind(|| refused().expect("it goes well"));
        let payload: Box<dyn Any + Send> = payload.expect_err("it panics");
        let told = payload.downcast_ref::<String>().expect("a text");
        assert_eq!(told, "it goes well: [REDACTED]");
    }

    #[test]
    fn attack_142_what_does_not_fit_is_not_quoted() {
        let wrong = serde_json::from_str::<Secret<Vec<u8>>>(r#""hunter2""#).expect_err("a text is no list");
        assert!(!wrong.to_string().contains("hunter2"), "{wrong}");
        let right: Secret<Vec<u8>> = serde_json::from_str("[1, 2]").expect("a list of bytes");
        assert_eq!(right, Secret::from(vec![1, 2]));
    }

    #[test]
    fn attack_142_a_secret_is_wiped_when_it_goes() {
        struct Watched(Arc<AtomicBool>);
        impl Zeroize for Watched {
            fn zeroize(&mut self) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        let wiped = Arc::new(AtomicBool::new(false));
        let secret = Secret::from(Watched(wiped.clone()));
        assert!(!wiped.load(Ordering::SeqCst));
        drop(secret);
        assert!(wiped.load(Ordering::SeqCst));
    }
}
