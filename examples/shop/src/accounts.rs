//! Accounts, as tokens, keys and sessions name them.

use crate::models::user::User;
use reroute::{
    app::States,
    auth::{Account, Accounts},
    prelude::*,
};

/// The shop's users, by their ids.
pub(crate) struct Users;

impl Accounts for Users {
    async fn find(&self, subject: &str, states: &States) -> Result<Option<Account>> {
        let Ok(id) = subject.parse::<i64>() else { return Ok(None) };
        let user = User::get_by_id(states.db()?, id).await?;
        let user = user.filter(|user| !user.banned);
        Ok(user.map(|user| Account::new(user.id).with_name(user.username).with_roles([user.role])))
    }
}
