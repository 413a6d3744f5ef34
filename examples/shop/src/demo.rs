//! What a developer finds in a fresh shop.

use crate::models::{
    product,
    user::{self, Role},
};
use reroute::{
    app::Startup,
    auth::password,
    prelude::*,
    sea_orm::{
        ActiveValue::{NotSet, Set},
        ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait,
    },
    time::OffsetDateTime,
};

/// Every demo account has it.
const PASSWORD: &str = "Correct-Horse-7";

const ACCOUNTS: [(&str, Role); 4] =
    [("ada", Role::Customer), ("bob", Role::Customer), ("mod", Role::Moderator), ("root", Role::Admin)];

const WARES: [&str; 6] = ["Teapot", "Lantern", "Notebook", "Compass", "Blanket", "Kettle"];
const LOOKS: [&str; 5] = ["Plain", "Blue", "Old", "Tiny", "Brass"];

/// The demo data, where there is nothing yet.
pub(crate) async fn seed(startup: Startup) -> Result<()> {
    let db = startup.db()?;
    if user::Entity::find().count(db).await? == 0 {
        accounts(db).await?;
    }
    if product::Entity::find().count(db).await? == 0 {
        products(db).await?;
    }
    Ok(())
}

async fn accounts(db: &Db) -> Result<()> {
    let now = OffsetDateTime::now_utc();
    let mut accounts = Vec::new();
    for (name, role) in ACCOUNTS {
        accounts.push(user::ActiveModel {
            id: NotSet,
            username: Set(name.to_owned()),
            email: Set(format!("{name}@example.com")),
            age: Set(36),
            role: Set(role.into()),
            password_hash: Set(password::hash(PASSWORD).await?),
            banned: Set(false),
            created_at: Set(now),
            updated_at: Set(now),
        });
    }
    // Another process that starts at the same time brings the same.
    user::Entity::insert_many(accounts).on_conflict_do_nothing().exec_without_returning(db).await?;
    Ok(())
}

async fn products(db: &Db) -> Result<()> {
    let now = OffsetDateTime::now_utc();
    let products = (0..30usize).map(|nth| {
        let (look, ware) = (LOOKS[nth % LOOKS.len()], WARES[nth % WARES.len()]);
        product::ActiveModel {
            id: Set(nth as i64 + 1),
            name: Set(format!("{look} {ware}")),
            description: Set(format!(
                "A {} {}, as good as the day it was made.",
                look.to_lowercase(),
                ware.to_lowercase()
            )),
            price_cents: Set(990 + 150 * nth as i64),
            stock: Set(100),
            created_at: Set(now),
            updated_at: Set(now),
        }
    });
    product::Entity::insert_many(products).on_conflict_do_nothing().exec_without_returning(db).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        // There an id that was given does not move the one that comes next.
        let next = sql!("SELECT setval(pg_get_serial_sequence('products', 'id'), (SELECT max(id) FROM products))");
        db.value::<i64>(next).await?;
    }
    Ok(())
}
