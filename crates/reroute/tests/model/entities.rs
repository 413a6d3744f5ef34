//! A model is an entity of SeaORM: what its documentation shows works.

use super::{Databases, Post, User, five, new_user, post, user};
use reroute::{
    prelude::*,
    sea_orm::{
        ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityLoaderTrait, EntityTrait, FromQueryResult,
        IntoActiveModel, LoaderTrait, ModelTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
        sea_query::Expr,
    },
};

async fn with_posts(db: &Db) -> Result<()> {
    five(db).await?;
    for (author, title) in [(1, "First"), (1, "Second"), (3, "Third")] {
        let new = post::ActiveModel {
            author_id: Set(Some(author)),
            title: Set(title.to_owned()),
            stars: Set(4.0),
            ..Default::default()
        };
        Post::create(db, new).await?;
    }
    Ok(())
}

#[tokio::test]
async fn relations_are_followed_both_ways() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        with_posts(db).await?;
        let ada = User::get_by_id(db, 1).await?.or_not_found()?;
        let posts = ada.find_related(post::Entity).order_by_asc(post::Column::Id).all(db).await?;
        assert_eq!(posts.iter().map(|post| post.title.as_str()).collect::<Vec<_>>(), ["First", "Second"]);
        assert_eq!(posts[0].find_related(user::Entity).one(db).await?, Some(ada.clone()));

        let pairs = post::Entity::find().find_also_related(user::Entity).order_by_asc(post::Column::Id).all(db).await?;
        assert_eq!(pairs[2].1.as_ref().map(|user| user.username.as_str()), Some("cleo"));
        let authors = user::Entity::find().find_with_related(post::Entity).all(db).await?;
        assert_eq!(authors.iter().map(|(_, posts)| posts.len()).sum::<usize>(), 3);
        let joined = user::Entity::find().inner_join(post::Entity).filter(post::Column::Title.eq("Third"));
        assert_eq!(joined.one(db).await?.or_not_found()?.username, "cleo");
    }
    Ok(())
}

#[tokio::test]
async fn loaders_load_what_belongs_to_many_at_once() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        with_posts(db).await?;
        let users = User::get_all(db, ()).await?;
        let posts: Vec<Vec<Post>> = users.load_many(post::Entity, db).await?;
        assert_eq!(posts.iter().map(Vec::len).collect::<Vec<_>>(), [2, 0, 1, 0, 0]);

        let ada = user::Entity::load().filter_by_id(1).with(post::Entity).one(db).await?.or_not_found()?;
        assert_eq!((ada.username.as_str(), ada.posts.len()), ("ada", 2));
        let third = post::Entity::load().filter(post::COLUMN.title.eq("Third")).with(user::Entity).one(db).await?;
        let author = third.or_not_found()?.author.into_option().or_not_found()?;
        assert_eq!(author.username, "cleo");
    }
    Ok(())
}

#[tokio::test]
async fn active_models_write() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        let ada = new_user("ada", 36).insert(db).await?;
        let mut active = ada.clone().into_active_model();
        active.age = Set(37);
        let older = active.update(db).await?;
        assert!(older.age == 37 && older.updated_at > ada.updated_at && older.created_at == ada.created_at);
        let saved = new_user("bob", 17).save(db).await?;
        assert_eq!(saved.id.unwrap(), 2);

        // The builder of the dense format, with what belongs to it.
        let built = user::ActiveModel::builder()
            .set_username("cleo")
            .set_age(36)
            .set_active(true)
            .set_password_hash("hash")
            .add_post(post::ActiveModel::builder().set_title("Hers").set_stars(5.0));
        let cleo = built.insert(db).await?;
        let posts = post::Entity::find().filter(post::Column::AuthorId.eq(cleo.id)).all(db).await?;
        assert_eq!(posts.iter().map(|post| post.title.as_str()).collect::<Vec<_>>(), ["Hers"]);

        assert_eq!(user::Entity::find_by_username("bob").one(db).await?.or_not_found()?.age, 17);
        let changed = user::Entity::update_many().col_expr(user::Column::Age, Expr::value(1)).exec(db).await?;
        assert_eq!(changed.rows_affected, 3);
        older.delete(db).await?;
        assert_eq!(user::Entity::find().count(db).await?, 2);
    }
    Ok(())
}

#[tokio::test]
async fn queries_of_ones_own_read_what_they_like() -> Result<()> {
    #[derive(FromQueryResult, Debug, PartialEq)]
    struct Named {
        username: String,
    }

    use reroute::sea_orm;
    let databases = Databases::start().await?;
    for db in databases.each() {
        five(db).await?;
        let query = user::Entity::find().select_only().column(user::Column::Username).order_by_desc(user::Column::Id);
        let first = query.into_model::<Named>().one(db).await?;
        assert_eq!(first, Some(Named { username: "eve".to_owned() }));
        let pages = user::Entity::find().order_by_asc(user::Column::Id).paginate(db, 2);
        assert_eq!((pages.num_pages().await?, pages.fetch_page(2).await?.len()), (3, 1));
    }
    Ok(())
}

mod noted {
    use reroute::prelude::*;
    use reroute::sea_orm::{self, entity::prelude::*};

    /// What may be imported beside it is no second of anything, and the hooks are the user's own.
    #[model("notes", own_behavior)]
    pub struct Note {
        pub text: String,
        pub r#type: Kind,
        #[sea_orm(ignore)]
        pub draft: bool,
    }

    #[output]
    #[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
    pub enum Kind {
        #[sea_orm(string_value = "short")]
        Short,
        #[sea_orm(string_value = "long")]
        Long,
    }

    #[async_trait::async_trait]
    impl ActiveModelBehavior for ActiveModel {
        async fn before_save<C: ConnectionTrait>(self, _: &C, insert: bool) -> Result<Self, DbErr> {
            if self.text.try_as_ref().is_some_and(String::is_empty) {
                return Err(DbErr::Custom("a note says something".to_owned()));
            }
            Ok(self.stamped(insert))
        }
    }
}

#[tokio::test]
async fn hooks_and_enums_are_the_users_own() -> Result<()> {
    use noted::{ActiveModel, Kind, Note};
    use reroute::sea_orm::{ConnectionTrait, Schema};
    let databases = Databases::start().await?;
    for db in databases.each() {
        db.execute(&Schema::new(db.get_database_backend()).create_table_from_entity(noted::Entity)).await?;
        let of = |text: &str| ActiveModel { text: Set(text.to_owned()), r#type: Set(Kind::Long), ..Default::default() };
        assert!(Note::create(db, of("")).await.is_err());
        let note = Note::create(db, of("x")).await?;
        assert_eq!((note.r#type.clone(), note.draft), (Kind::Long, false));
        let found = Note::get_all(db, Filter::of("filter[type]=long")?).await?;
        assert_eq!(found, [note]);
        assert_eq!(Note::count(db, Filter::of("filter[type]=neither")?).await?, 0);
        assert!(Filter::<Note>::of("filter[draft]=true").is_err());
    }
    Ok(())
}

mod ticket {
    use reroute::prelude::*;

    #[model("tickets")]
    pub struct Ticket {
        pub state: State,
        pub severity: Option<i16>,
        pub weight: f32,
        pub picture: Option<Vec<u8>>,
    }

    /// A type of its own on PostgreSQL.
    #[output]
    #[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "ticket_state")]
    pub enum State {
        #[sea_orm(string_value = "open")]
        Open,
        #[sea_orm(string_value = "closed")]
        Closed,
    }
}

#[tokio::test]
async fn columns_of_other_types_are_filtered_as_what_they_are() -> Result<()> {
    use reroute::sea_orm::{ConnectionTrait, DbBackend, Schema};
    use ticket::{ActiveModel, State, Ticket};
    let databases = Databases::start().await?;
    for db in databases.each() {
        let schema = Schema::new(db.get_database_backend());
        if db.get_database_backend() == DbBackend::Postgres {
            db.execute(&schema.create_enum_from_active_enum::<State>().or_not_found()?).await?;
        }
        db.execute(&schema.create_table_from_entity(ticket::Entity)).await?;
        for (state, severity) in [(State::Open, Some(1)), (State::Closed, Some(2)), (State::Open, None)] {
            let new =
                ActiveModel { state: Set(state), severity: Set(severity), weight: Set(0.1), ..Default::default() };
            Ticket::create(db, new).await?;
        }
        for (query, count) in [
            ("filter[state]=open", 2),
            ("filter[state][ne]=open", 1),
            ("filter[state][in]=open,closed", 3),
            ("filter[severity][in]=1,2", 2),
            ("filter[severity][ge]=2", 1),
            ("filter[severity][is_null]=true", 1),
            ("filter[weight]=0.1", 3),
            ("filter[weight][gt]=0.1", 0),
            ("filter[picture][is_null]=true", 3),
        ] {
            assert_eq!(Ticket::count(db, Filter::of(query)?).await?, count, "{query}");
        }
        let by_weight = Rows::new().order_by("weight")?;
        let slice = Ticket::after(db, &After::new(None, 2)?, by_weight.clone()).await?;
        let rest = Ticket::after(db, &After::new(slice.next.as_deref(), 2)?, by_weight).await?;
        assert_eq!((slice.items.len(), rest.items.len(), rest.next), (2, 1, None));
    }
    for query in ["filter[state]=ajar", "filter[state][contains]=o", "filter[severity]=40000", "filter[picture]=a"] {
        assert_eq!(Filter::<Ticket>::of(query).expect_err(query).status(), 422, "{query}");
    }
    Ok(())
}
