//! A web framework in which **files are routes and safety is the default**.
//!
//! `src/routes/users/[id].rs` answers `/users/{id}`; a handler that does not say who may call it does not compile; limits,
//! authentication, authorization, validation, cache and handler run in one fixed order, whatever order the attributes
//! stand in.
//!
//! ```
//! // src/routes/users/[id].rs
//! use reroute::prelude::*;
//!
//! #[route]
//! pub struct Account {
//!     me: Principal, // no signed-in caller: 401, and no handler below is reached
//! }
//!
//! #[route]
//! impl Account {
//!     /// Read an account.
//!     #[requires]
//!     async fn get(&self, Path(id): Path<i64>) -> Result<String> {
//!         Ok(format!("{} looks at {id}", self.me.name()))
//!     }
//! }
//! ```
//!
//! | module | holds |
//! | --- | --- |
//! | [`app`] | the builder, the start and its checks, the subcommands |
//! | `server` | the accept loop |
//! | [`edge`] | what holds for every request and answer |
//! | [`mod@route`] | from a path to its endpoint |
//! | [`guard`] | the one way through each endpoint |
//! | [`limit`] | how many requests are admitted |
//! | [`params`] | what the caller wrote, typed and validated |
//! | [`auth`] | who is calling |
//! | `cache` | answers and results that are kept; with the feature `cache` |
//! | `compression` | answers that go out compressed, and bodies that come so; with the feature `compression` |
//! | `model` | rows of a database, as types; with the feature `db` |
//! | `fetch` | requests to other servers that cannot be led inside; with the feature `fetch` |
//! | `files` | files of a folder, and downloads; with the feature `files` |
//! | `image` | the size of an image, before it is decoded; with the feature `files` or `multipart` |
//! | `html` | HTML of users, cleaned or escaped; with the feature `html` |
//! | `pages` | pages from templates; with the feature `pages` |
//! | [`log`](mod@log) | security events |
//! | `migrate` | migrations of the database; with the feature `db` |
//! | [`error`] | what went wrong, and its form on the wire |

#[cfg(test)]
extern crate self as reroute;

pub mod app;
pub mod auth;
#[cfg(feature = "cache")]
pub mod cache;
#[cfg(feature = "compression")]
pub mod compression;
pub mod config;
#[cfg(feature = "db")]
pub mod db;
pub mod edge;
pub mod error;
#[cfg(feature = "fetch")]
pub mod fetch;
#[cfg(feature = "files")]
pub mod files;
pub mod guard;
#[cfg(feature = "html")]
pub mod html;
#[cfg(any(feature = "files", feature = "multipart"))]
pub mod image;
pub mod limit;
pub mod log;
#[cfg(feature = "db")]
pub mod migrate;
#[cfg(feature = "db")]
pub mod model;
#[cfg(feature = "pages")]
pub mod pages;
pub mod params;
#[cfg(feature = "redis")]
mod redis;
pub mod route;
pub mod runtime;
mod server;
pub mod testing;

pub use app::App;
pub use auth::{Authenticate, Owned, Principal, Role};
#[cfg(feature = "cache")]
pub use cache::cache;
pub use config::Environment;
#[cfg(feature = "db")]
pub use db::{Db, OwnedBy, OwnedEntity, Queries, Sql, Tx};
pub use error::{Error, FieldError, OrNotFound, Result};
#[cfg(feature = "fetch")]
pub use fetch::SafeClient;
#[cfg(feature = "files")]
pub use files::{Download, Files};
#[cfg(feature = "html")]
pub use html::{SanitizedHtml, escape_html};
pub use log::{SecurityLog, security_log};
#[cfg(feature = "db")]
pub use migrate::Migrations;
#[cfg(feature = "db")]
pub use model::{After, Filter, Record, Rows, Slice};
pub use params::{
    Cookie, Created, Direction, Form, Header, IfNoneMatch, Input, Json, Listing, OrderBy, Output, Page, Path, Query,
    Sortable, State,
};
#[cfg(feature = "multipart")]
pub use params::{File, Multipart};
#[cfg(feature = "redis")]
pub use redis::SharedStore;
#[cfg(feature = "pages")]
pub use reroute_macros::page;
pub use reroute_macros::{
    cache, cors, input, main, output, public, rate_limit, raw_body, requires, roles, route, scope, timeout,
};
#[cfg(feature = "db")]
pub use reroute_macros::{migrations, model, sql};
pub use route::{Context, MountAccess, RequestHead, Tree, file};

/// Policies that are sent as headers, as values that cannot be malformed: for [`LoosenHeader`](edge::LoosenHeader), and in words for the settings.
///
/// ```
/// use reroute::headers::{Allowlist, ContentSecurityPolicy, Directive, PermissionsPolicy, Source};
///
/// let framed = ContentSecurityPolicy::new()
///     .with(Directive::DefaultSrc, [Source::NONE])?
///     .with(Directive::FrameAncestors, [Source::SELF])?;
/// assert_eq!(framed.to_string(), "default-src 'none'; frame-ancestors 'self'");
///
/// let features = PermissionsPolicy::new().with("fullscreen".parse()?, Allowlist::SELF);
/// assert_eq!(features.to_string(), "fullscreen=(self)");
/// # Ok::<_, reroute::headers::HeaderError>(())
/// ```
#[doc(inline)]
pub use reroute_core::headers;

// What a user's code names and need not depend on by itself.
#[cfg(feature = "pages")]
pub use askama;
pub use axum_core;
pub use http;
#[cfg(feature = "db")]
pub use sea_orm;
pub use serde;
#[cfg(feature = "db")]
pub use time;

/// What a route file names, in one line: `use reroute::prelude::*;`.
pub mod prelude {
    #[cfg(feature = "files")]
    pub use crate::Download;
    #[cfg(feature = "fetch")]
    pub use crate::SafeClient;
    #[cfg(feature = "html")]
    pub use crate::SanitizedHtml;
    #[cfg(feature = "pages")]
    pub use crate::page;
    #[cfg(feature = "db")]
    pub use crate::{
        After, Db, Filter, OwnedBy, Queries, Record, Rows, Slice, Tx, model,
        model::{ColumnOf as _, IntoRows as _, PageOrder as _},
        sql,
    };
    pub use crate::{
        App, Authenticate, Context, Cookie, Created, Direction, Error, FieldError, Form, Header, IfNoneMatch, Json,
        Listing, OrNotFound, OrderBy, Output, Owned, Page, Path, Principal, Query, RequestHead, Result, Sortable,
        State, cache, cors, input, output, public, rate_limit, raw_body, requires, roles, route, scope, timeout,
    };
    #[cfg(feature = "multipart")]
    pub use crate::{File, Multipart};
    pub use axum_core::{
        extract::{FromRequest, FromRequestParts, Request},
        response::{IntoResponse, Response},
    };
    pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, request::Parts};
    pub use serde::{Deserialize, Serialize};
}

#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "cache")]
    pub use crate::cache::function as cache;
    #[cfg(feature = "db")]
    pub use crate::db::sql_expand as sql;
    #[cfg(feature = "db")]
    pub use crate::model::expand as model;
    pub use crate::{
        auth::expand::role,
        error::{Error, Result},
        guard::{Access, Caching, Check, Policy, Requirement, Shared, expand as guard},
        limit::{Counts, Declared, Key, Limit, Per, StoreFailure, expand as limit},
        params::{Cookie, Header, Path, Query, expand as params, input},
        route::{
            Context, Description, Endpoint, Fields, Operation, RequestHead, Route, Rules, Scope, ScopeRequires, probe,
        },
    };
    pub use axum_core::{
        body::Body,
        extract::Request,
        response::{IntoResponse, Response},
    };
    pub use http::{Method, request::Parts};
    pub use serde;
    pub use std::{
        any::type_name,
        boxed::Box,
        default::Default,
        future::Future,
        marker::{Send, Sync},
        option::Option::{self, None, Some},
        result::Result::{Err, Ok},
        string::{String, ToString},
        sync::LazyLock,
        time::Duration,
        vec::Vec,
    };
}

/// Nothing, where the feature `cache` is on; else says so.
#[cfg(feature = "cache")]
#[doc(hidden)]
#[macro_export]
macro_rules! __needs_cache {
    () => {};
}

/// Nothing, where the feature `cache` is on; else says so.
#[cfg(not(feature = "cache"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __needs_cache {
    () => {
        compile_error!(
            "`#[cache]` needs the feature `cache` of reroute: write `features = [\"cache\"]` beside it in Cargo.toml"
        )
    };
}
