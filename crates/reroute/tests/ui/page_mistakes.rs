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

fn main() {}
