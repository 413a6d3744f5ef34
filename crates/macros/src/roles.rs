//! `#[roles]`.

use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Item, ItemEnum, Result, ext::IdentExt};

const USAGE: &str =
    "`#[roles]` stands on an enum whose variants are the roles, as in `pub enum Role { Customer, Admin }`";

pub(crate) fn expand(arguments: &TokenStream, item: TokenStream) -> Result<TokenStream> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "`#[roles]` takes nothing: a role is named by its variant"));
    }
    match syn::parse2::<Item>(item)? {
        Item::Enum(item) => roles(&item),
        Item::Struct(item) => Err(Error::new_spanned(item.ident, USAGE)),
        other => Err(Error::new_spanned(other, USAGE)),
    }
}

fn roles(item: &ItemEnum) -> Result<TokenStream> {
    if item.variants.is_empty() {
        return Err(Error::new_spanned(&item.ident, "an enum of roles has a role at least"));
    }
    if !item.generics.params.is_empty() {
        return Err(Error::new_spanned(&item.generics, "roles have no parameters"));
    }
    let mut names: Vec<String> = Vec::new();
    for variant in &item.variants {
        if !variant.fields.is_empty() {
            return Err(Error::new_spanned(
                &variant.fields,
                "a role is a name and holds nothing: what depends on more is a rule, `#[requires(check = Self::may)]`",
            ));
        }
        let name = variant.ident.unraw().to_string().to_snake_case();
        if names.contains(&name) {
            return Err(Error::new_spanned(variant, format!("there is a role of the name `{name}` already")));
        }
        names.push(name);
    }
    let (name, vis) = (&item.ident, &item.vis);
    let variants: Vec<_> = item.variants.iter().map(|variant| &variant.ident).collect();
    Ok(quote! {
        #[derive(
            ::std::clone::Clone, ::std::marker::Copy, ::std::fmt::Debug, ::std::cmp::PartialEq, ::std::cmp::Eq, ::std::hash::Hash,
        )]
        #item

        // Of its own, so that nobody needs the trait, which they may call their enum like.
        impl #name {
            /// All of them, in the order in which they are written.
            #vis const ALL: &'static [Self] = &[#(Self::#variants),*];

            /// What it is called: its variant in `snake_case`.
            #vis const fn name(self) -> &'static str {
                match self {
                    #(Self::#variants => #names,)*
                }
            }
        }

        impl ::reroute::Role for #name {
            const ALL: &'static [Self] = Self::ALL;

            fn name(self) -> &'static str {
                self.name()
            }
        }

        impl ::std::convert::AsRef<str> for #name {
            fn as_ref(&self) -> &str {
                (*self).name()
            }
        }

        impl ::std::fmt::Display for #name {
            fn fmt(&self, __f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                __f.pad((*self).name())
            }
        }

        impl ::std::str::FromStr for #name {
            type Err = ::reroute::auth::UnknownRole;

            fn from_str(__name: &str) -> ::std::result::Result<Self, Self::Err> {
                ::reroute::__private::role::of(__name)
            }
        }

        impl ::std::convert::From<#name> for ::std::string::String {
            fn from(__role: #name) -> Self {
                __role.name().to_owned()
            }
        }

        impl ::reroute::serde::Serialize for #name {
            fn serialize<__S: ::reroute::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::std::result::Result<__S::Ok, __S::Error> {
                __serializer.serialize_str((*self).name())
            }
        }

        impl<'de> ::reroute::serde::Deserialize<'de> for #name {
            fn deserialize<__D: ::reroute::serde::Deserializer<'de>>(
                __deserializer: __D,
            ) -> ::std::result::Result<Self, __D::Error> {
                ::reroute::__private::role::read(__deserializer)
            }
        }

        impl ::reroute::params::Output for #name {}
    })
}
