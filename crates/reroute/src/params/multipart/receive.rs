//! Takes the parts of a form in as they arrive: texts into memory, files onto the disk.

use super::{
    entries::Entry,
    file::{File, measure},
    head::PartHead,
    parser::Parser,
    sniff,
};
use crate::{
    error::{Error, Result},
    image::Dimensions,
    params::input::{At, FileRule, ImageRule, Reading},
};
use bytes::Bytes;
use http::StatusCode;
use reroute_core::file_name;
use std::borrow::Cow;
use tokio::{
    fs,
    io::{AsyncWriteExt, BufWriter},
};

/// The most parts that a form may have.
const MOST_PARTS: usize = 64;
/// The most characters that the name of a part may have.
const LONGEST_NAME: usize = 64;
/// The most bytes of a text.
const LONGEST_TEXT: usize = 64 << 10;

/// A form as it is taken in.
pub(super) struct Receiver<'a> {
    pub(super) parser: Parser,
    pub(super) rules: &'static [FileRule],
    pub(super) reading: &'a mut Reading,
    pub(super) entries: Vec<(String, Entry)>,
}

impl Receiver<'_> {
    /// Reads the form to its end. A file that breaks a rule is told in `reading`, and not kept.
    ///
    /// # Errors
    ///
    /// What leaves nothing to validate: 400, 408 and 413, and 422 for too many parts and for text that is none.
    pub(super) async fn run(&mut self) -> Result<()> {
        let mut count = 0;
        while let Some(head) = self.parser.next().await? {
            count += 1;
            if count > MOST_PARTS {
                return Err(Error::unprocessable("", "max_items", "There are too many parts"));
            }
            if head.name.chars().count() > LONGEST_NAME {
                self.reading.add(&At::root().field(&head.name), "unknown", "is not a known field");
                continue;
            }
            let entry = match &head.file_name {
                None => Some(Entry::Text(self.text(&head).await?)),
                Some(sent) => self.file(&head, sent).await?,
            };
            if let Some(entry) = entry {
                self.entries.push((head.name, entry));
            }
        }
        Ok(())
    }

    async fn text(&mut self, head: &PartHead) -> Result<String> {
        let encoding = || Error::unprocessable(&head.name, "encoding", "must be UTF-8");
        if head.is_foreign() {
            return Err(encoding());
        }
        let mut text = Vec::new();
        while let Some(piece) = self.parser.chunk().await? {
            if text.len() + piece.len() > LONGEST_TEXT {
                let error = Error::new(StatusCode::PAYLOAD_TOO_LARGE);
                return Err(error.detail("A text of the form is longer than 64 KiB"));
            }
            text.extend_from_slice(&piece);
        }
        String::from_utf8(text).map_err(|_| encoding())
    }

    async fn file(&mut self, head: &PartHead, sent: &str) -> Result<Option<Entry>> {
        let first = self.parser.chunk().await?;
        let rule = self.rules.iter().find(|rule| rule.name == head.name);
        let Some(rule) = rule else { return Ok(Some(Entry::Stray)) };
        let Some(first) = first.or_else(|| (!sent.is_empty()).then(Bytes::new)) else {
            // How a browser sends a file that nobody chose.
            return Ok(None);
        };
        let nth = self.entries.iter().filter(|(name, _)| *name == head.name).count();
        let root = At::root();
        let field = root.field(rule.name);
        match rule.most {
            // Reading it tells that it is there twice.
            None if nth > 0 => return Ok(Some(self.refused())),
            Some(most) if nth >= most => {
                if !self.reading.knows(&field) {
                    self.reading.add(&field, "max_length", format!("must have at most {most} items"));
                }
                return Ok(None);
            }
            _ => {}
        }
        let at = if rule.most.is_some() { field.item(nth) } else { field };
        if sent.chars().count() > file_name::LONGEST {
            let message = format!("must have a name of at most {} characters", file_name::LONGEST);
            self.reading.add(&at, "max_length", message);
            return Ok(Some(self.refused()));
        }
        match store(&mut self.parser, head, first, rule).await? {
            Ok((content_type, size, content)) => {
                let file = File { name: file_name::clean(sent), content_type, size, content };
                self.reading.files.push(Some(file));
                Ok(Some(Entry::File(self.reading.files.len() - 1)))
            }
            Err(Refused(code, message)) => {
                self.reading.add(&at, code, message);
                Ok(Some(self.refused()))
            }
        }
    }

    /// A file that was told about, and is not kept.
    fn refused(&mut self) -> Entry {
        self.reading.files.push(None);
        Entry::File(self.reading.files.len() - 1)
    }
}

/// Why a file is not kept: a code, and words for people.
struct Refused(&'static str, Cow<'static, str>);

type Stored = (&'static str, u64, fs::File);

/// Writes a file to the disk as long as nothing speaks against it; the rest of one that is refused is left in the body.
async fn store(parser: &mut Parser, head: &PartHead, first: Bytes, rule: &FileRule) -> Result<Result<Stored, Refused>> {
    let too_large = || Ok(Err(Refused("max_size", format!("must have at most {} bytes", rule.max_size).into())));
    let wrong_type = || Ok(Err(Refused("media_type", format!("must be of: {}", rule.types.join(", ")).into())));
    let declared = head.content_type.as_deref().unwrap_or_default();
    let Some(declared) = rule.types.iter().find(|kind| **kind == declared) else { return wrong_type() };

    let mut start = first.to_vec();
    let mut is_whole = false;
    while !is_whole && start.len() < sniff::WINDOW {
        match parser.chunk().await? {
            Some(piece) => start.extend_from_slice(&piece),
            None => is_whole = true,
        }
    }
    let mut size = start.len() as u64;
    if size > rule.max_size {
        return too_large();
    }
    if !sniff::agrees(declared, &start, is_whole) {
        return wrong_type();
    }

    let file = tokio::task::spawn_blocking(tempfile::tempfile).await??;
    let mut file = BufWriter::with_capacity(64 << 10, fs::File::from_std(file));
    file.write_all(&start).await?;
    while let Some(piece) = parser.chunk().await? {
        size += piece.len() as u64;
        if size > rule.max_size {
            return too_large();
        }
        file.write_all(&piece).await?;
    }
    file.flush().await?;
    let file = file.into_inner();
    if let Some(rule) = &rule.image {
        let dimensions = measure(&file, declared).await?;
        if let Some(refused) = outsized(dimensions, rule) {
            return Ok(Err(refused));
        }
    }
    Ok(Ok((declared, size, file)))
}

/// What an image is too large in, if it is.
fn outsized(dimensions: Option<Dimensions>, rule: &ImageRule) -> Option<Refused> {
    let Some(dimensions) = dimensions else {
        return Some(Refused("media_type", "must be an image whose size can be read".into()));
    };
    let bounds = [
        ("max_width", u64::from(dimensions.width), rule.max_width.map(u64::from), "wide"),
        ("max_height", u64::from(dimensions.height), rule.max_height.map(u64::from), "high"),
        ("max_pixels", dimensions.pixels(), rule.max_pixels, "altogether"),
    ];
    bounds.into_iter().find_map(|(code, own, most, how)| {
        let most = most.filter(|most| own > *most)?;
        Some(Refused(code, format!("must be at most {most} pixels {how}").into()))
    })
}
