/// What the frames of an HTTP/2 connection are about, as far as their heads tell (RFC 9113 §4.1): h2 answers floods of `PING`,
/// `SETTINGS` and the like for as long as they come, and knows no time for a head.
pub(super) struct Frames {
    state: State,
    /// All that has come, in bytes.
    all: u64,
    /// What of it was heads and bodies.
    payload: u64,
    /// How many frames have ended, a head in several counted once.
    ended: u64,
}

enum State {
    /// This much of the preface has come.
    Preface(usize),
    /// Not HTTP/2, or no longer asked about.
    Other,
    Frame {
        head: [u8; HEAD],
        /// How much of `head` is there.
        filled: usize,
        /// How much of the frame's content is to come.
        left: u32,
        /// Whether a header block is to be continued by the next frame.
        is_continued: bool,
    },
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HEAD: usize = 9;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;

/// How many bytes may come that are neither heads nor bodies, before they are weighed against those that are.
const ALLOWANCE: u64 = 1 << 20;

/// How many of them may come for each byte of a head or a body, in either direction: nginx's bound against floods.
const RATIO: u64 = 8;

impl Frames {
    pub(super) fn new() -> Self {
        Self { state: State::Preface(0), all: 0, payload: 0, ended: 0 }
    }

    /// Bytes have come.
    pub(super) fn see(&mut self, mut bytes: &[u8]) {
        self.all += bytes.len() as u64;
        while !bytes.is_empty() {
            bytes = match &mut self.state {
                State::Other => return,
                State::Preface(seen) => {
                    let (now, rest) = bytes.split_at(bytes.len().min(PREFACE.len() - *seen));
                    if PREFACE[*seen..].starts_with(now) {
                        *seen += now.len();
                        if *seen == PREFACE.len() {
                            self.state = State::Frame { head: [0; HEAD], filled: 0, left: 0, is_continued: false };
                        }
                    } else {
                        self.state = State::Other;
                    }
                    rest
                }
                State::Frame { head, filled, left, is_continued } => {
                    if *filled < HEAD {
                        let (now, rest) = bytes.split_at(bytes.len().min(HEAD - *filled));
                        head[*filled..*filled + now.len()].copy_from_slice(now);
                        *filled += now.len();
                        if *filled == HEAD {
                            *left = u32::from_be_bytes([0, head[0], head[1], head[2]]);
                            let (kind, flags) = (head[3], head[4]);
                            *is_continued = matches!(kind, HEADERS | CONTINUATION) && flags & END_HEADERS == 0;
                            if matches!(kind, DATA | HEADERS | CONTINUATION) {
                                self.payload += u64::from(*left);
                            }
                        }
                        rest
                    } else {
                        let (now, rest) = bytes.split_at(bytes.len().min(*left as usize));
                        // No longer than `left`, which is one itself.
                        *left -= now.len() as u32;
                        rest
                    }
                }
            };
            if let State::Frame { filled, left: 0, is_continued, .. } = &mut self.state
                && *filled == HEAD
            {
                *filled = 0;
                self.ended += u64::from(!*is_continued);
            }
        }
    }

    /// The number of what has begun and must come to its end soon, if anything has: all but a body's frame, whose pace the body's
    /// reader keeps.
    pub(super) fn within(&self) -> Option<u64> {
        match &self.state {
            State::Frame { head, filled, is_continued, .. } => {
                (*is_continued || (*filled > 0 && (*filled < HEAD || head[3] != DATA))).then_some(self.ended)
            }
            _ => None,
        }
    }

    /// Whether far more has come than was of use, when so many bytes of answers were sent.
    pub(super) fn is_flooded(&self, sent: u64) -> bool {
        matches!(self.state, State::Frame { .. }) && self.all / RATIO > self.payload + sent + ALLOWANCE / RATIO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, length: u8) -> Vec<u8> {
        let mut frame = vec![0, 0, length, kind, flags, 0, 0, 0, 1];
        frame.extend(std::iter::repeat_n(0, length.into()));
        frame
    }

    fn seen(bytes: &[u8], at_once: usize) -> Frames {
        let mut frames = Frames::new();
        for piece in bytes.chunks(at_once) {
            frames.see(piece);
        }
        frames
    }

    #[test]
    fn frames_are_told_apart_however_they_are_cut() {
        const PING: u8 = 6;
        let head = [PREFACE, &frame(PING, 0, 8), &frame(HEADERS, 0, 3), &frame(CONTINUATION, END_HEADERS, 0)].concat();
        let all = [head.clone(), frame(DATA, 1, 7)].concat();
        for at_once in 1..all.len() {
            let frames = seen(&all, at_once);
            assert_eq!((frames.payload, frames.within(), frames.ended), (10, None, 3));
            assert_eq!(
                seen(&head[..head.len() - 1], at_once).within(),
                Some(1),
                "a head that goes on in another frame"
            );
            assert_eq!(seen(&all[..all.len() - 1], at_once).within(), None, "a body that goes on");
        }
    }

    #[test]
    fn attack_102_much_ado_about_nothing_is_a_flood() {
        let settings = [PREFACE, &frame(4, 0, 0).repeat(120_000)].concat();
        assert!(seen(&settings, 16_384).is_flooded(0));
        assert!(!seen(&settings, 16_384).is_flooded(1 << 20), "windows are opened for what is sent");
        let bodies = [PREFACE, &frame(DATA, 0, 100).repeat(120_000)].concat();
        assert!(!seen(&bodies, 16_384).is_flooded(0));
        let other = seen(&b"GET / HTTP/1.1\r\n".repeat(1 << 20), 16_384);
        assert!(!other.is_flooded(0) && other.within().is_none());
    }
}
