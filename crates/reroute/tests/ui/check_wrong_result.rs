use reroute::prelude::*;

#[route]
pub struct Users;

#[route]
impl Users {
    #[requires(check = Self::may)]
    async fn get(&self) -> &'static str {
        "some's"
    }

    fn may(&self, me: Principal) -> Result<Option<bool>> {
        Ok(Some(me.has_role("admin")))
    }
}

fn main() {}
