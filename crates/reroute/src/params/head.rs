use super::{
    input::{Input, Source},
    text,
};
use crate::{
    error::{Error, Result},
    route::{Context, Describe, Description, Reads, Shape},
};
use axum_core::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};
use std::{borrow::Cow, str::from_utf8};

/// Headers, by the fields of an [`#[input]`](crate::input): `if_match`, or one with `name = "If-Match"`, reads `if-match`.
///
/// What is missing, wrong, or given twice where it is no list, is 422; others are passed over. For one header,
/// write `#[header] name: …` on an argument.
///
/// ```
/// use reroute::prelude::*;
///
/// #[input]
/// pub struct Client {
///     #[field(max_length = 200)]
///     user_agent: Option<String>,
/// }
///
/// #[route]
/// pub struct Mirror;
///
/// #[route]
/// impl Mirror {
///     #[public]
///     async fn get(&self, Header(client): Header<Client>) -> String {
///         client.user_agent.unwrap_or_default()
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Header<T>(pub T);

impl<T: Input> FromRequestParts<Context> for Header<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, cx: &Context) -> Result<Self> {
        text::read(&headers::<T>(&parts.headers), Source::Parameters, cx).map(Self)
    }
}

impl<T: Input> Describe for Header<T> {
    const PARAMETER: bool = true;
    const READS: Reads = Reads::Head;

    fn describe(description: &mut Description) {
        if let Shape::Named(names) = T::SHAPE {
            names.iter().for_each(|name| description.reads_header(name));
        }
    }
}

/// The headers that `T` has fields for, under their names. What is no UTF-8 is no text, and counts as absent.
fn headers<T: Input>(headers: &HeaderMap) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    let Shape::Named(fields) = T::SHAPE else { return Vec::new() };
    let mut all = Vec::new();
    for (name, value) in headers {
        let name = name.as_str();
        let is_its = |field: &&&str| field.bytes().map(spelled).eq(name.bytes());
        if let (Some(field), Ok(value)) = (fields.iter().find(is_its), from_utf8(value.as_bytes())) {
            all.push((Cow::Borrowed(*field), Cow::Borrowed(value)));
        }
    }
    all
}

/// A character of a field's name as headers are looked up: in small letters, with `-`.
fn spelled(byte: u8) -> u8 {
    if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() }
}

/// Cookies, by the fields of an [`#[input]`](crate::input).
///
/// What is missing, wrong or given twice is 422; others are passed over. A cookie is what the caller says: who is
/// calling is the business of a session.
///
/// ```
/// use reroute::prelude::*;
///
/// #[input]
/// pub struct Look {
///     theme: Option<Theme>,
/// }
///
/// #[input]
/// pub enum Theme {
///     Light,
///     Dark,
/// }
///
/// #[route]
/// pub struct Page;
///
/// #[route]
/// impl Page {
///     #[public]
///     async fn get(&self, Cookie(look): Cookie<Look>) -> &'static str {
///         if let Some(Theme::Dark) = look.theme { "dark" } else { "light" }
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Cookie<T>(pub T);

impl<T: Input> FromRequestParts<Context> for Cookie<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, cx: &Context) -> Result<Self> {
        text::read(&cookies(&parts.headers), Source::Parameters, cx).map(Self)
    }
}

impl<T: Input> Describe for Cookie<T> {
    const PARAMETER: bool = true;
    /// A `Cookie` of what has no names reads all of them.
    const READS: Reads = if let Shape::Named(_) = T::SHAPE { Reads::Head } else { Reads::Everything };

    fn describe(description: &mut Description) {
        if let Shape::Named(names) = T::SHAPE {
            names.iter().for_each(|name| description.reads_cookie(name));
        }
    }
}

/// All cookies that are text (RFC 6265, section 4.2), in order; HTTP/2 may send them in several fields.
pub(crate) fn cookies(headers: &HeaderMap) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    let fields = headers.get_all(header::COOKIE).into_iter().filter_map(|value| from_utf8(value.as_bytes()).ok());
    let pairs =
        fields.flat_map(|field| field.split(';')).filter_map(|pair| pair.trim_matches([' ', '\t']).split_once('='));
    pairs.map(|(name, value)| (Cow::Borrowed(name), Cow::Borrowed(unquoted(value)))).collect()
}

fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn cookies_are_pairs() {
        let value = HeaderValue::from_static("a=1; b=\"2\";c;=x;d==; \te=\"");
        let headers = HeaderMap::from_iter([(header::COOKIE, value)]);
        let all = cookies(&headers);
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
        assert_eq!(all, [("a", "1"), ("b", "2"), ("", "x"), ("d", "="), ("e", "\"")]);
    }
}
