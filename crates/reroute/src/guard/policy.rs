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
    /// A scope that the caller's credential must cover, if it is limited to scopes.
    pub scope: Option<&'static str>,
    /// The kind of credential that the caller must have come by.
    pub scheme: Option<&'static str>,
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
            write!(f, "{requirement}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.anonymous {
            return f.write_str("check alone");
        }
        match &self.roles {
            Some(roles) => f.write_str(&roles.join("|"))?,
            None => f.write_str("signed in")?,
        }
        if let Some(scope) = self.scope {
            write!(f, " + scope {scope}")?;
        }
        if let Some(scheme) = self.scheme {
            write!(f, " + by {scheme}")?;
        }
        if self.check.is_some() {
            f.write_str(" + check")?;
        }
        Ok(())
    }
}
