use reroute::prelude::*;

#[derive(Deserialize)]
#[serde(crate = "reroute::serde")]
pub struct New {
    name: String,
}

#[route]
pub struct Users;

#[route]
impl Users {
    #[public]
    async fn post(&self, Json(new): Json<New>) -> String {
        new.name
    }
}

fn main() {}
