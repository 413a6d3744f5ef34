use super::{DynAuthenticate, account::Registry};
use crate::{
    app::States,
    config::{Environment, Secret, Settings, derive},
};
use http::HeaderValue;
use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::Arc,
};

/// What an authenticator is made ready with, when the application starts.
pub struct Opening<'a> {
    pub(crate) settings: &'a Settings,
    /// The newest first.
    pub(crate) secrets: Vec<Secret>,
    pub(crate) states: Arc<States>,
    pub(crate) registry: Option<Arc<Registry>>,
    #[cfg(feature = "redis")]
    pub(crate) redis: Option<Arc<crate::redis::Redis>>,
    pub(crate) provided: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
}

impl Opening<'_> {
    /// The kind of place that this is.
    pub fn environment(&self) -> Environment {
        self.settings.environment
    }

    /// What the application shares.
    pub fn states(&self) -> &States {
        &self.states
    }

    /// Keys for this purpose alone, derived from `SECRET_KEY` and then from each older one (RFC 5869): the first is for making, all are for
    /// reading.
    pub fn keys(&self, purpose: &str) -> Vec<Secret<[u8; 32]>> {
        self.secrets.iter().map(|secret| derive(secret, purpose)).collect()
    }
}

impl Opening<'_> {
    #[cfg(feature = "jwt")]
    pub(super) fn jwt_secret(&self) -> Option<&Secret> {
        self.settings.jwt_secret.as_ref()
    }

    pub(super) fn registry(&self) -> Option<Arc<Registry>> {
        self.registry.clone()
    }

    /// Whether what ends an account's sign-ins outlives the process.
    #[cfg(feature = "redis")]
    pub(super) fn keeps_sign_ins(&self) -> bool {
        self.registry.as_ref().is_some_and(|registry| registry.store.is_lasting())
    }

    /// Lets extractors find it.
    pub(super) fn provide<T: Send + Sync + 'static>(&mut self, part: T) {
        self.provided.insert(TypeId::of::<T>(), Box::new(part));
    }
}

/// Who finds out who calls, ready.
#[derive(Default)]
pub(crate) struct Auth {
    pub(crate) authenticators: Vec<Box<dyn DynAuthenticate>>,
    pub(crate) registry: Option<Arc<Registry>>,
    pub(crate) provided: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
}

impl Auth {
    /// What an authenticator has provided of type `T`.
    pub(crate) fn provided<T: 'static>(&self) -> Option<&T> {
        self.provided.get(&TypeId::of::<T>())?.downcast_ref()
    }

    /// What `WWW-Authenticate` says: each challenge once.
    pub(crate) fn challenge(authenticators: &[Box<dyn DynAuthenticate>]) -> HeaderValue {
        let mut challenges = Vec::new();
        for challenge in authenticators.iter().map(|authenticator| authenticator.challenge()) {
            if !challenges.contains(&challenge) {
                challenges.push(challenge);
            }
        }
        let joined = challenges.iter().map(HeaderValue::as_bytes).collect::<Vec<_>>().join(&b", "[..]);
        match HeaderValue::from_bytes(&joined) {
            Ok(joined) if !joined.is_empty() => joined,
            _ => HeaderValue::from_static("Bearer"),
        }
    }
}
