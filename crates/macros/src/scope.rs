//! `#[scope]`.

use crate::access::Declared;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Error, ItemStruct, Result, spanned::Spanned};

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "`#[scope]` takes nothing: its rules are attributes beside it"));
    }
    let mut item: ItemStruct = syn::parse2(item)
        .map_err(|error| Error::new(error.span(), "`#[scope]` stands on a struct, as in `pub struct Admin;`"))?;
    let declared = Declared::take(&mut item.attrs)?;
    if let Some(public) = declared.public {
        return Err(Error::new(public, "a scope only tightens: `#[public]` stands on a single handler"));
    }
    if let Some(cache) = &declared.cache {
        return Err(Error::new(cache.span, crate::cache::ON_A_HANDLER));
    }
    if !item.fields.is_empty() || !item.generics.params.is_empty() {
        return Err(Error::new_spanned(&item.ident, "a scope has no fields and no parameters, only rules"));
    }
    let name = &item.ident;
    let requirements = declared.requires.iter().map(|requirement| {
        let check = requirement.check.as_ref().map(|path| {
            let ask = quote_spanned!(path.span()=> ::reroute::__private::guard::shared(#path));
            quote!(::reroute::__private::Check::Shared(#ask))
        });
        requirement.expand(check.as_ref())
    });
    let timeout = declared
        .timeout
        .as_ref()
        .map_or(quote!(::reroute::__private::None), |timeout| quote!(::reroute::__private::Some(#timeout)));
    let cors = declared.cors();
    let place = quote! {
        ::reroute::__private::Declared::Scope(::reroute::__private::type_name::<#name>())
    };
    let limits = declared.rate_limits.iter().map(|limit| limit.expand(&place, &[], &mut Vec::new()));
    Ok(quote! {
        #item

        impl ::reroute::__private::Scope for #name {
            fn rules() -> ::reroute::__private::Rules {
                ::reroute::__private::Rules { requirements: ::std::vec![#(#requirements),*], timeout: #timeout, cors: #cors, limits: ::std::vec![#(#limits),*] }
            }
        }
    })
}
