/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    AuthSuccess,
    AuthFailure,
    AuthLogout,
    AuthzSuccess,
    AuthzFailure,
    RateLimitExceeded,
    ValidationFailure,
    SuspiciousRequest,
    InjectionAttempt,
    InputSanitized,
    ConfigChange,
    SecurityError,
    #[cfg_attr(not(feature = "redis"), allow(dead_code, reason = "there is no shared store"))]
    StoreUnavailable,
    #[cfg_attr(not(feature = "redis"), allow(dead_code, reason = "there is no shared store"))]
    StoreAvailable,
}

impl Kind {
    /// The `event_type`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::AuthSuccess => "auth_success",
            Self::AuthFailure => "auth_failure",
            Self::AuthLogout => "auth_logout",
            Self::AuthzSuccess => "authz_success",
            Self::AuthzFailure => "authz_failure",
            Self::RateLimitExceeded => "rate_limit_exceeded",
            Self::ValidationFailure => "validation_failure",
            Self::SuspiciousRequest => "suspicious_request",
            Self::InjectionAttempt => "injection_attempt",
            Self::InputSanitized => "input_sanitized",
            Self::ConfigChange => "config_change",
            Self::SecurityError => "security_error",
            Self::StoreUnavailable => "store_unavailable",
            Self::StoreAvailable => "store_available",
        }
    }

    pub(super) fn severity(self) -> &'static str {
        match self {
            Self::AuthSuccess | Self::AuthLogout | Self::AuthzSuccess | Self::StoreAvailable => "INFO",
            Self::ValidationFailure | Self::InputSanitized => "LOW",
            Self::AuthFailure | Self::AuthzFailure | Self::RateLimitExceeded | Self::ConfigChange => "MEDIUM",
            Self::SuspiciousRequest | Self::InjectionAttempt | Self::SecurityError | Self::StoreUnavailable => "HIGH",
        }
    }

    /// The usual name in OWASP's logging vocabulary, where it has one.
    pub(super) fn owasp(self) -> Option<&'static str> {
        match self {
            Self::AuthSuccess => Some("authn_login_success"),
            Self::AuthFailure => Some("authn_login_fail"),
            Self::AuthLogout => Some("session_expired"),
            Self::AuthzFailure => Some("authz_fail"),
            Self::RateLimitExceeded => Some("excess_rate_limit_exceeded"),
            Self::ValidationFailure => Some("input_validation_fail"),
            Self::SuspiciousRequest | Self::InjectionAttempt => Some("malicious_extraneous"),
            Self::AuthzSuccess
            | Self::InputSanitized
            | Self::ConfigChange
            | Self::SecurityError
            | Self::StoreUnavailable
            | Self::StoreAvailable => None,
        }
    }
}
