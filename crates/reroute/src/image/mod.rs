//! What an image says of itself, without a pixel of it being decoded.
//!
//! A few kilobytes can decode to gigabytes, so how large an image is has to be known before anybody decodes it. What is read here is the most that its heads say, of all its
//! frames; an animation has many pictures of that size.
//!
//! PNG, JPEG, GIF, WebP and BMP are measured. Others are not: AVIF, HEIF, JPEG XL, TIFF and icons hold several images, in ways that only their decoders know.
//!
//! A file of a form has [`dimensions`](crate::File::dimensions), and its field may bound them.

mod head;

use std::io::{Cursor, Read, Seek};

/// An image, as its first bytes tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    /// Its media type.
    pub content_type: &'static str,
    /// How large it is.
    pub dimensions: Dimensions,
}

/// How large an image is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimensions {
    /// In pixels; at least 1.
    pub width: u32,
    /// In pixels; at least 1.
    pub height: u32,
}

impl Image {
    /// The image that `content` is: PNG, JPEG, GIF, WebP or BMP. `None` for anything else, and where its size cannot be read for sure.
    ///
    /// ```
    /// use reroute::image::Image;
    ///
    /// let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x03\x20\0\0\x02\x58\x08\x02\0\0\0";
    /// let image = Image::of(png).expect("a PNG");
    /// assert_eq!((image.content_type, image.dimensions.width, image.dimensions.height), ("image/png", 800, 600));
    /// assert_eq!(Image::of(b"<svg width='800' height='600'/>"), None);
    /// ```
    pub fn of(content: &[u8]) -> Option<Self> {
        let content_type = kind(content)?;
        Some(Self { content_type, dimensions: measure(content_type, Cursor::new(content))? })
    }
}

impl Dimensions {
    /// How many pixels it has.
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// The media type of a raster image that begins so.
pub(crate) fn kind(start: &[u8]) -> Option<&'static str> {
    infer::get(start).map(|kind| kind.mime_type()).filter(|kind| RASTER.contains(kind))
}

/// What shows as pixels, and runs nothing.
const RASTER: [&str; 10] = [
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/heif",
    "image/jpeg",
    "image/jxl",
    "image/png",
    "image/tiff",
    "image/vnd.microsoft.icon",
    "image/webp",
];

/// How large an image of the type `kind` is, if that type is measured.
pub(crate) fn measure(kind: &str, content: impl Read + Seek) -> Option<Dimensions> {
    head::measure(kind, content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use reroute_core::media;

    const KINDS: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"];

    fn size(content: &[u8]) -> Option<(u32, u32)> {
        Image::of(content).map(|image| (image.dimensions.width, image.dimensions.height))
    }

    #[test]
    fn what_can_be_bounded_is_what_is_measured() {
        let measured: Vec<&str> = media::known().filter(|kind| media::is_measured(kind)).collect();
        assert_eq!(measured, KINDS);
    }

    #[test]
    fn images_tell_their_size() {
        let gif = b"GIF89a\x20\x03\x58\x02\x80\0\0";
        let jpeg =
            b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\x02\x58\x03\x20\x03\x01\x22\0\x02\x11\x01\x03\x11\x01\xff\xda";
        let webp = b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x1f\x03\0\x57\x02\0";
        let lossless = b"RIFF\x11\0\0\0WEBPVP8L\x05\0\0\0\x2f\x1f\xc3\x95\0\0";
        let lossy = b"RIFF\x16\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\x20\x03\x58\x02";
        let bmp = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x20\x03\0\0\xa8\xfd\xff\xff\x01\0\x18\0\0\0\0\0";
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x03\x20\0\0\x02\x58\x08\x02\0\0\0";
        for content in [&gif[..], jpeg, webp, lossless, lossy, bmp, png] {
            assert_eq!(size(content), Some((800, 600)), "{}", content.escape_ascii());
        }
    }

    #[test]
    fn attack_97_no_image_is_larger_than_it_says() {
        let frame =
            |width: &[u8]| [b"\xff\xc0\0\x11\x08", width, width, b"\x03\x01\x22\0\x02\x11\x01\x03\x11\x01"].concat();
        let jpeg = |middle: &[u8]| [b"\xff\xd8", middle, &frame(b"\0\x01"), b"\xff\xda"].concat();
        // A fill byte before the marker of a frame, whatever stands where a reader that does not know of it would go on.
        let filled = jpeg(&[b"\xff", &frame(b"\xff\xff")[..]].concat());
        assert_eq!(size(&filled), Some((65535, 65535)));
        assert_eq!(size(&jpeg(&frame(b"\xff\xff"))), Some((65535, 65535)));
        assert_eq!(size(&jpeg(b"\xff\xd0\xff\x01")), Some((1, 1)));
        // Another start, garbage between markers, a segment that ends before it begins, a height that comes later, a hierarchy.
        for odd in [
            &b"\xff\xd8"[..],
            b"\0",
            b"\xff\xe0\0\x01",
            b"\xff\xde\0\x02",
            b"\xff\xc0\0\x11\x08\0\0\0\x01\x03\x01\x22\0\x02\x11\x01\x03\x11\x01",
        ] {
            assert_eq!(size(&jpeg(odd)), None, "{}", odd.escape_ascii());
        }
        let gif = b"GIF89a\x01\0\x01\0\0\0\0\x2c\x01\0\x02\0\xfe\xff\xfe\xff\0\x02\x01\0\0\x3b";
        assert_eq!(size(gif), Some((65535, 65536)));
        let animated = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\0\0\0\0\0\0ANMF\x2d\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0VP8L\x05\0\0\0\x2f\xff\xff\xff\x0f\0";
        assert_eq!(size(animated), Some((16384, 16384)));
        // What holds several images in its own ways is not measured.
        let icon =
            [&b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\x40\0\0\0\x16\0\0\0"[..], b"\x89PNG\r\n\x1a\n"].concat();
        assert_eq!((kind(&icon), size(&icon)), (Some("image/vnd.microsoft.icon"), None));
    }

    #[test]
    fn what_tells_no_size_has_none() {
        let none = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\x02\x58\x08\x02\0\0\0";
        for content in [&none[..], &none[..18], b"", b"<svg/>", b"MZ\x90\0"] {
            assert_eq!(Image::of(content), None, "{}", content.escape_ascii());
        }
        // A JPEG of nothing but short segments, and no frame within what is looked at.
        let endless = [b"\xff\xd8".to_vec(), b"\xff\xe0\0\x02".repeat(2 << 20)].concat();
        assert_eq!(Image::of(&endless), None);
        assert_eq!(u64::from(u32::MAX).pow(2), Dimensions { width: u32::MAX, height: u32::MAX }.pixels());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn attack_97_any_content_is_measured_without_a_panic(
            kind in 0..KINDS.len(),
            magic in 0..7_usize,
            content in prop::collection::vec(prop_oneof![Just(0_u8), Just(0xff), any::<u8>()], 0..120),
        ) {
            let magic: &[u8] = [
                &b""[..], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x1a\0\0\0WEBPVP8",
                b"RIFF\x1a\0\0\0WEBPANMF\0\0\0\0", b"BM",
            ][magic];
            let content = [magic, &content].concat();
            let _ = (measure(KINDS[kind], Cursor::new(&content[..])), Image::of(&content));
        }
    }
}
