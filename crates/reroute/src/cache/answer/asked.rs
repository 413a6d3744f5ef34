use super::{
    Answers, Keyed,
    keeping::{Keeping, Looked},
};
use crate::{
    cache::{
        key::{Digesting, Tag, path_tag, tag},
        store,
    },
    route::Context,
};
use http::{HeaderMap, Method, header, request::Parts};
use reroute_core::caching::request_allows;

/// What a request means to the cache, as its head says before anything takes parts of it.
pub(crate) enum Asked<'a> {
    Nothing,
    /// It may be answered from the cache.
    Look(Box<Look<'a>>),
    /// It changes what stands at a path, if it succeeds.
    Change(Box<Change<'a>>),
}

pub(crate) struct Look<'a> {
    pub(super) answers: &'a Answers,
    pub(super) keyed: &'a Keyed,
    /// The key, but for what answers vary by.
    pub(super) head: Digesting,
    pub(super) began: u64,
    pub(super) has_credentials: bool,
    /// What the handler's arguments give.
    tags: Vec<String>,
}

pub(crate) struct Change<'a> {
    pub(super) answers: &'a Answers,
    pub(super) path: http::uri::PathAndQuery,
    pub(super) host: Option<String>,
}

impl<'a> Asked<'a> {
    /// The sequence at which the request's work begins: before its fields, which may hold what was read for it.
    pub(crate) fn begin(cx: &Context) -> u64 {
        match (cx.answers(), cx.keyed()) {
            (Some(answers), Some(_)) => answers.cache.store().begin(),
            _ => 0,
        }
    }

    /// `takes_head` says whether the arguments may take the head with them: then nothing of it is there to tell answers apart.
    pub(crate) fn of(parts: &Parts, cx: &'a Context, began: u64, takes_head: bool) -> Self {
        let Some(answers) = cx.answers() else { return Self::Nothing };
        if let Some(keyed) = cx.keyed().filter(|_| !takes_head) {
            let head = keyed.head(answers.application, parts, cx);
            let has_credentials = keyed.has_credentials(&parts.headers);
            let tags = Vec::new();
            return Self::Look(Box::new(Look { answers, keyed, head, began, has_credentials, tags }));
        }
        let changes = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE].contains(&parts.method);
        match parts.uri.path_and_query().filter(|_| changes) {
            Some(path) => Self::Change(Box::new(Change { answers, path: path.clone(), host: host(parts) })),
            None => Self::Nothing,
        }
    }

    /// Takes the tags that the handler's arguments give.
    pub(crate) fn tag(&mut self, tags: impl FnOnce() -> Vec<String>) {
        if let Self::Look(look) = self {
            look.tags = tags();
        }
    }

    /// What is kept for such a request, or what it takes to keep its answer. Waits while another computes the same.
    pub(crate) async fn look_up(self, parts: &Parts, cx: &'a Context) -> Looked<'a> {
        let mut look = match self {
            Self::Nothing => return Looked::Missing(Keeping::Nothing),
            Self::Change(change) => return Looked::Missing(Keeping::Change(change)),
            Self::Look(look) => look,
        };
        let store = look.answers.cache.store();
        let memory = store.memory();
        look.head = look.keyed.caller(look.head, cx);
        // Nobody waits for an answer that cannot be kept.
        let may_lead = request_allows(&lines(&parts.headers, &header::CACHE_CONTROL))
            && (!look.has_credentials || look.keyed.tells_apart(cx));
        let mut waited = false;
        let mut key;
        let leader = loop {
            key = look.keyed.varied(look.head.clone(), &parts.headers).finish();
            if !may_lead && !waited {
                // A hit is counted where it is found.
                if store.get(&memory, &key).is_none() {
                    memory.count(false);
                }
            }
            match store.look_up(&memory, key, may_lead && !waited) {
                store::Looked::Found(entry) => {
                    if let Some(response) = super::kept::answer(&entry, &parts.headers, waited) {
                        return Looked::Found(response);
                    }
                    break None;
                }
                store::Looked::Missing(leader) => break leader,
                store::Looked::Follow(follower) => {
                    follower.end().await;
                    waited = true;
                }
            }
        };
        let mut answer = super::keeping::Answer {
            look,
            memory,
            leader,
            #[cfg(feature = "redis")]
            tokens: None,
        };
        if may_lead && let Some(response) = answer.ask_others(key, parts, cx).await {
            return Looked::Found(response);
        }
        Looked::Missing(Keeping::Answer(Box::new(answer)))
    }
}

impl Look<'_> {
    /// Everything that its answer can be forgotten by.
    pub(super) fn tags(&self, path: &str, cx: &Context) -> Vec<Tag> {
        let mut tags = vec![tag(cx.place().0), tag(path), path_tag(self.answers.application, path)];
        tags.extend(cx.policy().cache.iter().flat_map(|cache| &cache.tags).map(|name| tag(name)));
        tags.extend(self.tags.iter().map(|name| tag(name)));
        tags
    }
}

/// The lines of a header.
pub(super) fn lines<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Vec<&'a [u8]> {
    headers.get_all(name).into_iter().map(http::HeaderValue::as_bytes).collect()
}

fn host(parts: &Parts) -> Option<String> {
    let named = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    named.or_else(|| parts.uri.authority().map(http::uri::Authority::as_str)).map(str::to_ascii_lowercase)
}
