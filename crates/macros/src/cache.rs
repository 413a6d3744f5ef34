//! What `#[cache(…)]` says, on a handler and on a function.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use reroute_core::duration::{self, LONGEST};
use std::time::Duration;
use syn::{
    Attribute, Error, Expr, Ident, LitInt, LitStr, Meta, Result, Token, parenthesized,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
    spanned::Spanned,
};

/// The words of one `#[cache]`.
pub(crate) struct Cache {
    pub(crate) span: Span,
    duration: Duration,
    pub(crate) shared: Option<Shared>,
    pub(crate) tags: Vec<LitStr>,
    /// Expressions over the arguments.
    pub(crate) tag: Vec<Expr>,
    pub(crate) key: Option<(Ident, Expr)>,
    pub(crate) capacity: Option<(Ident, LitInt)>,
    /// Whether results are written for other processes.
    pub(crate) serde: Option<Ident>,
}

/// `shared`, and why, where that is said.
pub(crate) struct Shared {
    pub(crate) word: Ident,
    pub(crate) reason: Option<LitStr>,
}

/// Where it stands in a `#[route] impl`.
pub(crate) const ON_A_HANDLER: &str =
    "each handler says by itself whether its answers are kept: write `#[cache]` on the `get` or `head` that shall be";

const USAGE: &str = "write how long, as in `#[cache(\"60 s\")]` or `#[cache(duration = 300)]` (seconds), and beside it `tags(\"a\", \"b\")` or `tag = EXPR`; on a \
    handler also `shared` or `shared = \"why every caller may see the same\"`, on a function also `key = EXPR`, `capacity = 50` or `serde`";

impl Cache {
    /// What the attribute of a handler says.
    pub(crate) fn of(attribute: &Attribute) -> Result<Self> {
        let Meta::List(list) = &attribute.meta else { return Err(Error::new_spanned(&attribute.meta, USAGE)) };
        let mut cache: Self = list.parse_args()?;
        cache.span = attribute.path().span();
        if let Some((word, _)) = &cache.key {
            return Err(Error::new(
                word.span(),
                "an answer is found by what its handler reads of the request: `key` is for functions",
            ));
        }
        if let Some((word, _)) = &cache.capacity {
            return Err(Error::new(
                word.span(),
                "answers have one bound together, `cache_entries`: `capacity` is for functions",
            ));
        }
        if let Some(word) = &cache.serde {
            return Err(Error::new(
                word.span(),
                "answers are shared between processes as they are: `serde` is for functions",
            ));
        }
        Ok(cache)
    }

    /// How long, as an expression.
    pub(crate) fn duration(&self) -> TokenStream {
        let (seconds, nanos) = (self.duration.as_secs(), self.duration.subsec_nanos());
        quote!(::reroute::__private::Duration::new(#seconds, #nanos))
    }

    /// The value that a handler's policy holds.
    pub(crate) fn policy(&self) -> TokenStream {
        let duration = self.duration();
        let shared = match &self.shared {
            None => quote!(::reroute::__private::None),
            Some(Shared { reason: None, .. }) => {
                quote!(::reroute::__private::Some(::reroute::__private::Shared::Public))
            }
            Some(Shared { reason: Some(reason), .. }) => {
                quote!(::reroute::__private::Some(::reroute::__private::Shared::Because(#reason)))
            }
        };
        let tags = &self.tags;
        quote! {
            ::reroute::__private::Caching { duration: #duration, shared: #shared, tags: ::std::vec![#(#tags),*] }
        }
    }

    /// The expression of each tag, as a text.
    pub(crate) fn tag_texts(&self) -> impl Iterator<Item = TokenStream> {
        self.tag.iter().map(|tag| quote_spanned!(tag.span()=> ::reroute::__private::ToString::to_string(&(#tag))))
    }
}

impl Parse for Cache {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut duration = None;
        let mut cache = Self {
            span: input.span(),
            duration: Duration::ZERO,
            shared: None,
            tags: Vec::new(),
            tag: Vec::new(),
            key: None,
            capacity: None,
            serde: None,
        };
        while !input.is_empty() {
            let span = input.span();
            if input.peek(LitStr) {
                once(&mut duration, read(&input.parse()?)?, span, "duration")?;
            } else {
                let word: Ident = input.parse().map_err(|error| Error::new(error.span(), USAGE))?;
                match word.to_string().as_str() {
                    "duration" => {
                        input.parse::<Token![=]>()?;
                        let value = if input.peek(LitStr) { read(&input.parse()?)? } else { seconds(input)? };
                        once(&mut duration, value, span, "duration")?;
                    }
                    "shared" => {
                        let reason = shared_reason(input)?;
                        once(&mut cache.shared, Shared { word, reason }, span, "`shared`")?;
                    }
                    "serde" => once(&mut cache.serde, word, span, "`serde`")?,
                    "tags" => {
                        let names;
                        parenthesized!(names in input);
                        cache.tags.extend(Punctuated::<LitStr, Token![,]>::parse_terminated(&names)?);
                    }
                    "tag" => {
                        input.parse::<Token![=]>()?;
                        cache.tag.push(input.parse()?);
                    }
                    "key" => {
                        input.parse::<Token![=]>()?;
                        let key = input.parse()?;
                        once(&mut cache.key, (word, key), span, "`key`")?;
                    }
                    "capacity" => {
                        input.parse::<Token![=]>()?;
                        let capacity: LitInt = input.parse()?;
                        if capacity.base10_parse::<usize>().is_ok_and(|capacity| capacity == 0) {
                            return Err(Error::new(capacity.span(), "with a capacity of zero nothing is kept"));
                        }
                        once(&mut cache.capacity, (word, capacity), span, "`capacity`")?;
                    }
                    _ => return Err(Error::new(span, USAGE)),
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>().map_err(|error| Error::new(error.span(), USAGE))?;
            }
        }
        cache.duration = duration.ok_or_else(|| Error::new(Span::call_site(), USAGE))?;
        Ok(cache)
    }
}

fn once<T>(place: &mut Option<T>, value: T, span: Span, what: &str) -> Result<()> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Error::new(span, format!("one {what} is enough"))),
    }
}

fn shared_reason(input: ParseStream<'_>) -> Result<Option<LitStr>> {
    if !input.peek(Token![=]) {
        return Ok(None);
    }
    input.parse::<Token![=]>()?;
    let reason: LitStr = input.parse()?;
    if reason.value().trim().is_empty() {
        return Err(Error::new(reason.span(), "write why every caller may see the same: the text stands in `routes`"));
    }
    Ok(Some(reason))
}

fn read(text: &LitStr) -> Result<Duration> {
    duration::parse(&text.value()).map_err(|error| Error::new(text.span(), error))
}

/// A number without a unit is seconds.
fn seconds(input: ParseStream<'_>) -> Result<Duration> {
    let number: LitInt = input.parse().map_err(|error| {
        Error::new(error.span(), "write seconds as a whole number, or a text with a unit such as \"5 min\"")
    })?;
    let seconds = number.base10_parse::<u64>().ok().filter(|_| number.suffix().is_empty());
    match seconds.map(Duration::from_secs) {
        Some(duration) if !duration.is_zero() && duration <= LONGEST => Ok(duration),
        _ => Err(Error::new(
            number.span(),
            "this is no duration: write seconds from 1 to 31622400, or a text with a unit such as \"500 ms\", \"5 min\" or \"7 days\"",
        )),
    }
}
