//! `shop user promote NAME --role ROLE`.

use crate::models::user::{self, Role};
use reroute::{
    Error, Result,
    app::{Refused, Startup},
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr},
    security_log,
    time::OffsetDateTime,
};

/// Changes what an account is, and tells the security log. In production it is the way to the first admin.
pub(crate) async fn run(startup: Startup, words: Vec<String>) -> Result<()> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ["promote", name, "--role", role] = words.as_slice() else {
        return Err(Refused::because("write `shop user promote NAME --role ROLE`").into());
    };
    let role: Role =
        role.parse().map_err(|unknown: reroute::auth::UnknownRole| Refused::because(unknown.to_string()))?;
    let db = startup.db()?;
    let found = user::Entity::find().filter(user::Column::Username.eq(*name)).one(db).await?;
    let Some(account) = found else { return Err(Error::not_found().detail("there is no account of that name")) };
    let changed = user::Entity::update_many()
        .col_expr(user::Column::Role, Expr::value(role.name()))
        .col_expr(user::Column::UpdatedAt, Expr::value(OffsetDateTime::now_utc()))
        .filter(user::Column::Id.eq(account.id))
        // What is told to have been before was.
        .filter(user::Column::Role.eq(account.role.as_str()))
        .exec(db)
        .await?;
    if changed.rows_affected == 0 {
        return Err(Error::conflict("somebody else has changed the account just now: look at it, and try again"));
    }
    security_log()
        .config_change(format!("role of user {name}"))
        .owasp("authz_change")
        .user(*name)
        .with("from", account.role)
        .with("to", role)
        .emit();
    Ok(())
}
