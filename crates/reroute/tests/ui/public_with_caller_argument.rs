use reroute::prelude::*;

#[route]
pub struct Users;

#[route]
impl Users {
    #[public]
    async fn get(&self, me: Principal) -> String {
        me.name().to_owned()
    }
}

fn main() {}
