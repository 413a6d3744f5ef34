//! What the macros ask of a type without knowing it.
//!
//! An inherent item with a bound hides the trait's item of the same name where the bound holds, so that each question has an
//! answer for every type. Not for people: only what `#[route]` writes names it.
#![allow(missing_docs, clippy::new_without_default, reason = "only generated code names these")]

use super::{Describe, Description, Reads};
use crate::{
    error::Result,
    params::expand::{Whole, part},
    route::Context,
};
use axum_core::{
    body::Body,
    extract::{FromRequestParts, Request},
};
use http::request::Parts;
use std::{future::Future, marker::PhantomData, mem};

pub struct Probe<T>(PhantomData<T>);

impl<T> Probe<T> {
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Describe> Probe<T> {
    pub const DEMANDS_CALLER: bool = T::DEMANDS_CALLER;
    pub const PARAMETER: bool = T::PARAMETER;
    pub const TYPED_BODY: bool = T::TYPED_BODY;
    pub const SHAREABLE: bool = T::READS.is_shareable();
}

impl<T: FromRequestParts<Context>> Probe<T> {
    pub const READS_BODY: bool = false;

    /// The last argument, where it leaves the body alone.
    pub fn last(parts: &mut Parts, _: Body, cx: &Context) -> impl Future<Output = Result<T>> + Send {
        part(parts, cx)
    }
}

pub trait Unknown {
    const DEMANDS_CALLER: bool = false;
    const PARAMETER: bool = false;
    const READS_BODY: bool = true;
    const TYPED_BODY: bool = false;
    const SHAREABLE: bool = false;

    /// The last argument, where it takes the body.
    fn last<Via>(parts: &mut Parts, body: Body, cx: &Context) -> impl Future<Output = Result<Self::Value>> + Send
    where
        Self::Value: Whole<Via>,
    {
        let head = mem::replace(parts, Request::new(()).into_parts().0);
        <Self::Value as Whole<Via>>::extract(Request::from_parts(head, body), cx)
    }

    type Value: 'static;
}

impl<T: 'static> Unknown for Probe<T> {
    type Value = T;
}

pub trait Described {
    fn describe(&self, description: &mut Description);
}

impl<T: Describe> Described for Probe<T> {
    fn describe(&self, description: &mut Description) {
        description.extractors.push(std::any::type_name::<T>());
        description.caller |= T::DEMANDS_CALLER;
        description.raw |= matches!(T::READS, Reads::Everything);
        T::describe(description);
    }
}

pub trait Undescribed {
    fn describe(&self, description: &mut Description);
}

impl<T> Undescribed for &Probe<T> {
    fn describe(&self, description: &mut Description) {
        description.extractors.push(std::any::type_name::<T>());
        description.raw = true;
    }
}

/// Turns the answer to a question into a type, so that a trait's text can be the compiler's message.
pub struct Is<const ANSWER: bool>;

#[diagnostic::on_unimplemented(
    message = "a `#[public]` handler cannot have a caller",
    label = "public, but a field of the route or an argument of the handler demands a signed-in caller",
    note = "write `#[requires]` in place of `#[public]`, or make it `Option<Principal>`"
)]
pub trait NoCallerDemanded {}
impl NoCallerDemanded for Is<false> {}

#[diagnostic::on_unimplemented(
    message = "a parameter or a body is no field of a route",
    label = "this is read from what the caller wrote, before it is known whether the caller may call",
    note = "make it an argument of the handler: fields are filled before authorization, arguments after it"
)]
pub trait NoParameter {}
impl NoParameter for Is<false> {}

#[diagnostic::on_unimplemented(
    message = "this `{Self}` is not reroute's",
    label = "reads a private table of axum's router, which a file route never goes through",
    note = "use the one of `reroute::prelude`; `MatchedPath` is `Context::pattern`; a whole axum router can be mounted with `App::mount`"
)]
pub trait ReadsOurTable {}
impl<T> ReadsOurTable for crate::params::Path<T> {}

#[diagnostic::on_unimplemented(
    message = "this takes the body as it comes",
    label = "no type says what may stand in the body, and nothing validates it",
    note = "take `Json<T>`, `Form<T>` or `Multipart<T>` of an `#[input]`; where the bytes themselves are wanted, as for a webhook's signature, write `#[raw_body]` on the handler"
)]
pub trait TypedBody {}
impl TypedBody for Is<false> {}

#[diagnostic::on_unimplemented(
    message = "nothing here takes the body as it comes",
    label = "`#[raw_body]` stands on a handler whose last argument is `Bytes`, `String`, `Body`, `Request` or the like",
    note = "take `#[raw_body]` away"
)]
pub trait RawBody {}
impl RawBody for Is<true> {}

#[diagnostic::on_unimplemented(
    message = "a `shared` answer may not depend on who calls",
    label = "this may differ from caller to caller: a header, a cookie, the caller, or what does not say what it reads",
    note = "take `shared` away, so that each caller has their own entry; an extractor of your own says what it reads by `Describe::READS`"
)]
pub trait SameForAll {}
impl SameForAll for Is<true> {}

#[diagnostic::on_unimplemented(
    message = "a `shared` answer may not depend on who calls",
    label = "shared, but a field of the route may differ from caller to caller",
    note = "take `shared` away, so that each caller has their own entry, or move the field into the arguments of the handlers that need it"
)]
pub trait FieldsSameForAll {}
impl FieldsSameForAll for Is<true> {}

#[diagnostic::on_unimplemented(
    message = "an answer to a body is not kept",
    label = "this takes the body, which is no part of what an answer is found by",
    note = "take `#[cache]` away, or read from path and query what the answer depends on"
)]
pub trait WithoutBody {}
impl WithoutBody for Is<false> {}

pub const fn same_for_all<T: SameForAll>() {}
pub const fn fields_same_for_all<T: FieldsSameForAll>() {}
pub const fn without_body<T: WithoutBody>() {}
pub const fn declared_by_scope<T: crate::route::ScopeRequires>() {}
pub const fn no_caller_demanded<T: NoCallerDemanded>() {}
pub const fn typed_body<T: TypedBody>() {}
pub const fn raw_body<T: RawBody>() {}
pub const fn no_parameter<T: NoParameter>() {}
pub const fn reads_our_table<T: ReadsOurTable>() {}
