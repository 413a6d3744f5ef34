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

/// The boundary of `multipart/form-data`: one, of 1 to 70 of the characters that RFC 2046 (section 5.1.1) gives to it.
#[cfg(feature = "multipart")]
pub(super) fn boundary(headers: &HeaderMap) -> Option<&str> {
    if !is_one_of(headers, |essence| essence == "multipart/form-data") {
        return None;
    }
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let mut boundaries = text.split(';').skip(1).filter_map(|parameter| {
        let (name, value) = parameter.trim_matches([' ', '\t']).split_once('=')?;
        name.eq_ignore_ascii_case("boundary").then_some(value)
    });
    let (Some(value), None) = (boundaries.next(), boundaries.next()) else { return None };
    let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    let boundary = quoted.unwrap_or(value);
    let is_whole = (1..=70).contains(&boundary.len()) && boundary.bytes().all(is_known) && !boundary.ends_with(' ');
    is_whole.then_some(boundary)
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
    #[cfg(feature = "multipart")]
    fn attack_97_a_form_has_one_boundary() {
        let of = |value: &str| {
            let value = HeaderValue::from_str(value).expect("a header value");
            boundary(&HeaderMap::from_iter([(header::CONTENT_TYPE, value)])).map(str::to_owned)
        };
        let longest = "b".repeat(70);
        for (yes, found) in [
            ("multipart/form-data; boundary=b", "b"),
            ("Multipart/Form-Data;BOUNDARY=\"a b:?\"; charset=utf-8", "a b:?"),
            (&format!("multipart/form-data; boundary={longest}"), longest.as_str()),
        ] {
            assert_eq!(of(yes).as_deref(), Some(found), "{yes}");
        }
        for no in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"\"",
            "multipart/form-data; boundary=a; boundary=b",
            "multipart/form-data; boundary=a; Boundary=a",
            "multipart/form-data; boundary=\"a",
            "multipart/form-data; boundary=\"a \"",
            "multipart/form-data; boundary=a{b",
            "multipart/form-data; boundary=\"a;b\"",
            &format!("multipart/form-data; boundary=b{longest}"),
            "multipart/mixed; boundary=b",
            "multipart/form-datax; boundary=b",
            "application/json; boundary=b",
        ] {
            assert_eq!(of(no), None, "{no}");
        }
    }

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
