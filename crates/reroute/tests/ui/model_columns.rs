use reroute::prelude::*;

#[model("users")]
pub struct Hidden {
    name: String,
}

#[model("users")]
pub struct Id {
    pub id: i64,
}

#[model("users")]
pub struct Made {
    pub created_at: String,
}

#[model("users")]
pub struct Changed {
    pub name: String,
    pub updated_at: i64,
}

#[model("users")]
pub struct Key {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
}

#[model("users")]
pub struct Word {
    #[column(secret)]
    pub name: String,
}

#[model("users")]
pub struct Nothing {
    #[column()]
    pub name: String,
}

#[model("users")]
pub struct Both {
    #[column(private, public)]
    pub name: String,
}

#[model("users")]
pub struct Again {
    #[column(private, private)]
    pub name: String,
}

#[model("users")]
pub struct Joined {
    #[column(private)]
    pub posts: HasMany<Entity>,
}

#[model("users")]
pub struct Shaped {
    #[serde(rename = "n")]
    pub name: String,
}

#[model("users")]
pub struct Counted {
    pub visits: Option<u64>,
}

fn main() {}
