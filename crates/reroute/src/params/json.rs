use super::{
    body,
    validate::{At, Errors, Input},
};
use crate::{
    error::{Error, FieldError, Result},
    route::{Context, Describe},
};
use axum_core::{
    body::Body,
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::error::Category;
use std::borrow::Cow;

/// A JSON body, in and out.
///
/// In: `T` is an [`#[input]`](crate::input). The content type is `application/json` or one that ends in `+json`, else 415;
/// malformed JSON and duplicate keys are 400; what does not fit `T`, or breaks one of its constraints, is 422. Out: 200
/// with anything that serializes.
///
/// ```
/// use reroute::prelude::*;
///
/// #[input]
/// pub struct NewTag {
///     #[field(min_length = 1, max_length = 20)]
///     name: String,
/// }
///
/// #[route]
/// pub struct Tags;
///
/// #[route]
/// impl Tags {
///     #[public]
///     async fn post(&self, Json(new): Json<NewTag>) -> Json<String> {
///         Json(new.name)
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: Input> FromRequest<Context> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &Context) -> Result<Self> {
        if !is_json(request.headers()) {
            return Err(
                Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail("The content type must be application/json")
            );
        }
        if is_encoded(request.headers()) {
            // What a filter on the way inflates and what is parsed here would be two bodies.
            return Err(Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail("The body must not be compressed"));
        }
        parse(&body::read(request.into_body()).await?).map(Self)
    }
}

impl<T> Describe for Json<T> {
    const PARAMETER: bool = true;
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut json = Vec::with_capacity(128);
        match serde_json::to_writer(&mut json, &self.0) {
            Ok(()) => {
                let mut response = Response::new(Body::from(json));
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                response
            }
            Err(error) => Error::internal(error).into_response(),
        }
    }
}

/// 201, with the address of what was made.
///
/// ```
/// use reroute::prelude::*;
///
/// let created = Created::at("/tags/7", "seven");
/// assert_eq!(created.into_response().headers()["location"], "/tags/7");
/// ```
#[derive(Debug, Clone)]
pub struct Created<T> {
    location: String,
    body: T,
}

impl<T> Created<T> {
    /// What was made, and where it is from now on.
    pub fn at(location: impl Into<String>, body: T) -> Self {
        Self { location: location.into(), body }
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let Ok(location) = HeaderValue::try_from(self.location) else {
            return Error::internal("the address of what was made is no header value").into_response();
        };
        let mut response = Json(self.body).into_response();
        if response.status() == StatusCode::OK {
            *response.status_mut() = StatusCode::CREATED;
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

/// Exactly one content type, JSON, in UTF-8.
fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(Ok(text)), None) = (types.next().map(HeaderValue::to_str), types.next()) else { return false };
    let mut parts = text.split(';');
    let essence = parts.next().unwrap_or_default().trim_end_matches([' ', '\t']).to_ascii_lowercase();
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let is_json = essence == "application/json"
        || essence.strip_prefix("application/").and_then(|rest| rest.strip_suffix("+json")).is_some_and(is_token);
    is_json
        && parts.all(|parameter| {
            let parameter = parameter.trim_matches([' ', '\t']).to_ascii_lowercase();
            match parameter.split_once('=') {
                Some(("charset", charset)) => charset.trim_matches('"') == "utf-8",
                Some((name, value)) => is_token(name) && !value.is_empty(),
                None => false,
            }
        })
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CONTENT_ENCODING)
        .into_iter()
        .any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn parse<T: Input>(bytes: &[u8]) -> Result<T> {
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') && T::IS_OBJECT {
        // An array of the right length would do for a struct: positions are no names.
        serde_json::from_slice::<serde::de::IgnoredAny>(bytes).map_err(|_| malformed())?;
        return Err(Error::unprocessable("", "type", "must be an object"));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value: T = serde_path_to_error::deserialize(&mut json).map_err(|error| misfit(&error, bytes))?;
    json.end().map_err(|_| malformed())?;
    let mut errors = Errors::default();
    value.validate(&At::root(), &mut errors);
    errors.finish().map(|()| value)
}

fn malformed() -> Error {
    Error::bad_request("The body is not well-formed JSON")
}

/// Says in our own words what the parser found; its own quote values and types.
fn misfit(error: &serde_path_to_error::Error<serde_json::Error>, bytes: &[u8]) -> Error {
    let inner = error.inner();
    if inner.classify() != Category::Data || serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_err() {
        return malformed();
    }
    let text = inner.to_string();
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or_default().chars().take(64).collect::<String>();
    let path = match error.path().to_string() {
        root if root == "." => String::new(),
        path => path,
    };
    let below = |name: String| match path.rsplit_once('.') {
        _ if path.is_empty() || path == name => name,
        Some((_, last)) if last == name => path.clone(),
        _ => format!("{path}.{name}"),
    };
    if text.starts_with("duplicate field") {
        return Error::bad_request("The body has a key twice");
    }
    let (field, code, message) = if text.starts_with("missing field") {
        (below(quoted(&text)), "required", Cow::Borrowed("is required"))
    } else if text.starts_with("unknown field") {
        (below(quoted(&text)), "unknown", Cow::Borrowed("is not a known field"))
    } else if text.starts_with("unknown variant") {
        (path, "enum", Cow::Borrowed("is not one of the known values"))
    } else {
        (path, "type", Cow::Owned(format!("must be {}", expected(&text))))
    };
    Error::invalid(vec![FieldError::new(field, code, message)])
}

/// What a type is called by people, read off the end of the parser's message.
fn expected(text: &str) -> &'static str {
    let what = text.rsplit_once("expected ").map_or("", |(_, what)| what);
    let what = what.split(" at line ").next().unwrap_or_default();
    match what {
        "i8" | "i16" | "i32" | "i64" | "i128" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "isize" => {
            "an integer in range"
        }
        "f32" | "f64" => "a number",
        "a string" | "a borrowed string" | "string or map" => "a string",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        what if what.starts_with("struct ") => "an object",
        _ => "of another type",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attack_61_only_json_is_json() {
        let is = |value: &str| {
            is_json(&HeaderMap::from_iter([(
                header::CONTENT_TYPE,
                HeaderValue::from_str(value).expect("a header value"),
            )]))
        };
        for yes in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
            "application/merge-patch+json",
        ] {
            assert!(is(yes), "{yes}");
        }
        for no in [
            "",
            "text/plain",
            "text/plain; application/json",
            "application/json\ta",
            " application/json",
            "application/jsonx",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/json; charset=utf-16",
            "application/json,text/plain",
            "application/json; a",
            "application/+json",
            "text/json",
            "application/a b+json",
        ] {
            assert!(!is(no), "{no}");
        }
        assert!(!is_json(&HeaderMap::new()));
        let once = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let mut headers = HeaderMap::from_iter([once]);
        headers.append(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        assert!(!is_json(&headers));
    }
}
