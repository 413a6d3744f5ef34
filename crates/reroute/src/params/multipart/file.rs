use crate::{
    error::Result,
    image::{self, Dimensions},
    params::{
        body::too_large,
        input::{Input, Read, Schema, Schemas, read_by_visitor, refuse},
    },
};
use bytes::Bytes;
use serde::de::Visitor;
use serde_json::json;
#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt;
use std::{
    fmt,
    fs::OpenOptions,
    io::{self, BufReader, Seek, SeekFrom},
    path::PathBuf,
};
use tokio::{
    fs,
    io::{AsyncReadExt, AsyncSeekExt},
};

/// A file of a [`Multipart`](crate::Multipart) form, in a temporary file that goes when this value does.
///
/// The temporary file has no name (`O_TMPFILE` on Linux, deleted as soon as it is made elsewhere on Unix, deleted on close on
/// Windows), so that nothing is left behind even where the process is killed; nobody but the server's user can open it. It
/// lies in [`std::env::temp_dir`].
///
/// ```
/// use reroute::prelude::*;
///
/// async fn length_of_text(mut file: File) -> Result<usize> {
///     Ok(file.bytes(64 << 10).await?.len())
/// }
/// ```
pub struct File {
    pub(super) name: Option<String>,
    pub(super) content_type: &'static str,
    pub(super) size: u64,
    pub(super) content: fs::File,
}

impl File {
    /// What the caller calls it: information for people, never a path. It is one component without separators, control
    /// characters, leading dots and names of Windows' devices, and not empty.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The media type that it was declared as, which its first bytes agree with: one of the field's `types`.
    pub fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// How many bytes it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// How large it is in pixels, if it is an image that says so. Nothing is decoded, and at most a mebibyte is read: see [`image`](crate::image).
    ///
    /// `#[field(max_width = 4096, max_height = 4096, max_pixels = 12_000_000)]` refuses what is larger before there is a `File`.
    ///
    /// # Errors
    ///
    /// 500 when the temporary file cannot be read.
    pub async fn dimensions(&self) -> Result<Option<Dimensions>> {
        measure(&self.content, self.content_type).await
    }

    /// The content, from its beginning.
    ///
    /// # Errors
    ///
    /// 500 when the temporary file cannot be read.
    pub async fn open(&mut self) -> Result<&mut fs::File> {
        self.content.seek(SeekFrom::Start(0)).await?;
        Ok(&mut self.content)
    }

    /// The whole content, of a file of at most `most` bytes.
    ///
    /// # Errors
    ///
    /// 413 when it is larger, 500 when the temporary file cannot be read.
    pub async fn bytes(&mut self, most: usize) -> Result<Bytes> {
        let size = usize::try_from(self.size).ok().filter(|size| *size <= most).ok_or_else(too_large)?;
        let mut content = Vec::with_capacity(size);
        self.open().await?.read_to_end(&mut content).await?;
        Ok(content.into())
    }

    /// Copies it to a new file, which only the server's user can read. What is there already is never written over.
    ///
    /// The path is yours alone to choose: never make it from [`name`](Self::name).
    ///
    /// # Errors
    ///
    /// 500 when there is a file already, or it cannot be written; what was written of it is taken away.
    pub async fn persist(self, path: impl Into<PathBuf>) -> Result<()> {
        let path = path.into();
        let mut source = self.content.into_std().await;
        // Where nobody waits any more, the copy is dropped with what this returns, and taken away.
        let copy = tokio::task::spawn_blocking(move || {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            options.mode(0o600);
            source.rewind()?;
            let mut target = options.open(&path)?;
            let copy = Copy(Some(path));
            io::copy(&mut source, &mut target)?;
            target.sync_all()?;
            Ok::<_, io::Error>(copy)
        });
        copy.await??.0 = None;
        Ok(())
    }
}

/// How large the image of this type in `content` is.
pub(super) async fn measure(content: &fs::File, content_type: &'static str) -> Result<Option<Dimensions>> {
    let content = content.try_clone().await?.into_std().await;
    let work = tokio::task::spawn_blocking(move || image::measure(content_type, BufReader::new(content)));
    Ok(work.await?)
}

/// A copy that nobody has yet, and that is taken away where nobody gets it.
struct Copy(Option<PathBuf>);

impl Drop for Copy {
    fn drop(&mut self) {
        if let Some(path) = self.0.take()
            && let Err(error) = std::fs::remove_file(path)
        {
            tracing::warn!(%error, "an unfinished copy of a file stays behind");
        }
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, content_type, size, .. } = self;
        let mut file = f.debug_struct("File");
        file.field("name", name).field("content_type", content_type).field("size", size).finish_non_exhaustive()
    }
}

impl Input for File {
    read_by_visitor!();

    fn schema(_: &mut Schemas) -> Schema {
        json!({"type": "string", "format": "binary"})
    }
}

impl<'de> Visitor<'de> for Read<'_, File> {
    type Value = Option<File>;

    refuse!("must be a file"; bool number text null list object);

    /// The number of the file in the form: no other source has bytes.
    fn visit_bytes<E>(self, number: &[u8]) -> Result<Self::Value, E> {
        let number = number.try_into().map(usize::from_le_bytes).ok();
        match number.and_then(|number| self.reading.files.get_mut(number)) {
            // Where one was refused, that was told already.
            Some(file) => Ok(file.take()),
            None => Ok(self.misfit("must be a file")),
        }
    }
}
