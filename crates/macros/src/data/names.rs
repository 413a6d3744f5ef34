use heck::{ToKebabCase, ToLowerCamelCase, ToPascalCase, ToSnakeCase};
use syn::{
    Error, LitStr, Result,
    parse::{Parse, ParseStream},
};

/// How names are spelled on the wire.
#[derive(Clone, Copy)]
pub(super) enum Names {
    Snake,
    Camel,
    Pascal,
    Kebab,
}

impl Names {
    pub(super) fn spell(self, name: &str) -> String {
        match self {
            Self::Snake => name.to_snake_case(),
            Self::Camel => name.to_lower_camel_case(),
            Self::Pascal => name.to_pascal_case(),
            Self::Kebab => name.to_kebab_case(),
        }
    }
}

impl Parse for Names {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name: LitStr = input.parse()?;
        Ok(match name.value().as_str() {
            "snake_case" => Self::Snake,
            "camelCase" => Self::Camel,
            "PascalCase" => Self::Pascal,
            "kebab-case" => Self::Kebab,
            _ => {
                let message = "names are spelled in \"snake_case\", \"camelCase\", \"PascalCase\" or \"kebab-case\"";
                return Err(Error::new(name.span(), message));
            }
        })
    }
}
