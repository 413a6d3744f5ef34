//! Keys that somebody publishes at a URL.
//!
//! They are fetched when the first token asks for them, so that a provider that is down does not keep the application from starting, and again when they
//! have been kept long enough or a token names one that is not among them. Whoever sends tokens decides neither how often that is, nor, by going away, whether it
//! comes to an end.

use super::{key::VerifyingKey, trusted::keys_of};
use crate::{
    config::Settings,
    error::{Error, Result},
    fetch::{SafeClient, SafeClientBuilder},
};
use http::{HeaderMap, header};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Mutex as Turn, OwnedMutexGuard},
    time::Instant,
};

/// How long keys are kept where the provider does not say, and within which bounds what it says holds.
const KEPT: Duration = Duration::from_secs(600);
const SHORTEST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// How long keys that had their time are good while no others are to be had.
const GRACE: Duration = Duration::from_secs(24 * 3600);

/// How long nobody is asked again, and how long where there are no keys at all.
const PAUSE: Duration = Duration::from_secs(30);
const PAUSE_WITHOUT: Duration = Duration::from_secs(5);

/// The largest key set in bytes, and how long it may take.
const LARGEST: usize = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(5);

/// A key set at a URL, as far as it is known.
#[derive(Debug)]
pub(super) struct Remote {
    client: SafeClient,
    url: String,
    known: Mutex<Known>,
    turn: Arc<Turn<()>>,
}

#[derive(Debug, Default)]
struct Known {
    set: Option<Set>,
    /// When the provider was last asked.
    last_attempt: Option<Instant>,
}

/// What was published at one time.
#[derive(Debug, Clone)]
pub(super) struct Set {
    pub(super) keys: Arc<[VerifyingKey]>,
    fetched: Instant,
    kept: Duration,
}

impl Remote {
    /// Nobody is asked yet.
    ///
    /// # Errors
    ///
    /// When the URL is none that may be asked. Over plain HTTP, whoever stands in between would name the keys: that is for tests alone.
    pub(super) fn new(url: &str, settings: &Settings) -> Result<Arc<Self>, String> {
        let is_test = !settings.fetch_danger_networks.is_empty();
        if !is_test && !url.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://")) {
            return Err("keys are fetched over https alone".to_owned());
        }
        let client = SafeClientBuilder::only(url, settings).map_err(|refusal| refusal.to_string())?;
        let client = client.timeout(PATIENCE).max_bytes(LARGEST).build().map_err(|error| error.to_string())?;
        client.target(url).map_err(|refusal| refusal.to_string())?;
        Ok(Arc::new(Self { client, url: url.to_owned(), known: Mutex::default(), turn: Arc::default() }))
    }

    /// The keys.
    ///
    /// # Errors
    ///
    /// 503 when there are none.
    pub(super) async fn set(self: &Arc<Self>) -> Result<Set> {
        let known = self.usable();
        if let Some(set) = known.as_ref().filter(|set| set.fetched.elapsed() < set.kept) {
            return Ok(set.clone());
        }
        match (self.turn.clone().try_lock_owned(), known) {
            // One fetches, and the others go on with what there is.
            (Err(_), Some(set)) => Ok(set),
            (Ok(turn), known) => self.renewed(turn, known).await,
            (Err(_), None) => self.renewed(self.turn.clone().lock_owned().await, None).await,
        }
    }

    /// Keys that came after `set`, if there are some: a token names one that is not in it.
    pub(super) async fn after(self: &Arc<Self>, set: &Set) -> Option<Set> {
        let turn = self.turn.clone().lock_owned().await;
        let now = self.renewed(turn, Some(set.clone())).await.ok()?;
        (now.fetched != set.fetched).then_some(now)
    }

    /// Keys other than `before`, or else the same.
    async fn renewed(self: &Arc<Self>, turn: OwnedMutexGuard<()>, before: Option<Set>) -> Result<Set> {
        if self.begin(before.as_ref()) {
            self.fetch_once(turn).await;
        }
        self.usable().ok_or_else(|| Error::unavailable(format!("the keys at {} cannot be had", self.url)))
    }

    /// Whether it is time to ask the provider, which is then taken to be asked.
    fn begin(&self, before: Option<&Set>) -> bool {
        let mut known = self.known();
        let pause = if known.set.is_some() { PAUSE } else { PAUSE_WITHOUT };
        let is_early = known.last_attempt.is_some_and(|asked| asked.elapsed() < pause);
        // Who had the turn before may have brought them.
        let is_done = known.set.as_ref().map(|set| set.fetched) > before.map(|set| set.fetched);
        if is_early || is_done {
            return false;
        }
        known.last_attempt = Some(Instant::now());
        true
    }

    async fn fetch_once(self: &Arc<Self>, turn: OwnedMutexGuard<()>) {
        // In a task of its own: a caller who goes away does not take the keys of all others with them.
        let this = self.clone();
        let fetching = tokio::spawn(async move {
            let fetched = this.fetch().await;
            match fetched {
                Ok(set) => this.known().set = Some(set),
                Err(error) => tracing::warn!(url = this.url, error, "the keys of tokens cannot be fetched"),
            }
            drop(turn);
        });
        // Where it panicked, there is nothing new.
        let _ = fetching.await;
    }

    async fn fetch(&self) -> Result<Set, String> {
        let said = |error: &dyn std::error::Error| match error.source() {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        };
        let request = self.client.get(&self.url).header(header::ACCEPT, "application/jwk-set+json, application/json");
        let answer = request.send().await.and_then(crate::fetch::Answer::require_success);
        let answer = answer.map_err(|error| said(&error))?;
        let kept = kept(answer.headers());
        let keys = keys_of(&answer.bytes().await.map_err(|error| said(&error))?)?;
        Ok(Set { keys: keys.into(), fetched: Instant::now(), kept })
    }

    /// The keys. What is too old for any use is forgotten.
    fn usable(&self) -> Option<Set> {
        let mut known = self.known();
        known.set.take_if(|set| set.fetched.elapsed() >= set.kept + GRACE);
        known.set.clone()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Each change of it is one assignment: it is whole even where a thread panicked.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long the provider lets its keys be kept (RFC 9111, section 5.2.2).
fn kept(headers: &HeaderMap) -> Duration {
    let lines = headers.get_all(header::CACHE_CONTROL).iter().filter_map(|line| line.to_str().ok());
    let mut kept = KEPT;
    for directive in lines.flat_map(|line| line.split(',')).map(str::trim) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        if name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache") {
            return SHORTEST;
        }
        if name.eq_ignore_ascii_case("max-age") {
            kept = value.trim_matches('"').parse().map_or(KEPT, Duration::from_secs);
        }
    }
    kept.clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_provider_says_holds_within_bounds() {
        for (lines, seconds) in [
            (&[][..], 600),
            (&["max-age=3600"], 3600),
            (&["public, MAX-AGE=120 , must-revalidate"], 120),
            (&["public", "max-age=\"90\""], 90),
            (&["max-age=0"], 60),
            (&["no-cache"], 60),
            (&["max-age=3600, no-store"], 60),
            (&["max-age=99999999999"], 86_400),
            (&["max-age=99999999999999999999999"], 600),
            (&["max-age=-1"], 600),
            (&["max-age"], 600),
            (&["s-maxage=5"], 600),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::CACHE_CONTROL, line.parse().expect("a value"));
            }
            assert_eq!(kept(&headers).as_secs(), seconds, "{lines:?}");
        }
    }
}
