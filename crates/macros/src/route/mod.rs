//! `#[route]`, on the struct and on its `impl`.

mod argument;
mod caching;
mod handler;
mod implementation;
mod structure;

use proc_macro2::TokenStream;
use syn::{Error, Item, Result};

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "`#[route]` takes nothing: the file's place gives the path"));
    }
    match syn::parse2(item)? {
        Item::Struct(item) => structure::expand(item),
        Item::Impl(item) => implementation::expand(item),
        other => Err(Error::new_spanned(other, "`#[route]` stands on a struct and on its `impl`")),
    }
}
