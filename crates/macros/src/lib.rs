//! The macros of reroute. They declare; the library does.
//!
//! An attribute expands to a value of a plain struct and to typed calls of ordinary functions. What can be known to be wrong is said
//! here, at the user's own token, with what to write.

mod access;
mod cache;
mod cached;
mod cors;
mod data;
mod main_fn;
mod migrations;
mod misplaced;
mod model;
mod page;
mod rate_limit;
mod roles;
mod route;
mod scope;
mod sql;
mod timeout;

use proc_macro::TokenStream;

/// Makes a route of a struct, and of its `impl`.
///
/// On the struct, each field is an extractor, filled for every request once the caller is known; one that bears `#[init]` starts as
/// its default. On the `impl`, the methods `get`, `post`, `put`, `patch`, `delete`, `head` and `options` are handlers, and
/// `before_request`, `after_request` and `on_error` are hooks. Each handler says who may call it: `#[public]` or
/// `#[requires]`.
#[proc_macro_attribute]
pub fn route(arguments: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(arguments.into(), item.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Makes a page of a struct, by a template of the folder `templates` beside `Cargo.toml`: `#[page("account.html")]`. The template shows the fields, escaped, and a
/// handler returns the struct. A field `nonce` is what its scripts and styles bear.
#[proc_macro_attribute]
pub fn page(arguments: TokenStream, item: TokenStream) -> TokenStream {
    page::expand(arguments.into(), item.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Makes the rules of a folder, in its `_scope.rs`: `#[requires]`, `#[timeout]`, `#[cors]` and `#[rate_limit]` on this struct hold for every file below.
#[proc_macro_attribute]
pub fn scope(arguments: TokenStream, item: TokenStream) -> TokenStream {
    scope::expand(arguments.into(), item.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Lets everybody call a handler.
#[proc_macro_attribute]
pub fn public(arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::expand("public", &arguments.into(), &item.into()).into()
}

/// Says who may call: any signed-in caller, or what the words in it ask. All words of one hold together, and so do several of them.
///
/// | word | lets in |
/// | --- | --- |
/// | `Role::Admin`, `"moderator"` | callers with at least one of the roles that are named so; others get 403 |
/// | `scope = "orders:read"` | callers whose credential is not limited to scopes, or has this one; others get 403 |
/// | `scheme = "api_key"` | callers who came by this kind of credential; to others the right one is missing: 401 |
/// | `check = Self::may` | callers for whom this says yes; others get 403 |
/// | `anonymous` | whoever a check lets in, known or not; others get 401 |
///
/// A caller whose credential is limited to scopes gets 403 wherever no scope is named.
#[proc_macro_attribute]
pub fn requires(arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::expand("requires", &arguments.into(), &item.into()).into()
}

/// Makes the application's roles of an enum: each variant is one, by its name in `snake_case`.
///
/// It gives the enum `Copy`, `Debug`, `Eq` and `Hash`, `reroute::Role`, and reading and writing by name: `AsRef<str>`, `Display`, `FromStr`,
/// `From<Role> for String`, and serde's two. It may be a field of an `#[output]`. `#[requires(Role::Admin)]` takes its variants.
#[proc_macro_attribute]
pub fn roles(arguments: TokenStream, item: TokenStream) -> TokenStream {
    roles::expand(&arguments.into(), item.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Says how long the head of an answer may take, as in `#[timeout("2 s")]`.
#[proc_macro_attribute]
pub fn timeout(arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::expand("timeout", &arguments.into(), &item.into()).into()
}

/// Says how many requests are admitted in how long: `#[rate_limit("5/min")]`, each client network by itself.
///
/// `per = "principal"` or `"global"`, or `key = …`, an expression over `request` and the handler's arguments, count by something else;
/// `count = "failures"` counts only answers of 400 to 499; `if_store_fails` says what holds while Redis does not answer. It stands on a handler, on
/// an `impl`, or on a scope, and may stand several times: all have to admit.
#[proc_macro_attribute]
pub fn rate_limit(arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::expand("rate_limit", &arguments.into(), &item.into()).into()
}

/// Leaves fewer origins than the settings allow to read the answers of a handler, an `impl` or a folder: `#[cors("https://app.example.com")]`,
/// or `#[cors()]` for none.
#[proc_macro_attribute]
pub fn cors(arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::expand("cors", &arguments.into(), &item.into()).into()
}

/// Keeps what a handler answers, or what a function returns, for a while: `#[cache("60 s")]`, `#[cache(duration = 300)]` (seconds).
///
/// | word | on | |
/// | --- | --- | --- |
/// | `shared`, `shared = "why"` | handlers | every caller sees the same; with a reason where a caller is demanded |
/// | `tags("products")`, `tag = EXPR` | both | names to forget it by; `EXPR` is over the arguments |
/// | `key = EXPR` | functions | what the result is found by, in place of all arguments |
/// | `capacity = 50` | functions | how many results are kept, beside what is kept otherwise |
///
/// What is kept, for whom and until when stands in `reroute::cache`. It needs the feature `cache`.
#[proc_macro_attribute]
pub fn cache(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let (arguments, item) = (arguments.into(), proc_macro2::TokenStream::from(item));
    match syn::parse2(item.clone()) {
        Ok(function) => cached::expand(arguments, function)
            // The function stays, so that nothing else of it is reported as missing.
            .unwrap_or_else(|error| {
                let error = error.into_compile_error();
                quote::quote!(#item #error)
            })
            .into(),
        Err(_) => misplaced::expand("cache", &arguments, &item).into(),
    }
}

/// Lets a handler take the body as it comes: no size but the body limit's, no type and no constraint holds for it.
#[proc_macro_attribute]
pub fn raw_body(arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::expand("raw_body", &arguments.into(), &item.into()).into()
}

/// Makes an input of a struct or an enum: what may come in, and the constraints of its fields. What it does not name is refused.
///
/// | word of `#[field(…)]` | holds for | |
/// | --- | --- | --- |
/// | `min_length = 3`, `max_length = 50` | `String`, `Vec`, maps | characters, items, entries |
/// | `pattern = "^[a-z]+$"` | `String` | a regular expression that is matched in linear time |
/// | `email`, `url` | `String` | an address that people can be reached at; an absolute `http` or `https` URL |
/// | `ge = 1`, `gt = 0`, `le = 99`, `lt = 100` | numbers | |
/// | `each(…)` | `Vec` | the constraints of every item |
/// | `check = path` | any | a function from `&T` to `Result<(), &'static str>` or `Result<(), String>`; its name is the code in answers |
/// | `max_size = "2 MiB"`, `types("image/png", …)` | `File` | how large the file may be, and of which types: both have to be said; a `Vec<File>` says `max_length`, too |
/// | `trim`, `nfc` | `String` | changes it before the constraints after it are held; `nfc` needs the feature of that name |
/// | `default`, `default = 20` | any | what stands for it where nothing is written |
/// | `name = "userName"` | any | what it is called outside |
/// | `parse` | what is `FromStr` | read from a string |
/// | `sensitive` | any | is never printed; so are fields whose names say it, such as `password` or `api_key` |
///
/// All of them hold inside `Option`. `#[input(check = Self::rule)]` is a rule over several fields, from `&Self` to
/// `Result<(), FieldError>`, asked once each field holds its own; `#[input(names = "camelCase")]` spells all names so. The words
/// of an enum are its variants in `snake_case`.
#[proc_macro_attribute]
pub fn input(arguments: TokenStream, item: TokenStream) -> TokenStream {
    data::input(arguments.into(), item.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Makes an output of a struct or an enum: what may go out as a body.
#[proc_macro_attribute]
pub fn output(arguments: TokenStream, item: TokenStream) -> TokenStream {
    data::output(arguments.into(), item.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Makes a statement of SQL of one literal and its values: `sql!("SELECT * FROM products WHERE id = :id", id = 7)`.
///
/// What stands after the text is bound, never written into it. What else there is to know stands in `reroute::db`, beside `Sql`.
#[proc_macro]
pub fn sql(tokens: TokenStream) -> TokenStream {
    sql::expand(tokens.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// A table, as a type: what a row holds beside `id`, `created_at` and `updated_at`, which are added.
///
/// See the module `reroute::model`.
#[proc_macro_attribute]
pub fn model(arguments: TokenStream, item: TokenStream) -> TokenStream {
    model::expand(arguments.into(), item.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Embeds the migrations in a folder beside Cargo.toml: `migrations!("migrations")`. A file with a wrong name is an error here.
#[proc_macro]
pub fn migrations(input: TokenStream) -> TokenStream {
    migrations::expand(input.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Runs `async fn main` on reroute's runtime; an error ends the process with 1.
#[proc_macro_attribute]
pub fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    main_fn::expand(arguments.into(), item.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}
