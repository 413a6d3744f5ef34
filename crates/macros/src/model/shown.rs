use super::columns::Column;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Ident, spanned::Spanned};

/// How a row goes out, and how it is printed: without what is private.
pub(super) fn expand(name: &Ident, columns: &[Column]) -> TokenStream {
    let name = name.to_string();
    let (output, debug) = (output(&name, columns), debug(&name, columns));
    quote!(#output #debug)
}

fn output(name: &str, columns: &[Column]) -> TokenStream {
    let public: Vec<_> = columns.iter().filter(|column| !column.is_private && !column.is_relation).collect();
    let count = public.len();
    let bounds = public.iter().filter(|column| !column.is_as_is).map(|column| {
        let kind = &column.kind;
        quote_spanned!(kind.span()=> #kind: ::reroute::params::Output,)
    });
    let fields = public.iter().map(|column| {
        let (field, text) = (&column.name, &column.text);
        quote! {
            __row.serialize_field(#text, &(&::reroute::__private::model::Shown(&self.#field)).shown())?;
        }
    });
    quote! {
        impl ::reroute::serde::Serialize for Model {
            fn serialize<__S: ::reroute::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::std::result::Result<__S::Ok, __S::Error> {
                #[allow(unused_imports, reason = "which one is needed depends on the columns")]
                use ::reroute::{
                    __private::model::{AsItIs as _, AsText as _},
                    serde::ser::SerializeStruct as _,
                };
                let mut __row = __serializer.serialize_struct(#name, #count)?;
                #(#fields)*
                __row.end()
            }
        }

        impl ::reroute::params::Output for Model
        where
            #(#bounds)*
        {
        }
    }
}

fn debug(name: &str, columns: &[Column]) -> TokenStream {
    let of = |columns: &[&Column]| {
        let fields = columns.iter().map(|column| {
            let (field, text) = (&column.name, &column.text);
            if column.is_redacted() {
                quote!(.field(#text, &::reroute::__private::model::Redacted))
            } else {
                quote!(.field(#text, &self.#field))
            }
        });
        quote!(#(#fields)*)
    };
    let all: Vec<_> = columns.iter().collect();
    let own: Vec<_> = columns.iter().filter(|column| !column.is_relation).collect();
    let (own, all) = (of(&own), of(&all));
    quote! {
        impl ::std::fmt::Debug for Model {
            fn fmt(&self, __f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                __f.debug_struct(#name)#own.finish()
            }
        }

        impl ::std::fmt::Debug for ModelEx {
            fn fmt(&self, __f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                __f.debug_struct(#name)#all.finish()
            }
        }
    }
}
