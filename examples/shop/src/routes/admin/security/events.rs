//! What happened that matters to security.

use reroute::{SecurityLog, log::Logged, prelude::*, security_log};

#[route]
pub struct Events;

#[route]
impl Events {
    /// See the newest security events of this process, the newest first: all types, or one.
    #[requires("admin")]
    async fn get(
        &self,
        #[query(default = 100, ge = 1, le = 500)] limit: u64,
        #[query] event_type: Option<String>,
    ) -> Result<Json<Listing<Logged>>> {
        if event_type.as_deref().is_some_and(|name| !SecurityLog::EVENT_TYPES.contains(&name)) {
            let message = format!("must be one of: {}", SecurityLog::EVENT_TYPES.join(", "));
            return Err(Error::invalid(vec![FieldError::new("event_type", "enum", message)]));
        }
        let recent = security_log().recent(limit as usize, event_type.as_deref()).await;
        Ok(Json(Listing { items: recent.events, page: 1, per_page: limit, total: recent.total as u64 }))
    }
}
