//! Whether somebody is who they say, by name and password.

use crate::models::user::{self, User};
use reroute::{
    auth::{Epoch, SignIns, password},
    prelude::*,
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter},
};

/// What somebody signs in with, as JSON or as a form.
#[input]
pub(crate) struct Credentials {
    #[field(max_length = 128)]
    pub(crate) username: String,
    #[field(max_length = 128)]
    pub(crate) password: String,
}

/// What came of it.
pub(crate) struct Verified {
    /// The account, with its epoch from before its password was looked at: what ends all sign-ins meanwhile ends this one, too.
    pub(crate) account: Option<(User, Epoch)>,
    /// The name that the log may tell. What was typed as a name may be a password: only one that exists is told.
    pub(crate) name: String,
}

/// Whose name and password these are. An unknown name, a wrong password and a banned account are told alike, after as much work.
pub(crate) async fn verify(db: &Db, sign_ins: &SignIns, credentials: &Credentials) -> Result<Verified> {
    let by_name = user::Entity::find().filter(user::Column::Username.eq(credentials.username.as_str()));
    let account = by_name.one(db).await?;
    let epoch = sign_ins.epoch(account.as_ref().map_or(0, |account| account.id)).await?;
    let hash = account.as_ref().map(|account| account.password_hash.as_str());
    let is_right = password::verify(&credentials.password, hash).await?;
    let name = account.as_ref().map_or_else(|| "unknown".to_owned(), |account| account.username.clone());
    let account = account.filter(|account| is_right && !account.banned);
    if let Some(account) = &account
        && password::is_outdated(&account.password_hash)
    {
        // They are signed in, whatever becomes of it; the next login tries again.
        let _ = renew(db, account, &credentials.password).await;
    }
    Ok(Verified { account: account.map(|account| (account, epoch)), name })
}

/// Stores a hash that costs what hashes cost now, unless the password was changed meanwhile.
async fn renew(db: &Db, account: &User, password: &str) -> Result<()> {
    let hash = password::hash(password).await?;
    let is_as_read = user::Column::PasswordHash.eq(account.password_hash.as_str());
    user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, hash.into())
        .filter(user::Column::Id.eq(account.id))
        .filter(is_as_read)
        .exec(db)
        .await?;
    Ok(())
}
