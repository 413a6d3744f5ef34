//! The caller.

use reroute::prelude::*;

#[route]
pub struct Me {
    me: Principal,
}

#[output]
pub struct Known {
    id: i64,
    username: String,
    role: String,
    scheme: &'static str,
}

#[route]
impl Me {
    /// Who you are.
    #[requires]
    async fn get(&self) -> Result<Json<Known>> {
        Ok(Json(Known {
            id: self.me.id()?,
            username: self.me.name().to_owned(),
            role: self.me.roles().join(" "),
            scheme: self.me.scheme(),
        }))
    }
}
