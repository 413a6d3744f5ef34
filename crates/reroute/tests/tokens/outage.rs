//! What cannot be asked lets nobody in.

use super::*;
use reroute::{
    Db,
    sea_orm::{ConnectionTrait, sea_query::Table},
};

/// An application whose sign-ins are in this database.
fn on(db: &Db, standing: Standing) -> Edge {
    let app = App::new(files()).accounts(standing).authenticate(Jwt::from_config()).state(db.clone());
    app.into_service().expect("it starts")
}

async fn lose(db: &Db, table: &'static str) {
    db.execute(&Table::drop().table(table).to_owned()).await.expect("it is there");
}

#[track_caller]
fn is_away(answer: &Answer) {
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds >= 1), "{answer:?}");
    assert!(!answer.body.contains("table") && !answer.body.contains("SQL"), "{answer:?}");
}

#[tokio::test]
async fn attack_33_without_the_table_of_sign_ins_or_of_epochs_nobody_is_let_in() {
    for table in ["auth_families", "auth_epochs"] {
        let db = api_keys::database("sqlite::memory:").await;
        let app = on(&db, Standing::default());
        let (token, refresh) = sign_in(&app, "ada").await;
        lose(&db, table).await;
        is_away(&with_token(&app, &token).await);
        is_away(&support::get(&app, &format!("PUT /login/{refresh}"), None).await);
        is_away(&support::get(&app, "POST /login/ada", None).await);
        // What is no token needs no question.
        is_refused(&with_token(&app, &token[1..]).await, "Invalid token", "no token");
        // Tables that are there again bring nobody back.
        reroute::auth::create_tables(&db).await.expect("it takes tables");
        if table == "auth_families" {
            is_refused(&with_token(&app, &token).await, "Invalid token", "its sign-in is gone");
        }
    }
}

#[tokio::test]
async fn attack_33_accounts_that_cannot_be_asked_let_nobody_in() {
    let standing = Standing::default();
    let db = api_keys::database("sqlite::memory:").await;
    let app = on(&db, standing.clone());
    let (token, refresh) = sign_in(&app, "ada").await;
    standing.set("ada", "away");
    is_away(&with_token(&app, &token).await);
    is_away(&support::get(&app, &format!("PUT /login/{refresh}"), None).await);
    is_away(&support::get(&app, "POST /login/ada", None).await);
    // The refresh token was not used up by it.
    standing.set("ada", "well");
    assert_eq!(with_token(&app, &token).await.status, 200);
    assert_eq!(support::get(&app, &format!("PUT /login/{refresh}"), None).await.status, 200);
}

#[tokio::test]
async fn attack_33_without_the_table_of_keys_no_key_is_good() {
    let db = api_keys::database("sqlite::memory:").await;
    let files = [file::<api_keys::Keys>("/keys/{subject}", "keys.rs"), file::<api_keys::NoTokens>("/me", "me.rs")];
    let app = App::new(Tree::new(files)).accounts(Standing::default()).authenticate(ApiKeyAuth::new());
    let app = app.state(db.clone()).into_service().expect("it starts");
    let key = ask(&app, "POST /keys/ada", &[]).await.json()["key"].as_str().expect("it is text").to_owned();
    lose(&db, "api_keys").await;
    is_away(&ask(&app, "GET /me", &[("x-api-key", &key)]).await);
    is_away(&ask(&app, "GET /keys/ada", &[]).await);
    is_away(&ask(&app, "POST /keys/ada", &[]).await);
    is_away(&ask(&app, "DELETE /keys/ada?id=1", &[]).await);
}

/// Of many who bring one refresh token at once, one at most gets a pair, and then nobody has one.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_good_once_in_a_file_of_many_connections() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let db = api_keys::database(&format!("sqlite://{}", folder.path().join("db").display())).await;
    let app = on(&db, Standing::default());
    for _ in 0..10 {
        let (token, refresh) = sign_in(&app, "ada").await;
        let tries: Vec<_> = (0..8)
            .map(|_| {
                let (app, line) = (app.clone(), format!("PUT /login/{refresh}"));
                tokio::spawn(async move { support::get(&app, &line, None).await })
            })
            .collect();
        let mut pairs = Vec::new();
        for tried in tries {
            let answer = tried.await.expect("nobody panics");
            match answer.status {
                200 => pairs.push(pair(&answer)),
                status => assert_eq!(status, 401, "{answer:?}"),
            }
        }
        assert!(pairs.len() <= 1, "{pairs:?}");
        for (token, refresh) in &pairs {
            assert_eq!(with_token(&app, token).await.status, 401);
            assert_eq!(support::get(&app, &format!("PUT /login/{refresh}"), None).await.status, 401);
        }
        assert_eq!(with_token(&app, &token).await.status, 401);
    }
}
