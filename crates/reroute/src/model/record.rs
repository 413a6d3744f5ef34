use super::{
    ColumnsOf,
    keyset::{After, Places, Slice},
    rows::IntoRows,
};
use crate::{
    error::{Error, Result},
    params::{Listing, Page, Sortable},
};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IntoActiveModel,
    ModelTrait, PaginatorTrait, PrimaryKeyTrait, QuerySelect,
};
use std::future::Future;

type ActiveOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::ActiveModel;

/// A row of a table that [`#[model]`](macro@crate::model) declares: an example stands in the [module](mod@crate::model).
///
/// Each function takes what SeaORM's own take: a [`Db`](crate::Db), a transaction, a connection.
pub trait Record:
    ModelTrait<
        Entity: EntityTrait<
            Model = Self,
            ActiveModel: ActiveModelBehavior + Send,
            PrimaryKey: PrimaryKeyTrait<ValueType = i64>,
        >,
    > + IntoActiveModel<<<Self as ModelTrait>::Entity as EntityTrait>::ActiveModel>
    + FromQueryResult
    + Sortable
{
    /// The primary key.
    const ID: ColumnsOf<Self>;

    /// The columns that a request may name, each under its name.
    const PUBLIC: &'static [(&'static str, ColumnsOf<Self>)];

    /// Writes a new row, and gives it back as the database has it.
    ///
    /// # Errors
    ///
    /// 409 when a unique column holds the value already; else as the database says.
    fn create(
        db: &impl ConnectionTrait,
        new: impl IntoActiveModel<ActiveOf<Self>> + Send,
    ) -> impl Future<Output = Result<Self>> + Send {
        let new = new.into_active_model();
        async move { Ok(new.insert(db).await?) }
    }

    /// The row of this id.
    ///
    /// # Errors
    ///
    /// As the database says.
    fn get_by_id(db: &impl ConnectionTrait, id: i64) -> impl Future<Output = Result<Option<Self>>> + Send {
        async move { Ok(Self::Entity::find_by_id(id).one(db).await?) }
    }

    /// The rows that are asked for: in their order, at most 100 where nothing else is said.
    ///
    /// # Errors
    ///
    /// As the database says.
    fn get_all(db: &impl ConnectionTrait, rows: impl IntoRows<Self>) -> impl Future<Output = Result<Vec<Self>>> + Send {
        let query = rows.into_rows().select(db.get_database_backend());
        async move { Ok(query.all(db).await?) }
    }

    /// One page of the rows that are asked for, and how many there are on all pages: two queries, between which others may write.
    ///
    /// # Errors
    ///
    /// As the database says.
    fn list(
        db: &impl ConnectionTrait,
        page: Page,
        rows: impl IntoRows<Self>,
    ) -> impl Future<Output = Result<Listing<Self>>> + Send {
        let rows = page.narrow(rows.into_rows());
        let (all, query) = (rows.matching(db.get_database_backend()), rows.select(db.get_database_backend()));
        async move {
            let total = all.count(db).await?;
            Ok(page.of(query.all(db).await?, total))
        }
    }

    /// The rows after a cursor, which cost the same wherever they are in the table: no row before them is read, if an index covers the
    /// order and the id.
    ///
    /// What is said of an offset or a limit in `rows` does not count. Rows that are written meanwhile before the cursor are on no later
    /// page, and move none of the later ones.
    ///
    /// An order goes by what is stored, and a page ends with one of its values: a text column is held to 1000 characters, a number is finite, and on
    /// SQLite a time is in UTC and spelled as `create` and `update` spell it, else pages end there or leave rows out.
    ///
    /// # Errors
    ///
    /// 422 when the cursor is none of this order, or the order has a column that may hold nothing, or no number, text or time; else as the
    /// database says.
    fn after(
        db: &impl ConnectionTrait,
        after: &After,
        rows: impl IntoRows<Self>,
    ) -> impl Future<Output = Result<Slice<Self>>> + Send {
        let rows = rows.into_rows();
        let backend = db.get_database_backend();
        let most = usize::try_from(after.limit()).unwrap_or(usize::MAX);
        // One more says whether there are more.
        let limit = after.limit() + 1;
        let planned = Places::<Self>::of(rows.total_order())
            .and_then(|places| places.query(after, &rows, limit, backend).map(|query| (places, query)));
        async move {
            let (places, query) = planned?;
            let mut items = query.all(db).await?;
            let has_more = items.len() > most;
            items.truncate(most);
            let next = items.last().filter(|_| has_more).map(|last| places.cursor(last)).transpose()?;
            Ok(Slice { items, next })
        }
    }

    /// Changes the row of this id: only what is `Set`, and `updated_at`. Gives back the whole row.
    ///
    /// # Errors
    ///
    /// 404 when there is none, 409 when a unique column holds the value already; else as the database says.
    fn update(
        db: &impl ConnectionTrait,
        id: i64,
        changes: impl IntoActiveModel<ActiveOf<Self>> + Send,
    ) -> impl Future<Output = Result<Self>> + Send {
        let mut changes = changes.into_active_model();
        changes.set(Self::ID, id.into());
        async move {
            match changes.update(db).await {
                Ok(row) => Ok(row),
                Err(error @ DbErr::RecordNotUpdated) => Err(Error::not_found().caused_by(error)),
                Err(error) => Err(error.into()),
            }
        }
    }

    /// Deletes the row of this id, and says whether there was one. No hook of the active model is asked.
    ///
    /// # Errors
    ///
    /// As the database says.
    fn delete(db: &impl ConnectionTrait, id: i64) -> impl Future<Output = Result<bool>> + Send {
        async move { Ok(Self::Entity::delete_by_id(id).exec(db).await?.rows_affected > 0) }
    }

    /// How many rows there are of those that are asked for, however many are read at a time.
    ///
    /// # Errors
    ///
    /// As the database says.
    fn count(db: &impl ConnectionTrait, rows: impl IntoRows<Self>) -> impl Future<Output = Result<u64>> + Send {
        let query = rows.into_rows().matching(db.get_database_backend());
        async move { Ok(query.count(db).await?) }
    }

    /// Whether there is a row of this id.
    ///
    /// # Errors
    ///
    /// As the database says.
    fn exists(db: &impl ConnectionTrait, id: i64) -> impl Future<Output = Result<bool>> + Send {
        let key = Self::Entity::find_by_id(id).select_only().column(Self::ID).into_tuple::<i64>();
        async move { Ok(key.one(db).await?.is_some()) }
    }
}
