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
    /// How large an image may be, where all its types are images and something is said of that.
    pub image: Option<ImageRule>,
}

/// How large an image may be, in pixels: one whose size cannot be read is none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageRule {
    /// The most from left to right.
    pub max_width: Option<u32>,
    /// The most from top to bottom.
    pub max_height: Option<u32>,
    /// The most altogether.
    pub max_pixels: Option<u64>,
}
