//! The words that say what a file may be: `max_size` and `types`.

use proc_macro2::TokenStream;
use quote::quote;
use reroute_core::{media, nearest::nearest, size};
use syn::{
    Error, Ident, LitInt, LitStr, Result, Token, Type, parenthesized, parse::ParseStream, punctuated::Punctuated,
};

/// What is said of the file of one field.
#[derive(Default)]
pub(super) struct Words {
    max_size: Option<(Ident, u64)>,
    types: Option<(Ident, Vec<String>)>,
}

pub(super) enum Word {
    MaxSize(Ident, u64),
    Types(Ident, Vec<String>),
}

impl Word {
    /// What stands behind `name`, which is one of the two.
    pub(super) fn parse(name: Ident, input: ParseStream<'_>) -> Result<Self> {
        if name == "max_size" {
            input.parse::<Token![=]>().map_err(|error| Error::new(error.span(), "write `max_size = \"2 MiB\"`"))?;
            let text: LitStr =
                input.parse().map_err(|error| Error::new(error.span(), "a size is a text such as `\"2 MiB\"`"))?;
            let bytes = size::parse(&text.value()).ok_or_else(|| {
                Error::new(
                    text.span(),
                    "this is no size: write a whole number of `B`, `KiB`, `MiB` or `GiB`, such as \"2 MiB\"",
                )
            })?;
            return Ok(Self::MaxSize(name, bytes));
        }
        if !input.peek(syn::token::Paren) {
            return Err(Error::new(name.span(), "write `types(\"image/png\", …)`"));
        }
        let inner;
        parenthesized!(inner in input);
        let texts = Punctuated::<LitStr, Token![,]>::parse_terminated(&inner)?;
        if texts.is_empty() {
            return Err(Error::new(name.span(), "write `types(\"image/png\", …)`: a file of no type cannot come"));
        }
        let types = texts.iter().map(known).collect::<Result<_>>()?;
        Ok(Self::Types(name, types))
    }
}

fn known(text: &LitStr) -> Result<String> {
    let kind = text.value();
    if media::known().any(|known| known == kind) {
        return Ok(kind);
    }
    let message = if media::is_active(&kind.to_ascii_lowercase()) {
        format!("`{kind}` is never taken: a browser runs what is in it, in the application's own name")
    } else {
        let all: Vec<&str> = media::known().collect();
        let near = nearest(&kind, &all).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        format!("`{kind}` is no type whose content can be told{near} There are {}", all.join(", "))
    };
    Err(Error::new(text.span(), message))
}

impl Words {
    pub(super) fn add(&mut self, word: Word) {
        match word {
            Word::MaxSize(name, bytes) => self.max_size = Some((name, bytes)),
            Word::Types(name, types) => self.types = Some((name, types)),
        }
    }

    /// Whether nothing is said of a file where there is none.
    pub(super) fn refuse(&self) -> Result<()> {
        let name = self.max_size.as_ref().map(|(name, _)| name).or(self.types.as_ref().map(|(name, _)| name));
        match name {
            Some(name) => Err(Error::new(name.span(), format!("`{name}` is said of a file: the field is no `File`"))),
            None => Ok(()),
        }
    }

    /// An expression: what the file of a field of `kind` may be.
    pub(super) fn rule(&self, name: &str, kind: &Type, most: Option<&LitInt>) -> Result<TokenStream> {
        let (Some((_, max_size)), Some((_, types))) = (&self.max_size, &self.types) else {
            let missing = match (&self.max_size, &self.types) {
                (None, None) => "`max_size = \"2 MiB\", types(\"image/png\", …)`",
                (None, _) => "`max_size = \"2 MiB\"`",
                _ => "`types(\"image/png\", …)`",
            };
            let message =
                format!("a file says how large it may be and of which types: add {missing} to its `#[field(…)]`");
            return Err(Error::new_spanned(kind, message));
        };
        let most = match most {
            Some(most) => quote!(::reroute::__private::Some(#most)),
            None => quote!(::reroute::__private::None),
        };
        Ok(quote! {
            __input::FileRule { name: #name, most: #most, max_size: #max_size, types: &[#(#types),*] }
        })
    }

    /// The statement that adds them to `__schema`.
    pub(super) fn schema(&self) -> Option<TokenStream> {
        let (Some((_, max_size)), Some((_, types))) = (&self.max_size, &self.types) else { return None };
        let words = quote!(&__input::json!({"x-max-size": #max_size, "x-media-types": [#(#types),*]}));
        Some(quote! {
            __input::constrain_items(&mut __schema, #words);
            __input::constrain(&mut __schema, #words);
        })
    }
}
