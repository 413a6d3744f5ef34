//! Forms with files: what is taken, what is refused, and that nothing is left on the disk.
#![cfg(feature = "multipart")]
#![allow(missing_docs, reason = "a route has to be `pub`, wherever it stands")]

mod support;

use http::Request;
use reroute::{
    App, Tree,
    axum_core::body::Body,
    prelude::*,
    testing::{Limits, Server, Setup},
};
use std::{path::PathBuf, sync::Arc, time::Duration};
use support::{Answer, answer, send};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{Mutex, MutexGuard},
};

#[input]
pub struct Upload {
    #[field(min_length = 1, max_length = 100)]
    title: String,
    #[field(max_size = "200 KiB", types("image/png", "image/jpeg"))]
    picture: File,
    #[field(max_size = "1 KiB", types("text/plain"))]
    note: Option<File>,
}

#[input]
pub struct Album {
    #[field(ge = 1)]
    year: Option<u16>,
    #[field(default)]
    public: bool,
    tags: Vec<String>,
    #[field(max_size = "1 KiB", types("text/plain", "application/json"), min_length = 1, max_length = 3)]
    pages: Vec<File>,
}

#[route]
pub struct Uploads {
    folder: State<Arc<PathBuf>>,
}

#[route]
impl Uploads {
    #[public]
    async fn post(&self, Multipart(upload): Multipart<Upload>) -> Result<String> {
        let Upload { title, mut picture, note } = upload;
        let is_open = cfg!(not(target_os = "linux")) || open_files() > 0;
        let content = picture.bytes(1 << 20).await?;
        assert_eq!(picture.bytes(1 << 20).await?, content, "it is read from its beginning again");
        assert_eq!(picture.bytes(content.len() - 1).await.expect_err("it is larger").status(), 413);
        Ok(format!(
            "{title} {:?} {} {} {is_open} {:?}",
            picture.name(),
            picture.content_type(),
            content.len(),
            note.map(|note| note.size())
        ))
    }

    #[public]
    async fn put(&self, Multipart(album): Multipart<Album>) -> Result<String> {
        let Album { year, public, tags, pages } = album;
        let mut all = String::new();
        for mut page in pages {
            page.open().await?.read_to_string(&mut all).await?;
        }
        Ok(format!("{year:?} {public} {tags:?} {all}"))
    }

    #[public]
    async fn patch(&self, Multipart(upload): Multipart<Upload>) -> Result<String> {
        upload.picture.persist(self.folder.join("kept")).await?;
        Ok("kept".to_owned())
    }
}

#[input]
pub struct Portrait {
    #[field(
        max_size = "1 KiB",
        types("image/png", "image/gif"),
        max_width = 800,
        max_height = 600,
        max_pixels = 400_000,
        max_length = 4
    )]
    pictures: Vec<File>,
}

#[route]
pub struct Portraits;

#[route]
impl Portraits {
    #[public]
    async fn post(&self, Multipart(portrait): Multipart<Portrait>) -> Result<String> {
        let mut told = String::new();
        for mut picture in portrait.pictures {
            let dimensions = picture.dimensions().await?.or_not_found()?;
            let content = picture.bytes(1 << 10).await?;
            assert_eq!(reroute::image::Image::of(&content).map(|image| image.dimensions), Some(dimensions));
            told += &format!("{}x{} {};", dimensions.width, dimensions.height, content.len());
        }
        Ok(told)
    }
}

#[route]
pub struct Elsewhere;

#[route]
impl Elsewhere {
    #[public]
    async fn post(&self, Json(upload): Json<Upload>) -> String {
        upload.title
    }

    #[public]
    async fn put(&self, Form(upload): Form<Upload>) -> String {
        upload.title
    }

    #[public]
    async fn get(&self, Query(upload): Query<Upload>) -> String {
        upload.title
    }
}

fn files() -> [reroute::route::File; 3] {
    [
        reroute::file::<Uploads>("/uploads", "uploads.rs"),
        reroute::file::<Portraits>("/portraits", "portraits.rs"),
        reroute::file::<Elsewhere>("/elsewhere", "elsewhere.rs"),
    ]
}

fn app() -> reroute::edge::Edge {
    app_in(PathBuf::new()).into_service().expect("the application starts")
}

fn app_in(folder: PathBuf) -> App {
    App::new(Tree::new(files())).state(Arc::new(folder))
}

/// The tests of one process count its open files: one after the other.
async fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::const_new(());
    ONE.lock().await
}

/// How many temporary files this process has open. They have no name: this is the only place where they are seen.
fn open_files() -> usize {
    let Ok(all) = std::fs::read_dir("/proc/self/fd") else { return 0 };
    let links = all.flatten().filter_map(|entry| std::fs::read_link(entry.path()).ok());
    let folder = std::env::temp_dir();
    links.filter(|link| link.starts_with(&folder) && link.to_string_lossy().ends_with("(deleted)")).count()
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait).await.expect(what);
}

/// No temporary file is open, in time: the last one may be closed by the thread that wrote to it.
async fn clean() {
    until("all temporary files are gone", || open_files() == 0).await;
}

fn png(length: usize) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.resize(length.max(png.len()), 7);
    png
}

/// A few bytes that would be a picture of this size.
fn png_of(width: u32, height: u32) -> Vec<u8> {
    let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice();
    [head, &width.to_be_bytes(), &height.to_be_bytes(), b"\x08\x02\0\0\0"].concat()
}

fn text(name: &str, value: &str) -> Vec<u8> {
    format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes()
}

fn file(name: &str, file_name: &str, kind: &str, content: impl AsRef<[u8]>) -> Vec<u8> {
    let head = format!(
        "--B\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: {kind}\r\n\r\n"
    );
    [head.as_bytes(), content.as_ref(), b"\r\n"].concat()
}

fn form(parts: &[Vec<u8>]) -> Vec<u8> {
    [parts.concat().as_slice(), b"--B--\r\n"].concat()
}

async fn ask(line: &str, body: Vec<u8>) -> Answer {
    ask_as(line, "multipart/form-data; boundary=B", body).await
}

async fn ask_as(line: &str, kind: &str, body: Vec<u8>) -> Answer {
    let (method, target) = line.split_once(' ').expect("a method and a target");
    let request =
        Request::builder().method(method).uri(target).header("host", "localhost").header("content-type", kind);
    answer(&app(), request.body(Body::from(body)).expect("a request")).await
}

async fn upload(parts: &[Vec<u8>]) -> Answer {
    ask("POST /uploads", form(parts)).await
}

/// What is said to be wrong, as `field code`.
fn broken(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 422, "{}", answer.body);
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    let text = |error: &serde_json::Value, name: &str| error[name].as_str().unwrap_or_default().to_owned();
    errors.iter().map(|error| format!("{} {}", text(error, "field"), text(error, "code"))).collect()
}

#[tokio::test]
async fn a_form_with_files_is_taken() {
    let _alone = alone().await;
    let picture = file("picture", "C:\\pictures\\cat.png", "image/png", png(100_000));
    let told = upload(&[text("title", "A cat"), picture.clone()]).await;
    assert_eq!(told.body, "A cat Some(\"cat.png\") image/png 100000 true None");
    let told = upload(&[file("note", "n.txt", "Text/Plain; charset=utf-8", "n"), picture, text("title", "ä")]).await;
    assert_eq!(told.body, "ä Some(\"cat.png\") image/png 100000 true Some(1)");
    clean().await;

    let page = |content: &str| file("pages", "", "text/plain", content);
    let parts = [text("tags", "a"), page("one"), text("year", "2025"), text("tags", "b"), page("two")];
    let told = ask("PUT /uploads", form(&parts)).await;
    assert_eq!(told.body, "Some(2025) false [\"a\", \"b\"] onetwo");
    clean().await;
}

#[tokio::test]
async fn a_file_that_nobody_chose_is_absent() {
    let _alone = alone().await;
    let nothing = |name| file(name, "", "application/octet-stream", "");
    let picture = file("picture", "a", "image/png", png(30));
    let told = upload(&[text("title", "a"), picture, nothing("note")]).await;
    assert!(told.body.ends_with("None"), "{}", told.body);
    assert_eq!(broken(&upload(&[text("title", "a"), nothing("picture")]).await), ["picture required"]);
    assert_eq!(broken(&ask("PUT /uploads", form(&[nothing("pages")])).await), ["pages min_length"]);
    clean().await;
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let _alone = alone().await;
    let parts = [
        text("title", ""),
        file("picture", "a.png", "image/png", png(300_000)),
        file("note", "a.txt", "text/plain", "<html>"),
        text("who", "x"),
        file("what", "a", "image/png", png(30)),
    ];
    let mut told = broken(&upload(&parts).await);
    told.sort();
    let expected = ["note media_type", "picture max_size", "title min_length", "what unknown", "who unknown"];
    assert_eq!(told, expected);
    clean().await;
}

#[tokio::test]
async fn each_limit_of_a_field_holds() {
    let _alone = alone().await;
    let good = || file("picture", "a.png", "image/png", png(30));
    let title = || text("title", "a");
    for (parts, told) in [
        (vec![title(), file("picture", "a.png", "image/png", png((200 << 10) + 1))], "picture max_size"),
        (vec![title(), file("picture", "a.png", "image/jpeg", png(30))], "picture media_type"),
        (vec![title(), file("picture", "a.png", "image/gif", "GIF89a...")], "picture media_type"),
        (vec![title(), file("picture", "a.png", "", png(30))], "picture media_type"),
        (vec![title(), file("picture", "a.png", "image/png", "")], "picture media_type"),
        (vec![title(), good(), good()], "picture repeated"),
        (vec![title(), title(), good()], "title repeated"),
        (vec![title()], "picture required"),
        (vec![good()], "title required"),
        (vec![title(), text("picture", "a")], "picture type"),
        (vec![good(), file("title", "a", "text/plain", "a")], "title type"),
        (vec![good(), title(), text("Title", "a")], "Title unknown"),
        (vec![title(), file("picture", &"a".repeat(256), "image/png", png(30))], "picture max_length"),
        (vec![text("title", "a\0"), good()], "title nul"),
    ] {
        assert_eq!(broken(&upload(&parts).await), [told]);
    }
    assert_eq!(upload(&[title(), file("picture", &"a".repeat(255), "image/png", png(200 << 10))]).await.status, 200);
    let page = |content: &str| file("pages", "a", "text/plain", content);
    let many: Vec<_> = (0..9).map(|_| page("a")).collect();
    assert_eq!(broken(&ask("PUT /uploads", form(&many)).await), ["pages max_length"]);
    let second = [page("a"), page("\0"), page(&"a".repeat(1025))];
    assert_eq!(broken(&ask("PUT /uploads", form(&second)).await), ["pages[1] media_type", "pages[2] max_size"]);
    let stray = [page("a"), file("year", "a", "text/plain", "1"), file("tags", "a", "text/plain", "1")];
    let told = broken(&ask("PUT /uploads", form(&stray)).await);
    assert_eq!(told, ["year type", "tags[0] type"]);
    clean().await;
}

#[tokio::test]
async fn attack_97_counts_and_lengths_are_bounded() {
    let _alone = alone().await;
    let picture = || file("picture", "a.png", "image/png", png(100_000));
    let many: Vec<_> = std::iter::once(picture()).chain((0..64).map(|_| text("x", ""))).collect();
    assert_eq!(broken(&upload(&many).await), [" max_items"]);
    let long = "x".repeat(65);
    assert_eq!(
        broken(&upload(&[text("title", "a"), picture(), text(&long, "")]).await),
        [format!("{}… unknown", &long[1..])]
    );
    let head =
        format!("--B\r\nX-Padding: {}\r\n{}", "x".repeat(9000), "Content-Disposition: form-data; name=a\r\n\r\n\r\n");
    assert_eq!(upload(&[picture(), head.into_bytes()]).await.status, 400);
    assert_eq!(upload(&[picture(), text("title", &"x".repeat(65 << 10))]).await.status, 413);
    assert_eq!(
        upload(&[picture(), file("x", "a", "image/png", png(2 << 20))]).await.status,
        413,
        "the body's own limit"
    );
    assert_eq!(
        broken(&upload(&[picture(), [text("title", ""), text("title", "")].concat()]).await),
        ["title repeated"]
    );
    let foreign =
        "--B\r\nContent-Disposition: form-data; name=title\r\nContent-Type: text/plain; charset=utf-16\r\n\r\nab\r\n";
    assert_eq!(broken(&upload(&[picture(), foreign.into()]).await), ["title encoding"]);
    let latin = b"--B\r\nContent-Disposition: form-data; name=title\r\n\r\n\xe4\r\n".to_vec();
    assert_eq!(broken(&upload(&[picture(), latin]).await), ["title encoding"]);
    clean().await;
}

#[tokio::test]
async fn attack_97_without_its_boundary_a_form_is_none() {
    let whole = form(&[text("title", "a"), file("picture", "a.png", "image/png", png(30))]);
    for (kind, status) in [
        ("multipart/form-data", 415),
        ("multipart/form-data; boundary=", 415),
        ("multipart/form-data; boundary=B; boundary=B", 415),
        (&format!("multipart/form-data; boundary={}", "B".repeat(71)), 415),
        ("multipart/mixed; boundary=B", 415),
        ("application/json", 415),
        ("multipart/form-data; boundary=C", 400),
        ("multipart/form-data; boundary=BB", 400),
        ("multipart/form-data; boundary=\"B\"", 200),
    ] {
        assert_eq!(ask_as("POST /uploads", kind, whole.clone()).await.status, status, "{kind}");
    }
    for cut in [1, 6, 40, 80, whole.len() - 10] {
        assert_eq!(ask("POST /uploads", whole[..cut].to_vec()).await.status, 400, "{cut}");
    }
    assert_eq!(ask("POST /uploads", [b"x\r\n", whole.as_slice()].concat()).await.status, 400);
    assert_eq!(ask("POST /uploads", [&whole, b"x".as_slice()].concat()).await.status, 400);
}

#[tokio::test]
async fn attack_97_a_name_is_never_a_path() {
    let _alone = alone().await;
    for (sent, name) in [
        ("../../x", "Some(\"x\")"),
        ("C:\\x", "Some(\"x\")"),
        ("..", "None"),
        ("", "None"),
        (".bashrc", "Some(\"bashrc\")"),
        ("aux.png", "Some(\"_aux.png\")"),
    ] {
        let told = upload(&[text("title", "a"), file("picture", sent, "image/png", png(30))]).await;
        assert_eq!(told.body, format!("a {name} image/png 30 true None"), "{sent}");
    }
    let nul = upload(&[text("title", "a"), file("picture", "a\0b", "image/png", png(30))]).await;
    assert_eq!(nul.status, 400);
    clean().await;
}

#[tokio::test]
async fn elsewhere_there_are_no_files() {
    let app = app();
    let told = broken(&send(&app, "POST /elsewhere", None, r#"{"title": "a", "picture": "x", "note": [1]}"#).await);
    assert_eq!(told, ["picture type", "note type"]);
    assert_eq!(broken(&send(&app, "GET /elsewhere?title=a&picture=x", None, "").await), ["picture type"]);
    let kind = "application/x-www-form-urlencoded";
    assert_eq!(broken(&ask_as("PUT /elsewhere", kind, b"title=a&picture=%00".to_vec()).await), ["picture type"]);
}

#[tokio::test]
async fn a_kept_file_is_new_and_the_servers_own() {
    let _alone = alone().await;
    let folder = tempfile::tempdir().expect("a folder");
    let app = app_in(folder.path().to_owned()).into_service().expect("the application starts");
    let keep = |content: Vec<u8>| {
        let body = form(&[text("title", "a"), file("picture", "a", "image/png", content)]);
        let request = Request::builder().method("PATCH").uri("/uploads").header("host", "localhost");
        answer(
            &app,
            request.header("content-type", "multipart/form-data; boundary=B").body(body.into()).expect("a request"),
        )
    };
    assert_eq!(keep(png(100_000)).await.body, "kept");
    let kept = folder.path().join("kept");
    assert_eq!(std::fs::read(&kept).expect("it is there"), png(100_000));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&kept).expect("it is there").permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(keep(png(30)).await.status, 500, "what is there is not written over");
    assert_eq!(std::fs::read(&kept).expect("it is there").len(), 100_000);
    clean().await;
}

/// A request over a socket, whose body says that it is `length` long.
fn head(length: usize) -> Vec<u8> {
    format!(
        "POST /uploads HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: multipart/form-data; boundary=B\r\ncontent-length: {length}\r\n\r\n"
    )
    .into_bytes()
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn attack_97_an_upload_that_is_broken_off_leaves_nothing() {
    let _alone = alone().await;
    let server = Server::start(app_in(PathBuf::new())).await.expect("the application starts");
    let mut client = TcpStream::connect(server.address()).await.expect("it listens");
    let part = file("picture", "a.png", "image/png", png(150_000));
    client.write_all(&[head(180_000), part].concat()).await.expect("it reads");
    until("the file is being written", || open_files() == 1).await;
    drop(client);
    clean().await;
    server.stop().await.expect("it stops");
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn attack_97_an_upload_that_stalls_leaves_nothing() {
    let _alone = alone().await;
    let short = Duration::from_millis(200);
    let limits = Limits { body_pause: short, linger_time: short, ..Limits::default() };
    let setup = Setup::default().limits(limits);
    let server = Server::start_with(app_in(PathBuf::new()), setup).await.expect("the application starts");
    let mut client = TcpStream::connect(server.address()).await.expect("it listens");
    let part = file("picture", "a.png", "image/png", png(150_000));
    client.write_all(&[head(180_000), part].concat()).await.expect("it reads");
    let mut told = Vec::new();
    client.read_to_end(&mut told).await.expect("it answers");
    assert!(told.starts_with(b"HTTP/1.1 408 "), "{}", told.escape_ascii());
    clean().await;
    server.stop().await.expect("it stops");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_uploads_at_once_do_not_meet() {
    let _alone = alone().await;
    let server = Server::start(app_in(PathBuf::new())).await.expect("the application starts");
    let address = server.address();
    let all: Vec<_> = (0..20)
        .map(|nth| {
            tokio::spawn(async move {
                let size = 50_000 + nth * 1000;
                let title = format!("number {nth}");
                let body = form(&[text("title", &title), file("picture", &title, "image/png", png(size))]);
                let mut client = TcpStream::connect(address).await.expect("it listens");
                client.write_all(&[head(body.len()), body].concat()).await.expect("it reads");
                let mut told = String::new();
                client.read_to_string(&mut told).await.expect("it answers");
                assert!(told.ends_with(&format!("{title} Some(\"{title}\") image/png {size} true None")), "{told}");
            })
        })
        .collect();
    for one in all {
        one.await.expect("each is answered with its own");
    }
    clean().await;
    server.stop().await.expect("it stops");
}

#[tokio::test]
async fn attack_97_a_small_file_is_no_huge_picture() {
    let _alone = alone().await;
    let picture = |content: Vec<u8>| file("pictures", "a.png", "image/png", content);
    let gif = file("pictures", "a.gif", "image/gif", b"GIF89a\x20\x03\x90\x01\x80\0\0");
    let told = ask("POST /portraits", form(&[picture(png_of(800, 500)), picture(png_of(1, 600)), gif])).await;
    assert_eq!((told.status, told.body.as_str()), (200, "800x500 29;1x600 29;800x400 13;"));
    for (content, code) in [
        (png_of(801, 1), "max_width"),
        (png_of(1, 601), "max_height"),
        (png_of(800, 600), "max_pixels"),
        (png_of(u32::MAX, u32::MAX), "max_width"),
        (png_of(0, 5), "media_type"),
        (png_of(5, 5)[..20].to_vec(), "media_type"),
    ] {
        let told = ask("POST /portraits", form(&[picture(png_of(1, 1)), picture(content)])).await;
        assert_eq!(broken(&told), [format!("pictures[1] {code}")], "{}", told.body);
    }
    clean().await;
}
