//! `#[page]`.

mod template;

use proc_macro2::TokenStream;
use quote::quote;
use std::path::Path;
use syn::{Error, ItemStruct, LitStr, Result};

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let template: LitStr = syn::parse2(arguments).map_err(|error| {
        Error::new(error.span(), "write the template below `templates`: `#[page(\"account.html\")]`")
    })?;
    let item: ItemStruct = syn::parse2(item)
        .map_err(|error| Error::new(error.span(), "`#[page]` stands on a struct, whose fields the template shows"))?;
    if !template.value().ends_with(".html") {
        return Err(Error::new(
            template.span(),
            "a page is a template that ends in `.html`: what others show is not escaped",
        ));
    }
    if let Some(other) = item.attrs.iter().find(|attribute| attribute.path().is_ident("template")) {
        return Err(Error::new_spanned(other, "`#[page]` is all that a page has: leave `#[template]` out"));
    }
    let root = std::env::var_os("CARGO_MANIFEST_DIR")
        .ok_or_else(|| Error::new(template.span(), "cargo does not say where the package is"))?;
    if let Some(found) = template::unescaped(&Path::new(&root).join("templates"), &template.value()) {
        return Err(Error::new(
            template.span(),
            format!(
                "{found} turns the escaping off: leave it out. HTML of users is shown as it is when the field is a `SanitizedHtml`"
            ),
        ));
    }
    let name = &item.ident;
    let (generics, arguments, bounds) = item.generics.split_for_impl();
    let nonce = item.fields.iter().find(|field| field.ident.as_ref().is_some_and(|name| name == "nonce"));
    let nonce = match nonce {
        Some(field) => {
            let name = &field.ident;
            quote!(::core::option::Option::Some(&self.#name))
        }
        None => quote!(::core::option::Option::None),
    };
    Ok(quote! {
        #[derive(::reroute::askama::Template)]
        #[template(path = #template, askama = ::reroute::askama)]
        #item

        impl #generics ::reroute::axum_core::response::IntoResponse for #name #arguments #bounds {
            fn into_response(self) -> ::reroute::axum_core::response::Response {
                ::reroute::pages::respond(&self, #nonce)
            }
        }
    })
}
