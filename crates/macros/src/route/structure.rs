use crate::access::Declared;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Error, Fields, ItemStruct, Result, Type, Visibility, spanned::Spanned};

/// A route's fields.
pub(super) fn expand(mut item: ItemStruct) -> Result<TokenStream> {
    if let Some((name, span)) = Declared::take(&mut item.attrs)?.first {
        if name == "cache" {
            return Err(Error::new(span, crate::cache::ON_A_HANDLER));
        }
        return Err(Error::new(span, format!("`#[{name}]` belongs on the `#[route] impl` or on a handler in it")));
    }
    if !item.generics.params.is_empty() {
        return Err(Error::new_spanned(&item.generics, "a route has no parameters: the table names it as it is"));
    }
    if matches!(item.vis, Visibility::Inherited) {
        return Err(Error::new_spanned(&item.ident, "a route is `pub`: the table in `src/routes.rs` names it"));
    }
    if let Fields::Unnamed(fields) = &item.fields {
        return Err(Error::new_spanned(fields, "the fields of a route have names, as in `{ me: Principal, db: Db }`"));
    }
    let mut names = Vec::new();
    let mut values = Vec::new();
    let mut extractors: Vec<Type> = Vec::new();
    for field in &mut item.fields {
        let before = field.attrs.len();
        field.attrs.retain(|attribute| !attribute.path().is_ident("init"));
        let kind = &field.ty;
        names.push(field.ident.clone());
        values.push(if field.attrs.len() < before {
            quote_spanned!(kind.span()=> ::reroute::__private::Default::default())
        } else {
            extractors.push(kind.clone());
            quote_spanned!(kind.span()=> ::reroute::__private::params::part::<#kind>(__parts, __cx).await?)
        });
    }
    let name = &item.ident;
    let not_parameters = extractors.iter().map(|kind| {
        quote_spanned! {kind.span()=>
            const _: () = ::reroute::__private::probe::no_parameter::<
                ::reroute::__private::probe::Is<{ ::reroute::__private::probe::Probe::<#kind>::PARAMETER }>
            >();
        }
    });
    Ok(quote! {
        #item

        const _: () = {
            #[allow(unused_imports)]
            use ::reroute::__private::probe::{Described as _, Undescribed as _, Unknown as _};

            #(#not_parameters)*

            impl ::reroute::__private::Fields for #name {
                const DEMANDS_CALLER: bool =
                    false #(|| ::reroute::__private::probe::Probe::<#extractors>::DEMANDS_CALLER)*;

                const SHAREABLE: bool =
                    true #(&& ::reroute::__private::probe::Probe::<#extractors>::SHAREABLE)*;

                #[allow(unused_variables)]
                fn describe(__description: &mut ::reroute::__private::Description) {
                    #((&::reroute::__private::probe::Probe::<#extractors>::new()).describe(__description);)*
                }

                #[allow(unused_variables)]
                async fn extract(
                    __parts: &mut ::reroute::__private::Parts,
                    __cx: &::reroute::__private::Context,
                ) -> ::reroute::__private::Result<Self> {
                    ::reroute::__private::Ok(Self { #(#names: #values),* })
                }
            }
        };
    })
}
