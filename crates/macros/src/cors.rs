//! `#[cors("https://app.example.com")]`.

use reroute_core::origin::OriginPattern;
use syn::{Attribute, Error, LitStr, Meta, Result, Token, punctuated::Punctuated};

/// The origins that are left of those that the settings allow.
pub(crate) fn parse(attribute: &Attribute) -> Result<Vec<LitStr>> {
    const USAGE: &str = "write the origins that are left of those that the settings allow, as in `#[cors(\"https://app.example.com\")]`, or `#[cors()]` for none";
    let Meta::List(list) = &attribute.meta else { return Err(Error::new_spanned(&attribute.meta, USAGE)) };
    let origins = list.parse_args_with(Punctuated::<LitStr, Token![,]>::parse_terminated);
    let origins = origins.map_err(|error| Error::new(error.span(), USAGE))?;
    for origin in &origins {
        if let Err(error) = origin.value().parse::<OriginPattern>() {
            return Err(Error::new(origin.span(), error));
        }
    }
    Ok(origins.into_iter().collect())
}
