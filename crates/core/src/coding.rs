//! In which coding a body goes out, and in which it came (RFC 9110, sections 8.4 and 12.5.3).

/// A way to compress a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coding {
    /// `gzip`: RFC 1952.
    Gzip,
    /// `br`: RFC 7932.
    Brotli,
    /// `zstd`: RFC 8878.
    Zstd,
}

impl Coding {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Gzip, Self::Brotli, Self::Zstd];

    /// As `Content-Encoding` names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// What a file in this coding ends in.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Gzip => ".gz",
            Self::Brotli => ".br",
            Self::Zstd => ".zst",
        }
    }

    /// The coding of this name, without regard to case; `x-gzip` is `gzip`.
    ///
    /// ```
    /// use reroute_core::coding::Coding;
    ///
    /// assert_eq!(Coding::parse(b"GZIP"), Some(Coding::Gzip));
    /// assert_eq!(Coding::parse(b"deflate"), None);
    /// ```
    pub fn parse(name: &[u8]) -> Option<Self> {
        let own = |coding: &Self| name.eq_ignore_ascii_case(coding.name().as_bytes());
        Self::ALL.into_iter().find(own).or_else(|| name.eq_ignore_ascii_case(b"x-gzip").then_some(Self::Gzip))
    }
}

/// Which of the codings `offered`, the best first, is to go out to a client whose `Accept-Encoding` says `lines`; `None` for none of them.
///
/// The one of the greatest weight, and of several the first. What a client names no weight for is not sent to it: without the header, the body goes
/// out as it is. So it does where nothing is acceptable at all, which RFC 9110 (section 12.4.1) allows: whoever refuses it gets no less than before.
///
/// ```
/// use reroute_core::coding::{Coding, preferred};
///
/// assert_eq!(preferred(&[b"gzip, br;q=0.9"], &[Coding::Brotli, Coding::Gzip]), Some(Coding::Gzip));
/// assert_eq!(preferred(&[b"gzip, br"], &[Coding::Brotli, Coding::Gzip]), Some(Coding::Brotli));
/// assert_eq!(preferred(&[b"*;q=0"], &[Coding::Gzip]), None);
/// assert_eq!(preferred(&[], &[Coding::Gzip]), None);
/// ```
pub fn preferred(lines: &[&[u8]], offered: &[Coding]) -> Option<Coding> {
    let (mut best, mut weight) = (None, 0);
    for coding in offered {
        let own = weight_of(lines, |name| Coding::parse(name) == Some(*coding));
        let own = own.or_else(|| weight_of(lines, |name| name == b"*")).unwrap_or(0);
        if own > weight {
            (best, weight) = (Some(*coding), own);
        }
    }
    let plain = weight_of(lines, |name| name.eq_ignore_ascii_case(b"identity"));
    best.filter(|_| plain.is_none_or(|plain| plain <= weight))
}

/// The weight, in thousandths, of the first item that `is` meant. What cannot be read is passed over.
fn weight_of(lines: &[&[u8]], is: impl Fn(&[u8]) -> bool) -> Option<u16> {
    lines.iter().flat_map(|line| line.split(|byte| *byte == b',')).find_map(|item| {
        let mut parts = item.splitn(2, |byte| *byte == b';');
        let name = parts.next()?.trim_ascii();
        is(name).then(|| parts.next().map_or(Some(1000), |weight| parse_weight(weight.trim_ascii()))).flatten()
    })
}

/// `q=0.5` as 500.
fn parse_weight(text: &[u8]) -> Option<u16> {
    let [b'q' | b'Q', b'=', whole @ (b'0' | b'1'), rest @ ..] = text else { return None };
    let digits = match rest {
        [] => rest,
        [b'.', digits @ ..] if digits.len() <= 3 => digits,
        _ => return None,
    };
    let mut thousandths = 0;
    for place in 0..3 {
        let digit = digits.get(place).copied().unwrap_or(b'0');
        thousandths = thousandths * 10 + u16::from(char::from(digit).to_digit(10)? as u8);
    }
    let weight = u16::from(whole - b'0') * 1000 + thousandths;
    (weight <= 1000).then_some(weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Coding::{Brotli, Gzip, Zstd};
    use proptest::prelude::*;

    #[test]
    fn the_client_weighs_and_the_server_prefers() {
        let chosen = |line: &str| preferred(&[line.as_bytes()], &[Brotli, Zstd, Gzip]);
        for (line, coding) in [
            ("gzip, deflate, br, zstd", Some(Brotli)),
            ("gzip, deflate", Some(Gzip)),
            ("GZIP;Q=1", Some(Gzip)),
            ("x-gzip", Some(Gzip)),
            ("br;q=0.5, gzip;q=0.501", Some(Gzip)),
            ("br ; q=0, zstd", Some(Zstd)),
            ("*", Some(Brotli)),
            ("*, br;q=0", Some(Zstd)),
            ("identity, *;q=0.5", None),
            ("identity;q=0.5, gzip", Some(Gzip)),
            ("identity;q=0, gzip;q=0.001", Some(Gzip)),
            ("identity;q=0", None),
            ("*;q=0", None),
            ("gzip;q=0", None),
            ("gzip;q=1.001", None),
            ("gzip;q=0.0001", None),
            ("gzip;q=", None),
            ("gzip;level=9", None),
            ("deflate", None),
            ("", None),
            (",,gzip,,", Some(Gzip)),
        ] {
            assert_eq!(chosen(line), coding, "{line}");
        }
        assert_eq!(preferred(&[b"deflate", b"gzip"], &[Gzip]), Some(Gzip));
        assert_eq!(preferred(&[b"br"], &[Gzip]), None);
    }

    proptest! {
        #[test]
        fn any_line_is_judged_without_a_panic(line: Vec<u8>, text in "((gzip|br|\\*|identity)[ ;,]?(q=[0-9.]{0,5})?){0,4}") {
            let _ = preferred(&[&line], &Coding::ALL);
            let _ = preferred(&[text.as_bytes()], &Coding::ALL);
        }
    }
}
