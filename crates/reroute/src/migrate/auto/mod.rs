//! `db migrate --auto`: the next migration, written from the models.
//!
//! The models make their tables in a place aside, which is gone again at once, and both schemas are read from the database in the same way: so types are
//! compared as the database understands them. What models can say must be alike; what they cannot, such as checks, triggers, views, partial indexes and
//! tables that no model names, is left alone.

mod blueprint;
mod compare;
mod postgres;
mod schema;
mod sqlite;
#[cfg(test)]
mod tests;
mod write;

use super::backend::Target;
use crate::error::Refused;
use blueprint::Blueprint;
use reroute_core::migration::Database;
use sea_orm::EntityTrait;

pub(super) use write::Written;

/// An entity of SeaORM, as [`App::models`](crate::App::models) takes it.
pub trait Model: Send + Sync {
    #[doc(hidden)]
    fn blueprint(&self, database: Database) -> Blueprint;
}

impl<E: EntityTrait> Model for E {
    fn blueprint(&self, database: Database) -> Blueprint {
        Blueprint::of(*self, database)
    }
}

/// What brings the schema to what the models say; `None` where it is that.
///
/// # Errors
///
/// Each difference that a person has to decide about, and what the database says.
pub(super) async fn propose(models: &[&dyn Model], target: &Target) -> Result<Option<Written>, Refused> {
    let database = target.database();
    let blueprints: Vec<Blueprint> = models.iter().map(|model| model.blueprint(database)).collect();
    let wrong = blueprint::wrong(&blueprints);
    if !wrong.is_empty() {
        return Err(Refused::new(wrong));
    }
    let statements: Vec<&str> = blueprint::in_order(&blueprints).map_err(Refused::because)?;
    let (there, wanted) = match target {
        Target::Sqlite(options) => sqlite::read(options, &statements).await,
        Target::Postgres(options) => postgres::read(options, &statements).await,
    }
    .map_err(Refused::because)?;
    let change = compare::change(&there, &wanted, database).map_err(Refused::new)?;
    Ok(write::write(&change, &blueprints, &wanted))
}
