//! One account.

use crate::models::{
    Forgets,
    user::{self, Role},
};
use reroute::{
    auth::{ApiKeys, SignIns},
    prelude::*,
    sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, TransactionTrait},
    time::OffsetDateTime,
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
        let mut account = self.find(id).await?.into_active_model();
        account.username = Set(update.username);
        account.email = Set(update.email);
        account.updated_at = Set(OffsetDateTime::now_utc());
        let account = account.update(&self.db).await?;
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
        if user::Entity::delete_by_id(id).exec(&transaction).await?.rows_affected == 0 {
            transaction.rollback().await?;
            return Err(Error::not_found());
        }
        let revoked = self.sign_ins.revoke_all_in(&transaction, id).await?;
        self.keys.revoke_all_in(&transaction, id).await?;
        transaction.commit().await?;
        drop(revoked);
        Ok(Json(Deleted { deleted: id }))
    }

    async fn find(&self, id: i64) -> Result<user::Model> {
        let account = user::Entity::find_by_id(id).one(&self.db).await?.or_not_found()?;
        self.me.require_owner_or(Role::Admin, &account)?;
        Ok(account)
    }
}
