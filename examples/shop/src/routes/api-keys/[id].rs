//! One key.

use reroute::{auth::ApiKeys, prelude::*};

#[route]
pub struct Key {
    me: Principal,
    keys: ApiKeys,
}

#[route]
impl Key {
    /// End one of the caller's own keys.
    #[requires]
    async fn delete(&self, Path(id): Path<i64>) -> Result<StatusCode> {
        if self.keys.revoke(self.me.subject(), id).await? {
            Ok(StatusCode::NO_CONTENT)
        } else {
            Err(Error::not_found())
        }
    }
}
