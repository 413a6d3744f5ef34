//! Whatever a caller writes: 200 or 422, and the tables stay as they are.

use super::{
    Databases, User, everything, five,
    support::{ByName, get},
};
use proptest::{prelude::*, test_runner::TestRunner};
use reroute::{App, Tree, edge::Edge, model::IntoRows, prelude::*};
use std::{cell::Cell, fmt::Write as _};

#[route]
pub struct Users {
    db: Db,
}

#[route]
impl Users {
    #[public]
    async fn get(
        &self,
        page: Page,
        order: OrderBy<User>,
        filter: Filter<User>,
        #[query] search: Option<String>,
    ) -> Result<Json<Listing<User>>> {
        let search =
            search.map(|text| Filter::of(&format!("filter[username][contains]={}", encoded(&text)))).transpose()?;
        let found = Rows::new().with(search.map_or_else(Rows::new, IntoRows::into_rows)).with((filter, order));
        Ok(Json(User::list(&self.db, page, found).await?))
    }
}

#[route]
pub struct Slices {
    db: Db,
}

#[route]
impl Slices {
    #[public]
    async fn get(&self, after: After, order: OrderBy<User>, filter: Filter<User>) -> Result<Json<Slice<User>>> {
        Ok(Json(User::after(&self.db, &after, (order, filter)).await?))
    }
}

fn application(db: &Db) -> Edge {
    let files = [reroute::file::<Users>("/users", "users.rs"), reroute::file::<Slices>("/slices", "slices.rs")];
    App::new(Tree::new(files)).authenticate(ByName).state(db.clone()).into_service().expect("the application starts")
}

/// Percent-encoded, all of it.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        write!(encoded, "%{byte:02X}").expect("a text grows");
    }
    encoded
}

/// What an attacker writes, and what honest people do.
fn text() -> impl Strategy<Value = String> {
    let fragments = prop::sample::select(vec![
        "'",
        "\"",
        "`",
        "\\",
        "%",
        "_",
        ";",
        "--",
        "/*",
        "*/",
        "(",
        ")",
        ",",
        ".",
        " ",
        "\n",
        "\0",
        "\u{1}",
        "\u{feff}",
        "DROP TABLE users",
        "UNION SELECT password_hash FROM users",
        "OR 1=1",
        "ORDER BY",
        "nulls first",
        "CASE WHEN",
        "pg_sleep(9)",
        "$1",
        "?",
        "?1",
        ":a",
        "@a",
        "{}",
        "::text",
        "users",
        "age",
        "username",
        "password_hash",
        "id",
        "created_at",
        "ａge",
        "аge",
        "ı",
        "ß",
        "İ",
        "\u{202e}",
        "\u{301}",
        "💥",
        "\u{10ffff}",
        "0",
        "1",
        "-1",
        "17",
        "1e309",
        "NaN",
        "true",
        "null",
        "9223372036854775808",
        "2026-01-01T00:00:00Z",
        "asc",
        "desc",
        "[",
        "]",
        "][",
        "&",
        "=",
        "#",
    ]);
    prop_oneof![
        4 => prop::collection::vec(fragments, 0..6).prop_map(|parts| parts.concat()),
        2 => any::<String>(),
        1 => select(&["age", "username", "id", "nickname", "active", "created_at"]),
        1 => (prop::sample::select(vec!["'", "%", "\\", "x", "é", "💥"]), 1usize..15_000).prop_map(|(part, count)| {
            // As long as an address can be, once it is encoded.
            part.repeat(count.min(15_000 / part.len()))
        }),
    ]
}

/// A parameter, of which each part may be honest or not.
fn parameter() -> impl Strategy<Value = (String, String)> {
    let columns = ["age", "username", "id", "nickname", "active", "created_at"];
    let operators = ["", "[eq]", "[ne]", "[lt]", "[ge]", "[in]", "[contains]", "[starts_with]", "[is_null]"];
    let short = || text().prop_filter("a name is short", |text| text.len() < 200);
    let column = prop_oneof![3 => select(&columns), 1 => short()];
    let operator = prop_oneof![3 => select(&operators), 1 => short().prop_map(|text| format!("[{text}]"))];
    let filter = (column, operator).prop_map(|(column, operator)| format!("filter[{column}]{operator}"));
    let texts = select(&[
        "search",
        "filter[username]",
        "filter[username][ne]",
        "filter[username][in]",
        "filter[username][contains]",
        "filter[nickname][starts_with]",
    ]);
    let others = select(&["order_by", "direction", "page", "per_page", "after", "limit"]);
    prop_oneof![
        2 => (filter, text()),
        4 => (texts, text()),
        2 => (others, text()),
        2 => (Just("order_by".to_owned()), select(&columns)),
        1 => (Just("direction".to_owned()), select(&["asc", "desc"])),
    ]
}

fn select(words: &[&str]) -> impl Strategy<Value = String> + use<> {
    prop::sample::select(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
}

#[test]
fn whatever_is_asked_changes_nothing_and_breaks_nothing() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let databases = runtime.block_on(Databases::start())?;
    for db in databases.each() {
        runtime.block_on(five(db))?;
        let before = runtime.block_on(everything(db))?;
        let app = application(db);
        let cases = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
        let parameters = prop::collection::vec(parameter(), 1..4);
        let answered = Cell::new(0);
        let outcome = TestRunner::new(cases).run(&(parameters, any::<bool>()), |(parameters, is_slice)| {
            let mut query = String::new();
            for (name, value) in &parameters {
                write!(query, "{}={}&", encoded(name), encoded(value)).expect("a text grows");
            }
            let target = if is_slice { "/slices" } else { "/users" };
            if query.len() > 60_000 {
                return Ok(());
            }
            let answer = runtime.block_on(get(&app, &format!("GET {target}?{query}"), None));
            prop_assert!(matches!(answer.status, 200 | 422), "{}: {}", answer.status, answer.body);
            answered.set(answered.get() + usize::from(answer.status == 200));
            prop_assert!(!answer.body.contains("hash of") && !answer.body.contains("password_hash\":"));
            prop_assert!(answer.body.len() < 16_384, "{}", answer.body.len());
            Ok(())
        });
        assert!(outcome.is_ok(), "{outcome:?}");
        // Enough of it reaches the database.
        assert!(answered.get() > 80, "{}", answered.get());
        assert_eq!(runtime.block_on(everything(db))?, before);
    }
    Ok(())
}

#[test]
fn a_text_of_a_mebibyte_is_refused() {
    for part in ["x", "'", "%25", "💥", "1,"] {
        let huge = part.repeat((1 << 20) / part.len());
        for name in ["filter[username]", "filter[username][contains]", "filter[age][in]", "filter[id]"] {
            assert_eq!(Filter::<User>::of(&format!("{name}={huge}")).expect_err("too long").status(), 422);
        }
        let error = Filter::<User>::of(&format!("filter[{huge}]=1")).expect_err("no column");
        assert!(error.status() == 422 && error.fields()[0].field.chars().count() <= 64);
        assert_eq!(OrderBy::<User>::new(&huge, Direction::Asc).expect_err("no column").status(), 422);
        assert_eq!(Rows::<User>::new().order_by(huge.as_str()).expect_err("no column").status(), 422);
        assert_eq!(After::new(Some(&huge), 20).expect_err("no cursor").status(), 422);
    }
}

#[tokio::test]
async fn attack_127_a_direction_is_one_of_two_words() -> Result<()> {
    let databases = Databases::start().await?;
    let app = application(&databases.sqlite);
    for (direction, status) in [
        ("asc", 200),
        ("desc", 200),
        ("ASC", 422),
        ("Desc", 422),
        ("", 422),
        ("asc ", 422),
        ("desc;", 422),
        ("descending", 422),
        ("1", 422),
        ("asc&direction=asc", 422),
    ] {
        for target in ["/users", "/slices"] {
            let line = format!("GET {target}?order_by=age&direction={}", direction.replace(' ', "%20"));
            assert_eq!(get(&app, &line, None).await.status, status, "{line}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_before_any_query() -> Result<()> {
    // There is no database behind it: whoever asks it gets no 422.
    let databases = Databases::start().await?;
    let closed = databases.sqlite.clone();
    closed.connection().close_by_ref().await?;
    let app = application(&closed);
    let answer =
        get(&app, "GET /users?order_by=password_hash&direction=up&page=0&filter[age]=x&filter[x]=1", None).await;
    let errors = answer.json();
    let errors = errors["errors"].as_array().expect("there are some");
    let fields: Vec<_> = errors.iter().map(|error| error["field"].as_str().unwrap_or_default()).collect();
    assert_eq!((answer.status, fields), (422, vec!["page", "direction", "order_by", "filter[age]", "filter[x]"]));
    assert_eq!(get(&app, "GET /users", None).await.status, 503);
    Ok(())
}
