use heck::ToUpperCamelCase;
use proc_macro2::Span;
use quote::format_ident;
use reroute_core::sensitive::is_sensitive;
use syn::{
    Error, Field, GenericArgument, Ident, Meta, PathArguments, Result, Token, Type, Visibility, ext::IdentExt,
    punctuated::Punctuated,
};

/// A field of the record.
pub(super) struct Column {
    pub(super) name: Ident,
    /// The name on the wire.
    pub(super) text: String,
    /// What SeaORM calls it in `enum Column`. `None`: it is a relation, or kept nowhere.
    pub(super) variant: Option<Ident>,
    pub(super) kind: Type,
    pub(super) is_relation: bool,
    pub(super) is_private: bool,
    /// It goes out as its own crate serializes it.
    pub(super) is_as_is: bool,
}

impl Column {
    /// Takes our own attribute off the field, and reads the others.
    pub(super) fn take(field: &mut Field, added: &[&str]) -> Result<Self> {
        let Some(name) = field.ident.clone() else {
            return Err(Error::new_spanned(field, "a column has a name"));
        };
        let text = name.unraw().to_string();
        if added.contains(&text.as_str()) {
            return Err(Error::new(name.span(), format!("`{text}` is added by `#[model]`: leave it out")));
        }
        if let Visibility::Inherited = field.vis {
            return Err(Error::new(
                name.span(),
                format!("a column is seen by the queries of other modules: write `pub {text}` or `pub(crate) {text}`"),
            ));
        }
        if is_u64(&field.ty) {
            return Err(Error::new_spanned(
                &field.ty,
                "neither database holds every `u64`, and a larger one would end in a panic: write `i64`",
            ));
        }
        let words = Words::take(field)?;
        let is_relation = is_relation(&field.ty);
        if let (true, Some(word)) = (is_relation, words.any()) {
            return Err(Error::new(word, "this is a relation, which no request names and no answer holds"));
        }
        let marks = Marks::read(field)?;
        let variant = if is_relation || marks.is_ignored { None } else { Some(marks.variant_of(&name, &text)) };
        let is_private = words.private.is_some() || (is_sensitive(&text) && words.public.is_none());
        Ok(Self {
            name,
            text,
            variant,
            kind: field.ty.clone(),
            is_relation,
            is_private,
            is_as_is: words.as_is.is_some(),
        })
    }

    /// One of those that are added.
    pub(super) fn added(name: &str, kind: Type) -> Self {
        Self {
            name: format_ident!("{name}"),
            text: name.to_owned(),
            variant: Some(format_ident!("{}", name.to_upper_camel_case())),
            kind,
            is_relation: false,
            is_private: false,
            is_as_is: false,
        }
    }

    /// Whether its value is kept from logs, too.
    pub(super) fn is_redacted(&self) -> bool {
        self.is_private || is_sensitive(&self.text)
    }

    /// The `T` of an `Option<T>`.
    pub(super) fn optional(&self) -> Option<&Type> {
        let Type::Path(path) = &self.kind else { return None };
        let last = path.path.segments.last()?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        match arguments.args.first() {
            Some(GenericArgument::Type(inner)) if last.ident == "Option" => Some(inner),
            _ => None,
        }
    }
}

/// What `#[column(…)]` says, each with its place.
#[derive(Default)]
struct Words {
    private: Option<Span>,
    public: Option<Span>,
    as_is: Option<Span>,
}

impl Words {
    fn take(field: &mut Field) -> Result<Self> {
        let mut words = Self::default();
        for attribute in field.attrs.extract_if(.., |attribute| attribute.path().is_ident("column")) {
            let all = attribute.parse_args_with(Punctuated::<Ident, Token![,]>::parse_terminated)?;
            if all.is_empty() {
                return Err(Error::new_spanned(&attribute, "say what the column is, as in `#[column(private)]`"));
            }
            for word in all {
                let place = match word.to_string().as_str() {
                    "private" => &mut words.private,
                    "public" => &mut words.public,
                    "as_is" => &mut words.as_is,
                    _ => {
                        let message = "a column is `private`, `public` in spite of its name, or goes out `as_is`";
                        return Err(Error::new(word.span(), message));
                    }
                };
                if place.replace(word.span()).is_some() {
                    return Err(Error::new(word.span(), format!("`{word}` is said twice")));
                }
            }
        }
        if let (Some(private), Some(_)) = (words.private, words.public.or(words.as_is)) {
            return Err(Error::new(private, "a private column never goes out: there is nothing else to say of it"));
        }
        Ok(words)
    }

    fn any(&self) -> Option<Span> {
        self.private.or(self.public).or(self.as_is)
    }
}

/// What `#[sea_orm(…)]` says that matters here.
struct Marks {
    is_ignored: bool,
    enum_name: Option<Ident>,
}

impl Marks {
    fn read(field: &Field) -> Result<Self> {
        let mut marks = Self { is_ignored: false, enum_name: None };
        for attribute in &field.attrs {
            if attribute.path().is_ident("serde") {
                let message = "`#[model]` writes what goes out: another shape is an `#[output]` of its own";
                return Err(Error::new_spanned(attribute, message));
            }
            if !attribute.path().is_ident("sea_orm") {
                continue;
            }
            for meta in attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)? {
                if meta.path().is_ident("ignore") {
                    marks.is_ignored = true;
                } else if meta.path().is_ident("primary_key") {
                    return Err(Error::new_spanned(meta, "the primary key is `id`, which `#[model]` adds"));
                } else if let Meta::NameValue(pair) = &meta
                    && pair.path.is_ident("enum_name")
                    && let syn::Expr::Lit(literal) = &pair.value
                    && let syn::Lit::Str(name) = &literal.lit
                {
                    marks.enum_name = Some(name.parse()?);
                }
            }
        }
        Ok(marks)
    }

    /// SeaORM's variant: the field's name in its own style.
    fn variant_of(&self, name: &Ident, text: &str) -> Ident {
        self.enum_name.clone().unwrap_or_else(|| Ident::new(&text.to_upper_camel_case(), name.span()))
    }
}

/// `u64`, or an `Option` of one.
fn is_u64(kind: &Type) -> bool {
    let Type::Path(path) = kind else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) if last.ident == "Option" => {
            arguments.args.iter().any(|argument| matches!(argument, GenericArgument::Type(kind) if is_u64(kind)))
        }
        _ => last.ident == "u64",
    }
}

/// As SeaORM tells them: by the last word of the type.
fn is_relation(kind: &Type) -> bool {
    let Type::Path(path) = kind else { return false };
    path.path.segments.last().is_some_and(|last| {
        let name = last.ident.to_string();
        matches!(name.as_str(), "HasMany" | "HasOne" | "BelongsTo")
    })
}
