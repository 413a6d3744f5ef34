//! Where lines go: to a file that several processes may share, or to a stream.

use super::{
    chain::{Begins, Chain, Seal, split},
    line::LONGEST,
};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Where lines go.
pub(super) enum Sink {
    File(LogFile),
    Stream(Box<dyn Write + Send>),
}

/// A file that is appended to, and put aside when it is large or of another day.
///
/// Whoever writes holds the file's lock, so that each line follows the one before it, whichever process wrote that.
pub(super) struct LogFile {
    path: PathBuf,
    most: u64,
    keep: u32,
    open: Option<File>,
    /// Where our last writing ended, while nobody else has written since.
    end: u64,
}

impl Sink {
    /// Seals the lines and writes them, all or none. What was not written may be sealed in part.
    ///
    /// # Errors
    ///
    /// When none was written.
    pub(super) fn append(&mut self, chain: &mut Chain, lines: &mut [Vec<u8>]) -> io::Result<()> {
        match self {
            Self::File(file) => file.append(chain, lines),
            Self::Stream(stream) => {
                stream.write_all(&sealed(chain, lines, Begins::Stream))?;
                stream.flush()
            }
        }
    }
}

/// Seals each, and gives all together.
fn sealed(chain: &mut Chain, lines: &mut [Vec<u8>], first: Begins) -> Vec<u8> {
    let mut begins = first;
    let mut batch = Vec::with_capacity(lines.iter().map(|line| line.len() + 256).sum());
    for line in lines {
        chain.seal(line, begins);
        batch.extend_from_slice(line);
        begins = if first == Begins::Stream { first } else { Begins::Nothing };
    }
    batch
}

impl LogFile {
    /// Opens the file, and makes it where there is none.
    ///
    /// # Errors
    ///
    /// When that is not allowed, or what is there is no file, or one of another kind: what stands in it would be put aside and cut.
    pub(super) fn open(path: &Path, most: u64, keep: u32) -> io::Result<Self> {
        if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "what is there is no file"));
        }
        if !is_ours(path)? {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "what is there is no security log"));
        }
        let open = Some(append_to(path)?);
        Ok(Self { path: path.to_owned(), most, keep, open, end: u64::MAX })
    }

    fn append(&mut self, chain: &mut Chain, lines: &mut [Vec<u8>]) -> io::Result<()> {
        let coming: u64 = lines.iter().map(|line| line.len() as u64 + 256).sum();
        let mut file = self.locked()?;
        let mut length = self.catch_up(&mut file, chain)?;
        if length > 0 && (length + coming > self.most || is_of_another_day(&file)) {
            // The lock of the old file is held until the new one has its first line.
            self.put_aside()?;
            let old = std::mem::replace(&mut file, self.locked()?);
            length = self.catch_up(&mut file, chain)?;
            drop(old);
        }
        let begins = if length == 0 && !chain.last.is_empty() { Begins::File } else { Begins::Nothing };
        let before = chain.clone();
        let batch = sealed(chain, lines, begins);
        let written = file.write_all(&batch);
        if written.is_err() {
            *chain = before;
            // What is there of it is no line.
            let _ = file.set_len(length);
            self.end = u64::MAX;
        } else {
            self.end = length + batch.len() as u64;
        }
        let _ = file.unlock();
        self.open = Some(file);
        written
    }

    /// The file that is at the path now, with its lock.
    fn locked(&mut self) -> io::Result<File> {
        loop {
            let file = match self.open.take() {
                Some(file) => file,
                None => {
                    self.end = u64::MAX;
                    append_to(&self.path)?
                }
            };
            match file.lock() {
                // Some file systems have no locks.
                Err(error) if error.kind() != io::ErrorKind::Unsupported => return Err(error),
                _ => {}
            }
            if is_at(&file, &self.path) {
                return Ok(file);
            }
        }
    }

    /// How long the file is; the chain goes on behind its last line, also where somebody else wrote that. The beginning of a line that was cut
    /// off in the writing is taken away.
    fn catch_up(&self, file: &mut File, chain: &mut Chain) -> io::Result<u64> {
        let length = file.metadata()?.len();
        if length == 0 {
            // Behind what was put aside last, by whomever.
            let aside = File::open(aside(&self.path, 1)).and_then(|mut file| tail(&mut file));
            if let Ok((_, Some(seal))) = aside {
                chain.last = seal;
            }
            return Ok(0);
        }
        if length == self.end {
            return Ok(length);
        }
        let (whole, seal) = tail(file)?;
        if whole < length {
            file.set_len(whole)?;
        }
        if whole > 0 {
            chain.last = seal.unwrap_or_default();
        }
        Ok(whole)
    }

    /// `FILE` becomes `FILE.1`, that `FILE.2`, and so on; the last goes.
    fn put_aside(&self) -> io::Result<()> {
        let there = (1..).take_while(|nth| aside(&self.path, *nth).exists()).count() as u32;
        for nth in (1..=there).rev() {
            let from = aside(&self.path, nth);
            if self.keep > 0 && nth >= self.keep {
                fs::remove_file(from)?;
            } else {
                fs::rename(from, aside(&self.path, nth + 1))?;
            }
        }
        fs::rename(&self.path, aside(&self.path, 1))
    }
}

fn aside(path: &Path, nth: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{nth}"));
    name.into()
}

/// Whether every byte that there is at the beginning could be ours. The first line may be cut off anywhere.
fn is_ours(path: &Path) -> io::Result<bool> {
    const BEGIN: &[u8] = b"{\"timestamp\":\"";
    let mut begin = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(BEGIN.len() as u64).read_to_end(&mut begin)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    Ok(BEGIN.starts_with(&begin))
}

fn append_to(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |there: &fs::Metadata| (there.dev(), there.ino());
    matches!((file.metadata(), fs::metadata(path)), (Ok(own), Ok(there)) if id(&own) == id(&there))
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

fn is_of_another_day(file: &File) -> bool {
    let day = |at: SystemTime| at.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
    let written = file.metadata().and_then(|there| there.modified());
    written.is_ok_and(|written| day(written) != day(SystemTime::now()))
}

/// How long a file is up to the end of its last whole line, and that line's seal, if it has one.
fn tail(file: &mut File) -> io::Result<(u64, Option<Seal>)> {
    let length = file.metadata()?.len();
    // Of a line that is cut off and of the one before it.
    let from = length.saturating_sub(2 * LONGEST as u64 + 1);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(2 * LONGEST as u64 + 1).read_to_end(&mut bytes)?;
    let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n') else {
        // Longer than any line of ours is not ours to take away.
        return Ok((if from == 0 { 0 } else { length }, None));
    };
    let start = bytes[..end].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let seal = split(&bytes[start..end]).map(|(_, seal)| seal.to_owned());
    Ok((from + end as u64 + 1, seal))
}
