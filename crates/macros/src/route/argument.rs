//! The arguments of a handler, and how each is had: by its type, or, with `#[query]`, `#[path]`, `#[header]` or `#[cookie]`,
//! as one of the fields of an input that holds all of that kind.

use crate::{data, rate_limit::Named};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use std::collections::HashSet;
use syn::{
    Attribute, Error, FnArg, Ident, ItemStruct, Meta, Pat, PatIdent, Result, Signature, Type,
    ext::IdentExt,
    parse_quote,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

const KINDS: [(&str, &str); 4] = [("query", "Query"), ("path", "Path"), ("header", "Header"), ("cookie", "Cookie")];

/// What is extracted for the arguments, and what each argument is given of it.
pub(super) struct Arguments {
    /// The types of the extractors, in the order that they run in.
    pub(super) extractors: Vec<Type>,
    /// The value of each argument, out of `__argument_0`, `__argument_1` and so on.
    pub(super) values: Vec<TokenStream>,
    /// How a key of a limit has each by reference.
    pub(super) named: Vec<Named>,
    /// The inputs that the attributes declare.
    pub(super) declarations: TokenStream,
}

impl Arguments {
    pub(super) fn of(signature: &Signature, named: impl Fn(&Type) -> Type) -> Result<Self> {
        let mut groups: [Vec<Field>; 4] = Default::default();
        let mut had: Vec<(Had, &Pat)> = Vec::new();
        for argument in &signature.inputs {
            let FnArg::Typed(argument) = argument else { continue };
            let kind = named(&argument.ty);
            let mut ours = argument.attrs.iter().filter(|attribute| !is_lint(attribute));
            match (ours.next(), ours.next()) {
                (None, _) => had.push((Had::ByType(Box::new(kind)), &*argument.pat)),
                (Some(attribute), None) => {
                    let group = group(attribute)?;
                    let Pat::Ident(pattern) = &*argument.pat else {
                        return Err(Error::new_spanned(
                            &argument.pat,
                            "an argument with an attribute has a plain name",
                        ));
                    };
                    groups[group].push(Field::new(group, attribute, pattern.ident.clone(), kind)?);
                    had.push((Had::InGroup(group, pattern.ident.clone()), &*argument.pat));
                }
                (Some(_), Some(second)) => {
                    return Err(Error::new_spanned(
                        second,
                        "an argument comes from one place: one attribute is enough",
                    ));
                }
            }
        }
        let mut extractors: Vec<Type> = Vec::new();
        let mut declarations = TokenStream::new();
        let mut place_of = [0; 4];
        for (nth, fields) in groups.iter().enumerate().filter(|(_, fields)| !fields.is_empty()) {
            let name = format_ident!("__{}_{}", signature.ident.unraw(), KINDS[nth].0);
            let extractor = Ident::new(KINDS[nth].1, signature.ident.span());
            declarations.extend(declaration(&name, fields)?);
            place_of[nth] = extractors.len();
            extractors.push(parse_quote!(::reroute::__private::#extractor<#name>));
        }
        let mut values = Vec::new();
        let mut named = Vec::new();
        for (had, pattern) in had {
            let (value, borrowed) = match had {
                Had::ByType(kind) => {
                    let value = format_ident!("__argument_{}", extractors.len());
                    extractors.push(*kind);
                    (quote!(#value), quote!(#value))
                }
                Had::InGroup(group, name) => {
                    let value = format_ident!("__argument_{}", place_of[group]);
                    (quote!(#value.0.#name), quote!(&#value.0.#name))
                }
            };
            named.push(by_reference(pattern, &borrowed));
            values.push(value);
        }
        Ok(Self { extractors, values, named, declarations })
    }
}

/// Takes the attributes off: they are the macro's, but for lints.
pub(super) fn strip(signature: &mut Signature) {
    for argument in &mut signature.inputs {
        if let FnArg::Typed(argument) = argument {
            argument.attrs.retain(is_lint);
        }
    }
}

/// The names of a pattern, bound to what they name of a borrowed value.
fn by_reference(pattern: &Pat, borrowed: &TokenStream) -> Named {
    let mut pattern = pattern.clone();
    let mut names = Names::default();
    names.visit_pat_mut(&mut pattern);
    Named { names: names.0, binding: quote!(let #pattern = #borrowed;) }
}

/// Gathers what a pattern names, and takes `mut` and `ref` away: what is borrowed has neither.
#[derive(Default)]
struct Names(HashSet<String>);

impl VisitMut for Names {
    fn visit_pat_ident_mut(&mut self, pattern: &mut PatIdent) {
        pattern.mutability = None;
        pattern.by_ref = None;
        self.0.insert(pattern.ident.to_string());
        visit_mut::visit_pat_ident_mut(self, pattern);
    }
}

enum Had {
    ByType(Box<Type>),
    InGroup(usize, Ident),
}

struct Field {
    name: Ident,
    kind: Type,
    words: TokenStream,
}

impl Field {
    fn new(group: usize, attribute: &Attribute, name: Ident, kind: Type) -> Result<Self> {
        let words = match &attribute.meta {
            Meta::Path(_) => TokenStream::new(),
            Meta::List(list) => list.tokens.clone(),
            Meta::NameValue(meta) => {
                let message = format!("write `#[{0}]` or `#[{0}(…)]`", KINDS[group].0);
                return Err(Error::new_spanned(meta, message));
            }
        };
        let words = if KINDS[group].0 == "header" { with_header_name(words, &name) } else { words };
        Ok(Self { name, kind, words })
    }
}

/// With the name as HTTP spells it, where no other is given: what is wrong is told by the name that the caller wrote.
fn with_header_name(words: TokenStream, argument: &Ident) -> TokenStream {
    let shown = argument.unraw().to_string().replace('_', "-");
    // The last name counts.
    quote!(name = #shown, #words)
}

fn is_lint(attribute: &Attribute) -> bool {
    ["allow", "expect", "warn", "deny"].iter().any(|lint| attribute.path().is_ident(lint))
}

fn group(attribute: &Attribute) -> Result<usize> {
    let found = KINDS.iter().position(|(name, _)| attribute.path().is_ident(name));
    found.ok_or_else(|| {
        Error::new_spanned(
            attribute,
            "an argument takes `#[query]`, `#[path]`, `#[header]` or `#[cookie]`, with constraints in parentheses; any other says by its type what it is",
        )
    })
}

fn declaration(name: &Ident, fields: &[Field]) -> Result<TokenStream> {
    let fields = fields.iter().map(|Field { name, kind, words }| {
        let words = (!words.is_empty()).then(|| quote!(#[field(#words)]));
        quote_spanned!(kind.span()=> #words #name: #kind)
    });
    let item: ItemStruct = syn::parse2(quote! {
        #[allow(non_camel_case_types)]
        struct #name {
            #(#fields,)*
        }
    })?;
    data::object(item)
}
