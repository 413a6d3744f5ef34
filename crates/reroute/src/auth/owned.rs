use super::Principal;
use crate::error::{Error, Result};

/// What belongs to somebody.
///
/// # Whose is it?
///
/// Whoever may ask for an object by its id may ask for any id: that a caller is signed in says nothing of whether this object is
/// theirs (OWASP API1:2023, Broken Object Level Authorization). There are two cures, and an application wants both:
///
/// ```
/// use reroute::prelude::*;
///
/// #[roles]
/// enum Role { Customer, Admin }
///
/// struct Resource { owner_id: i64 }
///
/// impl Owned for Resource {
///     fn owner(&self) -> impl ToString { self.owner_id }
/// }
///
/// fn get(me: &Principal, resource: Resource) -> Result<Resource> {
///     me.require_owner(&resource)?; // to everybody else it is 404, as if it did not exist
///     Ok(resource)
/// }
///
/// fn put(me: &Principal, resource: Resource) -> Result<Resource> {
///     me.require_owner_or(Role::Admin, &resource).map_err(Error::openly)?; // says 403: they know of it anyway
///     Ok(resource)
/// }
///
/// let (owner, other) = (Principal::new("7", "session"), Principal::new("8", "session"));
/// let admin = Principal::new("1", "session").with_roles([Role::Admin]);
/// assert!(get(&owner, Resource { owner_id: 7 }).is_ok());
/// assert_eq!(get(&other, Resource { owner_id: 7 }).err().unwrap().status(), 404);
/// assert_eq!(get(&admin, Resource { owner_id: 7 }).err().unwrap().status(), 404);
/// assert_eq!(put(&other, Resource { owner_id: 7 }).err().unwrap().status(), 403);
/// assert!(put(&admin, Resource { owner_id: 7 }).is_ok());
/// ```
///
/// Where many are asked for, the query itself is limited to the caller: `owned_by` of the trait `OwnedBy`, with the feature `db`.
///
/// A refusal that ends a request is an `authz_failure` event, `malicious_direct_reference` in OWASP's vocabulary: the log tells what the
/// answer does not.
pub trait Owned {
    /// The subject of the principal that it belongs to. What belongs to nobody gives the empty text, which is no caller's subject.
    fn owner(&self) -> impl ToString;
}

impl Principal {
    /// Whether `object` is theirs. What belongs to nobody is not.
    pub fn owns(&self, object: &impl Owned) -> bool {
        let owner = object.owner().to_string();
        !owner.is_empty() && owner == self.subject()
    }

    /// Lets owners pass.
    ///
    /// # Errors
    ///
    /// 404: to everybody else there is no such object, exactly as if it did not exist; [`Error::openly`] says 403 instead. Either is an
    /// `authz_failure` event when it ends the request.
    ///
    /// ```
    /// use reroute::prelude::*;
    ///
    /// struct Note { author: i64 }
    /// impl Owned for Note {
    ///     fn owner(&self) -> impl ToString { self.author }
    /// }
    ///
    /// let me = Principal::new("7", "session");
    /// assert!(me.require_owner(&Note { author: 7 }).is_ok());
    /// assert_eq!(me.require_owner(&Note { author: 8 }).unwrap_err().status(), 404);
    /// ```
    pub fn require_owner(&self, object: &impl Owned) -> Result<()> {
        if self.owns(object) { Ok(()) } else { Err(Error::not_yours(None)) }
    }

    /// Lets owners pass, and those with `role`.
    ///
    /// # Errors
    ///
    /// As [`require_owner`](Self::require_owner); the event names the role.
    ///
    /// ```
    /// use reroute::prelude::*;
    ///
    /// struct Note { author: i64 }
    /// impl Owned for Note {
    ///     fn owner(&self) -> impl ToString { self.author }
    /// }
    ///
    /// let me = Principal::new("7", "session");
    /// assert!(me.require_owner_or("admin", &Note { author: 7 }).is_ok());
    /// assert_eq!(me.require_owner_or("admin", &Note { author: 8 }).unwrap_err().status(), 404);
    /// ```
    pub fn require_owner_or(&self, role: impl AsRef<str>, object: &impl Owned) -> Result<()> {
        let role = role.as_ref();
        if self.owns(object) || self.has_role(role) { Ok(()) } else { Err(Error::not_yours(Some(role))) }
    }
}
