use super::policy::SharedCheck;
use crate::{
    error::{Error, Result},
    params::part,
    route::Context,
};
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use std::{future::Future, sync::Arc};

/// An answer that is there.
#[derive(Debug)]
pub enum Now {}

/// An answer that is waited for.
#[derive(Debug)]
pub enum Later {}

/// What a check may answer: `bool`, `Result<bool, E>`, or a future of one of them. Nothing else: an answer that is merely truthy lets
/// nobody in.
#[diagnostic::on_unimplemented(
    message = "a check answers `bool` or `Result<bool, E>`, not `{Self}`",
    label = "this check's answer is no yes or no",
    note = "write `fn may(…) -> bool`, `async fn may(…) -> bool`, or either with `Result<bool, E>`"
)]
pub trait Verdict<Kind>: Send {
    /// Waits for the answer.
    fn answer(self) -> impl Future<Output = Result<bool>> + Send;
}

impl Verdict<Now> for bool {
    async fn answer(self) -> Result<bool> {
        Ok(self)
    }
}

impl<E: Into<Error> + Send> Verdict<Now> for Result<bool, E> {
    async fn answer(self) -> Result<bool> {
        self.map_err(erring)
    }
}

impl<F: Future<Output: Verdict<Now>> + Send> Verdict<Later> for F {
    async fn answer(self) -> Result<bool> {
        self.await.answer().await
    }
}

/// A check that errs has not said yes, and it is not the caller's fault: 500, or 503 where something cannot be asked. That an object is
/// somebody else's is no error of the check.
fn erring(error: impl Into<Error>) -> Error {
    let error: Error = error.into();
    if error.status().is_server_error() || error.is_not_yours().is_some() {
        error
    } else {
        Error::internal(format!("a check erred: {error:?}"))
    }
}

/// The answer of a check that `#[route]` calls.
pub async fn verdict<K, V: Verdict<K>>(verdict: V) -> Result<bool> {
    verdict.answer().await
}

/// A function that can be asked without a route: its arguments are extractors, its result is a [`Verdict`].
#[diagnostic::on_unimplemented(
    message = "this cannot be asked as a check",
    label = "no function of extractors that answers `bool` or `Result<bool, E>`",
    note = "its arguments implement `FromRequestParts<reroute::Context>`; a check that takes `&self` is written in the same `#[route] impl`"
)]
pub trait CheckFn<Arguments>: Send + Sync + 'static {
    /// Extracts the arguments and asks.
    fn ask(&self, parts: &mut Parts, cx: &Context) -> impl Future<Output = Result<bool>> + Send;
}

macro_rules! check_fn {
    ($($argument:ident)*) => {
        impl<Function, Answer, Kind, $($argument,)*> CheckFn<(Answer, Kind, $($argument,)*)> for Function
        where
            Function: Fn($($argument,)*) -> Answer + Send + Sync + 'static,
            Answer: Verdict<Kind>,
            $($argument: FromRequestParts<Context> + Send,)*
        {
            #[allow(non_snake_case, unused_variables)]
            async fn ask(&self, parts: &mut Parts, cx: &Context) -> Result<bool> {
                $(let $argument = part::<$argument>(parts, cx).await?;)*
                self($($argument,)*).answer().await
            }
        }
    };
}

check_fn! {}
check_fn! { A }
check_fn! { A B }
check_fn! { A B C }
check_fn! { A B C D }
check_fn! { A B C D E }

/// An origin of `#[cors]`.
///
/// # Panics
///
/// Never for what the macro accepted.
pub fn origin(text: &str) -> reroute_core::origin::OriginPattern {
    text.parse().expect("`#[cors]` has parsed this origin already")
}

/// The answer of a check that stands outside the `impl`.
pub async fn call<A, F: CheckFn<A>>(function: F, parts: &mut Parts, cx: &Context) -> Result<bool> {
    function.ask(parts, cx).await
}

/// The check of a scope.
pub fn shared<A: 'static, F: CheckFn<A> + Clone>(function: F) -> SharedCheck {
    Arc::new(move |parts, cx| {
        let function = function.clone();
        Box::pin(async move { function.ask(parts, cx).await })
    })
}
