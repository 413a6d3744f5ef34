use crate::{
    guard::Policy,
    limit::Staged,
    route::{Endpoint, Mount, context::Parameters},
};
use http::{HeaderValue, Method};
use reroute_core::path;
use smallvec::SmallVec;
use std::{collections::HashMap, fmt::Write, sync::Arc};

/// All that can be reached, by pattern. Files first; what is mounted beside them is asked next.
#[derive(Default)]
pub(crate) struct Table {
    files: matchit::Router<usize>,
    mounts: matchit::Router<usize>,
    pub(crate) resources: Vec<Resource>,
    names: HashMap<Vec<String>, Arc<[String]>>,
}

/// One pattern and what stands there.
pub(crate) struct Resource {
    pub(crate) pattern: String,
    /// Shared by all patterns that name alike, so that what is looked at for a request is near by.
    pub(crate) names: Arc<[String]>,
    /// The route file, or `mounted`.
    pub(crate) origin: String,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    File {
        endpoints: SmallVec<[Endpoint; 1]>,
        allow: HeaderValue,
        /// What other methods are counted against.
        limits: Staged,
    },
    Mount(Mount),
}

/// Where a path leads.
pub(crate) struct Found {
    pub(crate) resource: usize,
    pub(crate) parameters: Parameters,
}

impl Table {
    /// Adds a route file. `limits` are those of the methods that it does not answer.
    ///
    /// # Errors
    ///
    /// When nothing could reach the pattern, or another one stands in its way.
    pub(crate) fn add_file(
        &mut self,
        pattern: &str,
        file: &str,
        endpoints: Vec<Endpoint>,
        limits: Staged,
    ) -> Result<(), String> {
        let names = path::parameters(pattern).map_err(|error| format!("{file}: `{pattern}` is no route: {error}"))?;
        let names = self.interned(names);
        self.files
            .insert(pattern, self.resources.len())
            .map_err(|error| format!("{file}: `{pattern}` stands in the way of another route: {error}"))?;
        let allow = allow(&endpoints);
        let origin = file.to_owned();
        self.resources.push(Resource {
            pattern: pattern.to_owned(),
            names,
            origin,
            kind: Kind::File { endpoints: endpoints.into(), allow, limits },
        });
        Ok(())
    }

    /// Adds a mounted service, for its path and everything below.
    ///
    /// # Errors
    ///
    /// As [`add_file`](Self::add_file).
    pub(crate) fn add_mount(&mut self, mount: Mount) -> Result<(), String> {
        let at = mount.path.clone();
        if !path::is_canonical(&at) || at.contains(['{', '}']) {
            return Err(format!("cannot mount at `{at}`: a mount's path is plain and canonical, such as \"/legacy\""));
        }
        let below = if at == "/" { "/{*rest}".to_owned() } else { format!("{at}/{{*rest}}") };
        for pattern in [at.clone(), format!("{}/", at.trim_end_matches('/')), below] {
            if pattern == "/" && self.mounts.at("/").is_ok() {
                continue;
            }
            self.mounts
                .insert(pattern, self.resources.len())
                .map_err(|error| format!("two services are mounted at `{at}`: {error}"))?;
        }
        let names = self.interned(Vec::new());
        let origin = mount.origin.clone();
        self.resources.push(Resource { pattern: at, names, origin, kind: Kind::Mount(mount) });
        Ok(())
    }

    fn interned(&mut self, names: Vec<&str>) -> Arc<[String]> {
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        self.names.entry(names).or_insert_with_key(|names| names.as_slice().into()).clone()
    }

    /// Where `path` leads: to what is written for this very spelling, or nowhere.
    pub(crate) fn find(&self, path: &str) -> Option<Found> {
        if path::is_canonical(path)
            && let Ok(found) = self.files.at(path)
        {
            let start = path.as_ptr().addr();
            let parameters = found.params.iter().map(|(_, value)| {
                let at = value.as_ptr().addr().wrapping_sub(start);
                // A target longer than 4 GiB cannot be received.
                at as u32..(at + value.len()) as u32
            });
            return Some(Found { resource: *found.value, parameters: parameters.collect() });
        }
        if path::is_canonical_prefix(path)
            && let Ok(found) = self.mounts.at(path)
        {
            return Some(Found { resource: *found.value, parameters: SmallVec::new() });
        }
        None
    }
}

impl Resource {
    /// The endpoint that answers `method`, by its place: `HEAD` is answered by `GET` where nothing else is written.
    pub(crate) fn endpoint(&self, method: &Method) -> Option<(usize, &Endpoint)> {
        let Kind::File { endpoints, .. } = &self.kind else { return None };
        let of = |method: &Method| endpoints.iter().enumerate().find(|(_, endpoint)| endpoint.method == *method);
        of(method).or_else(|| if *method == Method::HEAD { of(&Method::GET) } else { None })
    }

    /// The limits of the endpoint at this place.
    pub(crate) fn limits(&self, endpoint: usize) -> &Staged {
        match &self.kind {
            // Places come from `endpoint` above.
            Kind::File { endpoints, .. } => &endpoints[endpoint].limits,
            Kind::Mount(mount) => &mount.limits,
        }
    }

    /// Whether any request here is counted.
    pub(crate) fn has_limits(&self) -> bool {
        match &self.kind {
            Kind::File { endpoints, limits, .. } => {
                !limits.is_empty() || endpoints.iter().any(|endpoint| !endpoint.limits.is_none())
            }
            Kind::Mount(mount) => !mount.limits.is_none(),
        }
    }

    /// The limits of the methods that are not answered here.
    pub(crate) fn limits_of_other_methods(&self) -> Option<&Staged> {
        match &self.kind {
            Kind::File { limits, .. } => Some(limits),
            Kind::Mount(_) => None,
        }
    }

    /// Whether answers of one of its endpoints are kept.
    #[cfg(feature = "cache")]
    pub(crate) fn is_cached(&self) -> bool {
        matches!(&self.kind, Kind::File { endpoints, .. } if endpoints.iter().any(|endpoint| endpoint.keyed.is_some()))
    }

    /// What the answers of the endpoint at this place are told apart by, if they are kept.
    #[cfg(feature = "cache")]
    pub(crate) fn keyed(&self, endpoint: usize) -> Option<&crate::cache::answer::Keyed> {
        match &self.kind {
            Kind::File { endpoints, .. } => endpoints[endpoint].keyed.as_deref(),
            Kind::Mount(_) => None,
        }
    }

    /// The endpoint at this place as the log calls it.
    pub(crate) fn endpoint_name(&self, endpoint: usize) -> String {
        match &self.kind {
            Kind::File { endpoints, .. } => format!("{} {}", endpoints[endpoint].method, self.pattern),
            Kind::Mount(_) => format!("* {}", self.pattern),
        }
    }

    /// What is declared for the endpoint at this place.
    pub(crate) fn policy(&self, endpoint: usize) -> &Policy {
        match &self.kind {
            // Places come from `endpoint` above.
            Kind::File { endpoints, .. } => &endpoints[endpoint].policy,
            Kind::Mount(mount) => &mount.policy,
        }
    }
}

fn allow(endpoints: &[Endpoint]) -> HeaderValue {
    let mut allow = String::new();
    let has = |method: &Method| endpoints.iter().any(|endpoint| endpoint.method == *method);
    let methods =
        [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    for method in methods {
        if has(&method) || method == Method::OPTIONS || (method == Method::HEAD && has(&Method::GET)) {
            let comma = if allow.is_empty() { "" } else { ", " };
            let _ = write!(allow, "{comma}{method}");
        }
    }
    // Names of methods, commas and spaces.
    HeaderValue::from_str(&allow).unwrap_or(HeaderValue::from_static("OPTIONS"))
}
