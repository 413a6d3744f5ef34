//! The words of `#[field(…)]`, and of `#[query(…)]`, `#[path(…)]`, `#[header(…)]` and `#[cookie(…)]` on arguments.

use super::file;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use reroute_core::nearest::nearest;
use syn::{
    Error, Expr, ExprLit, ExprPath, GenericArgument, Ident, Lit, LitInt, LitStr, PathArguments, Result, Token, Type,
    ext::IdentExt,
    parenthesized,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
    spanned::Spanned,
};

/// What is said of one field.
#[derive(Default)]
pub(super) struct Spec {
    pub(super) name: Option<LitStr>,
    pub(super) default: Option<Preset>,
    pub(super) is_sensitive: bool,
    pub(super) parse: Option<Span>,
    file: file::Words,
    rules: Vec<Rule>,
    each: Vec<Rule>,
}

pub(super) enum Preset {
    OfType(Span),
    Value(Box<Expr>),
}

impl Spec {
    pub(super) fn add(&mut self, words: TokenStream) -> Result<()> {
        let words = syn::parse::Parser::parse2(Punctuated::<Word, Token![,]>::parse_terminated, words)?;
        for word in words {
            match word {
                Word::Name(name) => self.name = Some(name),
                Word::Default(default) => self.default = Some(default),
                Word::Sensitive => self.is_sensitive = true,
                Word::Parse(span) => self.parse = Some(span),
                Word::File(word) => self.file.add(word),
                Word::Each(rules) => self.each.extend(rules),
                Word::Rule(rule) => self.rules.push(rule),
            }
        }
        if let (Some(span), Some(rule)) =
            (self.parse, self.rules.iter().find(|rule| !matches!(rule.kind, Kind::Check(_))))
        {
            let message = format!("`parse` makes a value that `{}` knows nothing of; only `check` does", rule.name);
            return Err(Error::new(span, message));
        }
        Ok(())
    }

    /// The body of the function that holds a value of `kind` to its rules.
    pub(super) fn rules(&self, kind: &Type) -> TokenStream {
        if self.rules.is_empty() && self.each.is_empty() {
            return TokenStream::new();
        }
        let inner = innermost(kind);
        let calls = self.rules.iter().map(|rule| rule.call(inner));
        let unwrapped = self.reader(kind).map(|_| quote!(let __value = &mut __value.0;));
        let each = (!self.each.is_empty()).then(|| {
            let calls = self.each.iter().map(|rule| rule.call(item_of(inner)));
            let items = quote_spanned!(inner.span()=> __input::rules::items(__value));
            quote! {
                for (__nth, __value) in #items {
                    let __at = &__at.item(__nth);
                    #(#calls)*
                }
            }
        });
        let mut body = quote!(#unwrapped #(#calls)* #each);
        for _ in 0..options(kind) {
            body = quote!(if let ::reroute::__private::Some(__value) = __value { #body });
        }
        body
    }

    /// How long a list or a map may be, and each of its items, as two `Option<usize>`.
    pub(super) fn most(&self) -> TokenStream {
        let most = |rules: &[Rule]| {
            let length = rules.iter().rev().find_map(|rule| match &rule.kind {
                Kind::Length(length) if rule.name == "max_length" => Some(length),
                _ => None,
            });
            length.map_or(quote!(::reroute::__private::None), |length| quote!(::reroute::__private::Some(#length)))
        };
        let (own, each) = (most(&self.rules), most(&self.each));
        quote!(#own, #each)
    }

    /// What a file of this field may be, where `kind` is one.
    pub(super) fn file(&self, name: &str, kind: &Type) -> Result<Option<TokenStream>> {
        let inner = innermost(kind);
        let item = item_of(inner);
        let is_file =
            matches!(item, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "File"));
        if !is_file {
            return self.file.refuse().map(|()| None);
        }
        let most = self.rules.iter().find_map(|rule| match &rule.kind {
            Kind::Length(most) if rule.name == "max_length" => Some(most),
            _ => None,
        });
        let is_list = argument_of(inner, "Vec").is_some();
        if is_list && most.is_none() {
            return Err(Error::new_spanned(kind, "a list of files says how many there may be: add `max_length = …`"));
        }
        self.file.rule(name, kind, most).map(Some)
    }

    /// The statements that add the rules to `__schema`.
    pub(super) fn schema(&self) -> TokenStream {
        let rules = self.rules.iter().map(|rule| rule.schema(&quote!(constrain)));
        let each = self.each.iter().map(|rule| rule.schema(&quote!(constrain_items)));
        let default = match &self.default {
            Some(Preset::Value(value)) if matches!(**value, Expr::Lit(_)) => {
                Some(quote!(__input::constrain(&mut __schema, &__input::json!({"default": #value}));))
            }
            _ => None,
        };
        let sensitive =
            self.is_sensitive.then(|| quote!(__input::constrain(&mut __schema, &__input::json!({"writeOnly": true}));));
        let file = self.file.schema();
        quote!(#(#rules)* #(#each)* #default #sensitive #file)
    }

    /// What stands for the field where nothing is written, as an `Option<fn() -> T>` of the field's own type.
    pub(super) fn stand_in(&self, kind: &Type) -> TokenStream {
        match &self.default {
            None => quote!(::reroute::__private::None),
            Some(Preset::OfType(span)) => {
                let default = quote_spanned!(*span=> <#kind as ::reroute::__private::Default>::default);
                quote!(::reroute::__private::Some(#default))
            }
            Some(Preset::Value(value)) => {
                let text = matches!(&**value, Expr::Lit(ExprLit { lit: Lit::Str(_), .. }));
                let value = if text { quote!(::std::convert::Into::into(#value)) } else { quote!(#value) };
                let closure = quote_spanned!(value.span()=> (|| #value) as fn() -> #kind);
                quote!(::reroute::__private::Some(#closure))
            }
        }
    }

    /// What is read for a field of `kind`: itself, or a wrapper that reads it otherwise.
    pub(super) fn read_as(&self, kind: &Type) -> Type {
        match self.reader(kind) {
            Some(reader) => wrapped(kind, &reader),
            None => kind.clone(),
        }
    }

    /// The value out of what was read for it.
    pub(super) fn unwrap(&self, value: &TokenStream, kind: &Type) -> TokenStream {
        if self.reader(kind).is_some() { unwrapped(value, kind) } else { value.clone() }
    }

    /// The wrapper that reads a field of `kind` otherwise than the type itself does.
    fn reader(&self, kind: &Type) -> Option<TokenStream> {
        let inner = innermost(kind);
        if self.parse.is_some() {
            return Some(quote_spanned!(inner.span()=> ::reroute::__private::input::Parsed<#inner>));
        }
        let is_text =
            matches!(inner, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "String"));
        (self.is_sensitive && is_text)
            .then(|| quote_spanned!(inner.span()=> ::reroute::__private::input::Opaque<#inner>))
    }
}

const WORDS: [&str; 22] = [
    "min_length",
    "max_length",
    "pattern",
    "email",
    "url",
    "ge",
    "gt",
    "le",
    "lt",
    "check",
    "trim",
    "nfc",
    "each",
    "max_size",
    "types",
    "max_width",
    "max_height",
    "max_pixels",
    "default",
    "sensitive",
    "parse",
    "name",
];

enum Word {
    Name(LitStr),
    Default(Preset),
    Sensitive,
    Parse(Span),
    File(file::Word),
    Each(Vec<Rule>),
    Rule(Rule),
}

impl Parse for Word {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.call(Ident::parse_any)?;
        let word = name.to_string();
        if !WORDS.contains(&word.as_str()) {
            let near = nearest(&word, &WORDS).map_or(".".to_owned(), |near| format!("; did you mean `{near}`?"));
            let known = WORDS.map(|rule| format!("`{rule}`")).join(", ");
            return Err(Error::new(name.span(), format!("`{word}` is no constraint{near} There are {known}")));
        }
        Ok(match word.as_str() {
            "sensitive" => Self::Sensitive,
            "parse" => Self::Parse(name.span()),
            "max_size" | "types" | "max_width" | "max_height" | "max_pixels" => {
                Self::File(file::Word::parse(name, input)?)
            }
            "default" if !input.peek(Token![=]) => Self::Default(Preset::OfType(name.span())),
            "default" => {
                input.parse::<Token![=]>()?;
                Self::Default(Preset::Value(Box::new(input.parse()?)))
            }
            "name" => {
                input.parse::<Token![=]>()?;
                Self::Name(input.parse()?)
            }
            "each" => {
                let inner;
                parenthesized!(inner in input);
                let rules = Punctuated::<Word, Token![,]>::parse_terminated(&inner)?;
                let rules = rules.into_iter().map(|word| match word {
                    Self::Rule(rule) => Ok(rule),
                    _ => {
                        Err(Error::new(name.span(), "`each` takes constraints of one item, such as `max_length = 20`"))
                    }
                });
                Self::Each(rules.collect::<Result<_>>()?)
            }
            _ => Self::Rule(Rule::parse(name, &word, input)?),
        })
    }
}

/// One constraint, or one change that is made before the constraints are held.
struct Rule {
    name: Ident,
    kind: Kind,
}

enum Kind {
    Length(LitInt),
    Pattern(LitStr),
    Format,
    Change,
    Bound(Expr),
    Check(ExprPath),
}

impl Rule {
    fn parse(name: Ident, word: &str, input: ParseStream<'_>) -> Result<Self> {
        let kind = match word {
            "email" | "url" => Kind::Format,
            "trim" | "nfc" => Kind::Change,
            _ => {
                input.parse::<Token![=]>().map_err(|error| Error::new(error.span(), format!("write `{word} = …`")))?;
                match word {
                    "min_length" | "max_length" => Kind::Length(input.parse()?),
                    "pattern" => {
                        let pattern: LitStr = input.parse()?;
                        if let Err(error) = regex_lite::Regex::new(&pattern.value()) {
                            return Err(Error::new(pattern.span(), format!("this is no pattern: {error}")));
                        }
                        Kind::Pattern(pattern)
                    }
                    "check" => Kind::Check(input.parse()?),
                    _ => Kind::Bound(input.parse()?),
                }
            }
        };
        Ok(Self { name, kind })
    }

    /// The call that holds `*__value`, a `kind`, to it.
    fn call(&self, kind: &Type) -> TokenStream {
        let name = &self.name;
        let span = kind.span();
        match &self.kind {
            Kind::Length(length) => {
                quote_spanned!(span=> __input::rules::#name(&*__value, #length, __at, __reading);)
            }
            Kind::Pattern(pattern) => quote_spanned! {span=>
                {
                    static __PATTERN: ::reroute::__private::LazyLock<__input::rules::Regex> =
                        ::reroute::__private::LazyLock::new(|| __input::rules::regex(#pattern));
                    __input::rules::pattern(&*__value, &__PATTERN, __at, __reading);
                }
            },
            Kind::Format => quote_spanned!(span=> __input::rules::#name(&*__value, __at, __reading);),
            Kind::Change => {
                let change = quote_spanned!(name.span()=> __input::rules::#name);
                quote_spanned!(span=> #change(__value);)
            }
            Kind::Bound(bound) => {
                quote_spanned!(span=> __input::rules::#name(&*__value, #bound, __at, __reading);)
            }
            Kind::Check(rule) => {
                let code = rule.path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default();
                quote_spanned!(rule.span()=> __input::rules::check(&*__value, #code, #rule, __at, __reading);)
            }
        }
    }

    fn schema(&self, constrain: &TokenStream) -> TokenStream {
        let add = |words: TokenStream| quote!(__input::#constrain(&mut __schema, &__input::json!(#words)););
        match &self.kind {
            Kind::Length(length) => {
                let word = if self.name == "min_length" { "minLength" } else { "maxLength" };
                add(quote!({#word: #length}))
            }
            Kind::Pattern(pattern) => add(quote!({"pattern": #pattern})),
            Kind::Format => {
                let format = if self.name == "email" { "email" } else { "uri" };
                add(quote!({"format": #format}))
            }
            Kind::Bound(bound) => {
                let word = match self.name.to_string().as_str() {
                    "ge" => "minimum",
                    "gt" => "exclusiveMinimum",
                    "le" => "maximum",
                    _ => "exclusiveMaximum",
                };
                add(quote!({#word: #bound}))
            }
            Kind::Change | Kind::Check(_) => TokenStream::new(),
        }
    }
}

/// How many `Option`s are around it.
fn options(kind: &Type) -> usize {
    argument_of(kind, "Option").map_or(0, |inner| 1 + options(inner))
}

fn innermost(kind: &Type) -> &Type {
    argument_of(kind, "Option").map_or(kind, innermost)
}

fn item_of(kind: &Type) -> &Type {
    argument_of(kind, "Vec").unwrap_or(kind)
}

fn argument_of<'a>(kind: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = kind else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) => Some(inner),
        _ => None,
    }
}

fn wrapped(kind: &Type, wrapper: &TokenStream) -> Type {
    match argument_of(kind, "Option") {
        Some(inner) => {
            let inner = wrapped(inner, wrapper);
            syn::parse_quote_spanned!(kind.span()=> ::reroute::__private::Option<#inner>)
        }
        None => syn::parse_quote!(#wrapper),
    }
}

fn unwrapped(value: &TokenStream, kind: &Type) -> TokenStream {
    match argument_of(kind, "Option") {
        Some(inner) => {
            let inner = unwrapped(&quote!(__wrapped), inner);
            quote!(#value.map(|__wrapped| #inner))
        }
        None => quote!(#value.0),
    }
}
