//! What came back, and what holds for all of it.

use serde_json::Value;
use std::fmt;

/// On every answer, each exactly once.
const HEADERS: [&str; 10] = [
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-frame-options",
    "x-xss-protection",
    "cache-control",
    "x-request-id",
];

/// What no answer may hold: the insides of the shop, of the framework and of what they stand on.
const PRIVATE: [&str; 17] = [
    "$argon2",
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "no such table",
    "UNIQUE constraint",
    "SQLITE",
    "sqlx",
    "sea_orm",
    "DbErr",
    "serde",
    "struct ",
    "panicked",
    "src/",
    ".rs:",
    "at line ",
    "shop.db",
];

#[derive(Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} {}", self.status, self.headers, String::from_utf8_lossy(&self.body))
    }
}

impl Answer {
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(given, _)| given == name).map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.all(name).first().copied()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("a body is UTF-8")
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// What differs from one request to the next, left out.
    pub(crate) fn essence(&self) -> (u16, Vec<(String, String)>, Value) {
        let mut json = self.json();
        if let Some(members) = json.as_object_mut() {
            members.remove("request_id");
        }
        let differs = |name: &str| matches!(name, "x-request-id" | "date" | "age" | "cache-status" | "ratelimit");
        (self.status, self.headers.iter().filter(|(name, _)| !differs(name)).cloned().collect(), json)
    }

    /// The answer has this status, and all that every answer has.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self.is_dressed();
        self
    }

    /// What holds for every answer, errors included.
    #[track_caller]
    pub(crate) fn is_dressed(&self) {
        for name in HEADERS {
            assert_eq!(self.all(name).len(), 1, "{name} in {self:?}");
        }
        for name in ["server", "x-powered-by", "strict-transport-security"] {
            assert!(self.all(name).is_empty(), "{name} in {self:?}");
        }
        let text = self.text();
        for secret in PRIVATE {
            assert!(!text.contains(secret), "{secret:?} in {self:?}");
        }
        if self.status >= 400 {
            self.is_problem();
        }
    }

    #[track_caller]
    fn is_problem(&self) {
        assert_eq!(self.all("content-type"), ["application/problem+json"], "{self:?}");
        assert_eq!(self.header("cache-control"), Some("no-store"), "{self:?}");
        assert_eq!(self.status == 401, self.header("www-authenticate").is_some(), "{self:?}");
        assert_eq!(self.status == 405, self.header("allow").is_some(), "{self:?}");
        if self.body.is_empty() {
            // The answer of HEAD; whoever wants a body asks for its JSON.
            return;
        }
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{self:?}");
        assert_eq!(problem["request_id"].as_str(), self.header("x-request-id"), "{self:?}");
        for member in ["type", "title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member} in {self:?}");
        }
        for error in problem["errors"].as_array().into_iter().flatten() {
            assert!(error["field"].is_string(), "{self:?}");
            for member in ["code", "message"] {
                assert!(error[member].as_str().is_some_and(|text| !text.is_empty()), "{member} in {self:?}");
            }
        }
        assert_eq!(self.status == 422, problem["errors"].is_array(), "{self:?}");
    }

    /// The fields of the broken constraints of a 422, sorted, one for each constraint.
    #[track_caller]
    pub(crate) fn fields(self) -> Vec<String> {
        let problem = self.is(422).json();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        let mut fields: Vec<String> = errors.iter().filter_map(|error| Some(error["field"].as_str()?.into())).collect();
        fields.sort_unstable();
        fields
    }

    /// What the problem says to people.
    #[track_caller]
    pub(crate) fn detail(&self) -> String {
        self.json()["detail"].as_str().unwrap_or_else(|| panic!("{self:?}")).to_owned()
    }
}
