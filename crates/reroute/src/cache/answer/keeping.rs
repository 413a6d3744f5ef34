use super::{
    asked::{Change, Look, lines},
    kept::{self, Kept},
};
#[cfg(feature = "redis")]
use crate::cache::level::{self, Tokens};
use crate::{
    cache::{
        flight::Leader,
        key::{Key, path_tag},
        memory::{Memory, Value},
        store::Keep,
    },
    edge::Loosened,
    error::Error,
    params::etag_of,
    route::Context,
};
use axum_core::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts};
use http_body::Body as _;
use http_body_util::{BodyExt, Limited};
use reroute_core::caching::{Exchange, NotKept, may_keep, vary};
use std::{mem, sync::Arc, time::Duration};

/// What a look-up came to.
pub(crate) enum Looked<'a> {
    Found(Response),
    Missing(Keeping<'a>),
}

/// What is done with the answer once it is there. Dropped, those who wait for it compute for themselves.
pub(crate) enum Keeping<'a> {
    Nothing,
    Answer(Box<Answer<'a>>),
    Change(Box<Change<'a>>),
}

pub(crate) struct Answer<'a> {
    pub(super) look: Box<Look<'a>>,
    pub(super) memory: Arc<Memory>,
    pub(super) leader: Option<Leader>,
    /// What the level that all processes share needs to keep it.
    #[cfg(feature = "redis")]
    pub(super) tokens: Option<Tokens>,
}

impl Keeping<'_> {
    /// Keeps the answer, if it may be kept, and dresses it; or forgets what it changed.
    pub(crate) async fn store(self, parts: &Parts, response: &mut Response, cx: &Context) {
        match self {
            Self::Nothing => {}
            Self::Answer(answer) => answer.store(parts, response, cx).await,
            Self::Change(change) => {
                change.forget(response);
                // Who is told that it is done finds it so in every process.
                #[cfg(feature = "redis")]
                if let Some(level) = change.answers.cache.store().level() {
                    level.tell_now().await;
                }
            }
        }
    }
}

impl Answer<'_> {
    async fn store(mut self, parts: &Parts, response: &mut Response, cx: &Context) {
        let largest = self.memory.bounds.largest();
        let verdict = self.verdict(parts, response, cx);
        let may_keep = match verdict {
            Ok(()) => true,
            Err(why) if why.is_of_request() => false,
            Err(why) => return kept::mark(response.headers_mut(), &format!("detail={why}")),
        };
        if response.body().size_hint().exact().is_none_or(|size| size > largest) {
            return kept::mark(response.headers_mut(), "detail=size");
        }
        let body = mem::take(response.body_mut());
        let body = match Limited::new(body, usize::try_from(largest).unwrap_or(usize::MAX)).collect().await {
            Ok(body) => body.to_bytes(),
            Err(broken) => {
                *response = Error::internal(broken.to_string()).into_response();
                return;
            }
        };
        self.dress(response.headers_mut(), &body, cx);
        let is_kept = may_keep && self.keep(parts, response, &body, cx);
        *response.body_mut() = Body::from(body);
        let headers = response.headers_mut();
        headers.insert(header::AGE, HeaderValue::from_static("0"));
        match verdict {
            Err(why) => kept::mark(headers, &format!("detail={why}")),
            Ok(()) => kept::mark(headers, if is_kept { "stored" } else { "detail=forgotten" }),
        }
        *response = kept::conditional(mem::take(response), &parts.headers);
        // Those who wait find the answer now.
        drop(self.leader);
    }

    fn verdict(&self, parts: &Parts, response: &Response, cx: &Context) -> Result<(), NotKept> {
        let keyed = self.look.keyed;
        let varies = lines(response.headers(), &header::VARY);
        may_keep(&Exchange {
            method: parts.method.as_str(),
            status: response.status().as_u16(),
            asked: &lines(&parts.headers, &header::CACHE_CONTROL),
            has_credentials: self.look.has_credentials,
            is_told_apart: keyed.tells_apart(cx),
            answered: &lines(response.headers(), &header::CACHE_CONTROL),
            sets_cookie: response.headers().contains_key(header::SET_COOKIE),
            vary: &varies,
        })?;
        let names = vary(&varies)?.unwrap_or_default();
        if keyed.vary_by(&names) { Ok(()) } else { Err(NotKept::Vary) }
    }

    /// What every answer says that is kept, or could have been for another request.
    fn dress(&self, headers: &mut HeaderMap, body: &Bytes, cx: &Context) {
        headers.entry(header::ETAG).or_insert_with(|| etag_of(body));
        let is_shared = cx.policy().cache.as_ref().is_some_and(|cache| cache.shared.is_some());
        let control = if is_shared { "public, no-cache" } else { "private, no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(control));
        headers.remove(header::AGE);
    }

    fn keep(&mut self, parts: &Parts, response: &Response, body: &Bytes, cx: &Context) -> bool {
        let Some(declared) = &cx.policy().cache else { return false };
        let headers = kept::with_room(response.headers());
        let names: usize = response.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        #[cfg(feature = "compression")]
        let is_compressible = crate::compression::is_marked(response);
        #[cfg(not(feature = "compression"))]
        let is_compressible = false;
        let loosened = response.extensions().get::<Loosened>().cloned();
        let value = Kept { headers, body: body.clone(), loosened, is_compressible };
        // The key of the answer's own `Vary`, which may be another than the one that was looked for.
        let key = self.look.keyed.varied(self.look.head.clone(), &parts.headers).finish();
        self.tell_others(key, &value, declared.duration);
        let keep = Keep {
            value: Value::Answer(value),
            size: (body.len() + names) as u64,
            tags: self.look.tags(parts.uri.path(), cx),
            began: self.look.began,
            duration: declared.duration,
            age: Duration::ZERO,
        };
        self.look.answers.cache.store().keep(&self.memory, key, keep)
    }
}

/// What other processes know, where there are any.
#[cfg(not(feature = "redis"))]
impl Answer<'_> {
    pub(super) async fn ask_others(&mut self, _: Key, _: &Parts, _: &Context) -> Option<Response> {
        None
    }

    fn tell_others(&mut self, _: Key, _: &Kept, _: Duration) {}
}

/// What other processes know.
#[cfg(feature = "redis")]
impl Answer<'_> {
    /// The answer that another process keeps, which is kept here from now on, too.
    pub(super) async fn ask_others(&mut self, key: Key, parts: &Parts, cx: &Context) -> Option<Response> {
        let store = self.look.answers.cache.store();
        let tags = self.look.tags(parts.uri.path(), cx);
        match store.level()?.look(&key, &tags).await {
            level::Looked::Missing(tokens) => {
                self.tokens = tokens;
                None
            }
            level::Looked::Found(found) => {
                let value = Kept::decode(&found.body)?;
                let keep = Keep {
                    size: found.body.len() as u64,
                    value: Value::Answer(value),
                    tags,
                    began: self.look.began,
                    duration: found.left,
                    age: found.age,
                };
                store.keep(&self.memory, key, keep);
                let entry = store.get(&self.memory, &key)?;
                kept::answer(&entry, &parts.headers, false)
            }
        }
    }

    fn tell_others(&mut self, key: Key, value: &Kept, duration: Duration) {
        let store = self.look.answers.cache.store();
        if let (Some(level), Some(tokens), Some(body)) = (store.level(), self.tokens.take(), value.encode()) {
            level.keep(key, tokens, duration, body);
        }
    }
}

impl Change<'_> {
    /// Forgets what is kept for the path that was changed, and for the one that the answer points to (RFC 9111, section 4.4).
    fn forget(&self, response: &Response) {
        let status = response.status();
        if !status.is_success() && !status.is_redirection() || status == StatusCode::NOT_MODIFIED {
            return;
        }
        let store = self.answers.cache.store();
        store.forget(path_tag(self.answers.application, self.path.path()));
        let location = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok());
        if let Some(path) = location.and_then(|location| self.own(location)) {
            store.forget(path_tag(self.answers.application, &path));
        }
    }

    /// The path that `location` names on this very host.
    fn own(&self, location: &str) -> Option<String> {
        let location = location.split('#').next().unwrap_or_default();
        let uri: Uri = location.parse().ok()?;
        match uri.authority() {
            Some(other) if self.host.as_deref() != Some(&other.as_str().to_ascii_lowercase()) => None,
            Some(_) => Some(uri.path().to_owned()),
            None if location.starts_with('/') => Some(uri.path().to_owned()),
            None => None,
        }
    }
}
