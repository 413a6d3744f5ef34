use super::argument::Arguments;
use crate::{
    access::{Declared, Requirement},
    cache::Cache,
};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{
    Attribute, Error, Expr, ExprPath, FnArg, Ident, ImplItemFn, Lit, Meta, Path, ReceiverKind, Result, ReturnType,
    Type,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

/// One handler and what is declared for it.
pub(super) struct Handler<'a> {
    function: &'a ImplItemFn,
    declared: &'a Declared,
    of_impl: &'a Declared,
    route: &'a Path,
    operation: Ident,
    arguments: Arguments,
    has_receiver: bool,
    /// The checks of the `impl`, then the handler's own.
    checks: Vec<TokenStream>,
    /// The limits of the `impl`, then the handler's own, and the keys of those that look at arguments.
    limits: Vec<TokenStream>,
    keys: Vec<TokenStream>,
}

impl<'a> Handler<'a> {
    pub(super) fn new(
        function: &'a ImplItemFn,
        declared: &'a Declared,
        of_impl: &'a Declared,
        route: &'a Path,
        functions: &[ImplItemFn],
    ) -> Result<Self> {
        let signature = &function.sig;
        let name = &signature.ident;
        if signature.asyncness.is_none() {
            let message = format!("a handler is an `async fn`: write `async fn {name}`");
            return Err(Error::new(signature.fn_token.span, message));
        }
        if !signature.generics.params.is_empty() {
            return Err(Error::new_spanned(
                &signature.generics,
                "a handler has no parameters of its own: it is called by the guard alone",
            ));
        }
        if let Some(public) = declared.public
            && let (Some(_), _) | (_, Some(_)) = (declared.requires.first(), of_impl.requires.first())
        {
            let message = "`#[public]` and `#[requires]` contradict each other: the handler, or the `impl` around it, demands a caller already";
            return Err(Error::new(public, message));
        }
        let receiver = signature.receiver();
        if let Some(receiver) = receiver
            && !matches!(receiver.kind, ReceiverKind::Reference(..))
        {
            return Err(Error::new_spanned(
                receiver,
                "a handler takes `&self` or `&mut self`: the hooks need the route after it",
            ));
        }
        if let Some(cache) = &declared.cache {
            super::caching::check(cache, function, declared.public.is_some(), functions)?;
        }
        let arguments = Arguments::of(signature, |kind| named(kind, route))?;
        let requirements = of_impl.requires.iter().chain(&declared.requires);
        let paths = requirements.filter_map(|requirement| requirement.check.as_ref());
        let checks = paths.map(|path| check(path, route, functions)).collect::<Result<_>>()?;
        let operation = format_ident!("__{}", name);
        let (limits, keys) = limits(of_impl, declared, &arguments);
        let has_receiver = receiver.is_some();
        Ok(Self { function, declared, of_impl, route, operation, arguments, has_receiver, checks, limits, keys })
    }

    /// The line that adds the endpoint, and what can be known to be wrong with it.
    pub(super) fn endpoint(&self) -> TokenStream {
        let name = &self.function.sig.ident;
        let method = Ident::new(&name.to_string().to_ascii_uppercase(), Span::call_site());
        let operation = &self.operation;
        let configuration = configuration(&self.function.attrs);
        let summary = summary(&self.function.attrs);
        let access = self.access();
        let timeout = self.declared.timeout.as_ref().or(self.of_impl.timeout.as_ref());
        let timeout =
            timeout.map_or(quote!(::reroute::__private::None), |timeout| quote!(::reroute::__private::Some(#timeout)));
        let raw_body = self.declared.raw_body.is_some();
        let limits = &self.limits;
        let cache = match &self.declared.cache {
            Some(cache) => {
                let policy = cache.policy();
                quote!(::reroute::__private::Some(#policy))
            }
            None => quote!(::reroute::__private::None),
        };
        let cors = if self.declared.cors.is_some() { self.declared.cors() } else { self.of_impl.cors() };
        quote! {
            #(#configuration)*
            __endpoints.push(::reroute::__private::Endpoint::new::<#operation>(
                ::reroute::__private::Method::#method,
                ::reroute::__private::Policy {
                    access: #access,
                    timeout: #timeout,
                    cors: #cors,
                    raw_body: #raw_body,
                    limits: ::std::vec![#(#limits),*],
                    cache: #cache,
                },
                #summary,
            ));
        }
    }

    fn access(&self) -> TokenStream {
        if self.declared.public.is_some() {
            return quote!(::reroute::__private::Some(::reroute::__private::Access::Public));
        }
        let mut nth = 0usize;
        let requirements: Vec<TokenStream> = self
            .requirements()
            .map(|requirement| {
                let check = requirement.check.as_ref().map(|_| {
                    nth += 1;
                    let nth = nth - 1;
                    quote!(::reroute::__private::Check::Own(#nth))
                });
                requirement.expand(check.as_ref())
            })
            .collect();
        if requirements.is_empty() {
            return quote!(::reroute::__private::None);
        }
        quote!(::reroute::__private::Some(::reroute::__private::Access::Requires(::std::vec![#(#requirements),*])))
    }

    fn requirements(&self) -> impl Iterator<Item = &'a Requirement> {
        self.of_impl.requires.iter().chain(&self.declared.requires)
    }

    /// The operation: the steps that the guard runs.
    pub(super) fn operation(&self) -> TokenStream {
        let Self { operation, route, arguments, checks, .. } = self;
        let Arguments { extractors: arguments, values: given, declarations, .. } = arguments;
        let name = &self.function.sig.ident;
        let configuration = configuration(&self.function.attrs);
        let questions = self.questions();
        let reads_body = match arguments.last() {
            Some(last) => quote_spanned!(last.span()=> ::reroute::__private::probe::Probe::<#last>::READS_BODY),
            None => quote!(false),
        };
        let numbers = 0..checks.len();
        let check = (!checks.is_empty()).then(|| {
            quote! {
                #[allow(unused_variables)]
                async fn check(
                    __nth: usize,
                    __route: &Self::Route,
                    __parts: &mut ::reroute::__private::Parts,
                    __cx: &::reroute::__private::Context,
                ) -> ::reroute::__private::Result<bool> {
                    match __nth {
                        #(#numbers => { #checks })*
                        _ => ::reroute::__private::Ok(false),
                    }
                }
            }
        });
        let parameters = self.parameters();
        let keys = self.input_keys();
        let tags = self.declared.cache.as_ref().and_then(|cache| self.tags(cache));
        let values: Vec<Ident> = (0..arguments.len()).map(|at| format_ident!("__argument_{at}")).collect();
        let receiver = self.has_receiver.then(|| quote!(__route,));
        let returned = match &self.function.sig.output {
            ReturnType::Default => name.span(),
            ReturnType::Type(_, kind) => kind.span(),
        };
        let call = quote_spanned!(name.span()=> #route::#name(#receiver #(#given),*).await);
        let answer = quote_spanned!(returned=> ::reroute::__private::IntoResponse::into_response(__answer));
        quote! {
            #declarations

            #(#configuration)*
            const _: () = {
                #questions
            };

            #(#configuration)*
            #[allow(non_camel_case_types)]
            struct #operation;

            #(#configuration)*
            impl ::reroute::__private::Operation for #operation {
                type Route = #route;
                type Input = (#(#arguments,)*);
                const READS_BODY: bool = #reads_body;

                #[allow(unused_variables)]
                fn describe(__description: &mut ::reroute::__private::Description) {
                    #((&::reroute::__private::probe::Probe::<#arguments>::new()).describe(__description);)*
                }

                #check

                #keys

                #tags

                #[allow(unused_variables)]
                async fn parameters(
                    __parts: &mut ::reroute::__private::Parts,
                    __body: ::reroute::__private::Body,
                    __cx: &::reroute::__private::Context,
                ) -> ::reroute::__private::Result<Self::Input> {
                    #parameters
                }

                #[allow(unused_variables)]
                async fn call(__route: &mut Self::Route, (#(#values,)*): Self::Input) -> ::reroute::__private::Response {
                    let __answer = #call;
                    #answer
                }
            }
        }
    }

    /// The keys of limits that look at the arguments.
    fn input_keys(&self) -> Option<TokenStream> {
        let keys = &self.keys;
        let values: Vec<Ident> =
            (0..self.arguments.extractors.len()).map(|at| format_ident!("__argument_{at}")).collect();
        let request = Ident::new("request", Span::call_site());
        (!keys.is_empty()).then(|| {
            quote! {
                #[allow(unused_variables)]
                fn input_keys(
                    #request: &::reroute::__private::RequestHead<'_>,
                    (#(#values,)*): &Self::Input,
                ) -> ::reroute::__private::Vec<::reroute::__private::Key> {
                    ::std::vec![#(#keys),*]
                }
            }
        })
    }

    /// What the types are asked at compile time.
    fn questions(&self) -> TokenStream {
        let route = self.route;
        let arguments = &self.arguments.extractors;
        let router_only = arguments
            .iter()
            .filter(|kind| names_router_only(kind))
            .map(|kind| quote_spanned!(kind.span()=> ::reroute::__private::probe::reads_our_table::<#kind>();));
        let access = match self.declared.public {
            Some(public) => {
                let demands = quote! {
                    <#route as ::reroute::__private::Fields>::DEMANDS_CALLER
                        #(|| ::reroute::__private::probe::Probe::<#arguments>::DEMANDS_CALLER)*
                };
                Some(quote_spanned! {public=>
                    ::reroute::__private::probe::no_caller_demanded::<::reroute::__private::probe::Is<{ #demands }>>();
                })
            }
            None if self.requirements().next().is_none() => {
                let span = self.function.sig.ident.span();
                let route = respanned(route, span);
                Some(quote_spanned! {span=>
                    ::reroute::__private::probe::declared_by_scope::<#route>();
                })
            }
            None => None,
        };
        let body = self.body_question();
        let cache = self.declared.cache.as_ref().map(|cache| super::caching::questions(cache, route, arguments));
        quote! {
            #(#router_only)*
            #access
            #body
            #cache
        }
    }

    /// Whether a body that is taken as it comes was meant to be.
    fn body_question(&self) -> Option<TokenStream> {
        let last = self.arguments.extractors.last();
        let asked = |question: &str, last: &Type, span: Span| {
            let question = Ident::new(question, span);
            quote_spanned! {span=>
                ::reroute::__private::probe::#question::<::reroute::__private::probe::Is<{
                    ::reroute::__private::probe::Probe::<#last>::READS_BODY
                        && !::reroute::__private::probe::Probe::<#last>::TYPED_BODY
                }>>();
            }
        };
        match (self.declared.raw_body, last) {
            (None, None) => None,
            (None, Some(last)) => Some(asked("typed_body", last, last.span())),
            (Some(raw), None) => Some(Error::new(raw, NO_RAW_BODY).into_compile_error()),
            (Some(raw), Some(last)) => Some(asked("raw_body", last, raw)),
        }
    }

    /// The tags that the arguments give, each of which is bound by reference.
    fn tags(&self, cache: &Cache) -> Option<TokenStream> {
        if cache.tag.is_empty() {
            return None;
        }
        let values: Vec<Ident> =
            (0..self.arguments.extractors.len()).map(|at| format_ident!("__argument_{at}")).collect();
        let typed = self.function.sig.inputs.iter().filter_map(|argument| match argument {
            FnArg::Typed(argument) => Some(&*argument.pat),
            FnArg::Receiver(_) => None,
        });
        let bound = typed.zip(&self.arguments.values).map(|(pattern, value)| {
            let mut pattern = pattern.clone();
            super::caching::Unchanging.visit_pat_mut(&mut pattern);
            // A field of a group is reached into; what is had by its type is a reference already.
            let is_field = value.clone().into_iter().count() > 1;
            let reference = is_field.then(|| quote!(&));
            quote!(let #pattern = #reference #value;)
        });
        let texts = cache.tag.iter().map(|tag| {
            let mut tag = tag.clone();
            SelfNamed { route: self.route }.visit_expr_mut(&mut tag);
            quote_spanned!(tag.span()=> ::reroute::__private::ToString::to_string(&(#tag)))
        });
        Some(quote! {
            #[allow(unused_variables)]
            fn tags((#(#values,)*): &Self::Input) -> ::reroute::__private::Vec<::reroute::__private::String> {
                #(#bound)*
                ::std::vec![#(#texts),*]
            }
        })
    }

    /// The arguments, one after the other; what is wrong with them is told at once.
    fn parameters(&self) -> TokenStream {
        let Some((last, parts)) = self.arguments.extractors.split_last() else {
            return quote!(::reroute::__private::Ok(()));
        };
        let names: Vec<Ident> = (0..parts.len()).map(|at| format_ident!("__argument_{at}")).collect();
        let extracted = parts.iter().zip(&names).map(|(kind, name)| {
            let extract =
                quote_spanned!(kind.span()=> ::reroute::__private::params::part::<#kind>(__parts, __cx).await);
            quote!(let #name = __refusals.gather(#extract)?;)
        });
        let extract = quote_spanned! {last.span()=>
            ::reroute::__private::probe::Probe::<#last>::last(__parts, __body, __cx).await
        };
        quote! {
            let mut __refusals = ::reroute::__private::params::Refusals::default();
            #(#extracted)*
            let __last = __refusals.gather(#extract)?;
            match (#(#names,)* __last,) {
                (#(::reroute::__private::Some(#names),)* ::reroute::__private::Some(__last),) => {
                    ::reroute::__private::Ok((#(#names,)* __last,))
                }
                _ => ::reroute::__private::Err(__refusals.into_error()),
            }
        }
    }
}

/// The limits of the `impl` and the handler, and the keys of those that look at arguments. What is declared for all of a route knows no handler's
/// arguments.
fn limits(of_impl: &Declared, own: &Declared, arguments: &Arguments) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let mut keys = Vec::new();
    let of_route = quote!(::reroute::__private::Declared::Route);
    let of_handler = quote!(::reroute::__private::Declared::Handler);
    let route = of_impl.rate_limits.iter().map(|limit| limit.expand(&of_route, &[], &mut Vec::new()));
    let mut limits: Vec<TokenStream> = route.collect();
    limits.extend(own.rate_limits.iter().map(|limit| limit.expand(&of_handler, &arguments.named, &mut keys)));
    (limits, keys)
}

const NO_RAW_BODY: &str = "`#[raw_body]` stands on a handler whose last argument takes the body as it comes, such as `Bytes`, `String` or `Request`";

/// How to ask a check: one in this `impl` by its own signature, any other as a function of extractors.
fn check(path: &ExprPath, route: &Path, functions: &[ImplItemFn]) -> Result<TokenStream> {
    let segments: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let own = match segments.as_slice() {
        [first, name] if first == "Self" => functions.iter().find(|function| function.sig.ident == name),
        _ => None,
    };
    let span = path.span();
    let mut target = path.clone();
    SelfNamed { route }.visit_expr_path_mut(&mut target);
    let Some(function) = own else {
        return Ok(quote_spanned!(span=> ::reroute::__private::guard::call(#target, __parts, __cx).await));
    };
    let mut arguments = Vec::new();
    let mut extracted = Vec::new();
    for argument in &function.sig.inputs {
        match argument {
            FnArg::Receiver(receiver) if !matches!(receiver.kind, ReceiverKind::Reference(_, _, None)) => {
                return Err(Error::new_spanned(receiver, "a check takes `&self`, or no `self`"));
            }
            FnArg::Receiver(_) => arguments.push(quote!(__route)),
            FnArg::Typed(argument) => {
                let kind = named(&argument.ty, route);
                let name = format_ident!("__argument_{}", extracted.len());
                extracted.push(quote_spanned! {kind.span()=>
                    let #name = ::reroute::__private::params::part::<#kind>(__parts, __cx).await?;
                });
                arguments.push(quote!(#name));
            }
        }
    }
    let answer = quote_spanned!(span=> #target(#(#arguments),*));
    let verdict = quote_spanned!(span=> ::reroute::__private::guard::verdict(__answer).await);
    Ok(quote! {
        #(#extracted)*
        let __answer = #answer;
        #verdict
    })
}

/// The type as it is called outside the `impl`, where `Self` is another.
fn named(kind: &Type, route: &Path) -> Type {
    let mut kind = kind.clone();
    SelfNamed { route }.visit_type_mut(&mut kind);
    kind
}

struct SelfNamed<'a> {
    route: &'a Path,
}

impl VisitMut for SelfNamed<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        if path.segments.first().is_some_and(|first| first.ident == "Self") {
            let span = path.span();
            let rest = path.segments.iter().skip(1).cloned();
            let mut named = respanned(self.route, span);
            named.segments.extend(rest);
            *path = named;
        }
        visit_mut::visit_path_mut(self, path);
    }
}

fn respanned(path: &Path, span: Span) -> Path {
    let mut path = path.clone();
    for segment in &mut path.segments {
        segment.ident.set_span(span);
    }
    path
}

/// Whether the type is called like one of those that axum's router alone can fill.
fn names_router_only(kind: &Type) -> bool {
    let Type::Path(kind) = kind else { return false };
    let Some(last) = kind.path.segments.last() else { return false };
    ["Path", "MatchedPath", "RawPathParams"].iter().any(|name| last.ident == name)
}

fn configuration(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}

/// The first line of the documentation.
fn summary(attributes: &[Attribute]) -> String {
    let doc = attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    doc.unwrap_or_default()
}
