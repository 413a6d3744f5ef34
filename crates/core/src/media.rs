//! Which kinds of files can be asked for: those whose content tells what it is.

/// A media type that a file may be declared as, and what its first bytes may be recognized as.
pub type Known = (&'static str, &'static [&'static str]);

/// Files in a container that is recognized as itself where its first bytes do not name what it holds.
const ZIP: &str = "application/zip";

/// The known types whose first bytes say what they are.
///
/// None of them runs in a browser: HTML, SVG and XML are not among them.
pub const BINARY: &[Known] = &[
    ("image/png", &["image/png"]),
    ("image/jpeg", &["image/jpeg"]),
    ("image/gif", &["image/gif"]),
    ("image/webp", &["image/webp"]),
    ("image/avif", &["image/avif"]),
    ("image/heic", &["image/heif"]),
    ("image/heif", &["image/heif"]),
    ("image/jxl", &["image/jxl"]),
    ("image/bmp", &["image/bmp"]),
    ("image/tiff", &["image/tiff"]),
    ("image/x-icon", &["image/vnd.microsoft.icon"]),
    ("image/vnd.microsoft.icon", &["image/vnd.microsoft.icon"]),
    ("audio/mpeg", &["audio/mpeg"]),
    ("audio/aac", &["audio/aac"]),
    ("audio/mp4", &["audio/m4a", "video/mp4"]),
    ("audio/ogg", &["audio/ogg", "audio/opus"]),
    ("audio/wav", &["audio/x-wav"]),
    ("audio/x-wav", &["audio/x-wav"]),
    ("audio/flac", &["audio/x-flac"]),
    ("video/mp4", &["video/mp4", "video/x-m4v"]),
    ("video/ogg", &["audio/ogg"]),
    ("video/quicktime", &["video/quicktime"]),
    ("video/webm", &["video/webm"]),
    ("application/pdf", &["application/pdf"]),
    ("application/gzip", &["application/gzip"]),
    ("application/x-7z-compressed", &["application/x-7z-compressed"]),
    (ZIP, &[ZIP]),
    ("application/x-zip-compressed", &[ZIP]),
    ("application/epub+zip", &["application/epub+zip"]),
    ("application/vnd.oasis.opendocument.text", &["application/vnd.oasis.opendocument.text"]),
    ("application/vnd.oasis.opendocument.spreadsheet", &["application/vnd.oasis.opendocument.spreadsheet"]),
    ("application/vnd.oasis.opendocument.presentation", &["application/vnd.oasis.opendocument.presentation"]),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &["application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP],
    ),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ZIP],
    ),
    (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        &["application/vnd.openxmlformats-officedocument.presentationml.presentation", ZIP],
    ),
];

/// The known types that are plain text, and have no first bytes of their own.
pub const TEXT: &[&str] = &["text/plain", "text/csv", "text/calendar", "text/vcard", "application/json"];

/// All known types.
///
/// ```
/// use reroute_core::media;
///
/// assert!(media::known().any(|kind| kind == "image/png"));
/// assert!(!media::known().any(|kind| kind == "image/svg+xml"));
/// ```
pub fn known() -> impl Iterator<Item = &'static str> {
    BINARY.iter().map(|(kind, _)| *kind).chain(TEXT.iter().copied())
}

/// Whether a browser runs what is in a file of this type: markup and scripts, which do in the application's own name whatever
/// their author wants.
///
/// ```
/// assert!(reroute_core::media::is_active("image/svg+xml"));
/// ```
pub fn is_active(kind: &str) -> bool {
    kind.ends_with("+xml")
        || kind.ends_with("/xml")
        || kind.ends_with("script")
        || matches!(kind, "text/html" | "text/css" | "application/wasm" | "multipart/related" | "message/rfc822")
}

/// Whether how large an image of this type is can be told from its heads for sure: others hold several images, in ways that only their decoders know.
///
/// ```
/// assert!(reroute_core::media::is_measured("image/png") && !reroute_core::media::is_measured("image/avif"));
/// ```
pub fn is_measured(kind: &str) -> bool {
    matches!(kind, "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/bmp")
}

/// Whether a body of this type gets much smaller by compression: texts, and what is made of texts or holds numbers as they are. An
/// event stream is none, nor is JSON in lines: what is compressed leaves in blocks, and its events would wait.
///
/// `kind` may have parameters.
///
/// ```
/// use reroute_core::media::is_compressible;
///
/// assert!(is_compressible("text/css; charset=utf-8") && is_compressible("application/problem+json"));
/// assert!(!is_compressible("image/png") && !is_compressible("text/event-stream"));
/// ```
pub fn is_compressible(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    (kind.starts_with("text/") && kind != "text/event-stream")
        || kind.ends_with("+json")
        || kind.ends_with("+xml")
        || matches!(
            kind.as_str(),
            "application/json"
                | "application/javascript"
                | "application/xml"
                | "application/wasm"
                | "font/ttf"
                | "font/otf"
        )
}
