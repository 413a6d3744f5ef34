use proc_macro2::Span;
use syn::{
    Error, Ident, LitStr, Result, Token,
    parse::{Parse, ParseStream},
};

/// What stands between the parentheses of `#[model(…)]`.
pub(super) struct Arguments {
    pub(super) table: LitStr,
    /// The column that says whose a row is.
    pub(super) owner: Option<LitStr>,
    /// Whether rows change, and say when.
    pub(super) has_updated_at: bool,
    /// Whether the user writes the hooks of the active model.
    pub(super) is_own_behavior: bool,
}

const USAGE: &str = "write the name of the table, as in `#[model(\"users\")]`";

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.is_empty() {
            return Err(Error::new(Span::call_site(), USAGE));
        }
        let table: LitStr = input.parse().map_err(|error| Error::new(error.span(), USAGE))?;
        if table.value().is_empty() || table.value().contains('\0') {
            return Err(Error::new(table.span(), "a table has a name"));
        }
        let mut arguments = Self { table, owner: None, has_updated_at: true, is_own_behavior: false };
        let mut said: Vec<Ident> = Vec::new();
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let word: Ident = input.parse()?;
            if said.contains(&word) {
                return Err(Error::new(word.span(), format!("`{word}` is said twice")));
            }
            arguments.take(&word, input)?;
            said.push(word);
        }
        Ok(arguments)
    }
}

impl Arguments {
    fn take(&mut self, word: &Ident, input: ParseStream<'_>) -> Result<()> {
        match word.to_string().as_str() {
            "owner" => {
                input.parse::<Token![=]>()?;
                self.owner = Some(input.parse()?);
            }
            "timestamps" => {
                input.parse::<Token![=]>()?;
                let which: LitStr = input.parse()?;
                if which.value() != "created" {
                    let message = "`timestamps = \"created\"` is for rows that never change; without it there is `updated_at`, too";
                    return Err(Error::new(which.span(), message));
                }
                self.has_updated_at = false;
            }
            "own_behavior" => self.is_own_behavior = true,
            _ => {
                let message =
                    "beside the table there is `owner = \"COLUMN\"`, `timestamps = \"created\"` and `own_behavior`";
                return Err(Error::new(word.span(), message));
            }
        }
        Ok(())
    }
}
