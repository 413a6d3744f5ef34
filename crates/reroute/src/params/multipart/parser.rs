//! Parts out of a body as it arrives (RFC 7578, RFC 2046 section 5.1), a few kilobytes at a time.
//!
//! It takes only what browsers and clients send: nothing before the first boundary, nothing behind the last one, no padding.
//! multer, which axum uses, reads whatever is there into memory before it looks at it, bounds no head, and of a header that
//! stands twice takes the last.

use super::head::PartHead;
use crate::{
    error::{Error, Result},
    params::body::broken,
};
use axum_core::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use memchr::memmem;

/// The most bytes that the head of a part may have.
const LONGEST_HEAD: usize = 8 << 10;

/// A form, part by part.
pub(super) struct Parser {
    body: Body,
    buffer: BytesMut,
    /// What stands between two parts, without the line break before the first one.
    delimiter: memmem::Finder<'static>,
    is_in_part: bool,
    is_first: bool,
}

impl Parser {
    pub(super) fn new(body: Body, boundary: &str) -> Self {
        let delimiter = memmem::Finder::new(format!("\r\n--{boundary}").as_bytes()).into_owned();
        Self { body, buffer: BytesMut::new(), delimiter, is_in_part: false, is_first: true }
    }

    /// The head of the next part; what is left of the one before is passed over.
    ///
    /// # Errors
    ///
    /// 400 for what is malformed, 408 and 413 from the body.
    pub(super) async fn next(&mut self) -> Result<Option<PartHead>> {
        if self.is_first {
            self.is_first = false;
            let first = self.delimiter.needle().len() - 2;
            self.fill_to(first).await?;
            if self.buffer[..first] != self.delimiter.needle()[2..] {
                return Err(Error::bad_request("The form does not begin with its boundary"));
            }
            let _ = self.buffer.split_to(first);
        }
        while self.is_in_part {
            self.chunk().await?;
        }
        self.fill_to(2).await?;
        match &self.buffer.split_to(2)[..] {
            b"\r\n" => {}
            b"--" => return self.end().await.map(|()| None),
            _ => return Err(Error::bad_request("A boundary of the form does not end its line")),
        }
        let head = self.head().await?;
        self.is_in_part = true;
        PartHead::parse(&head).map(Some)
    }

    /// The next piece of the part's content.
    ///
    /// # Errors
    ///
    /// 400 when the body ends within the part, 408 and 413 from the body.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>> {
        while self.is_in_part {
            let length = self.delimiter.needle().len();
            match self.delimiter.find(&self.buffer) {
                Some(0) => {
                    let _ = self.buffer.split_to(length);
                    self.is_in_part = false;
                }
                Some(end) => return Ok(Some(self.buffer.split_to(end).freeze())),
                // The last bytes may be the beginning of a boundary.
                None if self.buffer.len() >= length => {
                    let end = self.buffer.len() + 1 - length;
                    return Ok(Some(self.buffer.split_to(end).freeze()));
                }
                None => self.fill().await?,
            }
        }
        Ok(None)
    }

    async fn head(&mut self) -> Result<BytesMut> {
        let mut seen = 0;
        loop {
            if let Some(end) = memmem::find(&self.buffer[seen..], b"\r\n\r\n") {
                let end = seen + end;
                if end <= LONGEST_HEAD {
                    let head = self.buffer.split_to(end);
                    let _ = self.buffer.split_to(4);
                    return Ok(head);
                }
            }
            if self.buffer.len() > LONGEST_HEAD + 3 {
                return Err(Error::bad_request("The head of a part is too long"));
            }
            seen = self.buffer.len().saturating_sub(3);
            self.fill().await?;
        }
    }

    /// Behind the last boundary stands a line break at most.
    async fn end(&mut self) -> Result<()> {
        while self.more().await? {
            if self.buffer.len() > 2 {
                break;
            }
        }
        if self.buffer.is_empty() || self.buffer[..] == b"\r\n"[..] {
            Ok(())
        } else {
            Err(Error::bad_request("Something stands behind the form's last boundary"))
        }
    }

    async fn fill_to(&mut self, length: usize) -> Result<()> {
        while self.buffer.len() < length {
            self.fill().await?;
        }
        Ok(())
    }

    async fn fill(&mut self) -> Result<()> {
        if self.more().await? {
            Ok(())
        } else {
            Err(Error::bad_request("The form breaks off before its last boundary"))
        }
    }

    /// Whether there was a further piece of the body.
    async fn more(&mut self) -> Result<bool> {
        while let Some(frame) = self.body.frame().await {
            if let Ok(data) = frame.map_err(broken)?.into_data() {
                self.buffer.extend_from_slice(&data);
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum_core::body::Body;
    use futures_util::stream;
    use proptest::prelude::*;

    /// All parts, of a body that arrives in pieces of this size.
    fn parse(form: &[u8], piece: usize) -> Result<Vec<(String, Vec<u8>)>> {
        let pieces: Vec<_> = form.chunks(piece).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect();
        let mut parser = Parser::new(Body::from_stream(stream::iter(pieces)), "B");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let mut parts = Vec::new();
            while let Some(head) = parser.next().await? {
                let mut content = Vec::new();
                while let Some(piece) = parser.chunk().await? {
                    content.extend_from_slice(&piece);
                }
                parts.push((head.name, content));
            }
            Ok(parts)
        })
    }

    fn form(contents: &[&[u8]]) -> Vec<u8> {
        let mut form = Vec::new();
        for content in contents {
            form.extend_from_slice(b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\n");
            form.extend_from_slice(content);
            form.extend_from_slice(b"\r\n");
        }
        form.extend_from_slice(b"--B--\r\n");
        form
    }

    #[test]
    fn attack_97_malformed_forms_are_refused() {
        let part = "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n";
        for wrong in [
            String::new(),
            "--B".to_owned(),
            "--".to_owned(),
            format!("preamble\r\n{part}--B--\r\n"),
            format!("{part}--B--\r\nepilogue"),
            format!("{part}--B"),
            format!("{part}--B \r\n"),
            format!("{part}--C--"),
            format!("--BB{part}--B--"),
            part.replace('\r', ""),
            format!("--B\r\n\r\nx\r\n{part}--B--"),
            format!("--B\r\nX: {}\r\n{}--B--", "x".repeat(9 << 10), &part[5..]),
            format!("--B\r\n{}", "x".repeat(20 << 10)),
        ] {
            for piece in [1, 7, 100_000] {
                assert_eq!(
                    parse(wrong.as_bytes(), piece).map_err(|error| error.status().as_u16()),
                    Err(400),
                    "{wrong:.60}"
                );
            }
        }
        assert_eq!(parse(b"--B--", 1).expect("an empty form"), []);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(contents in prop::collection::vec("[-B\r\na]{0,30}", 0..4), piece in 1usize..40) {
            prop_assume!(contents.iter().all(|content| !format!("\r\n{content}\r").contains("\r\n--B")));
            let bytes: Vec<&[u8]> = contents.iter().map(String::as_bytes).collect();
            let parts = parse(&form(&bytes), piece).expect("well-formed");
            let read: Vec<&[u8]> = parts.iter().map(|(_, content)| content.as_slice()).collect();
            prop_assert_eq!(read, bytes);
        }

        #[test]
        fn any_form_is_judged_without_a_panic(text in "(--B\r\n)?[-B\r\na:;=]{0,60}", piece in 1usize..40) {
            let _ = parse(text.as_bytes(), piece);
        }
    }
}
