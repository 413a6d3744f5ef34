mod entries;
mod file;
mod head;
mod parser;
mod receive;
mod sniff;

pub use file::File;

use super::{
    content_type::{boundary, is_encoded},
    input::{At, Input, Reading, Source},
    text::Named,
};
use crate::{
    error::{Error, Result},
    route::{Context, Describe},
};
use axum_core::extract::{FromRequest, Request};
use entries::Entry;
use http::StatusCode;
use parser::Parser;
use receive::Receiver;

/// The body of an HTML form with files, `multipart/form-data`.
///
/// `T` is an [`#[input]`](crate::input) whose files are [`File`], `Option<File>` or `Vec<File>`. Each says how large it may be
/// and of which types; a list says how many, with `max_length`:
///
/// ```
/// use reroute::prelude::*;
///
/// #[input]
/// pub struct Upload {
///     #[field(min_length = 1, max_length = 100)]
///     title: String,
///     #[field(max_size = "2 MiB", types("image/png", "image/jpeg"), max_pixels = 12_000_000)]
///     picture: File,
///     #[field(max_size = "64 KiB", types("text/plain"), max_length = 3)]
///     notes: Vec<File>,
/// }
///
/// #[route]
/// pub struct Uploads;
///
/// #[route]
/// impl Uploads {
///     #[requires]
///     async fn post(&self, #[query(ge = 1)] id: i64, Multipart(upload): Multipart<Upload>) -> Result<String> {
///         let Upload { title, picture, .. } = upload;
///         let (kind, size) = (picture.content_type(), picture.size());
///         picture.persist(format!("/srv/pictures/{id}")).await?;
///         Ok(format!("{title}: {kind}, {size} bytes"))
///     }
/// }
/// ```
///
/// A form is read as it arrives: texts into memory, files into temporary files that vanish with their values, with the request
/// or with the process, whichever ends first. Nothing is written of a file whose type is wrong, and no more of one that is too
/// large.
///
/// | refused | with |
/// | --- | --- |
/// | another content type; none, two or a malformed boundary; a compressed body | 415 |
/// | what is malformed: something before the first boundary or behind the last, a head of more than 8 KiB, a header or a name that stands twice | 400 |
/// | a body over [the limit](crate::App::body_limit), a text of more than 64 KiB | 413 |
/// | a body that arrives too slowly | 408 |
/// | more than 64 parts | 422, `max_items` |
/// | text that is not UTF-8 | 422, `encoding` |
/// | a name that is no field; a field given twice that is no list; a missing one; a file for a text or the other way round | 422, `unknown`, `repeated`, `required`, `type` |
/// | a file over its `max_size` | 422, `max_size` |
/// | more files than `max_length`, a file name of more than 255 characters | 422, `max_length` |
/// | a file whose declared type is not in `types`, or whose first 8 KiB do not agree with it | 422, `media_type` |
/// | an image over its field's `max_width`, `max_height` or `max_pixels` | 422, of that name |
/// | an image whose size cannot be read, where one of these is said | 422, `media_type` |
///
/// All that is 422 in a field is told at once. A part is a file if it has a `filename`; `filename*` is ignored, as RFC 7578 asks
/// for. A file without name and content is what browsers send where none was chosen: it counts as absent.
///
/// `types` takes those types whose content can be told. Plain text, CSV and JSON have no first bytes of their own: they must be
/// UTF-8 without control characters, and may not begin like markup or a script. HTML, SVG and other XML are never taken: they
/// run in the application's own name when they are shown.
#[derive(Debug, Clone, Copy)]
pub struct Multipart<T>(pub T);

impl<T: Input> FromRequest<Context> for Multipart<T> {
    type Rejection = Error;

    async fn from_request(request: Request, cx: &Context) -> Result<Self> {
        let refused = |detail| Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail(detail);
        let (head, body) = request.into_parts();
        let Some(boundary) = boundary(&head.headers) else {
            return Err(refused("The content type must be multipart/form-data, with one boundary"));
        };
        if is_encoded(&head.headers) {
            return Err(refused("The body must not be compressed"));
        }
        let mut reading = Reading::new(Source::Form);
        let parser = Parser::new(body, boundary);
        let mut receiver = Receiver { parser, rules: T::FILES, reading: &mut reading, entries: Vec::new() };
        receiver.run().await?;
        let entries = receiver.entries;
        let root = At::root();
        let value = T::read(Named(&entries), &root, &mut reading).unwrap_or_default();
        for (place, (name, entry)) in entries.iter().enumerate() {
            let at = root.field(name);
            let nth = entries[..place].iter().filter(|(other, _)| other == name).count();
            // Most fields have refused it by themselves; one that takes anything has not.
            if matches!(entry, Entry::Stray) && !reading.knows(&at) && !reading.knows(&at.item(nth)) {
                reading.add(&at, "type", "must be a text");
            }
        }
        if value.is_none() && reading.count() == 0 {
            reading.add(&root, "type", "cannot be read from a form");
        }
        reading.finish_for(value, cx).map(Self)
    }
}

impl<T> Describe for Multipart<T> {
    const PARAMETER: bool = true;
    const TYPED_BODY: bool = true;
}
