//! One account.

use crate::models::{
    Forgets,
    user::{self, Role, User},
};
use reroute::{
    auth::{ApiKeys, SignIns},
    prelude::*,
    sea_orm::{ActiveValue::Set, TransactionTrait},
};

#[route]
pub struct Account {
    me: Principal,
    db: Db,
    sign_ins: SignIns,
    keys: ApiKeys,
}

/// What a caller may change. Nothing else can be named in the body.
#[input]
pub struct Update {
    #[field(min_length = 3, max_length = 50, pattern = "^[a-zA-Z0-9_]+$")]
    username: String,
    #[field(email)]
    email: String,
}

#[output]
pub struct Deleted {
    deleted: i64,
}

#[route]
impl Account {
    /// Read an account: one's own, or any for an admin. Somebody else's is not found.
    #[requires]
    async fn get(&self, Path(id): Path<i64>) -> Result<Json<user::Public>> {
        Ok(Json(self.find(id).await?.into()))
    }

    /// Change an account.
    #[requires]
    async fn put(&self, Path(id): Path<i64>, Json(update): Json<Update>) -> Result<Json<user::Public>> {
        self.find(id).await?;
        let changes =
            user::ActiveModel { username: Set(update.username), email: Set(update.email), ..Default::default() };
        let account = User::update(&self.db, id, changes).await?;
        self.sign_ins.changed(account.id);
        Ok(Json(account.into()))
    }

    /// Delete an account.
    #[requires(Role::Admin)]
    #[rate_limit("5/min")]
    async fn delete(&self, Path(id): Path<i64>) -> Result<Json<Deleted>> {
        // Their posts go with them.
        let _forgets = Forgets("posts");
        let transaction = self.db.begin().await?;
        if !User::delete(&transaction, id).await? {
            transaction.rollback().await?;
            return Err(Error::not_found());
        }
        let revoked = self.sign_ins.revoke_all_in(&transaction, id).await?;
        self.keys.revoke_all_in(&transaction, id).await?;
        transaction.commit().await?;
        drop(revoked);
        Ok(Json(Deleted { deleted: id }))
    }

    async fn find(&self, id: i64) -> Result<User> {
        let account = User::get_by_id(&self.db, id).await?.or_not_found()?;
        self.me.require_owner_or(Role::Admin, &account)?;
        Ok(account)
    }
}
