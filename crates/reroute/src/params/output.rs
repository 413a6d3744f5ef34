use super::Listing;
use serde::Serialize;
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// What may go out: it was said of the type, so that no database row leaves by accident. `#[output]` says it.
///
/// All that an output holds is one, too. A field of another crate's type goes out with `#[field(as_is)]`.
///
/// ```
/// use reroute::prelude::*;
///
/// #[output]
/// pub struct Member {
///     id: i64,
///     names: Vec<String>,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no output",
    label = "what goes out is a type that says so: a row of the database may hold what nobody else may see",
    note = "write `#[output]` on a struct of what may be seen, in place of `#[derive(Serialize)]`; a field of another crate's type bears `#[field(as_is)]`"
)]
pub trait Output: Serialize {}

macro_rules! outputs {
    ($($kind:ty)*) => {
        $(impl Output for $kind {})*
    };
}

outputs! {
    () bool char i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64 str String serde_json::Value
}

#[cfg(feature = "db")]
impl Output for time::OffsetDateTime {}

impl<T: Output + ?Sized> Output for &T {}
impl<T: Output + ?Sized> Output for Box<T> {}
impl<T: Output> Output for Option<T> {}
impl<T: Output> Output for [T] {}
impl<T: Output> Output for Vec<T> {}
impl<T: Output, const N: usize> Output for [T; N] where [T; N]: Serialize {}
impl<T: Output> Output for Listing<T> {}
impl<T: Output + ToOwned + ?Sized> Output for Cow<'_, T> {}
impl<K: Serialize, T: Output> Output for BTreeMap<K, T> {}
impl<K: Serialize, T: Output, S> Output for HashMap<K, T, S> {}
impl<T: Output + ?Sized> Output for Arc<T> where Arc<T>: Serialize {}

macro_rules! tuples {
    ($($($kind:ident)*;)*) => {
        $(impl<$($kind: Output),*> Output for ($($kind,)*) {})*
    };
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
}
