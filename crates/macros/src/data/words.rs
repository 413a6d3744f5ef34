use super::{Options, names::Names, refuse_foreign};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, ItemEnum, LitStr, Result, Token, ext::IdentExt};

/// An enum that comes in as one of its words.
pub(super) fn expand(mut item: ItemEnum, options: &Options) -> Result<TokenStream> {
    if let Some(variant) = item.variants.iter().find(|variant| !variant.fields.is_empty()) {
        return Err(Error::new_spanned(variant, "the variants of an input are plain words"));
    }
    if let Some(check) = options.checks.first() {
        return Err(Error::new_spanned(check, "a word has nothing more to check"));
    }
    refuse_foreign(&item.attrs)?;
    let mut words = Vec::new();
    for variant in &mut item.variants {
        refuse_foreign(&variant.attrs)?;
        let mut word = options.names.unwrap_or(Names::Snake).spell(&variant.ident.unraw().to_string());
        for attribute in variant.attrs.extract_if(.., |attribute| attribute.path().is_ident("field")) {
            attribute.parse_nested_meta(|meta| {
                if !meta.path.is_ident("name") {
                    return Err(meta.error("a word takes `name = \"…\"` alone"));
                }
                meta.input.parse::<Token![=]>()?;
                word = meta.input.parse::<LitStr>()?.value();
                Ok(())
            })?;
        }
        words.push(word);
    }
    let name = &item.ident;
    let title = name.unraw().to_string();
    let variants: Vec<_> = item.variants.iter().map(|variant| &variant.ident).collect();
    let printed = variants.iter().map(|variant| variant.unraw().to_string());
    let expected = format!("must be one of: {}", words.join(", "));
    Ok(quote! {
        #item

        const _: () = {
            use ::reroute::__private::input as __input;

            impl __input::Word for #name {
                const WORDS: &'static [&'static str] = &[#(#words),*];
                const EXPECTED: &'static str = #expected;

                fn of(__word: &str) -> ::reroute::__private::Option<Self> {
                    match __word {
                        #(#words => ::reroute::__private::Some(Self::#variants),)*
                        _ => ::reroute::__private::None,
                    }
                }
            }

            impl __input::Input for #name {
                fn read<'de, __D: ::reroute::__private::serde::Deserializer<'de>>(
                    __source: __D,
                    __at: &__input::At<'_>,
                    __reading: &mut __input::Reading,
                ) -> ::std::result::Result<::reroute::__private::Option<Self>, __D::Error> {
                    __input::read_word(__source, __at, __reading)
                }

                fn schema(__schemas: &mut __input::Schemas) -> __input::Schema {
                    __schemas.define::<Self>(#title, |_| {
                        __input::json!({"type": "string", "enum": <Self as __input::Word>::WORDS})
                    })
                }
            }

            impl ::std::fmt::Debug for #name {
                fn fmt(&self, __f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    __f.write_str(match self {
                        #(Self::#variants => #printed,)*
                    })
                }
            }
        };
    })
}
