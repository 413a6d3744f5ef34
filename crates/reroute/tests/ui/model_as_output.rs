use reroute::prelude::*;

#[derive(Serialize)]
#[serde(crate = "reroute::serde")]
pub struct Row {
    id: i64,
    password_hash: String,
}

#[output]
pub struct Post {
    id: i64,
    author: Row,
}

#[route]
pub struct Rows;

#[route]
impl Rows {
    #[public]
    async fn get(&self) -> Json<Vec<Row>> {
        Json(Vec::new())
    }

    #[public]
    async fn post(&self) -> Result<Created<Row>> {
        Err(Error::not_found())
    }
}

fn main() {}
