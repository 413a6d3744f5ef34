//! `#[reroute::main]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, ItemFn, Result};

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "`#[reroute::main]` takes nothing"));
    }
    let main: ItemFn = syn::parse2(item)?;
    let signature = &main.sig;
    if signature.ident != "main" || signature.asyncness.is_none() || !signature.inputs.is_empty() {
        return Err(Error::new_spanned(signature, "write `async fn main() -> reroute::Result<()>`"));
    }
    Ok(quote! {
        fn main() -> ::std::process::ExitCode {
            #main
            ::reroute::runtime::main(main())
        }
    })
}
