//! Accounts: who they are is the application's own; whether what was signed in still holds is kept here.

use super::{recent::Recent, store::Store};
use crate::{
    app::States,
    error::{Error, Result},
    route::{Context, Describe, Description, Reads},
};
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use serde_json::{Map, Value};
use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};
use tokio::time::Instant;

/// How long this process takes an account and a sign-in to be what they were, unless it was told otherwise here. Other processes are to see a change within a
/// second; a hundredth of it already spares a busy client's requests nearly all questions, and hardly anybody notices it.
pub(super) const FRESH: Duration = Duration::from_millis(10);

/// The application's accounts, as far as signing in is concerned.
///
/// ```
/// use reroute::{app::States, auth::{Account, Accounts}, prelude::*};
///
/// /// An application of one account.
/// struct Operator;
///
/// impl Accounts for Operator {
///     async fn find(&self, subject: &str, _: &States) -> Result<Option<Account>> {
///         Ok((subject == "1").then(|| Account::new("1").with_name("operator").with_roles(["admin"])))
///     }
/// }
/// ```
pub trait Accounts: Send + Sync + 'static {
    /// The account that `subject` names, as it stands now. `None` when there is none, or when it may not act, for being banned: then nothing
    /// that it signed in with works any longer.
    ///
    /// # Errors
    ///
    /// When it cannot be told just now: the request is answered with that, never let pass.
    fn find(&self, subject: &str, states: &States) -> impl Future<Output = Result<Option<Account>>> + Send;
}

/// An account.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    pub(super) subject: String,
    pub(super) name: String,
    pub(super) roles: Vec<String>,
    pub(super) claims: Map<String, Value>,
}

impl Account {
    /// The account that is known as `subject` to the application: the text of its id.
    pub fn new(subject: impl ToString) -> Self {
        let subject = subject.to_string();
        Self { name: subject.clone(), subject, roles: Vec::new(), claims: Map::new() }
    }

    /// The name that people call it by. It is the subject unless it is set.
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// What it is.
    pub fn with_roles<R: Into<String>>(mut self, roles: impl IntoIterator<Item = R>) -> Self {
        self.roles = roles.into_iter().map(Into::into).collect();
        self
    }

    /// A further claim of the tokens that are issued to it, for whoever else reads them. A token is no secret to who holds it. The names of
    /// registered claims are kept for what they mean (RFC 7519, section 4.1).
    pub fn with_claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    /// The name that people call it by.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// [`Accounts`], behind a pointer.
pub(crate) trait DynAccounts: Send + Sync {
    fn find<'a>(
        &'a self,
        subject: &'a str,
        states: &'a States,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Account>>> + Send + 'a>>;
}

impl<A: Accounts> DynAccounts for A {
    fn find<'a>(
        &'a self,
        subject: &'a str,
        states: &'a States,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Account>>> + Send + 'a>> {
        Box::pin(Accounts::find(self, subject, states))
    }
}

/// How an account stands: who it is, and in which epoch its sign-ins have to be made to hold.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) account: Account,
    pub(super) epoch: Epoch,
}

/// Counts how often all sign-ins of an account were ended at once. What was made in an earlier epoch than the account's is void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epoch(pub(super) i64);

/// The accounts, with what is kept of them.
pub(crate) struct Registry {
    accounts: Arc<dyn DynAccounts>,
    states: Arc<States>,
    pub(super) store: Store,
    recent: Recent<String, Option<Arc<Standing>>>,
}

impl Registry {
    pub(crate) fn new(accounts: Arc<dyn DynAccounts>, states: Arc<States>, store: Store) -> Self {
        Self { accounts, states, store, recent: Recent::new(FRESH) }
    }

    /// How the account stood a moment before `now`.
    pub(super) async fn standing(&self, now: Instant, subject: &str) -> Result<Option<Arc<Standing>>> {
        let look = async { self.stands(subject, self.store.recent_epoch(subject).await?).await };
        self.recent.get(now, subject, look).await
    }

    /// How the account stands now.
    pub(super) async fn look_up(&self, subject: &str) -> Result<Option<Arc<Standing>>> {
        self.stands(subject, self.store.epoch(subject).await?).await
    }

    async fn stands(&self, subject: &str, epoch: Epoch) -> Result<Option<Arc<Standing>>> {
        let account = self.accounts.find(subject, &self.states).await?;
        Ok(account.map(|account| Arc::new(Standing { account, epoch })))
    }

    pub(super) fn forget(&self, subject: &str) {
        self.recent.forget(subject);
    }
}

/// What accounts have signed in with, as a whole: a handler takes it.
///
/// ```
/// use reroute::{auth::SignIns, prelude::*};
///
/// #[route]
/// pub struct Everywhere {
///     me: Principal,
///     sign_ins: SignIns,
/// }
///
/// #[route]
/// impl Everywhere {
///     /// Sign out on every device.
///     #[requires]
///     async fn delete(&self) -> Result<StatusCode> {
///         self.sign_ins.revoke_all(self.me.subject()).await?;
///         Ok(StatusCode::NO_CONTENT)
///     }
/// }
/// ```
#[derive(Clone)]
pub struct SignIns(Arc<Registry>);

impl SignIns {
    /// The account's epoch now. A login asks for it before it looks at the password, and gives it to what it issues: so nothing is issued on the
    /// word of a password that has been changed, or of an account that has been banned, meanwhile.
    ///
    /// # Errors
    ///
    /// 503 when it cannot be asked.
    pub async fn epoch(&self, subject: impl ToString) -> Result<Epoch> {
        self.0.store.epoch(&subject.to_string()).await
    }

    /// Has the account looked at anew: for when its name or roles were changed here, so that its own next request sees it.
    pub fn changed(&self, subject: impl ToString) {
        self.0.forget(&subject.to_string());
    }

    /// Ends everything that the account has signed in with, tokens and sessions: for a changed password or role, and for a ban. In this
    /// process at once, in every other within a second. API keys have no part in it.
    ///
    /// # Errors
    ///
    /// 503 when it cannot be written.
    pub async fn revoke_all(&self, subject: impl ToString) -> Result<()> {
        // Forgotten also where nobody waits for the end any more.
        let revoked = Revoked { registry: self.0.clone(), subject: subject.to_string() };
        self.0.store.raise_epoch(&revoked.subject).await
    }

    /// [`revoke_all`](Self::revoke_all) as a part of `transaction`: drop what comes of it once that is committed.
    ///
    /// # Errors
    ///
    /// As there.
    #[cfg(feature = "db")]
    pub async fn revoke_all_in(
        &self,
        transaction: &impl sea_orm::ConnectionTrait,
        subject: impl ToString,
    ) -> Result<Revoked> {
        let subject = subject.to_string();
        self.0.store.raise_epoch_in(transaction, &subject).await?;
        Ok(Revoked { registry: self.0.clone(), subject })
    }
}

impl fmt::Debug for SignIns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignIns")
    }
}

impl FromRequestParts<Context> for SignIns {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, cx: &Context) -> Result<Self> {
        let registry = cx.shared().auth.registry.clone();
        registry.map(Self).ok_or_else(|| Error::internal("the application has no accounts: call `App::accounts`"))
    }
}

impl Describe for SignIns {
    const READS: Reads = Reads::Application;

    fn describe(description: &mut Description) {
        description.accounts = true;
    }
}

/// All sign-ins of an account have been ended. When this is dropped, this process looks at the account anew: drop it once the
/// transaction that it was done in is committed.
#[must_use = "drop it once the transaction is committed"]
pub struct Revoked {
    pub(super) registry: Arc<Registry>,
    pub(super) subject: String,
}

impl Drop for Revoked {
    fn drop(&mut self) {
        self.registry.forget(&self.subject);
    }
}

impl fmt::Debug for Revoked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revoked").field("subject", &self.subject).finish_non_exhaustive()
    }
}
