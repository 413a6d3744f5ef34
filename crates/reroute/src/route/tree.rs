use crate::{
    guard::{Access, Requirement},
    limit::Limit,
    route::{Endpoint, Route},
};
use reroute_core::origin::OriginPattern;
use std::time::Duration;

/// Every route of an application, as the build script found them in `src/routes`.
///
/// Nothing else registers a route. What the generated table says is written by [`tree!`](crate::tree!).
#[derive(Debug)]
pub struct Tree {
    pub(crate) files: Vec<File>,
}

/// A route file: the pattern that its place in the tree gives it, its endpoints, and the scopes that hold there.
#[derive(Debug)]
pub struct File {
    pub(crate) pattern: String,
    pub(crate) file: String,
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) scopes: Vec<Rules>,
}

/// What a scope asks of everything below it.
#[derive(Debug, Default, Clone)]
pub struct Rules {
    /// Who may call, beside what the endpoint itself says.
    pub requirements: Vec<Requirement>,
    /// The longest time that an answer may take.
    pub timeout: Option<Duration>,
    /// The origins that may read answers.
    pub cors: Option<Vec<OriginPattern>>,
    /// How many requests are admitted.
    pub limits: Vec<Limit>,
}

/// The rules of a folder, declared in its `_scope.rs`. `#[scope]` writes it.
pub trait Scope {
    /// What holds below.
    fn rules() -> Rules;
}

/// Says that a scope above a route demands a caller, so that its handlers need not. The generated table writes it.
#[diagnostic::on_unimplemented(
    message = "this handler does not say who may call it",
    label = "nobody is let in by accident: declare who may call",
    note = "write `#[public]` for everybody, `#[requires]` for any signed-in caller, `#[requires(\"admin\")]` for a role, or `#[requires(check = Self::may)]` for a rule of your own",
    note = "`#[requires]` may also stand on the `impl`, or on the `#[scope]` struct of a `_scope.rs` in a folder above"
)]
pub trait ScopeRequires {}

impl Tree {
    /// A tree of these files.
    ///
    /// The generated table calls it; tests may build a tree by hand.
    pub fn new(files: impl IntoIterator<Item = File>) -> Self {
        Self { files: files.into_iter().collect() }
    }
}

/// The file of the route `R`, which answers `pattern`.
pub fn file<R: Route>(pattern: impl Into<String>, file: impl Into<String>) -> File {
    File { pattern: pattern.into(), file: file.into(), endpoints: R::endpoints(), scopes: Vec::new() }
}

impl File {
    /// Puts the file into the scope `S`. The outermost comes first.
    pub fn within<S: Scope>(mut self) -> Self {
        self.scopes.push(S::rules());
        self
    }

    /// Adds the scopes' rules to each endpoint's own. They can only make it harder to get in.
    ///
    /// Gives back the methods that cannot be tightened: `#[public]` ones below a scope that demands a caller.
    pub(crate) fn tighten(&mut self) -> Vec<String> {
        let mut contradictions = Vec::new();
        let requirements: Vec<Requirement> =
            self.scopes.iter().flat_map(|scope| scope.requirements.iter().cloned()).collect();
        let timeout = self.scopes.iter().filter_map(|scope| scope.timeout).min();
        let limits: Vec<Limit> = self.scopes.iter().flat_map(|scope| scope.limits.iter().cloned()).collect();
        for endpoint in &mut self.endpoints {
            let policy = &mut endpoint.policy;
            policy.limits.splice(0..0, limits.iter().cloned());
            policy.timeout = policy.timeout.into_iter().chain(timeout).min();
            for left in self.scopes.iter().filter_map(|scope| scope.cors.as_ref()) {
                // A scope's origins are left where the endpoint's own say nothing; where they do, only what both name.
                match &mut policy.cors {
                    Some(own) => own.retain(|origin| left.contains(origin)),
                    none => *none = Some(left.clone()),
                }
            }
            if requirements.is_empty() {
                continue;
            }
            match &mut policy.access {
                Some(Access::Public) => contradictions.push(endpoint.method.to_string()),
                Some(Access::Requires(own)) => {
                    own.splice(0..0, requirements.iter().cloned());
                }
                undeclared @ None => *undeclared = Some(Access::Requires(requirements.clone())),
            }
        }
        contradictions
    }
}

/// The table that the build script writes: one row for each route file.
///
/// ```text
/// reroute::tree! {
///     "/" => index::Home, "src/routes/index.rs";
///     "/admin/reports" => admin_::reports::Reports, "src/routes/admin/reports.rs", in admin_::_scope::Admin, requires;
/// }
/// ```
///
/// `in` names the scopes in force, the outermost first; `requires` says that one of them demands a caller.
#[macro_export]
macro_rules! tree {
    ($($pattern:literal => $route:path, $file:literal $(, in $scope:path)* $(, $requires:ident)?;)*) => {
        /// Every route of the application.
        pub fn tree() -> $crate::Tree {
            $crate::Tree::new([$($crate::route::file::<$route>($pattern, $file)$(.within::<$scope>())*),*])
        }
        $($crate::__scope_requires!($route $(, $requires)?);)*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __scope_requires {
    ($route:path) => {};
    ($route:path, requires) => {
        impl $crate::route::ScopeRequires for $route {}
    };
}
