use std::fmt;

/// Something that was refused: every reason, a line each. A program ends with 1 for it.
#[derive(Debug)]
pub struct Refused {
    reasons: Vec<String>,
    status: u8,
}

impl Refused {
    pub(crate) fn new(reasons: Vec<String>) -> Self {
        Self { reasons, status: 1 }
    }

    /// A start that is refused for one reason.
    ///
    /// ```
    /// let refused = reroute::app::Refused::because("the cellar is flooded");
    /// assert_eq!(refused.to_string(), "the cellar is flooded");
    /// ```
    pub fn because(reason: impl Into<String>) -> Self {
        Self::new(vec![reason.into()])
    }

    /// A command line that is none: the program ends with 2 for it.
    #[cfg(feature = "db")]
    pub(crate) fn usage(reason: impl Into<String>) -> Self {
        Self { reasons: vec![reason.into()], status: 2 }
    }

    /// Why, each reason with its mend.
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }

    /// What the program ends with.
    pub(crate) fn status(&self) -> u8 {
        self.status
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reasons.join("\n"))
    }
}

impl std::error::Error for Refused {}
