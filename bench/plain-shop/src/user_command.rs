//! `plain-shop user promote NAME --role ROLE`.

use crate::{
    error::Error,
    models::{
        self,
        user::{self, Role},
    },
};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, Iterable, QueryFilter, sea_query::Expr};
use time::OffsetDateTime;

/// Changes what an account is. In production it is the way to the first admin.
pub(crate) async fn run(db: &DatabaseConnection, is_disposable: bool, words: &[String]) -> Result<(), Error> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ["promote", name, "--role", role] = words.as_slice() else {
        return Err(Error::internal("write `plain-shop user promote NAME --role ROLE`"));
    };
    let Some(role) = Role::iter().find(|known| known.name() == *role) else {
        let names: Vec<&str> = Role::iter().map(Role::name).collect();
        return Err(Error::internal(format!("there is no such role: the roles are {}", names.join(", "))));
    };
    if is_disposable {
        models::create_tables(db).await?;
    }
    let changed = user::Entity::update_many()
        .col_expr(user::Column::Role, Expr::value(role))
        .col_expr(user::Column::UpdatedAt, Expr::value(OffsetDateTime::now_utc()))
        .filter(user::Column::Username.eq(*name))
        .exec(db)
        .await?;
    if changed.rows_affected == 0 { Err(Error::not_found()) } else { Ok(()) }
}
