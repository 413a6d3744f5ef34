//! `#[input]` and `#[output]`.

mod field;
mod file;
mod names;
mod object;
mod output;
mod words;

pub(crate) use output::expand as output;

use names::Names;
use proc_macro2::TokenStream;
use syn::{
    Attribute, Error, ExprPath, Ident, Item, Result, Token,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

/// What may come in: it is read field by field, refuses what it does not name, and holds its constraints.
pub(crate) fn input(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let options: Options = syn::parse2(arguments)?;
    match syn::parse2::<Item>(item)? {
        Item::Struct(item) => object::expand(item, &options),
        Item::Enum(item) => words::expand(item, &options),
        other => Err(Error::new_spanned(other, "`#[input]` stands on a struct or an enum")),
    }
}

/// The input that the attributes of a handler's arguments declare.
pub(crate) fn object(item: syn::ItemStruct) -> Result<TokenStream> {
    object::expand(item, &Options::default())
}

/// What stands in `#[input(…)]`.
#[derive(Default)]
pub(crate) struct Options {
    names: Option<Names>,
    checks: Vec<ExprPath>,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Self::default();
        for one in Punctuated::<One, Token![,]>::parse_terminated(input)? {
            match one {
                One::Names(names) => options.names = Some(names),
                One::Check(check) => options.checks.push(check),
            }
        }
        Ok(options)
    }
}

enum One {
    Names(Names),
    Check(ExprPath),
}

impl Parse for One {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let word: Ident = input.parse()?;
        let is_known = word == "names" || word == "check";
        if !is_known {
            return Err(Error::new(
                word.span(),
                "`#[input]` takes `check = Self::rule`, for a rule over several fields, and `names = \"camelCase\"`; what holds for one field stands on it, in `#[field(…)]`",
            ));
        }
        input.parse::<Token![=]>()?;
        Ok(if word == "names" { Self::Names(input.parse()?) } else { Self::Check(input.parse()?) })
    }
}

/// Refuses what would give an input a second name, a second reader or a second way to be printed.
fn refuse_foreign(attributes: &[Attribute]) -> Result<()> {
    for attribute in attributes {
        if attribute.path().is_ident("serde") {
            return Err(Error::new_spanned(
                attribute,
                "an input is not read by serde, and has one name for each field: write `#[field(name = \"…\")]` to call it otherwise, `#[field(default)]` to leave it out",
            ));
        }
        if attribute.path().is_ident("derive") {
            attribute.parse_nested_meta(|meta| {
                let last = meta.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
                match last.as_str() {
                    "Debug" => Err(meta.error("an input prints itself already, without its sensitive fields")),
                    "Deserialize" => Err(meta.error("`#[input]` reads it already: take this away")),
                    _ => Ok(()),
                }
            })?;
        }
    }
    Ok(())
}

/// The documentation, for the schema.
fn description(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}
