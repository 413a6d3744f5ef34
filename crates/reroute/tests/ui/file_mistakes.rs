use reroute::prelude::*;

#[input]
pub struct Nothing {
    picture: File,
}

#[input]
pub struct NoTypes {
    #[field(max_size = "2 MiB")]
    picture: Option<File>,
}

#[input]
pub struct NoSize {
    #[field(types("image/png"))]
    picture: File,
}

#[input]
pub struct NoCount {
    #[field(max_size = "2 MiB", types("image/png"))]
    pictures: Vec<File>,
}

#[input]
pub struct Unit {
    #[field(max_size = "2 MB", types("image/png"))]
    picture: File,
}

#[input]
pub struct Number {
    #[field(max_size = 2000, types("image/png"))]
    picture: File,
}

#[input]
pub struct Grammar {
    #[field(max_size = "2 MiB", types = "image/png")]
    picture: File,
}

#[input]
pub struct Active {
    #[field(max_size = "2 MiB", types("image/png", "image/svg+xml"))]
    picture: File,
}

#[input]
pub struct Unknown {
    #[field(max_size = "2 MiB", types("image/jpg"))]
    picture: File,
}

#[input]
pub struct NoFile {
    #[field(max_size = "2 MiB")]
    title: String,
}

#[input]
pub struct Unnamed(#[field(max_size = "2 MiB", types("image/png"))] File);

#[input]
pub struct NoImage {
    #[field(max_size = "2 MiB", types("image/png", "application/pdf"), max_width = 800)]
    picture: File,
}

#[input]
pub struct NoPixels {
    #[field(max_size = "2 MiB", types("image/png"), max_pixels = 0)]
    picture: File,
}

#[input]
pub struct Textual {
    #[field(max_height = 800)]
    title: String,
}

fn main() {}
