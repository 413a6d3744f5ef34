//! `#[model]`.

mod arguments;
mod behavior;
mod columns;
mod shown;

use arguments::Arguments;
use columns::Column;
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, Error, Field, Fields, Item, ItemStruct, Meta, Path, Result, Token, Type, parse_quote};

const USAGE: &str =
    "`#[model]` stands on a struct whose fields are the columns, as in `pub struct User { pub name: String }`";

/// What SeaORM gives to the module by itself.
const TAKEN: [&str; 11] = [
    "Model",
    "ModelEx",
    "ActiveModel",
    "ActiveModelEx",
    "Entity",
    "Column",
    "PrimaryKey",
    "Relation",
    "RelatedEntity",
    "Related",
    "COLUMN",
];

/// SeaORM's dense entity of the same columns, and what reroute asks of it.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let arguments: Arguments = syn::parse2(arguments)?;
    let mut item = match syn::parse2::<Item>(item)? {
        Item::Struct(item) => item,
        Item::Enum(item) => return Err(Error::new_spanned(item.ident, USAGE)),
        other => return Err(Error::new_spanned(other, USAGE)),
    };
    let columns = columns(&mut item, &arguments)?;
    let entity = entity(&item, &arguments)?;
    let behavior = behavior::expand(&item, &columns, &arguments);
    let shown = shown::expand(&item.ident, &columns);
    let record = record(&columns);
    let owner = owner(&columns, &arguments)?;
    Ok(quote!(#entity #behavior #shown #record #owner))
}

/// The columns, those that are added included, in the order of the table.
fn columns(item: &mut ItemStruct, arguments: &Arguments) -> Result<Vec<Column>> {
    if !item.generics.params.is_empty() {
        return Err(Error::new_spanned(&item.generics, "a table has no parameters"));
    }
    if TAKEN.contains(&item.ident.to_string().as_str()) {
        let message = "SeaORM calls something else so: name what a row is, as in `pub struct User`";
        return Err(Error::new(item.ident.span(), message));
    }
    let vis = &item.vis;
    let Fields::Named(fields) = &mut item.fields else {
        return Err(Error::new_spanned(&item.ident, USAGE));
    };
    let id: Type = parse_quote!(i64);
    let time: Type = parse_quote!(::reroute::time::OffsetDateTime);
    let mut columns = vec![Column::added("id", id.clone())];
    let added: &[_] =
        if arguments.has_updated_at { &["id", "created_at", "updated_at"] } else { &["id", "created_at"] };
    for field in &mut fields.named {
        columns.push(Column::take(field, added)?);
    }
    let field = |attributes: TokenStream, name: &str, kind: &Type| -> Field {
        let name = format_ident!("{name}");
        parse_quote!(#attributes #vis #name: #kind)
    };
    let key = quote!(#[doc = "The primary key."] #[sea_orm(primary_key)]);
    fields.named.insert(0, field(key, "id", &id));
    columns.push(Column::added("created_at", time.clone()));
    fields.named.push(field(quote!(#[doc = "When the row was made."]), "created_at", &time));
    if arguments.has_updated_at {
        columns.push(Column::added("updated_at", time.clone()));
        fields.named.push(field(quote!(#[doc = "When the row was last changed."]), "updated_at", &time));
    }
    Ok(columns)
}

fn entity(item: &ItemStruct, arguments: &Arguments) -> Result<TokenStream> {
    for attribute in &item.attrs {
        check_attribute(attribute)?;
    }
    let ItemStruct { attrs, vis, ident, fields, .. } = item;
    let table = &arguments.table;
    let docs = attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
    Ok(quote! {
        #[allow(unused_imports, clippy::wildcard_imports, reason = "what of it is needed depends on the relations")]
        use ::reroute::__private::model::scope::*;

        // First, so that it sees what is derived before the fields that are no columns are gone.
        #[::reroute::sea_orm::model]
        #(#attrs)*
        #[derive(Clone, PartialEq, DeriveEntityModel)]
        #[sea_orm(table_name = #table)]
        #vis struct Model #fields

        #(#docs)*
        #vis type #ident = Model;
    })
}

/// What `#[model]` writes cannot be written twice, and a row is never read from a body.
fn check_attribute(attribute: &Attribute) -> Result<()> {
    if attribute.path().is_ident("sea_orm")
        && let Ok(metas) = attribute.parse_args_with(syn::punctuated::Punctuated::<Meta, Token![,]>::parse_terminated)
        && let Some(meta) = metas.iter().find(|meta| meta.path().is_ident("table_name"))
    {
        return Err(Error::new_spanned(meta, "the table is named by `#[model(\"…\")]`"));
    }
    if !attribute.path().is_ident("derive") {
        return Ok(());
    }
    for path in attribute.parse_args_with(syn::punctuated::Punctuated::<Path, Token![,]>::parse_terminated)? {
        let name = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let message = match name.as_str() {
            "Deserialize" => "nobody names a column in a body: what is read there is an `#[input]`".to_owned(),
            "Debug" | "Serialize" => format!("`#[model]` writes `{name}`, without what is private"),
            "Clone" | "PartialEq" | "DeriveEntityModel" => format!("`#[model]` derives `{name}`"),
            _ => continue,
        };
        return Err(Error::new_spanned(path, message));
    }
    Ok(())
}

fn record(columns: &[Column]) -> TokenStream {
    let public: Vec<_> = columns.iter().filter(|column| !column.is_private && column.variant.is_some()).collect();
    let texts: Vec<_> = public.iter().map(|column| &column.text).collect();
    let variants = public.iter().map(|column| &column.variant);
    quote! {
        impl ::reroute::Sortable for Model {
            const COLUMNS: &'static [&'static str] = &[#(#texts),*];
        }

        impl ::reroute::Record for Model {
            const ID: Column = Column::Id;
            const PUBLIC: &'static [(&'static str, Column)] = &[#((#texts, Column::#variants)),*];
        }

        impl ::reroute::model::ColumnOf<Model> for Column {
            fn column(self) -> ::reroute::Result<Column> {
                ::reroute::__private::Ok(self)
            }
        }
    }
}

fn owner(columns: &[Column], arguments: &Arguments) -> Result<TokenStream> {
    let Some(owner) = &arguments.owner else { return Ok(TokenStream::new()) };
    let Some(column) = columns.iter().find(|column| column.text == owner.value() && column.variant.is_some()) else {
        return Err(Error::new(owner.span(), format!("there is no column `{}`", owner.value())));
    };
    let (field, variant) = (&column.name, &column.variant);
    let (kind, text) = match column.optional() {
        Some(inner) => (
            inner,
            // What belongs to nobody is nobody's.
            quote!(self.#field.as_ref().map(::std::string::ToString::to_string).unwrap_or_default()),
        ),
        None => (&column.kind, quote!(::std::string::ToString::to_string(&self.#field))),
    };
    Ok(quote_spanned! {owner.span()=>
        impl ::reroute::Owned for Model {
            fn owner(&self) -> impl ::std::string::ToString {
                #text
            }
        }

        impl ::reroute::OwnedEntity for Entity {
            type Owner = #kind;
            const OWNER: Column = Column::#variant;
        }
    })
}
