//! What an image says of itself, without a pixel of it being decoded.
//!
//! A few kilobytes can decode to gigabytes, so how large an image is has to be known before anybody decodes it. What is read here is what its header says; a
//! decoder that is handed the image still needs a limit of its own, as it may read a malformed one otherwise, and as an animation has
//! many pictures of that size.
//!
//! A file of a form has [`dimensions`](crate::File::dimensions), and its field may bound them.

use imagesize::{Compression, ImageType};
use std::{
    io::{self, BufRead, Cursor, Read, Seek, SeekFrom},
    panic::{AssertUnwindSafe, catch_unwind},
};

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
    /// The image that `content` is: PNG, JPEG, GIF, WebP, AVIF, HEIF, JPEG XL, BMP, TIFF or an icon. `None` for anything else, and where its
    /// size cannot be read. The first bytes are enough for most.
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
    infer::get(start).map(|kind| kind.mime_type()).filter(|kind| format(kind).is_some())
}

/// How large an image of the type `kind` is. Reads at most a mebibyte of it, wherever in the file that lies.
pub(crate) fn measure(kind: &str, content: impl BufRead + Seek) -> Option<Dimensions> {
    let format = format(kind)?;
    let mut content = Bounded { content, bytes: 1 << 20, jumps: 1 << 10 };
    // The content is anybody's, and the reader somebody else's: where it gives up by a panic, the size is not known.
    let read = || {
        // Where recognizing the format would have left it: the reader of WebP goes on from there.
        content.seek(SeekFrom::Start(12))?;
        format.reader_size(&mut content)
    };
    let size = catch_unwind(AssertUnwindSafe(read)).ok()?.ok()?;
    let side = |length: usize| u32::try_from(length).ok().filter(|length| *length > 0);
    Some(Dimensions { width: side(size.width)?, height: side(size.height)? })
}

fn format(kind: &str) -> Option<ImageType> {
    Some(match kind {
        "image/png" => ImageType::Png,
        "image/jpeg" => ImageType::Jpeg,
        "image/gif" => ImageType::Gif,
        "image/webp" => ImageType::Webp,
        "image/avif" | "image/heic" | "image/heif" => ImageType::Heif(Compression::Unknown),
        "image/jxl" => ImageType::Jxl,
        "image/bmp" => ImageType::Bmp,
        "image/tiff" => ImageType::Tiff,
        "image/x-icon" | "image/vnd.microsoft.icon" => ImageType::Ico,
        _ => return None,
    })
}

/// A reader that ends with an error once it has been asked for too much.
struct Bounded<R> {
    content: R,
    bytes: usize,
    jumps: usize,
}

impl<R> Bounded<R> {
    fn spend(left: &mut usize, count: usize) -> io::Result<()> {
        *left =
            left.checked_sub(count).ok_or_else(|| io::Error::other("too much of the image would have to be read"))?;
        Ok(())
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        Self::spend(&mut self.bytes, count.max(1))?;
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.content.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.bytes = self.bytes.saturating_sub(count);
        self.content.consume(count);
    }
}

impl<R: Seek> Seek for Bounded<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        Self::spend(&mut self.jumps, 1)?;
        self.content.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KINDS: [&str; 9] = [
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/avif",
        "image/jxl",
        "image/bmp",
        "image/tiff",
        "image/x-icon",
    ];

    #[test]
    fn every_type_of_image_that_can_be_asked_for_can_be_measured() {
        for kind in reroute_core::media::known().filter(|kind| kind.starts_with("image/")) {
            assert!(format(kind).is_some(), "{kind}");
        }
    }

    #[test]
    fn images_tell_their_size() {
        let gif = b"GIF89a\x20\x03\x58\x02\x80\0\0";
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\x02\x58\x03\x20\x03\x01\x22\0\x02\x11\x01\x03\x11\x01";
        let webp = b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x1f\x03\0\x57\x02\0";
        let bmp = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x20\x03\0\0\x58\x02\0\0\x01\0\x18\0\0\0\0\0";
        for (content, kind) in
            [(&gif[..], "image/gif"), (&jpeg[..], "image/jpeg"), (&webp[..], "image/webp"), (&bmp[..], "image/bmp")]
        {
            let dimensions = Dimensions { width: 800, height: 600 };
            assert_eq!(Image::of(content), Some(Image { content_type: kind, dimensions }));
        }
    }

    #[test]
    fn what_tells_no_size_has_none() {
        let none = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\x02\x58\x08\x02\0\0\0";
        for content in [&none[..], &none[..18], b"", b"<svg/>", b"MZ\x90\0"] {
            assert_eq!(Image::of(content), None, "{}", content.escape_ascii());
        }
        // A JPEG of nothing but short segments, and no frame within what is read.
        let endless = [b"\xff\xd8".to_vec(), b"\xff\xe0\0\x02".repeat(2 << 20)].concat();
        assert_eq!(Image::of(&endless), None);
        assert_eq!(u64::from(u32::MAX).pow(2), Dimensions { width: u32::MAX, height: u32::MAX }.pixels());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn attack_97_any_content_is_measured_without_a_panic(
            kind in 0..KINDS.len(),
            magic in 0..8_usize,
            content in prop::collection::vec(prop_oneof![Just(0_u8), Just(0xff), any::<u8>()], 0..120),
        ) {
            let magic: &[u8] = [
                &b""[..], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x1a\0\0\0WEBPVP8",
                b"\0\0\0\x18ftypavif\0\0\0\0avifmif1\0\0\0\x20meta", b"\xff\x0a", b"II\x2a\0\x08\0\0\0",
            ][magic];
            let content = [magic, &content].concat();
            let read = catch_unwind(|| (measure(KINDS[kind], Cursor::new(&content[..])), Image::of(&content)));
            prop_assert!(read.is_ok());
        }
    }
}
