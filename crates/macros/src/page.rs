//! `#[page]`.

use proc_macro2::TokenStream;
use quote::quote;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use syn::{Error, ItemStruct, LitStr, Result};

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let template: LitStr = syn::parse2(arguments).map_err(|error| {
        Error::new(error.span(), "write the template below `templates`: `#[page(\"account.html\")]`")
    })?;
    let item: ItemStruct = syn::parse2(item)
        .map_err(|error| Error::new(error.span(), "`#[page]` stands on a struct, whose fields the template shows"))?;
    if !template.value().ends_with(".html") {
        return Err(Error::new(
            template.span(),
            "a page is a template that ends in `.html`: what others show is not escaped",
        ));
    }
    if let Some(found) = unescaped(&template.value()) {
        return Err(Error::new(
            template.span(),
            format!(
                "{found} turns the escaping off: leave it out. HTML of users is shown as it is when the field is a `SanitizedHtml`"
            ),
        ));
    }
    let name = &item.ident;
    let (generics, arguments, bounds) = item.generics.split_for_impl();
    let nonce = item.fields.iter().find(|field| field.ident.as_ref().is_some_and(|name| name == "nonce"));
    let nonce = match nonce {
        Some(field) => {
            let name = &field.ident;
            quote!(::core::option::Option::Some(&self.#name))
        }
        None => quote!(::core::option::Option::None),
    };
    Ok(quote! {
        #[derive(::reroute::askama::Template)]
        #[template(path = #template, askama = ::reroute::askama)]
        #item

        impl #generics ::reroute::axum_core::response::IntoResponse for #name #arguments #bounds {
            fn into_response(self) -> ::reroute::axum_core::response::Response {
                ::reroute::pages::respond(&self, #nonce)
            }
        }
    })
}

/// What in a template, or in those that it is made of, shows something unescaped.
fn unescaped(template: &str) -> Option<String> {
    let root = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR")?).join("templates");
    let mut seen = BTreeSet::new();
    let mut next = vec![root.join(template)];
    while let Some(path) = next.pop() {
        // One that is missing is told by the template's own compiler.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if !seen.insert(path.clone()) {
            continue;
        }
        for code in codes(&text) {
            if let Some(filter) = open_filter(code) {
                return Some(format!(
                    "`{filter}` in `templates/{}`",
                    path.strip_prefix(&root).unwrap_or(&path).display()
                ));
            }
            next.extend(named(code).flat_map(|name| beside(&path, &root, name)));
        }
    }
    None
}

/// What stands in `{{ … }}` and `{% … %}`.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices(['{']).map(|(at, _)| &text[at + 1..]);
    starts.filter_map(|rest| {
        let end = if rest.starts_with('{') {
            "}}"
        } else if rest.starts_with('%') {
            "%}"
        } else {
            return None;
        };
        Some(&rest[1..rest.find(end).unwrap_or(rest.len())])
    })
}

/// The filter that turns the escaping off, or chooses another.
fn open_filter(code: &str) -> Option<&'static str> {
    let code: String = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let tight = code.replace(" | ", "|").replace("| ", "|").replace(" |", "|").replace(" (", "(");
    let has = |filter: &str| {
        tight.match_indices(filter).any(|(at, _)| {
            let after = tight[at + filter.len()..].chars().next();
            filter.ends_with('(') || !after.is_some_and(|next| next.is_alphanumeric() || next == '_')
        })
    };
    [("|safe", "|safe"), ("filter safe", "filter safe"), ("|escape(", "|escape(…)"), ("|e(", "|e(…)")]
        .into_iter()
        .find_map(|(filter, shown)| has(filter).then_some(shown))
}

/// The templates that a block is made of.
fn named(code: &str) -> impl Iterator<Item = &str> {
    let code = code.trim_start_matches(['%', '-', '+', '~', ' ', '\n', '\t']);
    let is_of_others = ["extends", "include", "import"].iter().any(|word| code.starts_with(word));
    code.split('"').skip(1).step_by(2).filter(move |_| is_of_others)
}

fn beside(path: &Path, root: &Path, name: &str) -> [PathBuf; 2] {
    [path.parent().unwrap_or(root).join(name), root.join(name)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_that_turn_escaping_off_are_found_and_others_are_not() {
        for code in [
            "{{ a|safe }}",
            "{{ a | safe }}",
            "{{a|upper|safe}}",
            "{% filter safe %}",
            "{{ a|escape(\"none\") }}",
            "{{ a |e (\"none\")}}",
            "{{ a\n|\nsafe }}",
        ] {
            assert!(codes(code).any(|code| open_filter(code).is_some()), "{code}");
        }
        for code in ["{{ a|safely }}", "{{ safe }}", "{{ a|e }}", "{{ a|escape }}", "a|safe", "{{ a|lower }} |safe"] {
            assert!(!codes(code).any(|code| open_filter(code).is_some()), "{code}");
        }
    }

    #[test]
    fn templates_of_a_template_are_named() {
        let names = |text| codes(text).flat_map(|code| named(code).collect::<Vec<_>>()).collect::<Vec<_>>();
        assert_eq!(
            names("{% extends \"base.html\" %}{%- include \"a/b.html\" -%}{{ \"c.html\" }}"),
            ["base.html", "a/b.html"]
        );
    }
}
