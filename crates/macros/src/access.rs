//! The attributes that declare a policy, and of those `#[public]` and `#[requires(…)]`.

use crate::{cache::Cache, rate_limit::RateLimit};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{
    Attribute, Error, ExprPath, Ident, LitStr, Meta, Result, Token,
    parse::{Parse, ParseStream},
    spanned::Spanned,
};

/// What one `#[requires]` asks.
pub(crate) struct Requirement {
    pub(crate) roles: Vec<LitStr>,
    pub(crate) check: Option<ExprPath>,
    pub(crate) anonymous: Option<Ident>,
}

/// The attributes of ours that stand on one item.
#[derive(Default)]
pub(crate) struct Declared {
    pub(crate) public: Option<Span>,
    pub(crate) requires: Vec<Requirement>,
    pub(crate) timeout: Option<TokenStream>,
    /// The origins that are left, as texts.
    pub(crate) cors: Option<Vec<LitStr>>,
    pub(crate) rate_limits: Vec<RateLimit>,
    pub(crate) cache: Option<Cache>,
    /// Whether the body may be taken as it comes.
    pub(crate) raw_body: Option<Span>,
    /// The first of them, for saying that it should not be here.
    pub(crate) first: Option<(String, Span)>,
}

impl Declared {
    /// Takes our attributes from among all.
    pub(crate) fn take(attributes: &mut Vec<Attribute>) -> Result<Self> {
        let mut declared = Self::default();
        let mut error: Option<Error> = None;
        attributes.retain(|attribute| {
            let Some(name) = attribute.path().segments.last().map(|segment| segment.ident.to_string()) else {
                return true;
            };
            if !matches!(
                name.as_str(),
                "public" | "requires" | "timeout" | "cors" | "raw_body" | "rate_limit" | "cache"
            ) {
                return true;
            }
            let span = attribute.path().span();
            declared.first.get_or_insert((name.clone(), span));
            if let Err(wrong) = declared.add(&name, span, attribute) {
                match &mut error {
                    Some(error) => error.combine(wrong),
                    none => *none = Some(wrong),
                }
            }
            false
        });
        match error {
            Some(error) => Err(error),
            None => Ok(declared),
        }
    }

    fn add(&mut self, name: &str, span: Span, attribute: &Attribute) -> Result<()> {
        match name {
            "public" => {
                if !matches!(attribute.meta, Meta::Path(_)) {
                    return Err(Error::new_spanned(&attribute.meta, "`#[public]` takes nothing: everybody may call"));
                }
                self.public = Some(span);
            }
            "requires" => self.requires.push(match &attribute.meta {
                Meta::Path(_) => Requirement { roles: Vec::new(), check: None, anonymous: None },
                Meta::List(list) => list.parse_args()?,
                Meta::NameValue(meta) => return Err(Error::new_spanned(meta, USAGE)),
            }),
            "raw_body" => {
                if !matches!(attribute.meta, Meta::Path(_)) {
                    return Err(Error::new_spanned(&attribute.meta, "`#[raw_body]` takes nothing"));
                }
                self.raw_body = Some(span);
            }
            "rate_limit" => self.rate_limits.push(crate::rate_limit::parse(attribute)?),
            "cache" => {
                let cache = Cache::of(attribute)?;
                if self.cache.replace(cache).is_some() {
                    return Err(Error::new(span, "one `#[cache]` is enough"));
                }
            }
            "cors" => {
                let origins = crate::cors::parse(attribute)?;
                if self.cors.replace(origins).is_some() {
                    return Err(Error::new(span, "one `#[cors]` is enough: list all origins in it"));
                }
            }
            _ => {
                let timeout = crate::timeout::parse(attribute)?;
                if self.timeout.replace(timeout).is_some() {
                    return Err(Error::new(span, "one `#[timeout]` is enough"));
                }
            }
        }
        Ok(())
    }
}

const USAGE: &str = "write `#[requires]` for any signed-in caller, `#[requires(\"admin\", \"moderator\")]` for one of these roles, \
    `#[requires(check = Self::may)]` for a rule of your own, or roles and a check";

impl Declared {
    /// The origins that are left, as an expression.
    pub(crate) fn cors(&self) -> TokenStream {
        match &self.cors {
            Some(origins) => {
                quote!(::reroute::__private::Some(::std::vec![#(::reroute::__private::guard::origin(#origins)),*]))
            }
            None => quote!(::reroute::__private::None),
        }
    }
}

impl Parse for Requirement {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut requirement = Self { roles: Vec::new(), check: None, anonymous: None };
        while !input.is_empty() {
            if input.peek(LitStr) {
                let role: LitStr = input.parse()?;
                let value = role.value();
                if value.is_empty() || value.trim() != value {
                    return Err(Error::new(
                        role.span(),
                        "this is no role: a role has a name, without spaces around it",
                    ));
                }
                requirement.roles.push(role);
            } else if input.peek(Ident) {
                let word: Ident = input.parse()?;
                if word == "check" {
                    input.parse::<Token![=]>()?;
                    let check = input.parse()?;
                    if requirement.check.replace(check).is_some() {
                        return Err(Error::new(word.span(), "one check is enough: let it ask the others"));
                    }
                } else if word == "anonymous" {
                    requirement.anonymous = Some(word);
                } else {
                    return Err(Error::new(word.span(), USAGE));
                }
            } else {
                return Err(input.error(USAGE));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        if let Some(anonymous) = &requirement.anonymous
            && (requirement.check.is_none() || !requirement.roles.is_empty())
        {
            return Err(Error::new(
                anonymous.span(),
                "`anonymous` lets a check authenticate by itself: it stands beside `check = …` and without roles, which need a caller",
            ));
        }
        Ok(requirement)
    }
}

impl Requirement {
    /// The value of it, with `check` as the expression of its check.
    pub(crate) fn expand(&self, check: Option<&TokenStream>) -> TokenStream {
        let roles = &self.roles;
        let roles = if roles.is_empty() {
            quote!(::reroute::__private::None)
        } else {
            quote!(::reroute::__private::Some(::std::vec![#(#roles),*]))
        };
        let check =
            check.map_or(quote!(::reroute::__private::None), |check| quote!(::reroute::__private::Some(#check)));
        let anonymous = self.anonymous.is_some();
        quote! {
            ::reroute::__private::Requirement { roles: #roles, check: #check, anonymous: #anonymous }
        }
    }
}
