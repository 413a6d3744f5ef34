use crate::wire::get;
use reroute::{App, Tree, file, files::Download, prelude::*, testing::Server};

/// Answers with the content and the name that the caller asks for.
#[route]
pub struct Sent;

#[route]
impl Sent {
    #[public]
    async fn get(&self, #[query(default)] name: String, #[query(default)] kind: String) -> Download {
        Download::new(name, "<script>alert(1)</script>").content_type(&kind)
    }
}

#[route]
pub struct Picture;

#[route]
impl Picture {
    #[public]
    async fn get(&self, #[query(default)] is_one: bool) -> Download {
        let content: &'static [u8] = if is_one { b"\x89PNG\r\n\x1a\n" } else { b"<svg onload='alert(1)'/>" };
        Download::inline_image("p.png", content)
    }
}

async fn server() -> Server {
    let files = [file::<Sent>("/sent", "sent.rs"), file::<Picture>("/picture", "picture.rs")];
    Server::start(App::new(Tree::new(files))).await.expect("it starts")
}

#[tokio::test(flavor = "multi_thread")]
async fn attack_99_a_name_from_a_user_splits_no_header() {
    let server = server().await;
    for (name, disposition) in [
        ("report.pdf", "attachment; filename=\"report.pdf\""),
        ("a%0d%0aSet-Cookie:%20a=b", "attachment; filename=\"aSet-Cookie a=b\""),
        ("a%0aset-cookie:a=b", "attachment; filename=\"aset-cookiea=b\""),
        ("..%2F..%2Fetc%2Fpasswd", "attachment; filename=\"passwd\""),
        ("%E2%80%AEfdp.exe", "attachment; filename=\"fdp.exe\""),
        ("%C3%A9.txt", "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%A9.txt"),
        ("", "attachment; filename=\"download\""),
    ] {
        let reply = get(&server, &format!("/sent?name={name}&kind=text/html"), &[]).await;
        assert_eq!((reply.status, reply.header("content-disposition")), (200, disposition), "{name}");
        assert_eq!(reply.header("set-cookie"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attack_134_what_users_sent_is_saved_and_never_run() {
    let server = server().await;
    let reply = get(&server, "/sent?name=page.html&kind=text/html", &[]).await;
    assert_eq!(reply.header("content-type"), "text/html");
    assert!(reply.header("content-disposition").starts_with("attachment;"));
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    let policy = reply.header("content-security-policy");
    assert!(policy.ends_with(", default-src 'none'; sandbox"), "{policy}");
    assert_eq!(reply.header("cache-control"), "no-store");
    for kind in ["a%0d%0ab", ""] {
        let reply = get(&server, &format!("/sent?name=x&kind={kind}"), &[]).await;
        assert_eq!(reply.status, 200);
        assert!(!reply.headers.contains_key("b"));
    }
    let reply = get(&server, "/picture?is_one=true", &[]).await;
    assert_eq!(
        (reply.header("content-type"), reply.header("content-disposition")),
        ("image/png", "inline; filename=\"p.png\"")
    );
    let reply = get(&server, "/picture?is_one=false", &[]).await;
    let told = (reply.header("content-type"), reply.header("content-disposition"));
    assert_eq!(told, ("application/octet-stream", "attachment; filename=\"p.png\""));
    for header in ["content-security-policy", "content-disposition", "content-type"] {
        assert_eq!(reply.headers.get_all(header).into_iter().count(), 1, "{header}");
    }
}
