use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Attribute, Error, Field, Fields, Ident, Item, Result, Type, spanned::Spanned};

/// What goes out: it serializes, and so does all that it holds, on purpose.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "`#[output]` takes nothing"));
    }
    let mut item = syn::parse2::<Item>(item)?;
    let mut held = Vec::new();
    let (name, generics) = match &mut item {
        Item::Struct(item) => {
            take(&mut item.fields, &mut held)?;
            (item.ident.clone(), item.generics.clone())
        }
        Item::Enum(item) => {
            for variant in &mut item.variants {
                take(&mut variant.fields, &mut held)?;
            }
            (item.ident.clone(), item.generics.clone())
        }
        other => return Err(Error::new_spanned(other, "`#[output]` stands on a struct or an enum")),
    };
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let mut bounds = bounds.cloned().unwrap_or_else(|| syn::parse_quote!(where));
    for kind in &held {
        bounds.predicates.push(syn::parse2(quote_spanned!(kind.span()=> #kind: ::reroute::params::Output))?);
    }
    Ok(quote! {
        #[derive(::reroute::serde::Serialize)]
        #[serde(crate = "::reroute::serde")]
        #item

        impl #parameters ::reroute::params::Output for #name #arguments #bounds {}
    })
}

/// The types of the fields, but for those that are said to serialize as they are.
fn take(fields: &mut Fields, held: &mut Vec<Type>) -> Result<()> {
    for field in fields.iter_mut() {
        if !is_as_is(field)? {
            held.push(field.ty.clone());
        }
    }
    Ok(())
}

fn is_as_is(field: &mut Field) -> Result<bool> {
    let of_ours: Vec<Attribute> = field.attrs.extract_if(.., |attribute| attribute.path().is_ident("field")).collect();
    for attribute in &of_ours {
        let word: Ident = attribute.parse_args()?;
        if word != "as_is" {
            return Err(Error::new(
                word.span(),
                "a field of an output takes `as_is` alone: it goes out as its own crate serializes it",
            ));
        }
    }
    Ok(!of_ours.is_empty())
}
