use super::policy::{Access, Check, Requirement};
use crate::{
    error::{Error, Result},
    log::{Event, security_log},
    route::{Context, Operation},
};
use http::request::Parts;

/// What the caller is told where a credential was needed and none came.
const MISSING: &str = "Missing authentication token";

/// Nobody passes an endpoint that demands a caller without being known; on others, the caller is asked for when something wants to know.
pub(super) async fn authenticate(parts: &Parts, cx: &Context) -> Result<()> {
    if cx.policy().demands_caller() && cx.caller(parts).await?.is_none() {
        return Err(Error::unauthorized(MISSING));
    }
    Ok(())
}

/// All roles first, then all checks: a check runs only for callers whose roles would do.
pub(super) async fn authorize<O: Operation>(route: &O::Route, parts: &mut Parts, cx: &Context) -> Result<()> {
    let requirements = requirements(cx)?;
    roles(requirements, parts, cx).await?;
    for requirement in requirements {
        let answer = match &requirement.check {
            None => continue,
            Some(Check::Own(nth)) => O::check(*nth, route, parts, cx).await?,
            Some(Check::Shared(check)) => check(parts, cx).await?,
        };
        if !answer {
            return Err(refusal(requirement, cx));
        }
    }
    if !requirements.is_empty() {
        let admitted = security_log().authz_success(cx.told_path()).request(cx);
        known(admitted, cx).emit();
    }
    Ok(())
}

/// What is mounted has roles alone.
pub(super) async fn authorize_mount(parts: &Parts, cx: &Context) -> Result<()> {
    roles(requirements(cx)?, parts, cx).await
}

fn requirements(cx: &Context) -> Result<&[Requirement]> {
    match &cx.policy().access {
        Some(Access::Public) => Ok(&[]),
        Some(Access::Requires(requirements)) => Ok(requirements),
        None => Err(Error::internal("nobody declared who may call")),
    }
}

async fn roles(requirements: &[Requirement], parts: &Parts, cx: &Context) -> Result<()> {
    for requirement in requirements {
        let Some(roles) = &requirement.roles else { continue };
        let caller = cx.caller(parts).await?;
        if !caller.is_some_and(|caller| roles.iter().any(|role| caller.has_role(role))) {
            return Err(if caller.is_some() { refusal(requirement, cx) } else { Error::unauthorized(MISSING) });
        }
    }
    Ok(())
}

fn refusal(requirement: &Requirement, cx: &Context) -> Error {
    if requirement.anonymous {
        return Error::unauthorized(MISSING);
    }
    let refused = security_log().authz_failure(cx.told_path()).request(cx);
    let refused = match &requirement.roles {
        Some(roles) => refused.with("required_roles", roles),
        None => refused,
    };
    known(refused, cx).emit();
    Error::forbidden("You may not do this")
}

/// The event, with the caller's name where there is one.
fn known(event: Event, cx: &Context) -> Event {
    match cx.caller_if_known() {
        Some(caller) => event.user(caller.name()),
        None => event,
    }
}
