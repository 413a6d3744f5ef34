mod user {
    use reroute::prelude::*;

    #[model("users")]
    pub struct User {
        pub name: String,
    }
}

use reroute::prelude::*;
use user::User;

#[route]
pub struct Users;

#[route]
impl Users {
    #[public]
    async fn post(&self, Json(_user): Json<User>) -> Result<()> {
        Ok(())
    }
}

fn main() {}
