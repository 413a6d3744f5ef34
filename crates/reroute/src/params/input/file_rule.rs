/// What one file of a multipart form may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileRule {
    /// The name of the field.
    pub name: &'static str,
    /// The most bytes that it may have.
    pub max_size: u64,
    /// The media types that it may be of, as declared and as its content says.
    pub types: &'static [&'static str],
}
