//! `#[rate_limit("5/min")]`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use reroute_core::{nearest::nearest, rate::Rate};
use std::collections::HashSet;
use syn::{
    Attribute, Error, Expr, Ident, LitStr, Meta, Result, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    spanned::Spanned,
};

/// One limit.
pub(crate) struct RateLimit {
    rate: Rate,
    per: Per,
    failures: bool,
    if_store_fails: &'static str,
}

enum Per {
    Word(&'static str),
    Key(Box<Expr>),
}

/// An argument of the handler that a key may name: its name, and how it is had by reference.
pub(crate) struct Named {
    pub(crate) names: HashSet<String>,
    pub(crate) binding: TokenStream,
}

const USAGE: &str = "write how many in how long, as in `#[rate_limit(\"5/min\")]`; then, if wanted, `per = \"ip\"`, `\"principal\"` or `\"global\"`, \
    or `key = …`; `count = \"failures\"`; `if_store_fails = \"local\"`, `\"open\"` or `\"closed\"`";

const WORDS: [&str; 4] = ["per", "key", "count", "if_store_fails"];

/// Reads the attribute.
pub(crate) fn parse(attribute: &Attribute) -> Result<RateLimit> {
    match &attribute.meta {
        Meta::List(list) => list.parse_args(),
        other => Err(Error::new_spanned(other, USAGE)),
    }
}

impl Parse for RateLimit {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let rate: LitStr = input.parse().map_err(|error| Error::new(error.span(), USAGE))?;
        let rate = rate.value().parse().map_err(|error| Error::new(rate.span(), error))?;
        let mut limit = Self { rate, per: Per::Word("Ip"), failures: false, if_store_fails: "Open" };
        let mut said: HashSet<String> = HashSet::new();
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let word = input.call(Ident::parse_any)?;
            let name = word.to_string();
            if !WORDS.contains(&name.as_str()) {
                let near = nearest(&name, &WORDS).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
                return Err(Error::new(word.span(), format!("`{name}` says nothing here: {near}{USAGE}")));
            }
            if !said.insert(name.clone()) {
                return Err(Error::new(word.span(), format!("`{name}` is said twice")));
            }
            if said.contains("per") && said.contains("key") {
                let message = "a limit counts by one thing: `per = …` or `key = …`; a key may be a tuple";
                return Err(Error::new(word.span(), message));
            }
            input.parse::<Token![=]>()?;
            limit.add(&name, input)?;
        }
        Ok(limit)
    }
}

impl RateLimit {
    fn add(&mut self, name: &str, input: ParseStream<'_>) -> Result<()> {
        match name {
            "key" => self.per = Per::Key(Box::new(input.parse()?)),
            "per" => {
                let of = [("ip", "Ip"), ("principal", "Principal"), ("global", "Global")];
                self.per = Per::Word(word(input, &of)?);
            }
            "count" => self.failures = word(input, &[("failures", "Failures"), ("all", "All")])? == "Failures",
            _ => self.if_store_fails = word(input, &[("local", "Local"), ("open", "Open"), ("closed", "Closed")])?,
        }
        Ok(())
    }

    /// The value, declared on `place`. A key that names one of the handler's `arguments` gets a number among `keys`, and is written there.
    pub(crate) fn expand(&self, place: &TokenStream, arguments: &[Named], keys: &mut Vec<TokenStream>) -> TokenStream {
        let (count, seconds, nanos) =
            (self.rate.count(), self.rate.period().as_secs(), self.rate.period().subsec_nanos());
        let per = match &self.per {
            Per::Word(word) => {
                let word = Ident::new(word, Span::call_site());
                quote!(::reroute::__private::Per::#word)
            }
            Per::Key(key) => key_of(key, arguments, keys),
        };
        let counts = Ident::new(if self.failures { "Failures" } else { "All" }, Span::call_site());
        let if_store_fails = Ident::new(self.if_store_fails, Span::call_site());
        quote! {
            ::reroute::__private::Limit {
                rate: ::reroute::__private::limit::rate(#count, ::reroute::__private::Duration::new(#seconds, #nanos)),
                per: #per,
                counts: ::reroute::__private::Counts::#counts,
                if_store_fails: ::reroute::__private::StoreFailure::#if_store_fails,
                declared: #place,
            }
        }
    }
}

fn key_of(key: &Expr, arguments: &[Named], keys: &mut Vec<TokenStream>) -> TokenStream {
    let request = Ident::new("request", Span::call_site());
    let mut named = HashSet::new();
    identifiers(quote!(#key), &mut named);
    let used: Vec<&TokenStream> = arguments
        .iter()
        .filter(|argument| !argument.names.is_disjoint(&named))
        .map(|argument| &argument.binding)
        .collect();
    let value = digest(key);
    if used.is_empty() {
        return quote! {
            ::reroute::__private::Per::Request({
                #[allow(unused_variables)]
                fn __key(#request: &::reroute::__private::RequestHead<'_>) -> ::reroute::__private::Key {
                    #value
                }
                __key
            })
        };
    }
    let nth = keys.len();
    keys.push(quote! {{
        #(#used)*
        #value
    }});
    quote!(::reroute::__private::Per::Input(#nth))
}

/// The key, borrowed where it is had by value.
fn digest(key: &Expr) -> TokenStream {
    let span = key.span();
    quote_spanned!(span=> ::reroute::__private::Key::of(&(#key)))
}

fn identifiers(tokens: TokenStream, found: &mut HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                found.insert(ident.to_string());
            }
            TokenTree::Group(group) => identifiers(group.stream(), found),
            TokenTree::Literal(literal) => in_format(&literal.to_string(), found),
            TokenTree::Punct(_) => {}
        }
    }
}

/// What a literal such as `"{name}"` names.
fn in_format(literal: &str, found: &mut HashSet<String>) {
    for part in literal.split('{').skip(1) {
        let name = part.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        found.insert(name.to_owned());
    }
}

fn word(input: ParseStream<'_>, known: &[(&'static str, &'static str)]) -> Result<&'static str> {
    let listed = || known.iter().map(|(word, _)| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ");
    let literal: LitStr =
        input.parse().map_err(|error| Error::new(error.span(), format!("write one of {}", listed())))?;
    let found = known.iter().find(|(word, _)| *word == literal.value());
    found.map(|(_, variant)| *variant).ok_or_else(|| Error::new(literal.span(), format!("write one of {}", listed())))
}
