//! The attributes that declare a policy, and of those `#[public]` and `#[requires(…)]`.

use crate::{cache::Cache, rate_limit::RateLimit};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Attribute, Error, ExprPath, Ident, LitStr, Meta, Result, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    spanned::Spanned,
};

/// What one `#[requires]` asks.
#[derive(Default)]
pub(crate) struct Requirement {
    pub(crate) roles: Vec<Role>,
    pub(crate) scope: Option<LitStr>,
    pub(crate) scheme: Option<LitStr>,
    pub(crate) check: Option<ExprPath>,
    pub(crate) anonymous: Option<Ident>,
}

/// A role, by its name or by its variant.
pub(crate) enum Role {
    Name(LitStr),
    Variant(ExprPath),
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
                Meta::Path(_) => Requirement::default(),
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

const USAGE: &str = "write `#[requires]` for any signed-in caller, `#[requires(Role::Admin, \"moderator\")]` for one of these roles, \
    `#[requires(scope = \"orders:read\")]` for what a limited credential has to cover, `#[requires(scheme = \"api_key\")]` for a kind of credential, \
    `#[requires(check = Self::may)]` for a rule of your own, or several of these";

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
        let mut requirement = Self::default();
        while !input.is_empty() {
            if input.peek(LitStr) {
                requirement.roles.push(Role::Name(name_of_role(input.parse()?)?));
            } else if input.peek(Ident) && input.peek2(Token![=]) {
                requirement.word(input)?;
            } else if input.peek(Ident::peek_any) || input.peek(Token![::]) {
                let path: ExprPath = input.parse().map_err(|error| Error::new(error.span(), USAGE))?;
                match path.path.get_ident() {
                    Some(word) if word == "anonymous" => requirement.anonymous = Some(word.clone()),
                    // `admin` is a text without its quotes; `Admin` and `ADMIN` may be something.
                    Some(word) if !word.to_string().starts_with(char::is_uppercase) => {
                        return Err(Error::new(word.span(), USAGE));
                    }
                    _ => requirement.roles.push(Role::Variant(path)),
                }
            } else {
                return Err(input.error(USAGE));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        if let Some(anonymous) = &requirement.anonymous
            && (requirement.check.is_none() || requirement.asks_of_caller())
        {
            return Err(Error::new(
                anonymous.span(),
                "`anonymous` lets a check authenticate by itself: it stands beside `check = …` alone, since roles, a scope and a scheme need a caller",
            ));
        }
        Ok(requirement)
    }
}

fn name_of_role(role: LitStr) -> Result<LitStr> {
    let name = role.value();
    if name.is_empty() || name.trim() != name {
        return Err(Error::new(role.span(), "this is no role: a role has a name, without spaces around it"));
    }
    Ok(role)
}

impl Requirement {
    /// `word = …`.
    fn word(&mut self, input: ParseStream<'_>) -> Result<()> {
        let word: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        let is_second = match word.to_string().as_str() {
            "check" => self.check.replace(input.parse()?).is_some(),
            "scope" => {
                let scope: LitStr = input.parse()?;
                // RFC 6749, section 3.3: printable ASCII, without space, quote and backslash.
                let is_token = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
                if scope.value().is_empty() || !scope.value().bytes().all(is_token) {
                    let message = "this is no scope: one is a word of printable ASCII without spaces, quotes and backslashes, as in \"orders:read\"; \
                        each further scope has a `#[requires(scope = …)]` of its own";
                    return Err(Error::new(scope.span(), message));
                }
                self.scope.replace(scope).is_some()
            }
            "scheme" => {
                let scheme: LitStr = input.parse()?;
                if scheme.value().is_empty() || scheme.value().contains(char::is_whitespace) {
                    let message = "this is no scheme: write what `Principal::scheme` says, as in \"api_key\"";
                    return Err(Error::new(scheme.span(), message));
                }
                self.scheme.replace(scheme).is_some()
            }
            _ => return Err(Error::new(word.span(), USAGE)),
        };
        if !is_second {
            return Ok(());
        }
        Err(Error::new(
            word.span(),
            match word.to_string().as_str() {
                "check" => "one check is enough: let it ask the others",
                "scope" => "each further scope has a `#[requires(scope = …)]` of its own: all of them are asked for",
                _ => "a caller comes by one credential: one scheme is enough",
            },
        ))
    }

    /// Whether it asks what nobody can be asked who is not known.
    fn asks_of_caller(&self) -> bool {
        !self.roles.is_empty() || self.scope.is_some() || self.scheme.is_some()
    }

    /// The value of it, with `check` as the expression of its check.
    pub(crate) fn expand(&self, check: Option<&TokenStream>) -> TokenStream {
        let roles = self.roles.iter().map(|role| match role {
            Role::Name(name) => quote!(#name),
            Role::Variant(path) => quote_spanned!(path.span()=> ::reroute::__private::role::name(#path)),
        });
        let roles = (!self.roles.is_empty()).then(|| quote!(::std::vec![#(#roles),*]));
        let roles = optional(roles.as_ref());
        let scope = optional(self.scope.as_ref());
        let scheme = optional(self.scheme.as_ref());
        let check = optional(check);
        let anonymous = self.anonymous.is_some();
        quote! {
            ::reroute::__private::Requirement {
                roles: #roles, scope: #scope, scheme: #scheme, check: #check, anonymous: #anonymous
            }
        }
    }
}

/// The expression of an `Option`.
fn optional(value: Option<impl ToTokens>) -> TokenStream {
    value.map_or(quote!(::reroute::__private::None), |value| quote!(::reroute::__private::Some(#value)))
}
