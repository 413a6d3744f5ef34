//! Pages: HTML from templates that are compiled, and escape what they show.
//!
//! A template is a file of the folder `templates` beside `Cargo.toml`, in the language of [askama](https://askama.readthedocs.io). [`#[page]`](crate::page) binds it
//! to a struct, whose fields are all that it can show; a field that is missing, or a template that is, does not compile. The struct is an answer: a handler returns it.
//!
//! ```text
//! {# templates/account.html #}
//! <!doctype html>
//! <title>{{ name }}</title>
//! <style nonce="{{ nonce }}">body { max-width: 40em }</style>
//! <p title="{{ name }}">Signed in as {{ name }}.
//! ```
//!
//! ```
//! use reroute::{pages::Nonce, prelude::*};
//!
//! #[page("account.html")]
//! pub struct AccountPage {
//!     nonce: Nonce,
//!     name: String,
//! }
//!
//! #[route]
//! pub struct Account {
//!     me: Principal,
//! }
//!
//! #[route]
//! impl Account {
//!     #[requires]
//!     async fn get(&self) -> AccountPage {
//!         AccountPage { nonce: Nonce::new(), name: self.me.name().to_owned() }
//!     }
//! }
//! ```
//!
//! | what | how |
//! | --- | --- |
//! | `{{ name }}` | is escaped: `&`, `<`, `>`, `"` and `'`. It may stand between tags and in a quoted attribute; not inside `<script>` or `<style>`, and not as the whole of an `href`, where `javascript:` needs no bracket |
//! | `{{ name\|safe }}` | does not compile, nor does any other filter of askama's that turns the escaping off, nor a filter by its path. A filter of the application's own, in a module `filters`, answers for what it calls safe |
//! | HTML of users | is of the type `SanitizedHtml` (feature `html`) and is shown as it is |
//! | scripts and styles | run where they bear the page's own nonce: the [`Nonce`] of its struct, new in each answer. Nothing inline runs without, no handler in an attribute and no `javascript:` |
//! | what else a page may load | pictures, fonts and requests of its own origin, and forms to it; nothing may frame it, no `<base>` moves it. The setting `page_content_security_policy` says otherwise for all pages, [`LoosenHeader`](crate::edge::LoosenHeader) for one |
//! | caches | keep no page: a nonce is good for one answer |
//!
//! ```compile_fail
//! // templates/unescaped.html: <p>{{ name|safe }}
//! #[reroute::page("unescaped.html")]
//! struct Unescaped {
//!     name: String,
//! }
//! ```
//!
//! Every other answer keeps `default-src 'none'`.

mod nonce;

use crate::{edge::Paged, error::Error};
use axum_core::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};

pub use nonce::Nonce;

/// The answer that shows a page: 200, with the policy of pages.
#[doc(hidden)]
pub fn respond(page: &impl askama::Template, nonce: Option<&Nonce>) -> Response {
    let fresh = Nonce::new();
    let Some(nonce) = nonce.unwrap_or(&fresh).header_text() else {
        return Error::unavailable("there is no randomness for a nonce").into_response();
    };
    match page.render() {
        Ok(html) => {
            let mut response = Response::new(Body::from(html));
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response.extensions_mut().insert(Paged(nonce.to_owned()));
            response
        }
        Err(error) => Error::internal(error).into_response(),
    }
}
