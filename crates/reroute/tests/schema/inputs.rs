//! Types with every word that a schema can say.

#![allow(missing_docs, dead_code, unreachable_pub, reason = "the fields are there to be read into")]

use reroute::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

#[input]
pub struct Account {
    #[field(min_length = 3, max_length = 8, pattern = "^[a-z_]+$")]
    username: String,
    #[field(email)]
    email: String,
    #[field(url)]
    home: Option<String>,
    #[field(ge = 13, le = 120)]
    age: i32,
    #[field(trim, min_length = 1, max_length = 6)]
    motto: Option<String>,
    note: Option<Option<String>>,
    role: Role,
    #[field(default = true)]
    news: bool,
    #[field(min_length = 2, max_length = 4)]
    password: String,
}

#[input]
pub enum Role {
    Customer,
    SuperAdmin,
    #[field(name = "Root!")]
    Root,
}

#[input(names = "camelCase")]
pub struct Measures {
    tiny: i8,
    small: Option<u8>,
    middle: Option<i16>,
    large: u32,
    #[field(gt = 0)]
    above_zero: i64,
    #[field(lt = 1000)]
    below_thousand: u64,
    #[field(ge = 0.5, lt = 1.5)]
    real: f64,
    #[field(gt = -2.5, le = 2.5)]
    maybe_real: Option<f64>,
    single: Option<f32>,
    #[field(default = 7, ge = 1)]
    preset: u16,
    #[field(default)]
    zero: i64,
}

#[input]
pub struct Basket {
    #[field(min_length = 1, max_length = 3, each(min_length = 1, max_length = 3, pattern = "^[^<>]*$"))]
    tags: Vec<String>,
    #[field(max_length = 2, each(ge = 1, lt = 10))]
    counts: Option<Vec<u32>>,
    pair: Option<(u8, bool)>,
    #[field(min_length = 1, max_length = 2)]
    leaves: BTreeMap<String, Leaf>,
    #[field(max_length = 1)]
    flags: Option<HashMap<String, bool>>,
    matrix: Option<Vec<Vec<i8>>>,
    #[field(pattern = "^a", pattern = "b$", pattern = "c")]
    three_patterns: Option<String>,
    any: Option<Value>,
    boxed: Box<Leaf>,
    ratio: Option<Ratio>,
}

#[input]
pub struct Leaf {
    #[field(min_length = 1)]
    name: String,
    role: Option<Role>,
}

#[input]
pub struct Ratio(#[field(ge = 1, le = 100)] u8);

#[input]
pub struct Tree {
    #[field(max_length = 3)]
    name: String,
    #[field(max_length = 2)]
    children: Option<Vec<Tree>>,
    next: Option<Box<Tree>>,
}

#[input]
pub struct Everything {
    any: Value,
    #[field(min_length = 1)]
    many: BTreeMap<String, Value>,
}

/// Types of like names.
pub mod names {
    use reroute::prelude::*;

    #[input]
    pub struct All {
        first: Tag2,
        second: Tag,
        third: other::Tag,
    }

    #[input]
    pub struct Tag2 {
        a: u8,
    }

    #[input]
    pub struct Tag {
        b: u8,
    }

    pub mod other {
        use reroute::prelude::*;

        #[input]
        pub struct Tag {
            c: u8,
        }
    }
}
