use crate::on_both;
use reroute::{Queries, Result, db::like, sql};

const INJECTIONS: [&str; 14] = [
    "' OR '1'='1",
    "'; DROP TABLE users; --",
    "1; DROP TABLE users",
    "\" OR \"\"=\"",
    r"\'; DROP TABLE users; --",
    "' UNION SELECT password FROM users --",
    "/* */ OR 1=1",
    ":name",
    "?1",
    "$1",
    "$$; DROP TABLE users; $$",
    "ada') OR ('1'='1",
    "%",
    "ʼ OR 1=1 --",
];

#[tokio::test]
async fn attack_128_129_what_a_caller_sends_is_never_read_as_sql() -> Result<()> {
    on_both(async |db| {
        db.run(sql!("CREATE TABLE users (name TEXT, password TEXT)")).await?;
        db.run(sql!("INSERT INTO users VALUES ('ada', 'secret')")).await?;
        for text in INJECTIONS {
            let found = sql!("SELECT name FROM users WHERE name = :text", text);
            assert_eq!(db.values::<String>(found).await?, [] as [&str; 0], "{text}");
            let listed = sql!("SELECT name FROM users WHERE name IN (:list)", list = vec![text, text]);
            assert_eq!(db.values::<String>(listed).await?, [] as [&str; 0], "{text}");
            let liked = sql!("SELECT name FROM users WHERE name LIKE :like", like = like::contains(text));
            assert_eq!(db.values::<String>(liked).await?, [] as [&str; 0], "{text}");
            // It comes back as it was sent.
            let echoed = sql!("SELECT CAST(:text AS text)", text = text.to_owned());
            assert_eq!(db.value::<String>(echoed).await?.as_deref(), Some(text));
            let changed = sql!("UPDATE users SET password = :text WHERE name = :name", text, name = text);
            assert_eq!(db.run(changed).await?, 0, "{text}");
        }
        let left: Vec<(String, String)> = db.values(sql!("SELECT name, password FROM users")).await?;
        assert_eq!(left, [("ada".to_owned(), "secret".to_owned())]);
        Ok(())
    })
    .await
}
