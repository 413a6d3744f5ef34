use super::{argument, handler::Handler};
use crate::access::Declared;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use reroute_core::nearest::nearest;
use syn::{Error, FnArg, ImplItem, ImplItemFn, ItemImpl, Result, Type};

const VERBS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];
const HOOKS: [&str; 3] = ["before_request", "after_request", "on_error"];

/// A route's handlers and hooks.
pub(super) fn expand(mut item: ItemImpl) -> Result<TokenStream> {
    let of_impl = Declared::take(&mut item.attrs)?;
    if let Some(public) = of_impl.public {
        return Err(Error::new(
            public,
            "`#[public]` stands on a single handler, so that no endpoint is public because its neighbour is: write it on each that shall be",
        ));
    }
    if let Some(cache) = &of_impl.cache {
        return Err(Error::new(cache.span, crate::cache::ON_A_HANDLER));
    }
    if let Some((of, _)) = &item.trait_ {
        return Err(Error::new_spanned(of, "`#[route]` stands on an `impl` of the struct itself, not of a trait"));
    }
    if !item.generics.params.is_empty() {
        return Err(Error::new_spanned(&item.generics, "a route has no parameters: the table names it as it is"));
    }
    let Type::Path(route) = &*item.self_ty else {
        return Err(Error::new_spanned(&item.self_ty, "`#[route]` stands on an `impl` of a struct"));
    };
    let route = route.path.clone();
    let mut declared = Vec::new();
    let mut errors: Vec<Error> = Vec::new();
    for item in &mut item.items {
        let ImplItem::Fn(function) = item else { continue };
        let name = function.sig.ident.to_string();
        match Declared::take(&mut function.attrs) {
            Ok(of_handler) if VERBS.contains(&name.as_str()) => declared.push((function.clone(), of_handler)),
            Ok(of_other) => {
                if let Some((attribute, _)) = of_other.first {
                    errors.push(misnamed(function, &attribute));
                }
            }
            Err(error) => errors.push(error),
        }
    }
    let functions: Vec<ImplItemFn> = item
        .items
        .iter()
        .filter_map(|item| match item {
            ImplItem::Fn(function) => Some(function.clone()),
            _ => None,
        })
        .collect();
    for inner in &mut item.items {
        if let ImplItem::Fn(function) = inner {
            argument::strip(&mut function.sig);
        }
    }
    let mut handlers = Vec::new();
    for (function, of_handler) in &declared {
        match Handler::new(function, of_handler, &of_impl, &route, &functions) {
            Ok(handler) => handlers.push(handler),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() && handlers.is_empty() {
        errors.push(Error::new_spanned(
            &item.self_ty,
            "this route answers nothing: write a handler, as in `async fn get(&self)`",
        ));
    }
    let errors = errors.into_iter().reduce(|mut all, error| {
        all.combine(error);
        all
    });
    if let Some(errors) = errors {
        // The `impl` stays, so that nothing else of it is reported as missing.
        let errors = errors.into_compile_error();
        return Ok(quote!(#item #errors));
    }
    let operations = handlers.iter().map(Handler::operation);
    let endpoints = handlers.iter().map(Handler::endpoint);
    let hooks = functions.iter().filter(|function| HOOKS.contains(&function.sig.ident.to_string().as_str()));
    let sees_head = functions.iter().any(|function| function.sig.ident == "before_request");
    let hooks = hooks.map(|function| hook(function, &route)).collect::<Result<Vec<_>>>()?;
    Ok(quote! {
        #item

        const _: () = {
            #[allow(unused_imports)]
            use ::reroute::__private::probe::{Described as _, Undescribed as _, Unknown as _};

            impl ::reroute::__private::Route for #route {
                const SEES_HEAD: bool = #sees_head;

                fn endpoints() -> ::reroute::__private::Vec<::reroute::__private::Endpoint> {
                    let mut __endpoints = ::reroute::__private::Vec::new();
                    #(#endpoints)*
                    __endpoints
                }

                #(#hooks)*
            }

            #(#operations)*
        };
    })
}

fn misnamed(function: &ImplItemFn, attribute: &str) -> Error {
    let name = function.sig.ident.to_string();
    let message = if HOOKS.contains(&name.as_str()) {
        format!("`#[{attribute}]` does not belong on a hook: hooks run for every handler of the route")
    } else {
        let near = nearest(&name, &VERBS).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        format!(
            "`{name}` bears `#[{attribute}]` and is no HTTP method{near} Handlers are named {}",
            VERBS.map(|verb| format!("`{verb}`")).join(", ")
        )
    };
    Error::new(function.sig.ident.span(), message)
}

/// The trait's hook, which calls the user's.
fn hook(function: &ImplItemFn, route: &syn::Path) -> Result<TokenStream> {
    let name = &function.sig.ident;
    let span = name.span();
    if function.sig.receiver().is_none() {
        return Err(Error::new(
            span,
            format!("the hook `{name}` takes `{}self`", if name == "before_request" { "&mut " } else { "&" }),
        ));
    }
    let arguments = function.sig.inputs.iter().filter(|argument| matches!(argument, FnArg::Typed(_))).count();
    if arguments > 1 {
        return Err(Error::new(span, "a hook takes one argument beside `self`"));
    }
    let argument = (arguments == 1).then(|| quote!(, __argument));
    let wait = function.sig.asyncness.map(|_| quote!(.await));
    let call = quote_spanned!(span=> #route::#name(self #argument)#wait);
    Ok(if name == "before_request" {
        quote! {
            async fn before_request(
                &mut self,
                __argument: &::reroute::__private::RequestHead<'_>,
            ) -> ::reroute::__private::Result<()> {
                #call
            }
        }
    } else if name == "after_request" {
        quote! {
            async fn after_request(&self, __argument: &mut ::reroute::__private::Response) {
                #call
            }
        }
    } else {
        quote! {
            async fn on_error(
                &self,
                __argument: &::reroute::__private::Error,
            ) -> ::reroute::__private::Option<::reroute::__private::Response> {
                #call
            }
        }
    })
}
