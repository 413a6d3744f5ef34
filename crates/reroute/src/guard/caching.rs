use std::time::Duration;

/// What `#[cache]` declares for a handler's answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caching {
    /// How long an answer is kept.
    pub duration: Duration,
    /// Whether every caller gets the same answer. Without, each caller has their own.
    pub shared: Option<Shared>,
    /// The names that it can be forgotten by.
    pub tags: Vec<&'static str>,
}

/// Why all callers may see the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shared {
    /// The endpoint is public, and nothing in it knows the caller.
    Public,
    /// For this reason, which `routes` shows.
    Because(&'static str),
}

/// The steps of the guard in a program without the feature `cache`: nothing.
#[cfg(not(feature = "cache"))]
pub(super) mod off {
    use crate::route::Context;
    use axum_core::response::Response;
    use http::request::Parts;
    use std::marker::PhantomData;

    pub(crate) struct Asked<'a>(PhantomData<&'a Context>);
    pub(crate) struct Keeping<'a>(PhantomData<&'a Context>);

    pub(crate) enum Looked<'a> {
        #[allow(dead_code, reason = "there is nothing to find")]
        Found(Response),
        Missing(Keeping<'a>),
    }

    impl<'a> Asked<'a> {
        pub(crate) fn begin(_: &Context) -> u64 {
            0
        }

        pub(crate) fn of(_: &Parts, _: &'a Context, _: u64, _: bool) -> Self {
            Self(PhantomData)
        }

        pub(crate) fn tag(&mut self, _: impl FnOnce() -> Vec<String>) {}

        pub(crate) async fn look_up(self, _: &Parts, _: &'a Context) -> Looked<'a> {
            Looked::Missing(Keeping(PhantomData))
        }
    }

    impl Keeping<'_> {
        pub(crate) async fn store(self, _: &Parts, _: &mut Response, _: &Context) {}
    }
}
