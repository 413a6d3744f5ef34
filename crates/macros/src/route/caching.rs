//! `#[cache]` on a handler: what it may stand on, and what the types are asked.

use crate::cache::{Cache, Shared};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Error, FnArg, ImplItemFn, PatIdent, Path, Result, Type, spanned::Spanned, visit_mut::VisitMut};

/// What can be said by the signature alone.
pub(super) fn check(cache: &Cache, function: &ImplItemFn, is_public: bool, functions: &[ImplItemFn]) -> Result<()> {
    let name = &function.sig.ident;
    if name != "get" && name != "head" {
        let message = format!(
            "only answers to `get` (which answers HEAD, too) and `head` are kept: `{name}` changes something, or is asked for each time"
        );
        return Err(Error::new(cache.span, message));
    }
    let Some(Shared { word, reason }) = &cache.shared else { return Ok(()) };
    for argument in &function.sig.inputs {
        let FnArg::Typed(argument) = argument else { continue };
        let differs =
            |attribute: &&syn::Attribute| attribute.path().is_ident("header") || attribute.path().is_ident("cookie");
        if let Some(attribute) = argument.attrs.iter().find(differs) {
            return Err(Error::new_spanned(
                attribute,
                "a `shared` answer may not depend on who calls, and this may differ from caller to caller: take `shared` away",
            ));
        }
    }
    if reason.is_some() {
        return Ok(());
    }
    if !is_public {
        return Err(Error::new(
            word.span(),
            "this handler demands a caller, and `shared` shows everybody the same answer: write `shared = \"why every caller may see the same\"`, or take \
             `shared` away, so that each caller has their own",
        ));
    }
    if functions.iter().any(|function| function.sig.ident == "before_request") {
        return Err(Error::new(
            word.span(),
            "the hook `before_request` sees who calls, and what it sets may differ from caller to caller: write `shared = \"why every caller may see the \
             same\"`, or take `shared` away",
        ));
    }
    Ok(())
}

/// What only the types know.
pub(super) fn questions(cache: &Cache, route: &Path, arguments: &[Type]) -> TokenStream {
    let span = cache.span;
    let feature = quote_spanned!(span=> ::reroute::__needs_cache!(););
    let body = arguments.last().map(|last| {
        quote_spanned! {last.span()=>
            ::reroute::__private::probe::without_body::<::reroute::__private::probe::Is<{
                ::reroute::__private::probe::Probe::<#last>::READS_BODY
            }>>();
        }
    });
    let Some(shared) = &cache.shared else { return quote!(#feature #body) };
    let same = arguments.iter().map(|kind| {
        quote_spanned! {kind.span()=>
            ::reroute::__private::probe::same_for_all::<::reroute::__private::probe::Is<{
                ::reroute::__private::probe::Probe::<#kind>::SHAREABLE
            }>>();
        }
    });
    let fields = quote_spanned! {shared.word.span()=>
        ::reroute::__private::probe::fields_same_for_all::<::reroute::__private::probe::Is<{
            <#route as ::reroute::__private::Fields>::SHAREABLE
        }>>();
    };
    quote!(#feature #body #(#same)* #fields)
}

/// Takes `mut` away: what is bound is a reference.
pub(super) struct Unchanging;

impl VisitMut for Unchanging {
    fn visit_pat_ident_mut(&mut self, pattern: &mut PatIdent) {
        pattern.mutability = None;
        syn::visit_mut::visit_pat_ident_mut(self, pattern);
    }
}
