use super::{
    policy::{Access, Check, Requirement},
    told::known,
};
use crate::{
    error::{Error, Result},
    log::security_log,
    route::{Context, Operation},
};
use http::request::Parts;

/// What the caller is told where a credential was needed and none came.
const MISSING: &str = "Missing authentication token";

/// Nobody passes an endpoint that demands a caller without being known; on others, the caller is asked for when something wants to know.
/// Whoever comes by another kind of credential than is asked for has not brought the right one.
pub(super) async fn authenticate(parts: &Parts, cx: &Context) -> Result<()> {
    if !cx.policy().demands_caller() {
        return Ok(());
    }
    let Some(caller) = cx.caller(parts).await? else { return Err(Error::unauthorized(MISSING)) };
    let mut schemes = requirements(cx)?.iter().filter_map(|requirement| requirement.scheme);
    if schemes.any(|scheme| scheme != caller.scheme()) { Err(Error::unauthorized(MISSING)) } else { Ok(()) }
}

/// All roles first, then all scopes, then all checks: a check runs only for callers who might do all else.
pub(super) async fn authorize<O: Operation>(route: &O::Route, parts: &mut Parts, cx: &Context) -> Result<()> {
    let requirements = requirements(cx)?;
    roles(requirements, parts, cx).await?;
    scopes(requirements, parts, cx).await?;
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

/// What is mounted has roles alone, and is closed to limited credentials unless it is public.
pub(super) async fn authorize_mount(parts: &Parts, cx: &Context) -> Result<()> {
    let requirements = requirements(cx)?;
    roles(requirements, parts, cx).await?;
    scopes(requirements, parts, cx).await
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

/// A credential that is limited to scopes is good for what names one of them, and has to cover all that are named. Where nobody
/// thought of scopes, it is good for nothing.
async fn scopes(requirements: &[Requirement], parts: &Parts, cx: &Context) -> Result<()> {
    if !cx.policy().demands_caller() {
        return Ok(());
    }
    let caller = cx.caller(parts).await?;
    if caller.is_some_and(|caller| caller.scopes().is_none()) {
        return Ok(());
    }
    let named: Vec<&str> = requirements.iter().filter_map(|requirement| requirement.scope).collect();
    if !named.is_empty() && caller.is_some_and(|caller| named.iter().all(|scope| caller.has_scope(scope))) {
        return Ok(());
    }
    let refused = security_log().authz_failure(cx.told_path()).request(cx).with("required_scopes", named);
    known(refused, cx).emit();
    Err(Error::forbidden("This credential is limited to other scopes"))
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
