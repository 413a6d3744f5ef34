//! `#[timeout("2 s")]`.

use proc_macro2::TokenStream;
use quote::quote;
use reroute_core::duration;
use syn::{Attribute, Error, LitStr, Meta, Result};

/// The duration, as an expression.
pub(crate) fn parse(attribute: &Attribute) -> Result<TokenStream> {
    let Meta::List(list) = &attribute.meta else {
        return Err(Error::new_spanned(&attribute.meta, "write how long, as in `#[timeout(\"2 s\")]`"));
    };
    let literal: LitStr = list
        .parse_args()
        .map_err(|error| Error::new(error.span(), "write how long as text, as in `#[timeout(\"2 s\")]`"))?;
    let timeout = duration::parse(&literal.value()).map_err(|error| Error::new(literal.span(), error))?;
    let (seconds, nanos) = (timeout.as_secs(), timeout.subsec_nanos());
    Ok(quote!(::reroute::__private::Duration::new(#seconds, #nanos)))
}
