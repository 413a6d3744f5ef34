use super::{
    input::{Input, Source},
    text,
};
use crate::{
    error::{Error, FieldError, Result},
    route::{Context, Describe, Description, Reads, Shape},
};
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use percent_encoding::percent_decode;
use std::borrow::Cow;

/// The most parameters that a query may have.
const MOST: usize = 256;

/// The query, as a struct. What is unknown is ignored; what is missing, wrong or repeated is 422.
///
/// ```
/// use reroute::prelude::*;
///
/// #[input]
/// struct Search {
///     #[field(min_length = 1, max_length = 100)]
///     query: String,
///     #[field(default = 20, ge = 1, le = 100)]
///     limit: u8,
///     tag: Vec<String>, // `?tag=a&tag=b`
/// }
///
/// #[route]
/// pub struct Products;
///
/// #[route]
/// impl Products {
///     #[public]
///     async fn get(&self, Query(search): Query<Search>) -> String {
///         format!("{} at most {}", search.query, search.limit)
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: Input> FromRequestParts<Context> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, cx: &Context) -> Result<Self> {
        let pairs = Pairs::parse(parts.uri.query().unwrap_or_default())?;
        text::read(&pairs.0, Source::Parameters, cx).map(Self)
    }
}

impl<T: Input> Describe for Query<T> {
    const PARAMETER: bool = true;
    const READS: Reads = Reads::Parameters;

    fn describe(description: &mut Description) {
        match T::SHAPE {
            Shape::Named(names) => names.iter().for_each(|name| description.reads_query(name)),
            _ => description.reads_whole_query(),
        }
    }
}

/// The parameters of a query, decoded, in order.
pub(crate) struct Pairs<'a>(pub(crate) Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Pairs<'a> {
    /// Splits and decodes a query (WHATWG URL, application/x-www-form-urlencoded).
    ///
    /// # Errors
    ///
    /// 422 for more than 256 parameters, and for what is no text once decoded.
    pub(crate) fn parse(query: &'a str) -> Result<Self> {
        let mut pairs = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            if pairs.len() == MOST {
                return Err(Error::unprocessable("", "max_items", "There are too many parameters"));
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((decode(name)?, decode(value)?));
        }
        Ok(Self(pairs))
    }

    /// The value of the only parameter of this name.
    ///
    /// # Errors
    ///
    /// When there are several: which one is meant cannot be known.
    pub(crate) fn only(&self, name: &str) -> Result<Option<&str>, FieldError> {
        let mut values = self.0.iter().filter(|(other, _)| other == name);
        let value = values.next();
        match values.next() {
            None => Ok(value.map(|(_, value)| value.as_ref())),
            Some(_) => Err(FieldError::new(name, "repeated", "must be given once")),
        }
    }
}

fn decode(text: &str) -> Result<Cow<'_, str>> {
    let malformed = || Error::unprocessable("", "encoding", "The parameters are not well encoded");
    let bytes = text.as_bytes();
    let is_hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let is_whole = |(at, byte): (usize, &u8)| *byte != b'%' || (is_hex(bytes.get(at + 1)) && is_hex(bytes.get(at + 2)));
    if !bytes.iter().enumerate().all(is_whole) {
        return Err(malformed());
    }
    if bytes.contains(&b'+') {
        let spaced: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        let decoded = percent_decode(&spaced).decode_utf8().map_err(|_| malformed())?;
        return Ok(Cow::Owned(decoded.into_owned()));
    }
    percent_decode(bytes).decode_utf8().map_err(|_| malformed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn attack_98_malformed_queries_are_refused() {
        for query in ["%", "a=%", "a=%z1", "a=%1", "a=%ff", "a=%c0%af", &"a=1&".repeat(10_000)] {
            assert!(Pairs::parse(query).is_err(), "{query:.20}");
        }
        let pairs = Pairs::parse("a=1+%2B&&b&=x&%61=2").expect("well-formed");
        assert_eq!(pairs.only("b"), Ok(Some("")));
        assert!(pairs.only("a").is_err());
        assert_eq!(pairs.only("c"), Ok(None));
    }

    proptest! {
        #[test]
        fn any_query_is_judged_without_a_panic(query in "[a-c=&%+0-9f\\[\\]é]{0,40}") {
            let _ = Pairs::parse(&query);
        }
    }
}
