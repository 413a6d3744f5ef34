use super::{Event, Recent, kind::Kind, logger};
use serde::Serialize;
use std::fmt::Display;

/// The log of what matters to security: see [`security_log`].
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct SecurityLog;

/// The security log of this process. What is emitted while none is open goes nowhere: `serve` opens it, and so does
/// [`testing::open_security_log`](crate::testing::open_security_log).
///
/// ```
/// use reroute::security_log;
///
/// let ip = [192, 168, 1, 1].into();
/// security_log().auth_success("john@example.com").ip(ip).emit();
/// security_log().auth_failure("Invalid password").user("unknown").ip(ip).emit();
/// security_log().authz_failure("/admin/users").user("john@example.com").with("required_roles", ["admin"]).ip(ip).emit();
/// security_log().rate_limit("/api/login", "5/min").ip([10, 0, 0, 1].into()).emit();
/// security_log().validation_failure("/api/users", ["Invalid email format"]).emit();
/// security_log().suspicious("Unusual request pattern detected").ip([10, 0, 0, 1].into()).emit();
/// // Written as "password": "[REDACTED]".
/// security_log().auth_failure("Invalid password").user("john").with("password", "secret123").emit();
/// ```
pub fn security_log() -> SecurityLog {
    SecurityLog
}

impl SecurityLog {
    /// The `event_type`s that there are.
    pub const EVENT_TYPES: [&'static str; Kind::ALL.len()] = Kind::NAMES;

    /// The newest events of this process, the newest first: at most `limit`, all types or one. They are kept in memory where
    /// [`App::keep_events`](crate::App::keep_events) asked for it, else there are none.
    ///
    /// What was emitted before is among them; events that are folded come once their second is over. Where the log is stuck, as behind a standard
    /// output that nobody reads, this waits for it for a second: then what is not yet written is missing.
    ///
    /// ```
    /// # async fn newest() {
    /// use reroute::security_log;
    ///
    /// for event in security_log().recent(20, Some("auth_failure")).await.events {
    ///     println!("{}", event.as_str());
    /// }
    /// # }
    /// ```
    pub async fn recent(self, limit: usize, event_type: Option<&str>) -> Recent {
        match logger::current() {
            Some(logger) => logger.recent(limit, event_type).await,
            None => Recent::default(),
        }
    }

    /// Somebody has proved who they are: INFO.
    pub fn auth_success(self, user: impl Into<String> + Display) -> Event {
        Event::new(Kind::AuthSuccess, || format!("Authentication successful for user: {user}")).user(user)
    }

    /// Somebody has not: MEDIUM. The user is `unknown` unless [`Event::user`] names an account that exists.
    pub fn auth_failure(self, reason: impl Display) -> Event {
        let event = Event::new(Kind::AuthFailure, || format!("Authentication failed: {reason}")).user("unknown");
        event.shown("reason", reason)
    }

    /// Somebody has ended their session: INFO.
    pub fn auth_logout(self) -> Event {
        Event::new(Kind::AuthLogout, || "Signed out".to_owned()).with("reason", "logout")
    }

    /// Somebody may do what they asked for: INFO. Written only where the setting `security_log_authz_success` is true.
    pub fn authz_success(self, resource: impl Display) -> Event {
        if !logger::tells_success() {
            return Event::none();
        }
        let event = Event::new(Kind::AuthzSuccess, || format!("Authorization granted for resource: {resource}"));
        event.shown("resource", resource)
    }

    /// Somebody may not: MEDIUM.
    pub fn authz_failure(self, resource: impl Display) -> Event {
        let event = Event::new(Kind::AuthzFailure, || format!("Authorization denied for resource: {resource}"));
        event.shown("resource", resource)
    }

    /// A limit was hit: MEDIUM.
    pub fn rate_limit(self, endpoint: impl Into<String> + Display, limit: impl Display) -> Event {
        let event = Event::new(Kind::RateLimitExceeded, || format!("Rate limit exceeded for endpoint: {endpoint}"));
        event.endpoint(endpoint).shown("limit", limit)
    }

    /// An input broke its constraints: LOW. `errors` are names of fields and codes; values have no place in it.
    pub fn validation_failure(self, endpoint: impl Into<String> + Display, errors: impl Serialize) -> Event {
        let event = Event::new(Kind::ValidationFailure, || format!("Validation failed for endpoint: {endpoint}"));
        event.endpoint(endpoint).with("errors", errors)
    }

    /// Something that no honest client does: HIGH.
    pub fn suspicious(self, description: impl Display) -> Event {
        let event = Event::new(Kind::SuspiciousRequest, || format!("Suspicious activity: {description}"));
        event.shown("description", description)
    }

    /// An input that was made to be run: HIGH.
    pub fn injection_attempt(self, description: impl Display) -> Event {
        let event = Event::new(Kind::InjectionAttempt, || format!("Injection attempt: {description}"));
        event.shown("description", description)
    }

    /// Something was taken out of an input: LOW.
    pub fn input_sanitized(self, field: impl Display) -> Event {
        Event::new(Kind::InputSanitized, || format!("Input sanitized: {field}")).shown("field", field)
    }

    /// What the application does has been changed while it runs: MEDIUM.
    pub fn config_change(self, what: impl Display) -> Event {
        Event::new(Kind::ConfigChange, || format!("Configuration changed: {what}")).shown("setting", what)
    }

    /// What is there for security does not work: HIGH.
    pub fn security_error(self, description: impl Display) -> Event {
        let event = Event::new(Kind::SecurityError, || format!("Security error: {description}"));
        event.shown("description", description)
    }

    #[cfg(feature = "redis")]
    pub(crate) fn store_unavailable(self, store: &str) -> Event {
        Event::new(Kind::StoreUnavailable, || format!("Shared store unavailable: {store}")).with("store", store)
    }

    #[cfg(feature = "redis")]
    pub(crate) fn store_available(self, store: &str) -> Event {
        Event::new(Kind::StoreAvailable, || format!("Shared store available: {store}")).with("store", store)
    }
}
