//! An attribute of ours that is expanded by itself stands above `#[route]` or in a place that nobody reads.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Error, Item, parse_quote};

/// Hands the attribute on to the `#[route]` or `#[scope]` below it, or says where it belongs.
pub(crate) fn expand(name: &str, arguments: &TokenStream, item: &TokenStream) -> TokenStream {
    if let Ok(mut parsed) = syn::parse2::<Item>(item.clone())
        && let Some(attributes) = attributes(&mut parsed)
        && attributes.iter().any(is_ours)
    {
        let ident = syn::Ident::new(name, Span::call_site());
        let attribute: Attribute = if arguments.is_empty() && name != "cors" {
            parse_quote!(#[#ident])
        } else {
            parse_quote!(#[#ident(#arguments)])
        };
        attributes.push(attribute);
        return parsed.into_token_stream();
    }
    let places = match name {
        "public" | "raw_body" => "a single handler (`async fn get`, `post`, …) inside a `#[route] impl`",
        "cache" => "a `get` or `head` handler inside a `#[route] impl`, or on a function",
        _ => "a handler inside a `#[route] impl`, on the `#[route] impl` itself, or on a `#[scope]` struct",
    };
    let error = Error::new(Span::call_site(), format!("nothing reads `#[{name}]` here: it belongs on {places}"));
    let error = error.into_compile_error();
    quote!(#error #item)
}

fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|segment| segment.ident == "route" || segment.ident == "scope")
}

fn attributes(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Impl(item) => Some(&mut item.attrs),
        Item::Struct(item) => Some(&mut item.attrs),
        _ => None,
    }
}
