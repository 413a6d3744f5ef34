//! `shop user promote NAME --role ROLE`.

use crate::models::{self, user};
use reroute::{
    Error, Result,
    app::{Refused, Startup},
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr},
    time::OffsetDateTime,
};

/// Changes what an account is. In production it is the way to the first admin.
pub(crate) async fn run(startup: Startup, words: Vec<String>) -> Result<()> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ["promote", name, "--role", role] = words.as_slice() else {
        return Err(Refused::because("write `shop user promote NAME --role ROLE`").into());
    };
    if !user::ROLES.contains(role) {
        return Err(Refused::because(format!("there is no such role: the roles are {}", user::ROLES.join(", "))).into());
    }
    if startup.environment().is_disposable() {
        models::create_tables(startup.db()?).await?;
    }
    let changed = user::Entity::update_many()
        .col_expr(user::Column::Role, Expr::value(*role))
        .col_expr(user::Column::UpdatedAt, Expr::value(OffsetDateTime::now_utc()))
        .filter(user::Column::Username.eq(*name))
        .exec(startup.db()?)
        .await?;
    if changed.rows_affected == 0 { Err(Error::not_found().detail("there is no account of that name")) } else { Ok(()) }
}
