//! What a body says that it is.

use http::{HeaderMap, HeaderValue, header};

/// `application/json`, or one that ends in `+json`, in UTF-8.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    is_one_of(headers, |essence| {
        let suffixed = essence.strip_prefix("application/").and_then(|rest| rest.strip_suffix("+json"));
        essence == "application/json" || suffixed.is_some_and(is_token)
    })
}

/// `application/x-www-form-urlencoded`, in UTF-8.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    is_one_of(headers, |essence| essence == "application/x-www-form-urlencoded")
}

/// Whether the body is compressed: what a filter on the way inflates and what is parsed here would be two bodies.
pub(super) fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CONTENT_ENCODING)
        .into_iter()
        .any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// Exactly one content type, well-formed, of the kind asked for, and in UTF-8 if it names a charset.
fn is_one_of(headers: &HeaderMap, is_kind: impl Fn(&str) -> bool) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(Ok(text)), None) = (types.next().map(HeaderValue::to_str), types.next()) else { return false };
    if is_kind(text) {
        return true;
    }
    let mut parts = text.split(';');
    let essence = parts.next().unwrap_or_default().trim_end_matches([' ', '\t']).to_ascii_lowercase();
    is_kind(&essence)
        && parts.all(|parameter| {
            let parameter = parameter.trim_matches([' ', '\t']).to_ascii_lowercase();
            match parameter.split_once('=') {
                Some(("charset", charset)) => charset.trim_matches('"') == "utf-8",
                Some((name, value)) => is_token(name) && !value.is_empty(),
                None => false,
            }
        })
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
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
