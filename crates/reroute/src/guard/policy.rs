use super::Caching;
use crate::{error::Result, limit::Limit, route::Context};
use http::{HeaderValue, request::Parts};
use reroute_core::origin::{Origin, OriginPattern};
use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

/// What is declared for one endpoint. The attributes of a handler, its `impl` and its scopes expand to this; the guard acts on it,
/// and `routes` prints it.
#[derive(Debug, Default, Clone)]
pub struct Policy {
    /// Who may call. Nothing declared stops the start.
    pub access: Option<Access>,
    /// How long the answer's head may take, where the application's default does not hold.
    pub timeout: Option<Duration>,
    /// The origins that may read the answer, of those that the settings allow. Without, all of those.
    pub cors: Option<Vec<OriginPattern>>,
    /// Whether the handler takes the body as it comes, with nothing but the body limit to hold it.
    pub raw_body: bool,
    /// How many requests are admitted.
    pub limits: Vec<Limit>,
    /// How long its answers are kept, if they are.
    pub cache: Option<Caching>,
}

/// Who may call.
#[derive(Debug, Clone)]
pub enum Access {
    /// Everybody.
    Public,
    /// Callers that satisfy every one of these.
    Requires(Vec<Requirement>),
}

/// One `#[requires]`. The default is any signed-in caller.
#[derive(Debug, Default, Clone)]
pub struct Requirement {
    /// Roles of which the caller must have at least one.
    pub roles: Option<Vec<&'static str>>,
    /// A question that must be answered with yes.
    pub check: Option<Check>,
    /// The check authenticates by itself: no signed-in caller is needed, and no is 401.
    pub anonymous: bool,
}

/// A question asked before the caller is let in.
#[derive(Clone)]
pub enum Check {
    /// The endpoint's own check of this number, which may look at the fields of its route.
    Own(usize),
    /// A check of a scope.
    Shared(SharedCheck),
}

/// A check that needs nothing but extractors.
pub type SharedCheck = Arc<dyn for<'a> Fn(&'a mut Parts, &'a Context) -> Asked<'a> + Send + Sync>;

/// A question on its way to an answer.
pub(super) type Asked<'a> = Pin<Box<dyn Future<Output = Result<bool>> + Send + 'a>>;

impl Policy {
    /// Whether an origin that the settings allow is left here.
    pub(crate) fn leaves(&self, origin: &HeaderValue) -> bool {
        let is_left = |patterns: &Vec<OriginPattern>| {
            let origin = Origin::parse(origin.as_bytes());
            origin.is_some_and(|origin| patterns.iter().any(|pattern| pattern.matches(&origin)))
        };
        self.cors.as_ref().is_none_or(is_left)
    }

    /// Whether nobody gets anywhere without being known.
    pub(crate) fn demands_caller(&self) -> bool {
        match &self.access {
            Some(Access::Requires(requirements)) => requirements.iter().any(|requirement| !requirement.anonymous),
            Some(Access::Public) => false,
            None => true,
        }
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(nth) => write!(f, "Own({nth})"),
            Self::Shared(_) => f.write_str("Shared(…)"),
        }
    }
}

impl fmt::Display for Access {
    /// As `routes` prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Requires(requirements) = self else { return f.write_str("public") };
        for (at, requirement) in requirements.iter().enumerate() {
            if at > 0 {
                f.write_str(" and ")?;
            }
            match (&requirement.roles, requirement.check.is_some(), requirement.anonymous) {
                (Some(roles), false, _) => write!(f, "{}", roles.join("|"))?,
                (Some(roles), true, _) => write!(f, "{} + check", roles.join("|"))?,
                (None, true, true) => f.write_str("check alone")?,
                (None, true, false) => f.write_str("signed in + check")?,
                (None, false, _) => f.write_str("signed in")?,
            }
        }
        Ok(())
    }
}
