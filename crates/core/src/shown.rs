//! How much of a refused text an error repeats.

/// Enough to recognise a typing error, too little to reflect a page of text.
const LONGEST: usize = 64;

/// The beginning of `text`, without what could break a line or colour a terminal.
pub(crate) fn shown(text: &str) -> String {
    text.chars().take(LONGEST).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
