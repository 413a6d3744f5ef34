use reroute::prelude::*;

#[model]
pub struct NoTable {
    pub name: String,
}

#[model(users)]
pub struct NoText {
    pub name: String,
}

#[model("")]
pub struct Nameless {
    pub name: String,
}

#[model("users", soft_delete)]
pub struct Unknown {
    pub name: String,
}

#[model("users", own_behavior, own_behavior)]
pub struct Twice {
    pub name: String,
}

#[model("users", owner = "user")]
pub struct NoOwner {
    pub user_id: i64,
}

#[model("users", timestamps = "updated")]
pub struct Times {
    pub name: String,
}

#[model("users")]
pub enum Kind {
    A,
}

#[model("users")]
pub fn function() {}

#[model("users")]
pub struct Tuple(pub String);

#[model("users")]
pub struct Generic<T> {
    pub name: T,
}

#[model("users")]
pub struct Model {
    pub name: String,
}

#[model("users")]
#[sea_orm(table_name = "people")]
pub struct OtherTable {
    pub name: String,
}

#[model("users")]
#[derive(Debug, Deserialize)]
pub struct Printed {
    pub name: String,
}

#[model("users")]
#[derive(Deserialize)]
pub struct Read {
    pub name: String,
}

fn main() {}
