//! What nobody else may see.

use super::{Databases, Post, User, five, new_user, post, user};
use reroute::{
    prelude::*,
    sea_orm::{ActiveValue::Set, EntityTrait},
    time::OffsetDateTime,
};

fn ada() -> User {
    User {
        id: 7,
        username: "ada".to_owned(),
        age: 36,
        nickname: None,
        active: true,
        password_hash: "$argon2id$secret".to_owned(),
        created_at: OffsetDateTime::UNIX_EPOCH,
        updated_at: OffsetDateTime::UNIX_EPOCH,
    }
}

mod account {
    use reroute::prelude::*;

    /// Nobody says of these columns that they are private, but their names do.
    #[model("accounts")]
    pub struct Account {
        pub name: String,
        pub api_token: String,
        pub otp: Option<i32>,
        #[column(public)]
        pub secret_question: String,
    }
}

#[test]
fn lesson_models_private_columns_never_serialize() {
    let page = Page::new(1, 20).expect("a page").of(vec![ada()], 1);
    let json = serde_json::to_string(&page).expect("it serializes");
    assert_eq!(
        json,
        r#"{"items":[{"id":7,"username":"ada","age":36,"nickname":null,"active":true,"created_at":"1970-01-01T00:00:00Z","updated_at":"1970-01-01T00:00:00Z"}],"page":1,"per_page":20,"total":1}"#
    );
}

#[test]
fn a_record_is_an_answer() {
    assert_eq!(Json(ada()).into_response().status(), 200);
    assert_eq!(Json(vec![ada()]).into_response().status(), 200);
    assert_eq!(Json(Slice { items: vec![ada()], next: None }).into_response().status(), 200);
}

#[tokio::test]
async fn private_columns_are_redacted_in_logs() -> Result<()> {
    let printed = format!("{:?}", ada());
    assert!(printed.starts_with("User { id: 7, username: \"ada\"") && printed.contains("password_hash: [REDACTED]"));
    assert!(!printed.contains("argon2id"), "{printed}");
    // So they are in what SeaORM loads together with what belongs to it.
    let databases = Databases::start().await?;
    five(&databases.sqlite).await?;
    let new = post::ActiveModel {
        author_id: Set(Some(1)),
        title: Set("A".to_owned()),
        stars: Set(1.0),
        ..Default::default()
    };
    Post::create(&databases.sqlite, new).await?;
    let loaded = user::Entity::load().with(post::Entity).all(&databases.sqlite).await?;
    let printed = format!("{loaded:?}");
    assert!(printed.contains("title: \"A\"") && !printed.contains("hash of"), "{printed}");
    Ok(())
}

#[test]
fn a_name_that_says_secret_makes_a_column_private() {
    use account::Account;
    assert_eq!(Account::COLUMNS, ["id", "name", "secret_question", "created_at", "updated_at"]);
    let account = Account {
        id: 1,
        name: "ada".to_owned(),
        api_token: "t0ken".to_owned(),
        otp: Some(123_456),
        secret_question: "Which pet?".to_owned(),
        created_at: OffsetDateTime::UNIX_EPOCH,
        updated_at: OffsetDateTime::UNIX_EPOCH,
    };
    let json = serde_json::to_value(&account).expect("it serializes");
    let keys: Vec<_> = json.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["created_at", "id", "name", "secret_question", "updated_at"]);
    let printed = format!("{account:?}");
    // What everybody may see is still kept from logs, where everything of that name is.
    assert!(!printed.contains("t0ken") && !printed.contains("123456") && !printed.contains("pet"), "{printed}");
}

#[tokio::test]
async fn code_reads_and_writes_private_columns_as_any() -> Result<()> {
    let databases = Databases::start().await?;
    for db in databases.each() {
        let ada = User::create(db, new_user("ada", 36)).await?;
        assert_eq!(ada.password_hash, "hash of ada");
        let rows =
            Rows::new().filter(user::COLUMN.password_hash.eq("hash of ada")).order_by(user::Column::PasswordHash)?;
        assert_eq!(User::get_all(db, rows).await?, [ada]);
        assert_eq!(user::Entity::find().all(db).await?.len(), 1);
    }
    Ok(())
}
