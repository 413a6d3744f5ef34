//! Shutting an account out, and letting it in again.

use crate::models::user::{self, Role, User};
use reroute::{
    auth::{ApiKeys, SignIns},
    log::RequestFacts,
    prelude::*,
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter, TransactionTrait, sea_query::Expr},
    security_log,
    time::OffsetDateTime,
};

#[route]
pub struct Ban {
    me: Principal,
    db: Db,
    sign_ins: SignIns,
    keys: ApiKeys,
}

#[input]
pub struct Change {
    banned: bool,
}

#[output]
pub struct Standing {
    id: i64,
    banned: bool,
}

#[route]
impl Ban {
    /// Ban an account, or lift its ban. Moderators ban customers only, and nobody oneself. A ban ends every session; lifting it
    /// revives none.
    #[requires(Role::Moderator, Role::Admin)]
    async fn put(
        &self,
        facts: RequestFacts,
        Path(id): Path<i64>,
        Json(change): Json<Change>,
    ) -> Result<Json<Standing>> {
        if id == self.me.id::<i64>()? {
            return Err(self.refused(id, &facts, "Nobody bans oneself"));
        }
        let mut update = user::Entity::update_many()
            .col_expr(user::Column::Banned, Expr::value(change.banned))
            .col_expr(user::Column::UpdatedAt, Expr::value(OffsetDateTime::now_utc()))
            .filter(user::Column::Id.eq(id));
        if !self.me.has_role(Role::Admin) {
            // In the statement itself: whoever is promoted at this moment is not banned.
            update = update.filter(user::Column::Role.eq(Role::Customer.name()));
        }
        let transaction = self.db.begin().await?;
        if update.exec(&transaction).await?.rows_affected == 0 {
            transaction.rollback().await?;
            return Err(if User::exists(&self.db, id).await? {
                self.refused(id, &facts, "Moderators ban customers only")
            } else {
                Error::not_found()
            });
        }
        let revoked = if change.banned {
            let revoked = self.sign_ins.revoke_all_in(&transaction, id).await?;
            self.keys.revoke_all_in(&transaction, id).await?;
            Some(revoked)
        } else {
            None
        };
        transaction.commit().await?;
        drop(revoked);
        Ok(Json(Standing { id, banned: change.banned }))
    }
}

impl Ban {
    /// A refusal, which the log is told.
    fn refused(&self, id: i64, facts: &RequestFacts, why: &'static str) -> Error {
        let event = security_log().authz_failure(format!("/users/{id}/ban")).user(self.me.name()).request(facts);
        event.with("reason", why).emit();
        Error::forbidden(why)
    }
}
