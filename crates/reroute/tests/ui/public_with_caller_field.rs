use reroute::prelude::*;

#[route]
pub struct Users {
    me: Principal,
}

#[route]
impl Users {
    #[public]
    async fn get(&self) -> String {
        self.me.name().to_owned()
    }
}

fn main() {}
