use serde::{Deserializer, de};
use std::{error, fmt, marker::PhantomData, str::FromStr};

/// What callers can be, as an enum that nobody can misspell. [`#[roles]`](macro@crate::roles) implements it.
///
/// A role has the name of its variant in `snake_case`. So it is written into tokens, rows and the security log, and so it compares:
/// `Role::Admin` in [`#[requires]`](macro@crate::requires) lets in whom [`Principal::with_roles`](crate::Principal::with_roles) gave
/// `"admin"`. The names are the contract; a variant that is renamed is another role.
///
/// The enum has `ALL` and `name` by itself, too, so that it may be called `Role` where this trait is not in scope: it is not in the prelude.
///
/// ```
/// use reroute::prelude::*;
///
/// #[roles]
/// pub enum Role {
///     Customer,
///     Moderator,
///     Admin,
/// }
///
/// let me = Principal::new("7", "session").with_roles([Role::Moderator]);
/// assert!(me.has_role(Role::Moderator) && me.has_role("moderator") && !me.has_role(Role::Admin));
/// assert_eq!(Role::ALL.iter().map(|role| role.name()).collect::<Vec<_>>(), ["customer", "moderator", "admin"]);
/// assert_eq!("admin".parse(), Ok(Role::Admin));
/// assert_eq!("admn".parse::<Role>().unwrap_err().to_string(), "`admn` is no role: did you mean `admin`?");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no role",
    label = "not a variant of an enum of roles",
    note = "write a variant of an enum that bears `#[roles]`, as in `Role::Admin`, or the role's name as a literal, as in `\"admin\"`"
)]
pub trait Role: Copy + AsRef<str> + FromStr<Err = UnknownRole> + 'static {
    /// All of them, in the order in which they are written.
    const ALL: &'static [Self];

    /// What it is called: its variant in `snake_case`.
    fn name(self) -> &'static str;
}

/// A text that names no role: it says the nearest name, or else all of them.
///
/// ```
/// use reroute::prelude::*;
///
/// #[roles]
/// enum Role { Customer, Admin }
///
/// let unknown = "king".parse::<Role>().unwrap_err();
/// assert_eq!(unknown.to_string(), "`king` is no role: the roles are customer, admin");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRole(String);

impl UnknownRole {
    /// Why `name` is none of `known`.
    pub(crate) fn new(name: &str, known: &[&'static str]) -> Self {
        // Enough to recognise a typing error, too little to reflect a page of text.
        let name: String = name.chars().take(64).collect();
        let mend = match reroute_core::nearest::nearest(&name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the roles are {}", known.join(", ")),
        };
        Self(format!("`{}` is no role: {mend}", name.escape_debug()))
    }
}

impl fmt::Display for UnknownRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl error::Error for UnknownRole {}

/// The names of all.
pub(crate) fn names<R: Role>() -> Vec<&'static str> {
    R::ALL.iter().map(|role| role.name()).collect()
}

/// What `#[roles]` and `#[requires]` call.
pub mod expand {
    use super::{Deserializer, PhantomData, Read, Role, UnknownRole, names};

    /// The name of a role in `#[requires]`.
    pub fn name<R: Role>(role: R) -> &'static str {
        role.name()
    }

    /// The role of this name.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn of<R: Role>(name: &str) -> Result<R, UnknownRole> {
        R::ALL.iter().copied().find(|role| role.name() == name).ok_or_else(|| UnknownRole::new(name, &names::<R>()))
    }

    /// Reads a role by its name.
    ///
    /// # Errors
    ///
    /// When what is read is no text, or names no role.
    pub fn read<'de, R: Role, D: Deserializer<'de>>(deserializer: D) -> Result<R, D::Error> {
        deserializer.deserialize_str(Read(PhantomData))
    }
}

struct Read<R>(PhantomData<R>);

impl<R: Role> de::Visitor<'_> for Read<R> {
    type Value = R;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of {}", names::<R>().join(", "))
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<R, E> {
        expand::of(name).map_err(E::custom)
    }
}
