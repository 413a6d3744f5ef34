use reroute::prelude::*;
use std::collections::BTreeMap;

/// What is read out of text under names.
#[input]
pub struct Look {
    #[field(trim, max_length = 5)]
    name: Option<String>,
    #[field(each(min_length = 1, pattern = "^[a-z]*$"))]
    word: Vec<String>,
    number: Option<i64>,
    real: Option<f64>,
    #[field(email)]
    mail: Option<String>,
    #[field(url)]
    home: Option<String>,
    side: Option<Side>,
    #[field(parse)]
    address: Option<std::net::IpAddr>,
    #[field(default)]
    loud: bool,
}

/// What is read out of a form with files.
#[input]
pub struct Upload {
    #[field(min_length = 1, max_length = 5)]
    title: Option<String>,
    #[field(max_size = "64 B", types("image/png", "text/plain"))]
    picture: Option<File>,
    #[field(max_size = "1 KiB", types("text/plain", "application/json"), max_length = 2)]
    notes: Vec<File>,
    any: Option<serde_json::Value>,
}

/// What is read out of JSON.
#[input]
pub struct Order {
    #[field(min_length = 1, max_length = 3)]
    items: Vec<Item>,
    look: Option<Look>,
    note: Option<Option<String>>,
    pair: Option<(u8, f32)>,
    #[field(max_length = 2)]
    sides: BTreeMap<String, Side>,
    any: Option<serde_json::Value>,
    next: Option<Box<Order>>,
}

#[input]
pub struct Item {
    #[field(ge = 1)]
    product_id: i64,
    #[field(default = 1, gt = 0, lt = 100)]
    quantity: u32,
}

#[input]
pub enum Side {
    Left,
    Right,
}
