use syn::{Attribute, Item, Visibility};

/// What a file declares at its top level.
#[derive(Debug, Default)]
pub(crate) struct Source {
    pub(crate) routes: Vec<Declared>,
    pub(crate) scopes: Vec<Declared>,
}

/// A struct that bears `#[route]` or `#[scope]`.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) public: bool,
    pub(crate) requires: bool,
}

impl Source {
    /// Reads the text of a file; `None` if it is no valid Rust.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let file = syn::parse_file(str::from_utf8(text).ok()?).ok()?;
        let mut source = Self::default();
        for item in file.items {
            let Item::Struct(item) = item else { continue };
            let bears = |name| item.attrs.iter().any(|attribute| is(attribute, name));
            let declared = || Declared {
                name: item.ident.to_string(),
                public: matches!(item.vis, Visibility::Public(_)),
                requires: bears("requires"),
            };
            if bears("route") {
                source.routes.push(declared());
            }
            if bears("scope") {
                source.scopes.push(declared());
            }
        }
        Some(source)
    }
}

/// Whether it is the attribute of this name, imported or written with its path.
fn is(attribute: &Attribute, name: &str) -> bool {
    attribute.path().segments.last().is_some_and(|segment| segment.ident == name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn names(declared: &[Declared]) -> Vec<&str> {
        declared.iter().map(|declared| declared.name.as_str()).collect()
    }

    #[test]
    fn declarations() {
        let source = Source::parse(
            br#"
            //! A page.
            #[route] pub struct One { me: Principal }
            #[cfg(unix)] #[reroute::route] struct Two;
            #[::reroute::scope] #[reroute::requires("admin")] pub(crate) struct Three;
            #[route] impl One { async fn get(&self) {} }
            #[route] enum Four {}
            #[routed] struct Five;
            mod inner { #[route] pub struct Six; }
            fn local() { #[route] struct Seven; }
            "#,
        )
        .unwrap();
        assert_eq!(names(&source.routes), ["One", "Two"]);
        assert_eq!(names(&source.scopes), ["Three"]);
        assert!(source.routes[0].public && !source.routes[1].public && !source.scopes[0].public);
        assert!(!source.routes[0].requires && source.scopes[0].requires);
    }

    #[test]
    fn requires_only_for_certain() {
        let source = Source::parse(b"#[scope] #[cfg_attr(unix, requires)] pub struct Admin;").unwrap();
        assert!(!source.scopes[0].requires);
    }

    #[test]
    fn no_rust() {
        assert!(Source::parse(b"#[route] pub struct").is_none());
        assert!(Source::parse(b"#[route] pub struct A; }").is_none());
        assert!(Source::parse(b"// \xff\n#[route] pub struct A;").is_none());
        assert!(Source::parse(b"").is_some());
    }
}
