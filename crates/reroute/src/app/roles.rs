use super::App;
use crate::{
    auth::{Role, UnknownRole, role_names},
    guard::{Access, Policy},
};

impl App {
    /// The application's roles. A role that is written as a text anywhere, in a file, a scope or a mount, and that `R` does not know
    /// stops the start: nobody would ever have it.
    ///
    /// ```
    /// use reroute::{MountAccess, prelude::*};
    ///
    /// #[roles]
    /// enum Role { Customer, Admin }
    ///
    /// # struct Nobody;
    /// # impl Authenticate for Nobody {
    /// #     async fn authenticate(&self, _: &Parts, _: &Context) -> Result<Option<Principal>> { Ok(None) }
    /// # }
    /// # let tree = reroute::Tree::new([]);
    /// let tool = axum::Router::new();
    /// let app = App::new(tree).authenticate(Nobody).roles::<Role>().mount("/tool", tool, MountAccess::roles(["admn"]));
    /// let refused = app.into_service().err().unwrap().to_string();
    /// assert_eq!(refused, "mounted at /tool: `admn` is no role: did you mean `admin`?");
    /// ```
    pub fn roles<R: Role>(mut self) -> Self {
        self.roles = Some(role_names::<R>());
        self
    }
}

/// The roles that a policy names and the application does not have, if it said which it has.
pub(super) fn unknown(policy: &Policy, known: Option<&[&'static str]>) -> Vec<UnknownRole> {
    let (Some(known), Some(Access::Requires(requirements))) = (known, &policy.access) else { return Vec::new() };
    let named = requirements.iter().filter_map(|requirement| requirement.roles.as_ref()).flatten();
    named.filter(|name| !known.contains(name)).map(|name| UnknownRole::new(name, known)).collect()
}
