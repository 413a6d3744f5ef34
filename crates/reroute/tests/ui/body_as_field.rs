use reroute::prelude::*;

#[input]
pub struct New {
    name: String,
}

#[route]
pub struct Users {
    new: Json<New>,
}

#[route]
impl Users {
    #[requires]
    async fn post(&self) -> String {
        self.new.0.name.clone()
    }
}

fn main() {}
