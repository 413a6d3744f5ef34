//! The heads of images: of each format, the most that a decoder could be made to hold.
//!
//! Whatever is odd has no size. Where a lenient decoder would go on (a byte too many between two markers, a second start), it might see another size
//! than the one that was read here.

use super::Dimensions;
use std::io::{self, Read, Seek};

/// How many pieces of a file are looked at.
const MOST_PIECES: usize = 100_000;

/// The size of the image of this type; `None` where it has none, or none that is sure.
pub(super) fn measure(kind: &str, mut content: impl Read + Seek) -> Option<Dimensions> {
    content.rewind().ok()?;
    let mut content = Content { content, pieces: MOST_PIECES };
    let read = match kind {
        "image/png" => content.png(),
        "image/jpeg" => content.jpeg(),
        "image/gif" => content.gif(),
        "image/webp" => content.webp(),
        "image/bmp" => content.bmp(),
        _ => return None,
    };
    read.ok().flatten().filter(|size| size.width > 0 && size.height > 0)
}

struct Content<R> {
    content: R,
    /// How many may still be looked at.
    pieces: usize,
}

impl<R: Read + Seek> Content<R> {
    /// PNG (W3C), section 11.2.2: the header comes first. Frames of an animation lie within it.
    fn png(&mut self) -> io::Result<Option<Dimensions>> {
        let [signature, length, name] =
            [self.bytes::<8>()?.to_vec(), self.bytes::<4>()?.to_vec(), self.bytes::<4>()?.to_vec()];
        let (width, height) = (u32::from_be_bytes(self.bytes()?), u32::from_be_bytes(self.bytes()?));
        let is_png = signature == b"\x89PNG\r\n\x1a\n" && length == [0, 0, 0, 13] && name == b"IHDR";
        Ok(is_png.then_some(Dimensions { width, height }))
    }

    /// ITU T.81, annex B: segments up to the first scan. Fill bytes may stand before a marker; some markers have no segment.
    fn jpeg(&mut self) -> io::Result<Option<Dimensions>> {
        if self.bytes()? != [0xff, 0xd8] {
            return Ok(None);
        }
        let mut size = None;
        match self.segments(&mut size) {
            // What breaks off has no further frame.
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
            Ok(false) => Ok(None),
            _ => Ok(size),
        }
    }

    /// Whether nothing odd stood before the first scan.
    fn segments(&mut self, size: &mut Option<Dimensions>) -> io::Result<bool> {
        loop {
            let Some(marker) = self.marker()? else { return Ok(false) };
            let length = match marker {
                // Temporary, and restarts.
                0x01 | 0xd0..=0xd7 => continue,
                // Where the scan begins, or the image ends, every frame's head has been.
                0xda | 0xd9 => return Ok(true),
                // Another start, a hierarchy of frames, and what is no marker.
                0x00 | 0xd8 | 0xde => return Ok(false),
                _ => u16::from_be_bytes(self.bytes()?),
            };
            let Some(length) = length.checked_sub(2) else { return Ok(false) };
            if is_frame(marker) {
                let [_, h, eight, w, idth]: [u8; 5] = self.bytes()?;
                let (height, width) = (u16::from_be_bytes([h, eight]), u16::from_be_bytes([w, idth]));
                // A height of none is told behind the scan.
                if height == 0 || length < 5 {
                    return Ok(false);
                }
                *size = Some(largest(*size, width.into(), height.into()));
                self.skip(u64::from(length - 5))?;
            } else {
                self.skip(length.into())?;
            }
        }
    }

    /// The next marker, if it stands right here.
    fn marker(&mut self) -> io::Result<Option<u8>> {
        let [mut byte] = self.bytes()?;
        if byte != 0xff {
            return Ok(None);
        }
        while byte == 0xff {
            [byte] = self.bytes()?;
        }
        Ok(Some(byte))
    }

    /// GIF89a, sections 18 and 20: the screen, and each frame on it. What breaks off has no further frame.
    fn gif(&mut self) -> io::Result<Option<Dimensions>> {
        let signature: [u8; 6] = self.bytes()?;
        if !matches!(&signature, b"GIF87a" | b"GIF89a") {
            return Ok(None);
        }
        let (width, height, flags) = (self.u16()?, self.u16()?, self.bytes::<3>()?[0]);
        let mut size = largest(None, width.into(), height.into());
        match self.frames(flags, &mut size) {
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
            Ok(false) => Ok(None),
            _ => Ok(Some(size)),
        }
    }

    /// Whether nothing but frames and extensions stood there.
    fn frames(&mut self, flags: u8, size: &mut Dimensions) -> io::Result<bool> {
        self.skip(colors(flags))?;
        loop {
            match self.bytes()? {
                [0x3b] => return Ok(true),
                [0x21] => drop(self.bytes::<1>()?),
                [0x2c] => {
                    let (left, top, width, height) = (self.u16()?, self.u16()?, self.u16()?, self.u16()?);
                    *size =
                        largest(Some(*size), u32::from(left) + u32::from(width), u32::from(top) + u32::from(height));
                    let [flags] = self.bytes()?;
                    self.skip(colors(flags) + 1)?;
                }
                _ => return Ok(false),
            }
            while let [length @ 1..=255] = self.bytes()? {
                self.skip(length.into())?;
            }
        }
    }

    /// RFC 9649, section 2: the canvas, and the streams in it, those of an animation's frames as well.
    fn webp(&mut self) -> io::Result<Option<Dimensions>> {
        let head: [u8; 12] = self.bytes()?;
        if !head.starts_with(b"RIFF") || !head.ends_with(b"WEBP") {
            return Ok(None);
        }
        let mut size = None;
        loop {
            let name: [u8; 4] = match self.bytes() {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(size),
                name => name?,
            };
            let length = u64::from(u32::from_le_bytes(self.bytes()?));
            let taken = match &name {
                b"VP8X" => {
                    let _flags: [u8; 4] = self.bytes()?;
                    size = Some(largest(size, self.u24()? + 1, self.u24()? + 1));
                    10
                }
                b"VP8 " => {
                    let [_, _, _, start @ ..]: [u8; 6] = self.bytes()?;
                    if start != [0x9d, 0x01, 0x2a] {
                        return Ok(None);
                    }
                    size = Some(largest(size, (self.u16()? & 0x3fff).into(), (self.u16()? & 0x3fff).into()));
                    10
                }
                b"VP8L" => {
                    let [signature] = self.bytes()?;
                    let bits = u32::from_le_bytes(self.bytes()?);
                    if signature != 0x2f {
                        return Ok(None);
                    }
                    size = Some(largest(size, (bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1));
                    5
                }
                b"ANMF" => {
                    let (left, top, width, height) = (self.u24()?, self.u24()?, self.u24()? + 1, self.u24()? + 1);
                    size = Some(largest(size, 2 * left + width, 2 * top + height));
                    let _time: [u8; 4] = self.bytes()?;
                    // Its chunks come next, and are looked at like the others.
                    continue;
                }
                _ => 0,
            };
            // A stream that is all there was is often cut off where only the head is asked about.
            let Some(rest) = (length + length % 2).checked_sub(taken) else { return Ok(None) };
            self.skip(rest)?;
        }
    }

    /// The header of a Windows bitmap, or of one of OS/2. Rows may go from the top down, with a negative height.
    fn bmp(&mut self) -> io::Result<Option<Dimensions>> {
        let head: [u8; 14] = self.bytes()?;
        let length = u32::from_le_bytes(self.bytes()?);
        if !head.starts_with(b"BM") {
            return Ok(None);
        }
        if length == 12 {
            return Ok(Some(Dimensions { width: self.u16()?.into(), height: self.u16()?.into() }));
        }
        let (width, height) = (i32::from_le_bytes(self.bytes()?), i32::from_le_bytes(self.bytes()?));
        let width = u32::try_from(width).ok().filter(|_| length >= 40);
        Ok(width.map(|width| Dimensions { width, height: height.unsigned_abs() }))
    }

    fn u16(&mut self) -> io::Result<u16> {
        Ok(u16::from_le_bytes(self.bytes()?))
    }

    fn u24(&mut self) -> io::Result<u32> {
        let [a, b, c] = self.bytes()?;
        Ok(u32::from_le_bytes([a, b, c, 0]))
    }

    fn bytes<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        self.look()?;
        let mut bytes = [0; N];
        self.content.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn skip(&mut self, count: u64) -> io::Result<()> {
        self.look()?;
        let count = i64::try_from(count).map_err(io::Error::other)?;
        self.content.seek_relative(count)
    }

    fn look(&mut self) -> io::Result<()> {
        self.pieces = self
            .pieces
            .checked_sub(1)
            .ok_or_else(|| io::Error::other("too much of the image would have to be read"))?;
        Ok(())
    }
}

fn largest(size: Option<Dimensions>, width: u32, height: u32) -> Dimensions {
    let before = size.unwrap_or(Dimensions { width: 0, height: 0 });
    Dimensions { width: before.width.max(width), height: before.height.max(height) }
}

/// Whether the marker begins the head of a frame: not a table, and not an extension.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// How many bytes the table of colors takes.
fn colors(flags: u8) -> u64 {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}
