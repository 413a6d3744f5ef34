use crate::{
    error::{Error, Result},
    route::{Context, Describe, Description, Reads},
};
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use std::ops::Deref;

/// What the application shares, as [`App::state`](crate::App::state) was given it. A type that was never given stops
/// the start.
///
/// ```
/// use reroute::prelude::*;
/// use std::sync::{Arc, atomic::AtomicU64};
///
/// #[route]
/// pub struct Visits {
///     count: State<Arc<AtomicU64>>,
/// }
///
/// #[route]
/// impl Visits {
///     #[public]
///     async fn get(&self) -> String {
///         self.count.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_string()
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct State<T>(pub T);

impl<T> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone + Send + Sync + 'static> FromRequestParts<Context> for State<T> {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, cx: &Context) -> Result<Self> {
        let missing = || Error::internal(format!("no state of type {}", std::any::type_name::<T>()));
        cx.state::<T>().cloned().map(Self).ok_or_else(missing)
    }
}

impl<T: 'static> Describe for State<T> {
    const READS: Reads = Reads::Application;

    fn describe(description: &mut Description) {
        description.needs_state::<T>();
    }
}
