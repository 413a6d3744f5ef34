//! The words that say what a file may be: `max_size` and `types`, and of an image `max_width`, `max_height` and `max_pixels`.

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
    pixels: Vec<(Ident, u64)>,
}

pub(super) enum Word {
    MaxSize(Ident, u64),
    Types(Ident, Vec<String>),
    Pixels(Ident, u64),
}

impl Word {
    /// What stands behind `name`, which is one of them.
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
        if name != "types" {
            input.parse::<Token![=]>().map_err(|error| Error::new(error.span(), format!("write `{name} = 4096`")))?;
            let number: LitInt =
                input.parse().map_err(|error| Error::new(error.span(), "this is a whole number of pixels"))?;
            let most = if name == "max_pixels" { u64::MAX } else { u32::MAX.into() };
            let pixels = number.base10_parse::<u64>()?;
            if pixels == 0 || pixels > most {
                return Err(Error::new(number.span(), format!("a number of pixels is at least 1 and at most {most}")));
            }
            return Ok(Self::Pixels(name, pixels));
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
            Word::Pixels(name, pixels) => self.pixels.push((name, pixels)),
        }
    }

    /// Whether nothing is said of a file where there is none.
    pub(super) fn refuse(&self) -> Result<()> {
        let name = self.max_size.as_ref().map(|(name, _)| name).or(self.types.as_ref().map(|(name, _)| name));
        let name = name.or(self.pixels.first().map(|(name, _)| name));
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
        let image = self.image(types)?;
        Ok(quote! {
            __input::FileRule { name: #name, most: #most, max_size: #max_size, types: &[#(#types),*], image: #image }
        })
    }

    /// An expression: how large an image may be.
    fn image(&self, types: &[String]) -> Result<TokenStream> {
        let Some((first, _)) = self.pixels.first() else { return Ok(quote!(::reroute::__private::None)) };
        if let Some(other) = types.iter().find(|kind| !media::is_measured(kind)) {
            let message = format!(
                "`{first}` is said of images that are measured, which are PNG, JPEG, GIF, WebP and BMP, and `types` names `{other}`"
            );
            return Err(Error::new(first.span(), message));
        }
        let [width, height, pixels] = ["max_width", "max_height", "max_pixels"].map(|word| {
            match self.pixels.iter().rev().find(|(name, _)| name == word) {
                Some((_, most)) => {
                    let most = proc_macro2::Literal::u64_unsuffixed(*most);
                    quote!(::reroute::__private::Some(#most))
                }
                None => quote!(::reroute::__private::None),
            }
        });
        Ok(quote! {
            ::reroute::__private::Some(__input::ImageRule { max_width: #width, max_height: #height, max_pixels: #pixels })
        })
    }

    /// The statement that adds them to `__schema`.
    pub(super) fn schema(&self) -> Option<TokenStream> {
        let (Some((_, max_size)), Some((_, types))) = (&self.max_size, &self.types) else { return None };
        let pixels = self.pixels.iter().map(|(name, pixels)| {
            let word = format!("x-{}", name.to_string().replace('_', "-"));
            quote!(, #word: #pixels)
        });
        let words = quote!(&__input::json!({"x-max-size": #max_size, "x-media-types": [#(#types),*] #(#pixels)*}));
        Some(quote! {
            __input::constrain_items(&mut __schema, #words);
            __input::constrain(&mut __schema, #words);
        })
    }
}
