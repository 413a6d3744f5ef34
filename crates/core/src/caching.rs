//! Whether an answer may be kept, and what `Cache-Control` says (RFC 9111).
//!
//! The cache is the origin's own: it keeps what a handler answered, for as long as the handler's declaration says. What an answer says of its
//! freshness is for others; here it can only forbid.

use std::fmt;

/// One exchange, as far as it matters to keeping its answer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Exchange<'a> {
    /// The request's method.
    pub method: &'a str,
    /// The answer's status.
    pub status: u16,
    /// The lines of the request's `Cache-Control`.
    pub asked: &'a [&'a [u8]],
    /// Whether the request carries `Authorization` or `Cookie`.
    pub has_credentials: bool,
    /// Whether what may depend on these is told apart: by the caller, by the headers themselves, or by a reason why all may see the same.
    pub is_told_apart: bool,
    /// The lines of the answer's `Cache-Control`.
    pub answered: &'a [&'a [u8]],
    /// Whether the answer sets a cookie.
    pub sets_cookie: bool,
    /// The lines of the answer's `Vary`.
    pub vary: &'a [&'a [u8]],
}

/// Why an answer is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotKept {
    /// Its method is neither `GET` nor `HEAD`.
    Method,
    /// Its status is not 200.
    Status,
    /// It sets a cookie, which is one caller's.
    SetCookie,
    /// Its `Cache-Control` says `no-store` or `private`.
    Forbidden,
    /// A `Cache-Control` or a `Vary` cannot be read.
    Malformed,
    /// It depends on more than headers (`Vary: *`), or on more of them than are told apart.
    Vary,
    /// The request said `no-store`.
    NoStore,
    /// The request carries credentials, and the entry would be everybody's (RFC 9111, section 3.5).
    Credentials,
}

impl NotKept {
    /// Whether the answer itself could be kept: only this request's must not.
    pub fn is_of_request(self) -> bool {
        matches!(self, Self::NoStore | Self::Credentials)
    }
}

impl fmt::Display for NotKept {
    /// A word, as the `detail` of `Cache-Status` names it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Method => "method",
            Self::Status => "status",
            Self::SetCookie => "set-cookie",
            Self::Forbidden => "forbidden",
            Self::Malformed => "malformed",
            Self::Vary => "vary",
            Self::NoStore => "no-store",
            Self::Credentials => "credentials",
        })
    }
}

/// Whether the answer may be kept. What speaks against the answer is told before what speaks against the request.
///
/// # Errors
///
/// Why not. What is malformed is never kept.
///
/// ```
/// use reroute_core::caching::{Exchange, NotKept, may_keep};
///
/// let plain = Exchange { method: "GET", status: 200, ..Exchange::default() };
/// assert_eq!(may_keep(&plain), Ok(()));
/// assert_eq!(may_keep(&Exchange { answered: &[b"max-age=60, Private"], ..plain }), Err(NotKept::Forbidden));
/// assert_eq!(may_keep(&Exchange { status: 404, ..plain }), Err(NotKept::Status));
/// ```
pub fn may_keep(exchange: &Exchange<'_>) -> Result<(), NotKept> {
    if !matches!(exchange.method, "GET" | "HEAD") {
        return Err(NotKept::Method);
    }
    if exchange.status != 200 {
        return Err(NotKept::Status);
    }
    if exchange.sets_cookie {
        return Err(NotKept::SetCookie);
    }
    let answered = Directives::parse(exchange.answered).ok_or(NotKept::Malformed)?;
    if answered.no_store || answered.private {
        return Err(NotKept::Forbidden);
    }
    if vary(exchange.vary)?.is_none() {
        return Err(NotKept::Vary);
    }
    if !request_allows(exchange.asked) {
        return Err(NotKept::NoStore);
    }
    if exchange.has_credentials && !exchange.is_told_apart {
        return Err(NotKept::Credentials);
    }
    Ok(())
}

/// Whether a request's `Cache-Control` lets its answer be kept.
pub fn request_allows(lines: &[&[u8]]) -> bool {
    Directives::parse(lines).is_some_and(|asked| !asked.no_store)
}

/// The header names that `Vary` lists, in lower case; `None` for `*`.
///
/// # Errors
///
/// [`NotKept::Malformed`] for what is no list of names.
///
/// ```
/// use reroute_core::caching::vary;
///
/// assert_eq!(vary(&[b"Accept, accept-LANGUAGE", b""]), Ok(Some(vec!["accept".to_owned(), "accept-language".to_owned()])));
/// assert_eq!(vary(&[b"accept, *"]), Ok(None));
/// ```
pub fn vary(lines: &[&[u8]]) -> Result<Option<Vec<String>>, NotKept> {
    let mut names = Vec::new();
    for item in lines.iter().flat_map(|line| line.split(|byte| *byte == b',')).map(<[u8]>::trim_ascii) {
        match item {
            b"" => {}
            b"*" => return Ok(None),
            name if name.iter().all(is_token) => names.push(String::from_utf8_lossy(name).to_ascii_lowercase()),
            _ => return Err(NotKept::Malformed),
        }
    }
    Ok(Some(names))
}

/// What `Cache-Control` says, as far as it forbids.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Directives {
    no_store: bool,
    private: bool,
}

impl Directives {
    /// Reads all lines as one list (RFC 9111, section 5.2; RFC 9110, section 5.6): names without regard to case, arguments as tokens or quoted.
    ///
    /// `None` where a line breaks the grammar: what it was meant to forbid cannot be known.
    fn parse(lines: &[&[u8]]) -> Option<Self> {
        let mut all = Self::default();
        for line in lines {
            let mut rest = *line;
            loop {
                rest = rest.trim_ascii_start();
                // Empty items of a list are passed over.
                if let Some(after) = rest.strip_prefix(b",") {
                    rest = after;
                    continue;
                }
                if rest.is_empty() {
                    break;
                }
                let (name, after) = token(rest)?;
                all.add(name);
                rest = argument(after)?.trim_ascii_start();
                if !rest.is_empty() {
                    rest = rest.strip_prefix(b",")?;
                }
            }
        }
        Some(all)
    }

    /// `private="set-cookie"` is taken for `private`: the stricter reading.
    fn add(&mut self, name: &[u8]) {
        self.no_store |= name.eq_ignore_ascii_case(b"no-store");
        self.private |= name.eq_ignore_ascii_case(b"private");
    }
}

/// What stands after `=`, if that is there, and the rest.
fn argument(text: &[u8]) -> Option<&[u8]> {
    let Some(value) = text.strip_prefix(b"=") else { return Some(text) };
    match value.strip_prefix(b"\"") {
        None => token(value).map(|(_, rest)| rest),
        Some(mut quoted) => loop {
            quoted = match quoted {
                [b'"', rest @ ..] => return Some(rest),
                [b'\\', escaped, rest @ ..] if is_text(*escaped) => rest,
                [byte, rest @ ..] if *byte != b'\\' && is_text(*byte) => rest,
                _ => return None,
            };
        },
    }
}

fn token(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| !is_token(byte)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}

fn is_token(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLAIN: Exchange<'_> = Exchange {
        method: "GET",
        status: 200,
        asked: &[],
        has_credentials: false,
        is_told_apart: false,
        answered: &[],
        sets_cookie: false,
        vary: &[],
    };

    fn answered(line: &[u8]) -> Result<(), NotKept> {
        may_keep(&Exchange { answered: &[line], ..PLAIN })
    }

    #[test]
    fn attack_40_what_an_answer_forbids_is_not_kept() {
        for line in [
            &b"no-store"[..],
            b"NO-STORE",
            b"max-age=60,no-store",
            b", ,\tprivate",
            b"private=\"set-cookie\"",
            b"no-store=1",
            b"max-age=\"6\\\"0\", private",
            b"ext=\"a, b\" ,no-store",
        ] {
            assert_eq!(answered(line), Err(NotKept::Forbidden), "{}", line.escape_ascii());
        }
        assert_eq!(may_keep(&Exchange { answered: &[b"public", b"no-store"], ..PLAIN }), Err(NotKept::Forbidden));
        assert_eq!(may_keep(&Exchange { sets_cookie: true, ..PLAIN }), Err(NotKept::SetCookie));
        assert_eq!(may_keep(&Exchange { vary: &[b"accept", b" * "], ..PLAIN }), Err(NotKept::Vary));
    }

    #[test]
    fn what_merely_looks_like_it_forbids_nothing() {
        for line in
            [&b""[..], b"public", b"max-age=60", b"x-no-store", b"ext=\"no-store, private\"", b"ext=private", b","]
        {
            assert_eq!(answered(line), Ok(()), "{}", line.escape_ascii());
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_kept() {
        for line in [
            &b"max-age=\"60"[..],
            b"max-age=",
            b"max-age =60",
            b"=60",
            b"public private",
            b"public;private",
            b"a=\"\\",
            b"a=\"\x01\"",
            b"\xff",
            b"a=\"b\"c",
        ] {
            assert_eq!(answered(line), Err(NotKept::Malformed), "{}", line.escape_ascii());
        }
        assert_eq!(may_keep(&Exchange { vary: &[b"a b"], ..PLAIN }), Err(NotKept::Malformed));
    }

    #[test]
    fn attack_44_only_200_is_kept() {
        for status in (100..600).filter(|status| *status != 200) {
            assert_eq!(may_keep(&Exchange { status, ..PLAIN }), Err(NotKept::Status));
        }
        assert_eq!(may_keep(&Exchange { method: "POST", ..PLAIN }), Err(NotKept::Method));
    }

    #[test]
    fn attack_38_credentials_make_no_entry_of_everybody() {
        let with = Exchange { has_credentials: true, ..PLAIN };
        assert_eq!(may_keep(&with), Err(NotKept::Credentials));
        assert_eq!(may_keep(&Exchange { is_told_apart: true, ..with }), Ok(()));
        // `public` changes nothing.
        assert_eq!(may_keep(&Exchange { answered: &[b"public"], ..with }), Err(NotKept::Credentials));
    }

    #[test]
    fn a_request_may_forbid_it() {
        assert_eq!(may_keep(&Exchange { asked: &[b"no-cache, No-Store"], ..PLAIN }), Err(NotKept::NoStore));
        assert_eq!(may_keep(&Exchange { asked: &[b"\""], ..PLAIN }), Err(NotKept::NoStore));
        assert_eq!(may_keep(&Exchange { asked: &[b"no-cache"], ..PLAIN }), Ok(()));
        assert!(NotKept::NoStore.is_of_request() && !NotKept::Status.is_of_request());
    }

    proptest! {
        #[test]
        fn a_forbidding_word_is_found_wherever_it_stands(
            before in "([a-z]{1,5}(=[a-z0-9]{1,3}|=\"[a-z, \t]{0,6}\")?[ \t]?,[ ,]{0,2}){0,3}",
            word in "[Nn][Oo]-[Ss]to[rR][Ee]|[Pp]riva[Tt]e",
            after in "([ ]?,[ ]?[a-z]{1,5}){0,3}",
        ) {
            prop_assert_eq!(answered(format!("{before}{word}{after}").as_bytes()), Err(NotKept::Forbidden));
        }

        #[test]
        fn any_line_is_judged_without_a_panic(line in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = answered(&line);
            let _ = vary(&[&line]);
        }
    }
}
