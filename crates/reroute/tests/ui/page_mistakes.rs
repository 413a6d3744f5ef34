use reroute::prelude::*;

#[page]
struct Nothing;

#[page(account.html)]
struct Unquoted;

#[page("account.txt")]
struct Text;

#[page("account.html")]
enum Choice {
    One,
}

#[page("account.html")]
#[template(escape = "none")]
struct Unescaped {
    name: String,
}

fn main() {}
