//! Each function of a record.

use reroute::{
    prelude::*,
    sea_orm::{ActiveValue::Set, ConnectionTrait, Schema},
};

mod user {
    use reroute::prelude::*;

    /// Somebody.
    #[model("users")]
    pub struct User {
        #[sea_orm(unique)]
        pub username: String,
        #[column(private)]
        pub password_hash: String,
    }
}

use user::User;

#[tokio::test]
async fn it_goes() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let db = Db::connect(&format!("sqlite:{}", folder.path().join("a.db").display()), true).await?;
    db.execute(&Schema::new(db.get_database_backend()).create_table_from_entity(user::Entity)).await?;
    let new = user::ActiveModel { username: Set("ada".into()), password_hash: Set("x".into()), ..Default::default() };
    let ada = User::create(&db, new).await?;
    assert_eq!(User::get_by_id(&db, ada.id).await?, Some(ada.clone()));
    let page = User::get_all(&db, Page::new(1, 20).order_by("username")?).await?;
    assert_eq!(page, [ada]);
    Ok(())
}
