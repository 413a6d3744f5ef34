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
    pub(super) const ALL: [Self; 14] = [
        Self::AuthSuccess,
        Self::AuthFailure,
        Self::AuthLogout,
        Self::AuthzSuccess,
        Self::AuthzFailure,
        Self::RateLimitExceeded,
        Self::ValidationFailure,
        Self::SuspiciousRequest,
        Self::InjectionAttempt,
        Self::InputSanitized,
        Self::ConfigChange,
        Self::SecurityError,
        Self::StoreUnavailable,
        Self::StoreAvailable,
    ];

    /// The names of all.
    pub(super) const NAMES: [&'static str; Self::ALL.len()] = {
        let mut names = [""; Self::ALL.len()];
        let mut nth = 0;
        while nth < names.len() {
            names[nth] = Self::ALL[nth].name();
            nth += 1;
        }
        names
    };

    /// The `event_type`.
    pub(super) const fn name(self) -> &'static str {
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

    /// The usual name in OWASP's Logging Vocabulary Cheat Sheet, where it has one. The end of a session by its owner is `session_expired` with the
    /// reason `logout` there. Writes from other sites are `malicious_csrf`, a name of ours: the nearest of the sheet, `malicious_cors`, is a reading
    /// from another site.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What the Logging Vocabulary Cheat Sheet holds under authentication, authorization, excessive use, input, malice and sessions.
    const SHEET: [&str; 28] = [
        "authn_login_success",
        "authn_login_successafterfail",
        "authn_login_fail",
        "authn_login_fail_max",
        "authn_login_lock",
        "authn_password_change",
        "authn_password_change_fail",
        "authn_impossible_travel",
        "authn_token_created",
        "authn_token_revoked",
        "authn_token_reuse",
        "authn_token_delete",
        "authz_fail",
        "authz_change",
        "authz_admin",
        "excess_rate_limit_exceeded",
        "input_validation_fail",
        "input_validation_discrete_fail",
        "malicious_excess_404",
        "malicious_extraneous",
        "malicious_attack_tool",
        "malicious_cors",
        "malicious_direct_reference",
        "sequence_fail",
        "session_created",
        "session_renewed",
        "session_expired",
        "session_use_after_expire",
    ];

    #[test]
    fn what_has_a_name_there_has_one_that_is_there() {
        for kind in Kind::ALL {
            assert!(kind.owasp().is_none_or(|name| SHEET.contains(&name)), "{kind:?}");
        }
    }
}
