use reroute::prelude::*;

const TEXT: &str = "SELECT 1";

fn main() {
    let (id, name, text) = (7, "ada", String::from("SELECT 1"));

    // What is no literal.
    let _ = sql!(format!("SELECT * FROM users WHERE name = '{name}'"));
    let _ = sql!(&format!("SELECT {id}"));
    let _ = sql!(text);
    let _ = sql!(TEXT);
    let _ = sql!(concat!("SELECT ", "1"));
    let _ = sql!("SELECT ".to_owned() + &text);
    let _ = sql!(b"SELECT 1");
    let _ = sql!();

    // Values and placeholders that do not fit.
    let _ = sql!("SELECT * FROM users WHERE id = :id");
    let _ = sql!("SELECT * FROM users WHERE id = :id", id, name);
    let _ = sql!("SELECT * FROM users WHERE id = :id", id, id = 8);
    let _ = sql!("SELECT * FROM users WHERE name = ':name'", name);
    let _ = sql!("SELECT :id", 7);
    let _ = sql!("SELECT :id", id.abs());

    // Other spellings of placeholders.
    let _ = sql!("SELECT * FROM users WHERE id = ?", id);
    let _ = sql!("SELECT * FROM users WHERE id = $1", id);
    let _ = sql!("SELECT * FROM users WHERE id = @id", id);
    let _ = sql!("SELECT * FROM users WHERE id = {id}");
    let _ = sql!("SELECT * FROM users WHERE id = :Id", id);

    // What is no statement, or several.
    let _ = sql!("");
    let _ = sql!(" -- nothing\n;");
    let _ = sql!("SELECT 1; SELECT 2");
    let _ = sql!("SELECT 'ada");
    let _ = sql!("SELECT \"ada");
    let _ = sql!("SELECT $tag$ada$$");
    let _ = sql!("SELECT 1 /* one");
    let _ = sql!("SELECT 1 /* /* one */ */");

    // LIKE.
    let _ = sql!("SELECT * FROM users WHERE name LIKE '%' || :name || '%'", name);
    let _ = sql!("SELECT * FROM users WHERE name LIKE :name || '%'", name);
    let _ = sql!(r"SELECT * FROM users WHERE name LIKE :name ESCAPE '\'", name);
}
