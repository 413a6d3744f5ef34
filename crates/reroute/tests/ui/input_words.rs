use reroute::prelude::*;

#[input(aliases = "x")]
pub struct Unknown {
    name: String,
}

#[input(names = "SCREAMING")]
pub struct Shouted {
    name: String,
}

#[input]
pub struct Renamed {
    #[serde(alias = "isAdmin")]
    is_admin: bool,
}

#[input]
#[derive(Debug)]
pub struct Printed {
    name: String,
}

#[input]
#[derive(Deserialize)]
pub struct Twice {
    name: String,
}

#[input]
pub struct Each {
    #[field(each(default))]
    tags: Vec<String>,
}

#[input]
pub struct Parsed {
    #[field(parse, max_length = 3)]
    address: std::net::IpAddr,
}

#[input]
pub struct Defaulted {
    #[field(default = "many")]
    count: u32,
}

#[input]
pub struct Pair(String, String);

#[input]
pub struct Foreign {
    since: std::time::SystemTime,
}

#[input]
pub struct Items {
    #[field(each(max_length = 3))]
    name: String,
}

#[input(check = Self::rule)]
pub struct Checked {
    name: String,
}

impl Checked {
    fn rule(&self) -> bool {
        self.name.is_empty()
    }
}

#[input]
pub enum Words {
    One(String),
}

fn main() {}
