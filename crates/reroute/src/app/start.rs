use super::{App, States, caching, roles};
#[cfg(all(feature = "db", feature = "redis"))]
use crate::auth::store::Front;
use crate::{
    auth::{Auth, Opening, account::Registry, store::Store as SignInStore, token},
    config::{Environment, Secret, Settings, refusals},
    edge::{Edge, Finish, Gate, SecurityHeaders},
    error::Refused,
    guard::Access,
    limit::{self, Limit, Limits, Staged, Store},
    route::{Endpoint, Resource, Shared, Table},
};
use std::{
    any::TypeId,
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

/// What there is at start: for [`App::on_start`] and [`App::command`].
#[derive(Debug, Clone)]
pub struct Startup {
    pub(super) environment: Environment,
    #[cfg(feature = "db")]
    pub(super) db: Option<crate::Db>,
}

impl Startup {
    /// The kind of place that this is.
    pub fn environment(&self) -> Environment {
        self.environment
    }

    /// The application's database.
    ///
    /// # Errors
    ///
    /// When it has none: neither [`App::database`] nor `DATABASE_URL` names one.
    #[cfg(feature = "db")]
    pub fn db(&self) -> crate::Result<&crate::Db> {
        self.db.as_ref().ok_or_else(|| crate::Error::internal("the application has no database: set DATABASE_URL"))
    }
}

/// Types of axum that read a private extension of its router, and find nothing in a file route.
const AXUM_ROUTER_ONLY: [&str; 3] = [
    "axum::extract::path::Path<",
    "axum::extract::matched_path::MatchedPath",
    "axum::extract::raw_path_params::RawPathParams",
];

/// Checks the application as a whole and makes the service of it.
///
/// # Errors
///
/// Every reason why it must not start.
pub(crate) fn assemble(app: App, settings: &Settings) -> Result<Edge, Refused> {
    let mut reasons = refusals(settings);
    crate::log::keep(app.kept_events);
    let mut table = Table::default();
    let states = app.states.types().chain(app.promised.iter().copied()).collect();
    let app_states = Arc::new(app.states);
    let store = sign_ins(&app_states);
    #[cfg(all(feature = "db", feature = "redis"))]
    let store =
        store.behind(app.redis.clone().zip(settings.secret_key.as_ref()).map(|(redis, key)| Front::new(redis, key)));
    let registry = app.accounts.map(|accounts| Arc::new(Registry::new(accounts, app_states.clone(), store)));
    let mut authenticators = app.authenticators;
    let mut opening = Opening {
        settings,
        secrets: secrets(settings),
        states: app_states.clone(),
        registry,
        #[cfg(feature = "redis")]
        redis: app.redis.clone(),
        provided: HashMap::new(),
    };
    #[cfg(feature = "cookies")]
    crate::auth::open_cookies(&mut opening);
    for authenticator in &mut authenticators {
        reasons.extend(authenticator.open(&mut opening).err());
    }
    let challenge = Auth::challenge(&authenticators);
    let Opening { registry, provided, .. } = opening;
    let auth = Auth { authenticators, registry, provided };
    let needs = Needs { states, auth: &auth };
    let staged = |method: &str, pattern: &str, declared: &[Limit]| {
        Staged::new(method, pattern, settings.rate_limit, declared, settings.redis_failure)
    };
    #[cfg(feature = "fetch")]
    let asks = app.tree.files.iter().flat_map(|file| &file.endpoints).any(|endpoint| endpoint.description.fetch);
    for mut file in app.tree.files {
        let contradictions = file.tighten();
        reasons.extend(contradictions.iter().map(|method| {
            format!(
                "{}: {method} is `#[public]`, but a scope above it demands a caller: a scope can only be tightened",
                file.file
            )
        }));
        let names = reroute_core::path::parameters(&file.pattern).unwrap_or_default();
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        for endpoint in &mut file.endpoints {
            caching::prepare(endpoint);
            let lacks = needs.lacks(endpoint, &names);
            reasons.extend(
                lacks.into_iter().map(|lack| format!("{}: {} {}: {lack}", file.file, endpoint.method, file.pattern)),
            );
            let unknown = roles::unknown(&endpoint.policy, app.roles.as_deref());
            reasons.extend(
                unknown.iter().map(|role| format!("{}: {} {}: {role}", file.file, endpoint.method, file.pattern)),
            );
        }
        for endpoint in &mut file.endpoints {
            endpoint.limits = staged(endpoint.method.as_str(), &file.pattern, &endpoint.policy.limits);
            endpoint.limits.asks_caller = endpoint.description.caller;
        }
        let others = limit::of_other_methods(file.endpoints.iter().map(|endpoint| &endpoint.policy));
        let others = staged("", &file.pattern, &others);
        reasons.extend(table.add_file(&file.pattern, &file.file, file.endpoints, others).err());
    }
    let mounts = app.mounts.into_iter().map(Ok::<_, String>);
    #[cfg(feature = "files")]
    let mounts = mounts.chain(app.files.into_iter().map(|(path, files, access)| files.open(path, access)));
    for mount in mounts {
        let mut mount = match mount {
            Ok(mount) => mount,
            Err(reason) => {
                reasons.push(reason);
                continue;
            }
        };
        mount.limits = staged("", &mount.path, &[]);
        if matches!(mount.policy.access, Some(Access::Requires(_))) && auth.authenticators.is_empty() {
            reasons.push(format!(
                "mounted at {}: it needs a caller, and the application has no authenticator: call `App::authenticate`",
                mount.path
            ));
        }
        let unknown = roles::unknown(&mount.policy, app.roles.as_deref());
        reasons.extend(unknown.iter().map(|role| format!("mounted at {}: {role}", mount.path)));
        reasons.extend(table.add_mount(mount).err());
    }
    #[cfg(feature = "fetch")]
    let fetch = match asks.then(|| crate::fetch::SafeClientBuilder::of(settings).build()).transpose() {
        Ok(client) => client,
        Err(error) => {
            reasons.push(format!("fetch: the client for other servers cannot be made: {error}"));
            None
        }
    };
    if !reasons.is_empty() {
        return Err(Refused::new(reasons));
    }
    #[cfg(feature = "password")]
    crate::auth::password::set_cost(settings);
    let tells_limits = table.resources.iter().any(Resource::has_limits);
    let store = Store::new(settings.rate_limit_keys);
    #[cfg(feature = "redis")]
    let store = store.shared(app.redis.clone());
    #[cfg(feature = "cache")]
    let cache = caching::cache(app.cache, settings);
    #[cfg(all(feature = "cache", feature = "redis"))]
    if let (Some(redis), Some(secret)) = (&app.redis, &settings.secret_key) {
        cache.share(redis.clone(), secret);
    }
    #[cfg(feature = "cache")]
    let has_cached = table.resources.iter().any(Resource::is_cached);
    let shared = Shared {
        table,
        states: app_states,
        auth,
        limits: Limits::new(store, settings.limits_observed, settings.client_network_length, staged("", "", &[])),
        #[cfg(feature = "redis")]
        redis: app.redis,
        #[cfg(feature = "fetch")]
        fetch,
        #[cfg(feature = "cache")]
        answers: has_cached.then(|| crate::cache::answer::Answers::new(cache)),
        timeout: settings.timeout.unwrap_or(app.timeout),
        body_limit: settings.body_limit.unwrap_or(app.body_limit),
    };
    let finish = Finish::new(SecurityHeaders::new(settings, tells_limits), challenge, settings.debug, app.messages);
    Ok(Edge::new(Arc::new(shared), Gate::new(settings), finish, IpAddr::V4(Ipv4Addr::LOCALHOST)))
}

/// `SECRET_KEY`, and what was it before. Where none is set and it does not count, one for this application alone.
fn secrets(settings: &Settings) -> Vec<Secret> {
    let own = settings.secret_key.clone();
    let own = own
        .or_else(|| settings.environment.is_disposable().then(token::generate).and_then(Result::ok).map(Secret::new));
    own.into_iter().chain(settings.old_secret_keys.iter().cloned()).collect()
}

/// Where sign-ins are kept.
fn sign_ins(states: &States) -> SignInStore {
    #[cfg(feature = "db")]
    if let Some(db) = states.get::<crate::Db>() {
        return SignInStore::in_database(db.clone());
    }
    let _ = states;
    SignInStore::in_memory()
}

struct Needs<'a> {
    states: Vec<TypeId>,
    auth: &'a Auth,
}

impl Needs<'_> {
    /// What the endpoint needs and does not have.
    fn lacks(&self, endpoint: &Endpoint, names: &[String]) -> Vec<String> {
        let mut lacks = Vec::new();
        let description = &endpoint.description;
        match &endpoint.policy.access {
            None => lacks.push("nobody declared who may call: write `#[public]` or `#[requires]`".to_owned()),
            Some(Access::Public) if !description.caller => {}
            Some(Access::Requires(requirements))
                if requirements.iter().all(|requirement| requirement.anonymous) && !description.caller => {}
            Some(_) if !self.auth.authenticators.is_empty() => {}
            Some(_) => lacks.push(
                "it needs a caller, and the application has no authenticator: call `App::authenticate`".to_owned(),
            ),
        }
        if description.accounts && self.auth.registry.is_none() {
            lacks.push("it needs accounts, and the application names none: call `App::accounts`".to_owned());
        }
        let missing = description.authenticators.iter().filter(|(part, _)| !self.auth.provided.contains_key(part));
        lacks.extend(missing.map(|(_, name)| {
            format!("it needs the application to authenticate by `{name}`: call `App::authenticate` with one")
        }));
        lacks.extend(caching::lack(endpoint));
        let mut unknown: HashMap<TypeId, &str> = description.states.iter().copied().collect();
        unknown.retain(|state, _| !self.states.contains(state));
        lacks.extend(
            unknown.values().map(|name| format!("it needs a state of type `{name}`: call `App::state` with one")),
        );
        lacks.extend(description.paths.iter().filter_map(|shape| shape.misfit(names)));
        for extractor in &description.extractors {
            if AXUM_ROUTER_ONLY.iter().any(|foreign| extractor.starts_with(foreign)) {
                lacks.push(format!(
                    "`{extractor}` reads a private table of axum's router: use `reroute::Path`, or `Context::pattern`"
                ));
            }
        }
        lacks
    }
}
