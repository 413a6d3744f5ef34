use crate::{auth::Principal, error::Result};
use sea_orm::{ColumnTrait, DeleteMany, EntityTrait, QueryFilter, Select, UpdateMany, Value};
use std::str::FromStr;

/// An entity whose rows belong to callers: which column says to whom.
///
/// The column is compared with a value of its own type, which the caller's subject is parsed as: PostgreSQL compares no `bigint` with a
/// text.
///
/// ```
/// use reroute::{OwnedBy, OwnedEntity, prelude::*, sea_orm::{self, entity::prelude::*, DbBackend, QueryTrait}};
///
/// mod note {
///     use reroute::sea_orm::{self, entity::prelude::*};
///
///     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
///     #[sea_orm(table_name = "notes")]
///     pub struct Model {
///         #[sea_orm(primary_key)]
///         pub id: i64,
///         pub author_id: i64,
///     }
///
///     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
///     pub enum Relation {}
///
///     impl ActiveModelBehavior for ActiveModel {}
///
///     impl reroute::OwnedEntity for Entity {
///         type Owner = i64;
///         const OWNER: Column = Column::AuthorId;
///     }
/// }
///
/// let me = Principal::new("7", "session");
/// let sql = note::Entity::find().owned_by(&me)?.build(DbBackend::Postgres).to_string();
/// assert!(sql.ends_with(r#"WHERE "notes"."author_id" = 7"#), "{sql}");
/// # Ok::<_, Error>(())
/// ```
pub trait OwnedEntity: EntityTrait {
    /// The type of the column, of which a subject is the text.
    type Owner: FromStr + Into<Value>;

    /// The column that holds whose row it is.
    const OWNER: Self::Column;
}

/// `.owned_by(&me)?` on a query, a deletion or an update: of all rows only the caller's.
///
/// What the query counts, pages or changes is then theirs, too. A row that belongs to nobody is nobody's.
pub trait OwnedBy: Sized {
    /// The same, of the caller's own rows.
    ///
    /// # Errors
    ///
    /// 500: the authenticator hands out subjects that are no [`OwnedEntity::Owner`].
    fn owned_by(self, caller: &Principal) -> Result<Self>;
}

macro_rules! owned_by {
    ($($query:ident)*) => {
        $(impl<E: OwnedEntity> OwnedBy for $query<E> {
            fn owned_by(self, caller: &Principal) -> Result<Self> {
                Ok(self.filter(E::OWNER.eq(caller.id::<E::Owner>()?)))
            }
        })*
    };
}

owned_by! { Select DeleteMany UpdateMany }
