use reroute::prelude::*;

#[input]
pub struct Misspelled {
    #[field(min_lenght = 3)]
    name: String,
}

#[input]
pub struct Pattern {
    #[field(pattern = "^[a-z$")]
    name: String,
}

#[input]
pub struct Alias {
    #[serde(alias = "isAdmin")]
    is_admin: bool,
}

fn main() {}
