//! `#[input]` and `#[output]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use reroute_core::nearest::nearest;
use syn::{
    Attribute, Error, Expr, ExprPath, Field, Fields, Ident, Item, ItemEnum, ItemStruct, LitInt, LitStr, Result, Token,
    Type,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
    spanned::Spanned,
};

/// What goes out: it serializes.
pub(crate) fn output(arguments: TokenStream, item: &TokenStream) -> Result<TokenStream> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "`#[output]` takes nothing"));
    }
    match syn::parse2::<Item>(item.clone())? {
        Item::Struct(_) | Item::Enum(_) => Ok(quote! {
            #[derive(::reroute::serde::Serialize)]
            #[serde(crate = "::reroute::serde")]
            #item
        }),
        other => Err(Error::new_spanned(other, "`#[output]` stands on a struct or an enum")),
    }
}

/// What may come in: it deserializes, refuses what it does not name, and knows its constraints.
pub(crate) fn input(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "`#[input]` takes nothing: constraints stand on the fields"));
    }
    match syn::parse2::<Item>(item)? {
        Item::Struct(item) => input_struct(item),
        Item::Enum(item) => input_enum(&item),
        other => Err(Error::new_spanned(other, "`#[input]` stands on a struct or an enum")),
    }
}

fn input_enum(item: &ItemEnum) -> Result<TokenStream> {
    if let Some(variant) = item.variants.iter().find(|variant| !variant.fields.is_empty()) {
        return Err(Error::new_spanned(variant, "the variants of an input are plain words"));
    }
    let name = &item.ident;
    Ok(quote! {
        #[derive(::reroute::serde::Deserialize)]
        #[serde(crate = "::reroute::serde")]
        #item

        impl ::reroute::__private::Input for #name {
            const IS_OBJECT: bool = false;
        }

        impl ::reroute::__private::Validate for #name {
            fn validate(&self, _: &::reroute::__private::validate::At<'_>, _: &mut ::reroute::__private::validate::Errors) {}
        }
    })
}

fn input_struct(mut item: ItemStruct) -> Result<TokenStream> {
    if !item.generics.params.is_empty() {
        return Err(Error::new_spanned(&item.generics, "an input has no parameters"));
    }
    let Fields::Named(fields) = &mut item.fields else {
        return Err(Error::new_spanned(&item.ident, "an input has named fields: positions say nothing to a caller"));
    };
    let mut checks = Vec::new();
    for field in &mut fields.named {
        checks.extend(constraints(field)?);
    }
    let name = &item.ident;
    Ok(quote! {
        #[derive(::reroute::serde::Deserialize)]
        #[serde(crate = "::reroute::serde", deny_unknown_fields)]
        #item

        impl ::reroute::__private::Input for #name {
            const IS_OBJECT: bool = true;
        }

        impl ::reroute::__private::Validate for #name {
            #[allow(unused_variables)]
            fn validate(
                &self,
                __at: &::reroute::__private::validate::At<'_>,
                __errors: &mut ::reroute::__private::validate::Errors,
            ) {
                #(#checks)*
            }
        }
    })
}

/// The calls that check one field; its attribute is taken off.
fn constraints(field: &mut Field) -> Result<Option<TokenStream>> {
    let mut rules = Vec::new();
    for attribute in field.attrs.extract_if(.., |attribute| attribute.path().is_ident("field")) {
        rules.extend(attribute.parse_args_with(Punctuated::<Rule, Token![,]>::parse_terminated)?);
    }
    if let Some(attribute) = field.attrs.iter().find(|attribute| is_second_name(attribute)) {
        return Err(Error::new_spanned(
            attribute,
            "an input has one name for each field: what is spelled otherwise is refused",
        ));
    }
    if rules.is_empty() {
        return Ok(None);
    }
    // Fields of `Fields::Named` have a name.
    let Some(name) = &field.ident else { return Ok(None) };
    let shown = name.unraw().to_string();
    let calls = rules.iter().map(|rule| rule.call(&field.ty));
    let calls = quote! {
        let __at = __at.field(#shown);
        #(#calls)*
    };
    Ok(Some(if is_option(&field.ty) {
        quote! {
            if let ::reroute::__private::Some(__value) = &self.#name {
                #calls
            }
        }
    } else {
        quote! {
            {
                let __value = &self.#name;
                #calls
            }
        }
    }))
}

fn is_second_name(attribute: &Attribute) -> bool {
    if !attribute.path().is_ident("serde") {
        return false;
    }
    let mut found = false;
    let _ = attribute.parse_nested_meta(|meta| {
        found |= meta.path.is_ident("alias") || meta.path.is_ident("flatten");
        if meta.input.peek(Token![=]) {
            meta.value()?.parse::<Expr>()?;
        }
        Ok(())
    });
    found
}

fn is_option(kind: &Type) -> bool {
    matches!(kind, Type::Path(kind) if kind.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

const RULES: [&str; 9] = ["min_length", "max_length", "pattern", "email", "ge", "gt", "le", "lt", "check"];

/// One word of `#[field(…)]`.
struct Rule {
    name: Ident,
    kind: Kind,
}

enum Kind {
    Length(LitInt),
    Pattern(LitStr),
    Email,
    Bound(Expr),
    Check(ExprPath),
}

impl Parse for Rule {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name: Ident = input.parse()?;
        let word = name.to_string();
        if !RULES.contains(&word.as_str()) {
            let near = nearest(&word, &RULES).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let known = RULES.map(|rule| format!("`{rule}`")).join(", ");
            return Err(Error::new(name.span(), format!("`{word}` is no constraint{near} There are {known}")));
        }
        if word == "email" {
            return Ok(Self { name, kind: Kind::Email });
        }
        input.parse::<Token![=]>().map_err(|error| Error::new(error.span(), format!("write `{word} = …`")))?;
        let kind = match word.as_str() {
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
        };
        Ok(Self { name, kind })
    }
}

impl Rule {
    fn call(&self, kind: &Type) -> TokenStream {
        let name = &self.name;
        let span = kind.span();
        match &self.kind {
            Kind::Length(length) => {
                quote_spanned!(span=> ::reroute::__private::validate::#name(__value, #length, &__at, __errors);)
            }
            Kind::Pattern(pattern) => quote_spanned! {span=>
                static __PATTERN: ::reroute::__private::LazyLock<::reroute::__private::validate::Regex> =
                    ::reroute::__private::LazyLock::new(|| ::reroute::__private::validate::regex(#pattern));
                ::reroute::__private::validate::pattern(__value, &__PATTERN, &__at, __errors);
            },
            Kind::Email => quote_spanned!(span=> ::reroute::__private::validate::email(__value, &__at, __errors);),
            Kind::Bound(bound) => {
                quote_spanned!(span=> ::reroute::__private::validate::#name(__value, #bound, &__at, __errors);)
            }
            Kind::Check(rule) => {
                let code = rule.path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default();
                quote_spanned! {rule.span()=>
                    ::reroute::__private::validate::check(__value, #code, #rule, &__at, __errors);
                }
            }
        }
    }
}
