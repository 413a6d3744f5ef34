use crate::{
    error::BoxError,
    guard::{Access, Policy},
    limit::Staged,
    route::{Context, endpoint::Answer},
};
use axum_core::{extract::Request, response::IntoResponse};
use http::Uri;
use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
};
use tower_service::Service;

/// What stands beside the files: a service of its own below a path, with the access that it was mounted with.
pub(crate) struct Mount {
    pub(crate) path: String,
    /// What `routes` says it is.
    pub(crate) origin: String,
    pub(crate) policy: Policy,
    /// Made at start.
    pub(crate) limits: Staged,
    pub(crate) service: Arc<dyn Mounted>,
}

/// Who may call what is mounted: an argument of [`App::mount`](crate::App::mount) that cannot be left out.
///
/// ```
/// use reroute::MountAccess;
///
/// let anybody = MountAccess::public();
/// let signed_in = MountAccess::signed_in();
/// let staff = MountAccess::roles(["admin", "moderator"]);
/// ```
#[derive(Debug, Clone)]
pub struct MountAccess(pub(crate) Access);

impl MountAccess {
    /// Everybody.
    pub fn public() -> Self {
        Self(Access::Public)
    }

    /// Any signed-in caller.
    pub fn signed_in() -> Self {
        Self(Access::Requires(vec![crate::guard::Requirement::default()]))
    }

    /// Callers that have at least one of these roles. With none, nobody.
    pub fn roles(roles: impl IntoIterator<Item = &'static str>) -> Self {
        let roles = roles.into_iter().collect();
        Self(Access::Requires(vec![crate::guard::Requirement { roles: Some(roles), ..Default::default() }]))
    }
}

pub(crate) trait Mounted: Send + Sync {
    fn call(&self, request: Request) -> Answer;
}

/// A tower service that is cloned for each call, as its contract asks. The lock is held for the clone alone.
struct Cloned<S>(Mutex<S>);

impl Mount {
    pub(crate) fn new<S>(path: String, service: S, access: MountAccess) -> Self
    where
        S: Service<Request, Error = Infallible> + Clone + Send + 'static,
        S::Response: IntoResponse,
        S::Future: Send + 'static,
    {
        Self::of(path, "mounted".to_owned(), Arc::new(Cloned(Mutex::new(service))), access)
    }

    pub(crate) fn of(path: String, origin: String, service: Arc<dyn Mounted>, access: MountAccess) -> Self {
        let policy = Policy { access: Some(access.0), ..Policy::default() };
        Self { path, origin, policy, limits: Staged::default(), service }
    }
}

impl<S> Mounted for Cloned<S>
where
    S: Service<Request, Error = Infallible> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Future: Send + 'static,
{
    fn call(&self, request: Request) -> Answer {
        // A panic in a foreign `clone` leaves the service as it was.
        let mut service = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(async move {
            let ready = std::future::poll_fn(|task| service.poll_ready(task)).await;
            let answer = match ready {
                Ok(()) => service.call(request).await,
                Err(never) => match never {},
            };
            match answer {
                Ok(response) => response.into_response(),
                Err(never) => match never {},
            }
        })
    }
}

/// The request as a mounted service sees it: the path below its mount, the caller among the extensions.
pub(crate) fn prepare(request: &mut Request, cx: &Context, path: &str) -> Result<(), BoxError> {
    let rest = match request.uri().path() {
        whole if path == "/" => whole,
        whole => whole.strip_prefix(path).filter(|rest| !rest.is_empty()).unwrap_or("/"),
    };
    let target = match request.uri().query() {
        Some(query) => format!("{rest}?{query}"),
        None => rest.to_owned(),
    };
    let mut parts = std::mem::take(request.uri_mut()).into_parts();
    parts.path_and_query = Some(target.parse()?);
    *request.uri_mut() = Uri::from_parts(parts)?;
    request.extensions_mut().insert(cx.request_id().clone());
    Ok(())
}
