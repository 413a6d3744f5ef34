use std::any::TypeId;

/// What an extractor says of itself at start, before any request: what it needs, so that a lack of it stops the start.
///
/// Extractors of other crates say nothing, and are asked nothing.
pub trait Describe {
    /// Whether it can only be had of a signed-in caller.
    const DEMANDS_CALLER: bool = false;
    /// Whether it reads what the caller wrote into path, query or body, and so must come after authorization.
    const PARAMETER: bool = false;

    /// Whether it takes the body, and says what may stand in it.
    const TYPED_BODY: bool = false;

    /// What of the request it depends on. An answer is kept for those who ask alike, so what says less than it reads mixes callers up.
    const READS: Reads = Reads::Everything;

    /// Adds what it needs to `description`.
    fn describe(description: &mut Description) {
        let _ = description;
    }
}

/// What of a request an extractor depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// Nothing: what the application shares.
    Application,
    /// The path, and the query parameters that it describes.
    Parameters,
    /// The headers and cookies that it describes.
    Head,
    /// Who calls.
    Caller,
    /// Anything.
    Everything,
}

impl Reads {
    /// Whether every caller who asks the same gets the same.
    #[doc(hidden)]
    pub const fn is_shareable(self) -> bool {
        matches!(self, Self::Application | Self::Parameters)
    }
}

/// What an endpoint's extractors need.
#[derive(Debug, Default, Clone)]
pub struct Description {
    pub(crate) states: Vec<(TypeId, &'static str)>,
    pub(crate) paths: Vec<Shape>,
    pub(crate) extractors: Vec<&'static str>,
    pub(crate) caller: bool,
    /// Whether the application must say what its accounts are.
    pub(crate) accounts: bool,
    /// Parts of authenticators that must be there, and the authenticators' names.
    pub(crate) authenticators: Vec<(TypeId, &'static str)>,
    /// Whether it asks other servers.
    #[cfg(feature = "fetch")]
    pub(crate) fetch: bool,
    pub(crate) body: bool,
    pub(crate) query: Vec<&'static str>,
    pub(crate) headers: Vec<&'static str>,
    pub(crate) cookies: Vec<&'static str>,
    /// Whether the query is read as a whole.
    pub(crate) raw_query: bool,
    /// Whether something reads what it does not describe.
    pub(crate) raw: bool,
}

impl Description {
    /// The endpoint needs what [`App::state`](crate::App::state) was given of type `T`.
    pub fn needs_state<T: 'static>(&mut self) {
        self.states.push((TypeId::of::<T>(), std::any::type_name::<T>()));
    }

    /// The endpoint needs the part `T` of the authenticator `name`.
    pub(crate) fn needs_authenticator<T: 'static>(&mut self, name: &'static str) {
        self.authenticators.push((TypeId::of::<T>(), name));
    }

    /// The endpoint depends on the query parameter `name`.
    pub fn reads_query(&mut self, name: &'static str) {
        self.query.push(name);
    }

    /// The endpoint depends on the header `name`.
    pub fn reads_header(&mut self, name: &'static str) {
        self.headers.push(name);
    }

    /// The endpoint depends on the cookie `name`.
    pub fn reads_cookie(&mut self, name: &'static str) {
        self.cookies.push(name);
    }

    /// The endpoint depends on parameters whose names are not known beforehand.
    pub(crate) fn reads_whole_query(&mut self) {
        self.raw_query = true;
    }

    pub(crate) fn needs_path(&mut self, shape: Shape) {
        self.paths.push(shape);
    }
}

/// What a type wants of the path's parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One value.
    One,
    /// That many values, by position.
    Tuple(usize),
    /// Values by name.
    Named(&'static [&'static str]),
    /// Whatever there is.
    Any,
}

impl Shape {
    /// Why a pattern with the parameters `names` cannot give it, if it cannot.
    pub(crate) fn misfit(&self, names: &[String]) -> Option<String> {
        match self {
            Self::Any => None,
            Self::One if names.len() == 1 => None,
            Self::Tuple(count) if names.len() == *count => None,
            Self::Named(fields) => {
                let missing = fields.iter().find(|field| !names.iter().any(|name| name == *field))?;
                Some(format!("its `Path` names `{missing}`, which is no parameter of the path"))
            }
            Self::One => Some(format!("its `Path` takes one parameter, and the path has {}", names.len())),
            Self::Tuple(count) => {
                Some(format!("its `Path` takes {count} parameters, and the path has {}", names.len()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn misfits_are_told() {
        let names = ["id".to_owned()];
        assert_eq!(Shape::One.misfit(&names), None);
        assert!(Shape::Tuple(2).misfit(&names).is_some());
        assert!(Shape::Named(&["name"]).misfit(&names).is_some());
        assert!(Shape::One.misfit(&[]).is_some());
    }
}
