//! Signing in.

use crate::models::user;
use reroute::{
    auth::{Pair, SignIns, Tokens, password},
    log::RequestFacts,
    prelude::*,
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter},
    security_log,
};

#[route]
pub struct Login {
    db: Db,
    sign_ins: SignIns,
    tokens: Tokens,
}

#[input]
pub struct Credentials {
    #[field(max_length = 128)]
    username: String,
    #[field(max_length = 128)]
    password: String,
}

#[route]
impl Login {
    /// Sign in. An unknown name, a wrong password and a banned account are told alike, in like time.
    #[public]
    #[rate_limit("5/min", if_store_fails = "closed")]
    #[rate_limit("5/min", key = (&credentials.username, request.client_network()), count = "failures", if_store_fails = "closed")]
    #[rate_limit("50/hour", key = &credentials.username, count = "failures", if_store_fails = "closed")]
    async fn post(&self, facts: RequestFacts, Json(credentials): Json<Credentials>) -> Result<Json<Pair>> {
        let by_name = user::Entity::find().filter(user::Column::Username.eq(credentials.username));
        let account = by_name.one(&self.db).await?;
        let id = account.as_ref().map_or(0, |account| account.id);
        // Asked before the password is looked at: what ends all sign-ins meanwhile ends this one, too.
        let epoch = self.sign_ins.epoch(id).await?;
        let hash = account.as_ref().map(|account| account.password_hash.as_str());
        let is_right = password::verify(&credentials.password, hash).await?;
        // What was typed as a name may be a password: only a name that exists is told.
        let name = account.as_ref().map_or_else(|| "unknown".to_owned(), |account| account.username.clone());
        let pair = match &account {
            // A banned account is told like a wrong password, and after as much work.
            Some(account) if is_right && !account.banned => self.tokens.issue(account.id, epoch).await?,
            _ => None,
        };
        let Some(pair) = pair else {
            security_log().auth_failure("Invalid credentials").user(name).request(&facts).emit();
            return Err(Error::unauthorized("Invalid credentials"));
        };
        if let Some(account) = account
            && password::is_outdated(&account.password_hash)
        {
            // They are signed in, whatever becomes of it; the next login tries again.
            let _ = self.renew(&account, &credentials.password).await;
        }
        Ok(Json(pair))
    }
}

impl Login {
    /// Stores a hash that costs what hashes cost now, unless the password was changed meanwhile.
    async fn renew(&self, account: &user::Model, password: &str) -> Result<()> {
        let hash = password::hash(password).await?;
        let is_as_read = user::Column::PasswordHash.eq(account.password_hash.as_str());
        user::Entity::update_many()
            .col_expr(user::Column::PasswordHash, hash.into())
            .filter(user::Column::Id.eq(account.id))
            .filter(is_as_read)
            .exec(&self.db)
            .await?;
        Ok(())
    }
}
