/// What one file of a multipart form may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileRule {
    /// The name of the field.
    pub name: &'static str,
    /// How many there may be of it; `None` for one, and no list.
    pub most: Option<usize>,
    /// The most bytes that each may have.
    pub max_size: u64,
    /// The media types that each may be of, as declared and as its content says.
    pub types: &'static [&'static str],
}
