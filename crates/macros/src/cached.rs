//! `#[cache]` on a function.

use crate::cache::Cache;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    Error, FnArg, ItemFn, Pat, ReceiverKind, Result, ReturnType, Type, ext::IdentExt, parse_quote, spanned::Spanned,
};

/// The same function, which looks first whether its result is there.
pub(crate) fn expand(arguments: TokenStream, mut item: ItemFn) -> Result<TokenStream> {
    if arguments.is_empty() {
        let message =
            "write how long the result is kept, as in `#[cache(\"5 min\")]` or `#[cache(duration = 300)]` (seconds)";
        return Err(Error::new(Span::call_site(), message));
    }
    let cache: Cache = syn::parse2(arguments)?;
    if let Some(shared) = &cache.shared {
        return Err(Error::new(
            shared.word.span(),
            "a function's results belong to whoever asks with the same arguments: `shared` is for handlers",
        ));
    }
    let signature = &item.sig;
    if let Some(constness) = &signature.constness {
        return Err(Error::new_spanned(constness, "a `const fn` cannot look into a cache"));
    }
    let returned: Type = match &signature.output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, kind) => (**kind).clone(),
    };
    if let Type::ImplTrait(_) = returned {
        return Err(Error::new_spanned(returned, "what is kept has a name: write the type that is returned"));
    }
    let key = key(&cache, &item)?;
    let name = signature.ident.unraw().to_string();
    let duration = cache.duration();
    let capacity = match &cache.capacity {
        Some((_, capacity)) => quote!(::reroute::__private::Some(#capacity)),
        None => quote!(::reroute::__private::None),
    };
    let tags = &cache.tags;
    let tag = cache.tag_texts();
    let body = &item.block;
    let span = returned.span();
    let (look_up, result) = if signature.asyncness.is_some() {
        (
            quote_spanned!(span=> __CACHED.look_up::<#returned, _>(__keeps, __key, __tags).await),
            quote!(::reroute::__private::cache::waited::<#returned, _>(async move #body).await),
        )
    } else {
        (
            quote_spanned!(span=> __CACHED.look_up_now::<#returned, _>(__keeps, __key, __tags)),
            quote!(::reroute::__private::cache::called::<#returned>(move || #body)),
        )
    };
    let shared = match &cache.serde {
        Some(word) if signature.asyncness.is_none() => {
            let message = "what is shared between processes is waited for: `serde` stands on an `async fn`";
            return Err(Error::new(word.span(), message));
        }
        Some(_) => quote_spanned!(span=> ::reroute::__private::cache::Serde(__keeps)),
        None => quote!(__keeps),
    };
    let needs = quote_spanned!(Span::call_site()=> ::reroute::__needs_cache!(););
    let looking: syn::Block = parse_quote!({
        #needs
        static __CACHED: ::reroute::__private::cache::Function =
            ::reroute::__private::cache::Function::new(#name, #duration, #capacity, &[#(#tags),*]);
        let __keeps = {
            #[allow(unused_imports)]
            use ::reroute::__private::cache::{IsAnything as _, IsResult as _};
            let __keeps = (&::reroute::__private::cache::Returned::<#returned>::new()).keeps();
            #shared
        };
        let __key = __CACHED.key(&|| {}, __keeps);
        #key
        let __tags: ::std::vec::Vec<::std::string::String> = ::std::vec![#(#tag),*];
        match #look_up {
            ::reroute::__private::cache::Found::Kept(__kept) => __kept,
            ::reroute::__private::cache::Found::Missing(__missing) => {
                let __result: #returned = #result;
                __missing.keep(&__result);
                __result
            }
        }
    });
    *item.block = looking;
    Ok(quote!(#item))
}

/// What the result is found by: all arguments, or what `key` says.
fn key(cache: &Cache, item: &ItemFn) -> Result<TokenStream> {
    let mut parts = TokenStream::new();
    for argument in &item.sig.inputs {
        match argument {
            FnArg::Receiver(receiver) => {
                let part = match &receiver.kind {
                    ReceiverKind::Reference(_, _, Some(_)) => return Err(changes(receiver)),
                    ReceiverKind::Reference(..) => quote_spanned!(receiver.span()=> self),
                    _ => quote_spanned!(receiver.span()=> &self),
                };
                parts.extend(quote_spanned!(receiver.span()=> let __key = __key.with(#part);));
            }
            FnArg::Typed(argument) => {
                if matches!(&*argument.ty, Type::Reference(reference) if reference.mutability.is_some()) {
                    return Err(changes(&argument.ty));
                }
                if cache.key.is_some() {
                    continue;
                }
                let Pat::Ident(pattern) = &*argument.pat else {
                    return Err(Error::new_spanned(
                        &argument.pat,
                        "an argument of a cached function has a plain name, or the attribute says `key = …`",
                    ));
                };
                let name = &pattern.ident;
                parts.extend(quote_spanned!(argument.ty.span()=> let __key = __key.with(&#name);));
            }
        }
    }
    Ok(match &cache.key {
        Some((_, key)) => quote_spanned!(key.span()=> let __key = __key.with(&(#key));),
        None => parts,
    })
}

fn changes(what: impl quote::ToTokens) -> Error {
    Error::new_spanned(
        what,
        "a cached function is not run each time, so that it must not change what it is given: take `&`",
    )
}
