use super::{Options, description, field::Spec, refuse_foreign};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use reroute_core::sensitive::is_sensitive;
use syn::{Error, Field, Fields, Ident, ItemStruct, Meta, Result, Type, ext::IdentExt, spanned::Spanned};

/// A struct that comes in: by its fields' names, or, with one field without a name, as that field.
pub(crate) fn expand(mut item: ItemStruct, options: &Options) -> Result<TokenStream> {
    if !item.generics.params.is_empty() {
        return Err(Error::new_spanned(&item.generics, "an input has no parameters"));
    }
    refuse_foreign(&item.attrs)?;
    let expanded = match &mut item.fields {
        Fields::Named(fields) => {
            let fields = fields.named.iter_mut().map(|field| One::take(field, options)).collect::<Result<Vec<_>>>()?;
            object(&item.ident, &description(&item.attrs), &fields, options)
        }
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            let field = One::take(&mut fields.unnamed[0], options)?;
            if field.file.is_some() {
                return Err(Error::new_spanned(&field.kind, "a file is a named field of a form"));
            }
            newtype(&item.ident, &field, options)
        }
        _ => {
            return Err(Error::new_spanned(
                &item.ident,
                "an input has named fields: positions say nothing to a caller",
            ));
        }
    };
    Ok(quote! {
        #item

        const _: () = {
            use ::reroute::__private::input as __input;
            #expanded
        };
    })
}

/// One field, and what is said of it.
struct One {
    name: Ident,
    shown: String,
    kind: Type,
    spec: Spec,
    /// What a file may be, where it is one.
    file: Option<TokenStream>,
    description: String,
}

impl One {
    fn take(field: &mut Field, options: &Options) -> Result<Self> {
        refuse_foreign(&field.attrs)?;
        let mut spec = Spec::default();
        for attribute in field.attrs.extract_if(.., |attribute| attribute.path().is_ident("field")) {
            match &attribute.meta {
                Meta::List(list) => spec.add(list.tokens.clone())?,
                _ => return Err(Error::new_spanned(attribute, "write `#[field(…)]`")),
            }
        }
        let name = field.ident.clone().unwrap_or_else(|| format_ident!("value"));
        let shown = name.unraw().to_string();
        spec.is_sensitive |= is_sensitive(&shown);
        let shown = match (&spec.name, options.names) {
            (Some(name), _) => name.value(),
            (None, Some(names)) => names.spell(&shown),
            (None, None) => shown,
        };
        let file = spec.file(&shown, &field.ty)?;
        Ok(Self { name, shown, kind: field.ty.clone(), spec, file, description: description(&field.attrs) })
    }

    /// The function that holds the field to its rules.
    fn rules(&self, name: &Ident) -> TokenStream {
        let kind = self.spec.read_as(&self.kind);
        let body = self.spec.rules(&self.kind);
        quote! {
            fn #name(__value: &mut #kind, __at: &__input::At<'_>, __reading: &mut __input::Reading) {
                #body
            }
        }
    }

    /// An expression: the schema of the field.
    fn schema(&self) -> TokenStream {
        let kind = self.spec.read_as(&self.kind);
        let read = quote_spanned!(self.kind.span()=> <#kind as __input::Input>::schema(__schemas));
        let rules = self.spec.schema();
        let description = (!self.description.is_empty()).then(|| {
            let text = &self.description;
            quote!(__input::constrain(&mut __schema, &__input::json!({"description": #text}));)
        });
        quote!({
            let mut __schema = #read;
            #rules
            #description
            __schema
        })
    }
}

fn object(name: &Ident, about: &str, fields: &[One], options: &Options) -> TokenStream {
    let names: Vec<&Ident> = fields.iter().map(|field| &field.name).collect();
    let shown: Vec<&str> = fields.iter().map(|field| field.shown.as_str()).collect();
    let kinds: Vec<Type> = fields.iter().map(|field| field.spec.read_as(&field.kind)).collect();
    let rules: Vec<Ident> = names.iter().map(|name| format_ident!("__rules_{}", name.unraw())).collect();
    let rule_functions = fields.iter().zip(&rules).map(|(field, name)| field.rules(name));
    let numbers: Vec<usize> = (0..fields.len()).collect();
    let fills = fields.iter().zip(&rules).map(|(One { name, shown, kind, spec, .. }, rules)| {
        let most = spec.most();
        let fill =
            quote_spanned!(kind.span()=> __input::fill(&mut __slots.#name, #shown, __values, __at, __reading, #rules));
        quote!({
            __reading.at_most(#most);
            #fill
        })
    });
    let takes = fields.iter().zip(&rules).map(|(One { name, shown, kind, spec, .. }, rules)| {
        let default = spec.stand_in(kind);
        let value = spec.unwrap(&quote!(__value), kind);
        quote_spanned! {kind.span()=>
            __input::take(__slots.#name, #shown, __at, __reading, #default, |__value| #value, #rules)
        }
    });
    let schemas = fields.iter().map(One::schema);
    let has_default = fields.iter().map(|field| field.spec.default.is_some());
    let shown_fields = fields.iter().map(|field| {
        let name = &field.name;
        if field.spec.is_sensitive { quote!(&format_args!("[redacted]")) } else { quote!(&self.#name) }
    });
    let printed = names.iter().map(|name| name.unraw().to_string());
    let checks = options
        .checks
        .iter()
        .map(|check| quote_spanned!(check.span()=> __input::rules::check_all(self, #check, __at, __reading);));
    let title = name.unraw().to_string();
    let files = fields.iter().filter_map(|field| field.file.as_ref());
    quote! {
        #[derive(::std::default::Default)]
        #[doc(hidden)]
        pub struct __Slots {
            #(#names: __input::Slot<#kinds>,)*
        }

        #(#rule_functions)*

        impl __input::Object for #name {
            const FIELDS: &'static [&'static str] = &[#(#shown),*];
            type Slots = __Slots;

            fn position(__name: &str) -> ::reroute::__private::Option<usize> {
                match __name {
                    #(#shown => ::reroute::__private::Some(#numbers),)*
                    _ => ::reroute::__private::None,
                }
            }

            fn fill<'de, __A: ::reroute::__private::serde::de::MapAccess<'de>>(
                __slots: &mut __Slots,
                __nth: usize,
                __values: &mut __A,
                __at: &__input::At<'_>,
                __reading: &mut __input::Reading,
            ) -> ::std::result::Result<(), __A::Error> {
                match __nth {
                    #(#numbers => #fills,)*
                    _ => ::reroute::__private::Ok(()),
                }
            }

            fn build(
                __slots: __Slots,
                __at: &__input::At<'_>,
                __reading: &mut __input::Reading,
            ) -> ::reroute::__private::Option<Self> {
                #(let #names = #takes;)*
                ::reroute::__private::Some(Self { #(#names: #names?),* })
            }

            fn check(&self, __at: &__input::At<'_>, __reading: &mut __input::Reading) {
                #(#checks)*
            }
        }

        impl __input::Input for #name {
            const SHAPE: __input::Shape = __input::Shape::Named(<Self as __input::Object>::FIELDS);
            const FILES: &'static [__input::FileRule] = &[#(#files),*];

            fn read<'de, __D: ::reroute::__private::serde::Deserializer<'de>>(
                __source: __D,
                __at: &__input::At<'_>,
                __reading: &mut __input::Reading,
            ) -> ::std::result::Result<::reroute::__private::Option<Self>, __D::Error> {
                __input::read_object(__source, __at, __reading)
            }

            fn schema(__schemas: &mut __input::Schemas) -> __input::Schema {
                __schemas.define::<Self>(#title, |__schemas| {
                    __input::object_schema(#about, ::std::vec![
                        #((
                            #shown,
                            #schemas,
                            !#has_default && <#kinds as __input::Input>::absent().is_none(),
                        ),)*
                    ])
                })
            }
        }

        impl ::std::fmt::Debug for #name {
            fn fmt(&self, __f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                __f.debug_struct(#title) #(.field(#printed, #shown_fields))* .finish()
            }
        }
    }
}

fn newtype(name: &Ident, field: &One, options: &Options) -> TokenStream {
    let kind = field.spec.read_as(&field.kind);
    let rules = field.rules(&format_ident!("__rules"));
    let value = field.spec.unwrap(&quote!(__value), &field.kind);
    let schema = field.schema();
    let most = field.spec.most();
    let shown = if field.spec.is_sensitive { quote!(&format_args!("[redacted]")) } else { quote!(&self.0) };
    let title = name.unraw().to_string();
    let checks = options
        .checks
        .iter()
        .map(|check| quote_spanned!(check.span()=> __input::rules::check_all(&__value, #check, __at, __reading);));
    quote! {
        #rules

        impl __input::Input for #name {
            fn read<'de, __D: ::reroute::__private::serde::Deserializer<'de>>(
                __source: __D,
                __at: &__input::At<'_>,
                __reading: &mut __input::Reading,
            ) -> ::std::result::Result<::reroute::__private::Option<Self>, __D::Error> {
                __reading.at_most(#most);
                let ::reroute::__private::Some(mut __value) = <#kind as __input::Input>::read(__source, __at, __reading)?
                else {
                    return ::reroute::__private::Ok(::reroute::__private::None);
                };
                __rules(&mut __value, __at, __reading);
                let __value = Self(#value);
                #(#checks)*
                ::reroute::__private::Ok(::reroute::__private::Some(__value))
            }

            fn schema(__schemas: &mut __input::Schemas) -> __input::Schema {
                __schemas.define::<Self>(#title, |__schemas| #schema)
            }
        }

        impl ::std::fmt::Debug for #name {
            fn fmt(&self, __f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                __f.debug_tuple(#title).field(#shown).finish()
            }
        }
    }
}
