use crate::{Site, wire::get, wire::send};
use std::{fs, path::Path};

fn with_hidden(folder: &Path) {
    for (name, content) in [(".git/config", "[core]"), (".secret/x", "x"), ("a/.env", "KEY=1"), ("a/f", "inside")] {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attack_134_no_path_leads_out_or_to_what_is_hidden() {
    let site = Site::of(with_hidden).await;
    assert_eq!(get(&site.server, "/static/a/f", &[]).await.text(), "inside");
    for target in [
        "/static",
        "/static/",
        "/static/a",
        "/static/a/",
        "/static/../secret.txt",
        "/static/a/../../secret.txt",
        "/static/..%2fsecret.txt",
        "/static/..%2Fsecret.txt",
        "/static/%2e%2e/secret.txt",
        "/static/%2e%2e%2fsecret.txt",
        "/static/%252e%252e%252fsecret.txt",
        "/static/..\\secret.txt",
        "/static/..%5csecret.txt",
        "/static/%2fetc%2fpasswd",
        "/static//etc/passwd",
        "/static/C:/Windows/win.ini",
        "/static/c%3a/x",
        "/static/%5c%5chost%5cshare",
        "/static/a/f%00",
        "/static/a/f%00.png",
        "/static/a/f%0a",
        "/static/./a/f",
        "/static/a/./f",
        "/static//a/f",
        "/static/a//f",
        "/static/a/f/",
        "/static/a/f/x",
        "/static/a/f.",
        "/static/a/f%20",
        "/static/a/f::$DATA",
        "/static/.git/config",
        "/static/.secret/x",
        "/static/%2egit/config",
        "/static/a/.env",
        "/static/nul",
        "/static/con.txt",
        "/static/%ff",
        "/static/%c0%ae%c0%ae/secret.txt",
        "/static/no-such-file",
        "/staticx/a/f",
        &format!("/static/{}", "x".repeat(300)),
        &format!("/static{}", "/x".repeat(2000)),
    ] {
        let reply = get(&site.server, target, &[]).await;
        assert!(matches!(reply.status, 400 | 404), "{target}: {}", reply.status);
        let told = reply.text();
        assert!(!told.contains("secret") && !told.contains("core") && !told.contains("inside"), "{target}: {told}");
        assert!(!told.contains(site.dir.path().to_str().expect("text")), "{target}: {told}");
        assert_eq!(reply.header("etag"), "", "{target}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn attack_134_a_link_that_leads_out_is_not_found() {
    use std::os::unix::fs::symlink;
    let site = Site::of(|folder| {
        fs::create_dir(folder.join("releases")).expect("a folder");
        fs::create_dir(folder.join("releases/2")).expect("a folder");
        fs::write(folder.join("releases/2/f.txt"), "inside").expect("a file");
        for (target, link) in [
            ("../secret.txt", "out.txt"),
            ("..", "up"),
            ("/etc", "etc"),
            ("/etc/passwd", "passwd.txt"),
            ("releases/2", "current"),
            ("releases/2/f.txt", "in.txt"),
            ("loop.txt", "loop.txt"),
            ("nowhere", "dangling.txt"),
        ] {
            symlink(target, folder.join(link)).expect("a link");
        }
        // A way out and in again is a way out.
        symlink("../public/releases/2/f.txt", folder.join("around.txt")).expect("a link");
        fs::write(folder.join("style.css"), "a {}").expect("a file");
        symlink("../../secret.txt", folder.join("style.css.gz")).expect("a link");
    })
    .await;
    for target in ["out.txt", "up/secret.txt", "etc/passwd", "passwd.txt", "around.txt", "dangling.txt"] {
        let reply = get(&site.server, &format!("/static/{target}"), &[]).await;
        assert_eq!(reply.status, 404, "{target}: {}", reply.text());
    }
    assert_eq!(get(&site.server, "/static/loop.txt", &[]).await.status, 404);
    for target in ["current/f.txt", "in.txt"] {
        assert_eq!(get(&site.server, &format!("/static/{target}"), &[]).await.text(), "inside", "{target}");
    }
    let reply = get(&site.server, "/static/style.css", &[("accept-encoding", "gzip;q=1, identity;q=0.5")]).await;
    assert_eq!((reply.status, reply.header("content-encoding")), (200, ""));
    assert_eq!(reply.text(), "a {}");
    // What the folder was when it was opened is what is served, wherever its name leads later.
    let public = site.dir.path().join("public");
    fs::rename(&public, site.dir.path().join("moved")).expect("a new name");
    symlink("/etc", &public).expect("a link");
    assert_eq!(get(&site.server, "/static/passwd", &[]).await.status, 404);
    assert_eq!(get(&site.server, "/static/in.txt", &[]).await.text(), "inside");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn attack_134_a_pipe_is_no_file_and_holds_nobody_up() {
    let site = Site::of(|folder| {
        let made = std::process::Command::new("mkfifo").arg(folder.join("pipe.txt")).status();
        assert!(made.is_ok_and(|status| status.success()));
        let _listener = std::os::unix::net::UnixListener::bind(folder.join("socket.txt")).expect("a socket");
    })
    .await;
    for target in ["pipe.txt", "socket.txt"] {
        assert_eq!(get(&site.server, &format!("/static/{target}"), &[]).await.status, 404, "{target}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_no_date_can_name_is_left_out() {
    use std::time::{Duration, SystemTime};
    let site = Site::with_page("text").await;
    let file = fs::File::options().append(true).open(site.dir.path().join("public/page.txt")).expect("the file");
    for time in [
        SystemTime::UNIX_EPOCH - Duration::from_secs(60),
        SystemTime::UNIX_EPOCH + Duration::from_secs(260_000_000_000),
    ] {
        // Not every file system can keep either.
        if file.set_modified(time).is_ok()
            && file.metadata().and_then(|now| now.modified()).is_ok_and(|now| now == time)
        {
            let reply = send(
                &site.server,
                "GET /static/page.txt",
                &[("if-modified-since", "Wed, 21 Oct 2015 07:28:00 GMT")],
                b"",
            )
            .await;
            assert_eq!((reply.status, reply.header("last-modified"), reply.text()), (200, "", "text"));
        }
    }
}
