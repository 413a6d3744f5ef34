//! Signing in.

use crate::{models::user, session};
use reroute::{
    auth::password,
    log::RequestFacts,
    prelude::*,
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter},
    security_log,
};

#[route]
pub struct Login {
    db: Db,
}

#[input]
pub struct Credentials {
    #[field(max_length = 128)]
    username: String,
    #[field(max_length = 128)]
    password: String,
}

#[output]
pub struct Token {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
}

#[route]
impl Login {
    /// Sign in. An unknown name, a wrong password and a banned account are told alike, in like time.
    #[public]
    #[rate_limit("5/min", if_store_fails = "closed")]
    #[rate_limit("5/min", key = (&credentials.username, request.client_network()), count = "failures", if_store_fails = "closed")]
    #[rate_limit("50/hour", key = &credentials.username, count = "failures", if_store_fails = "closed")]
    async fn post(&self, facts: RequestFacts, Json(credentials): Json<Credentials>) -> Result<Json<Token>> {
        let by_name = user::Entity::find().filter(user::Column::Username.eq(credentials.username));
        let account = by_name.one(&self.db).await?;
        let hash = account.as_ref().map(|account| account.password_hash.as_str());
        let is_right = password::verify(&credentials.password, hash).await?;
        // What was typed as a name may be a password: only a name that exists is told.
        let name = account.as_ref().map_or_else(|| "unknown".to_owned(), |account| account.username.clone());
        let account = account.filter(|account| is_right && !account.banned);
        if let Some(account) = &account
            && password::is_outdated(&account.password_hash)
        {
            self.renew(account, password::hash(&credentials.password).await?).await?;
        }
        let access_token = match account {
            Some(account) => session::open(&self.db, &account).await?,
            None => None,
        };
        let Some(access_token) = access_token else {
            security_log().auth_failure("Invalid credentials").user(name).request(&facts).emit();
            return Err(Error::unauthorized("Invalid credentials"));
        };
        security_log().auth_success(name).request(&facts).emit();
        Ok(Json(Token { access_token, token_type: "bearer", expires_in: session::LIFETIME.whole_seconds() }))
    }
}

impl Login {
    /// Stores a hash that costs what hashes cost now, unless the password was changed meanwhile.
    async fn renew(&self, account: &user::Model, hash: String) -> Result<()> {
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
