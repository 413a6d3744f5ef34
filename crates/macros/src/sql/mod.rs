//! `sql!("… :name …", name = value)`.

mod statement;
#[cfg(test)]
mod tests;
mod token;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use statement::{Role, Statement};
use syn::{
    Error, Expr, Ident, LitStr, Result, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
    spanned::Spanned,
};

const LITERAL: &str = "a statement is one literal, so that nothing a caller sends can become a part of it: write `:name` for what varies, and \
                       `name = value` after the text. One that has to be put together at run time goes through `reroute::db::danger`";

/// A value of `reroute::db::Sql`.
pub(crate) fn expand(tokens: TokenStream) -> Result<TokenStream> {
    let Given { text, values } = syn::parse2(tokens)?;
    let statement = statement::statement(&text.value()).map_err(|error| Error::new(text.span(), error))?;
    check(&text, &statement, &values)?;
    let order: Vec<usize> = statement
        .places
        .iter()
        .map(|place| {
            values.iter().position(|value| value.name.unraw() == place.name).expect("each place has its value")
        })
        .collect();
    let has_lists = statement.places.iter().any(|place| place.role.is_list());
    let rendered = if has_lists {
        let texts = &statement.texts;
        let places = statement.places.iter().zip(&order).map(|(place, value)| {
            let role = match place.role {
                Role::One | Role::Pattern => quote!(One),
                Role::In => quote!(In),
                Role::NotIn => quote!(NotIn),
            };
            quote!(::reroute::__private::sql::Place { value: #value, role: ::reroute::__private::sql::Role::#role })
        });
        quote!(Lists { texts: &[#(#texts),*], places: &[#(#places),*] })
    } else {
        let (sqlite, postgres) = (numbered(&statement, &order, '?'), numbered(&statement, &order, '$'));
        quote!(Fixed { sqlite: #sqlite, postgres: #postgres })
    };
    let values = values.iter().map(|value| value.bound(&statement));
    Ok(quote!({
        const __TEXT: &::reroute::__private::sql::Text = &::reroute::__private::sql::Text::#rendered;
        ::reroute::__private::sql::sql(__TEXT, ::std::vec![#(#values),*])
    }))
}

/// The text with a number for each value, which is the same wherever the value stands again.
fn numbered(statement: &Statement, order: &[usize], mark: char) -> String {
    let mut text = statement.texts[0].clone();
    for (value, after) in order.iter().zip(&statement.texts[1..]) {
        text += &format!("{mark}{}{after}", value + 1);
    }
    text
}

struct Given {
    text: LitStr,
    values: Vec<Named>,
}

struct Named {
    name: Ident,
    value: Expr,
}

impl Parse for Given {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.is_empty() {
            let message = "write a statement, as in `sql!(\"SELECT * FROM products WHERE id = :id\", id = id)`";
            return Err(Error::new(Span::call_site(), message));
        }
        let text = match input.parse::<Expr>()? {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => text,
            other => return Err(Error::new_spanned(other, LITERAL)),
        };
        if input.is_empty() {
            return Ok(Self { text, values: Vec::new() });
        }
        input.parse::<Token![,]>()?;
        let values = Punctuated::<Named, Token![,]>::parse_terminated(input)?;
        Ok(Self { text, values: values.into_iter().collect() })
    }
}

impl Parse for Named {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let named =
            "write the value with its name, as in `id = user.id`, or `id` alone for a variable that is called so";
        if !input.peek(Ident::peek_any) {
            return Err(input.error(named));
        }
        let name = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) && !input.peek(Token![==]) {
            input.parse::<Token![=]>()?;
            input.parse()?
        } else if input.is_empty() || input.peek(Token![,]) {
            syn::parse_quote!(#name)
        } else {
            return Err(Error::new(name.span(), named));
        };
        Ok(Self { name, value })
    }
}

/// Each placeholder has its value, and each value its placeholder.
fn check(text: &LitStr, statement: &Statement, values: &[Named]) -> Result<()> {
    let mut errors: Option<Error> = None;
    let mut add = |error: Error| match &mut errors {
        Some(errors) => errors.combine(error),
        None => errors = Some(error),
    };
    for (at, value) in values.iter().enumerate() {
        let name = value.name.unraw().to_string();
        if values[..at].iter().any(|earlier| earlier.name.unraw() == name) {
            add(Error::new(value.name.span(), format!("`{name}` has a value already")));
        } else if statement.places.iter().any(|place| place.name == name) {
        } else if statement.quoted.contains(&name) {
            let message = format!(
                "`:{name}` stands inside quotes, where it is text: write it without quotes, and make the pattern of a LIKE by \
                 `reroute::db::like`"
            );
            add(Error::new(value.name.span(), message));
        } else {
            add(Error::new(value.name.span(), format!("the statement has no `:{name}`")));
        }
    }
    let mut missing: Vec<&str> = Vec::new();
    for place in &statement.places {
        if !missing.contains(&&*place.name) && !values.iter().any(|value| value.name.unraw() == place.name) {
            missing.push(&place.name);
            add(Error::new(text.span(), format!("`:{0}` has no value: write `{0} = …` after the text", place.name)));
        }
    }
    errors.map_or(Ok(()), Err)
}

impl Named {
    /// The value as the statement takes it: a pattern, a list, or one.
    fn bound(&self, statement: &Statement) -> TokenStream {
        let name = self.name.unraw();
        let value = &self.value;
        let mut roles = statement.places.iter().filter(|place| name == place.name).map(|place| place.role);
        let function = if roles.clone().any(|role| role == Role::Pattern) {
            quote!(pattern)
        } else if roles.all(Role::is_list) {
            quote!(list)
        } else {
            quote!(one)
        };
        quote_spanned!(value.span()=> ::reroute::__private::sql::#function(#value))
    }
}
