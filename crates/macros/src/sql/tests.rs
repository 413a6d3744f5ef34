use super::{
    statement::{Place, Role, statement},
    token::{Kind, tokens},
};
use proptest::prelude::*;

fn names(sql: &str) -> Vec<String> {
    statement(sql).expect("it is one").places.into_iter().map(|place| place.name).collect()
}

#[test]
fn placeholders_are_found_where_values_stand() {
    assert_eq!(names("SELECT :a, :b_2 FROM t WHERE c=:a"), ["a", "b_2", "a"]);
    assert_eq!(names("SELECT :a::text, b::int, c :: int"), ["a"]);
    assert_eq!(names("SELECT f(x := 1), (ARRAY[:a, 2])[1:2], t.c[:b]"), ["a", "b"]);
    assert_eq!(names("SELECT :a;  -- :end"), ["a"]);
    assert_eq!(names("SELECT (:a)-- :no\n, :b"), ["a", "b"]);
}

#[test]
fn what_is_quoted_or_a_comment_holds_none() {
    for sql in [
        "SELECT ':a'",
        "SELECT 'it''s :a'",
        r"SELECT E'it\'s :a'",
        r"SELECT e'\\', 'x :a'",
        "SELECT \":a\"\"b :c\"",
        "SELECT `:a`",
        "SELECT [x :a] FROM t",
        "SELECT 1 -- :a",
        "SELECT 1 /* :a ; ' */",
        "SELECT $$ :a '$$",
        "SELECT $tag$ :a $$ $tag$",
    ] {
        assert_eq!(names(sql), [] as [&str; 0], "{sql}");
    }
}

#[test]
fn a_backslash_escapes_nothing_in_a_plain_text() {
    assert_eq!(names(r"SELECT '\', :a"), ["a"]);
    assert_eq!(names(r"SELECT name'\', :a"), ["a"]);
}

#[test]
fn a_pattern_gets_its_escape_and_a_list_its_place() {
    let read = statement("SELECT 1 WHERE a LIKE lower(:q) AND b NOT ILIKE :q OR c not in (:l) AND d IN ( :m )")
        .expect("it is one");
    assert_eq!(
        read.texts,
        ["SELECT 1 WHERE a LIKE lower(", r") ESCAPE '\' AND b NOT ILIKE ", r" ESCAPE '\' OR c ", " AND d ", "",]
    );
    let roles = [("q", Role::Pattern), ("q", Role::Pattern), ("l", Role::NotIn), ("m", Role::In)];
    assert_eq!(read.places, roles.map(|(name, role)| Place { name: name.to_owned(), role }));
    assert_eq!(statement("SELECT a LIKE 'x%' FROM t WHERE b = :b").expect("it is one").places[0].role, Role::One);
}

#[test]
fn what_is_no_single_statement_is_refused() {
    for sql in [
        "",
        " ",
        ";",
        "-- no",
        "SELECT 1 -- a\rb",
        "SELECT 1; SELECT 2",
        "SELECT 1;;",
        "SELECT '",
        "SELECT \"",
        "SELECT [a",
        "SELECT /*",
        "SELECT $$",
    ] {
        assert!(statement(sql).is_err(), "{sql}");
    }
    for sql in [
        "SELECT ?",
        "SELECT $1",
        "SELECT @a",
        "SELECT :1",
        "SELECT {a}",
        "SELECT '\0'",
        "SELECT :A",
        "/* /* */ */ SELECT 1",
    ] {
        assert!(statement(sql).is_err(), "{sql}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(sql in any::<String>()) {
        let _ = statement(&sql);
    }

    #[test]
    fn no_text_of_sql_makes_it_panic(parts in prop::collection::vec(
        prop::sample::select(vec!["'", "\"", "`", "[", "]", "$", "$$", "$t$", ":", "::", ":a", "--", "\n", "/*", "*/", "(", ")", ",", ";",
            "LIKE", "IN", "NOT", "E'", "\\", " ", "a", "1", "é", "ARRAY", "@", "ESCAPE", "OR"]), 0..24)) {
        let sql = parts.concat();
        if let Ok(tokens) = tokens(&sql) {
            for token in tokens {
                prop_assert!(sql.get(token.range).is_some_and(|text| !text.is_empty()));
            }
        }
        let _ = statement(&sql);
    }

    #[test]
    fn a_placeholder_in_a_text_or_a_comment_is_none(text in "[a-z:?$@{} ]{0,20}") {
        for sql in [format!("SELECT '{text}'"), format!("SELECT \"{text}\""), format!("SELECT 1 /*{text}*/"), format!("SELECT 1 --{text}")] {
            prop_assert!(tokens(&sql).expect("it ends").iter().all(|token| token.kind != Kind::Placeholder));
        }
    }
}
