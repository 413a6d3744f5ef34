//! Pages: what they show, and with which policy.
#![allow(missing_docs, unreachable_pub, reason = "tests are read, not called")]

mod support;

use reroute::{
    edge::LoosenHeader, file, html::SanitizedHtml, http::header::CONTENT_SECURITY_POLICY, pages::Nonce, prelude::*,
};
use support::{Answer, get, service};

#[page("account.html")]
struct AccountPage {
    nonce: Nonce,
    name: String,
}

#[page("post.html")]
struct PostPage {
    content: SanitizedHtml,
}

#[route]
pub struct Account;

#[route]
impl Account {
    #[public]
    async fn get(&self, #[query(max_length = 100)] name: String) -> Result<AccountPage> {
        Ok(AccountPage { nonce: Nonce::new(), name })
    }
}

#[route]
pub struct Framed;

#[route]
impl Framed {
    #[public]
    async fn get(&self) -> Response {
        let page = AccountPage { nonce: Nonce::new(), name: String::new() };
        page.into_response().loosen_header(CONTENT_SECURITY_POLICY, HeaderValue::from_static("frame-ancestors 'self'"))
    }
}

#[route]
pub struct Sandboxed;

#[route]
impl Sandboxed {
    #[public]
    async fn get(&self) -> impl IntoResponse + use<> {
        let page = AccountPage { nonce: Nonce::new(), name: String::new() };
        ([("content-security-policy", "sandbox")], page)
    }
}

#[route]
pub struct Post;

#[route]
impl Post {
    #[public]
    async fn get(&self, #[query(max_length = 100)] content: String) -> (StatusCode, PostPage) {
        (StatusCode::ACCEPTED, PostPage { content: SanitizedHtml::new(&content) })
    }
}

#[route]
pub struct Data;

#[route]
impl Data {
    #[public]
    async fn get(&self) -> Json<u8> {
        Json(7)
    }
}

async fn answer(line: &str) -> Answer {
    let app = service([
        file::<Account>("/account", "account.rs"),
        file::<Framed>("/framed", "framed.rs"),
        file::<Sandboxed>("/sandboxed", "sandboxed.rs"),
        file::<Post>("/post", "post.rs"),
        file::<Data>("/data", "data.rs"),
    ]);
    get(&app, &format!("GET {line}"), None).await
}

fn nonce(page: &Answer) -> &str {
    let (_, rest) = page.body.split_once("nonce=\"").expect("a nonce");
    rest.split('"').next().expect("its end")
}

#[tokio::test]
async fn what_is_shown_is_escaped() {
    let page = answer("/account?name=%22%3E%3Cscript%3Ex()%3C/script%3E%26'").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(!page.body.contains("<script>") && !page.body.contains("title=\"\""), "{}", page.body);
    assert_eq!(
        page.body.matches("&#34;&#62;&#60;script&#62;x()&#60;/script&#62;&#38;&#39;").count(),
        3,
        "{}",
        page.body
    );
}

#[tokio::test]
async fn scripts_and_styles_run_by_the_nonce_of_the_answer_alone() {
    let (one, other) = (answer("/account?name=a").await, answer("/account?name=a").await);
    assert_ne!(nonce(&one), nonce(&other));
    for page in [&one, &other] {
        let policy = page.header("content-security-policy");
        let sources = format!("script-src 'nonce-{0}'; style-src 'nonce-{0}'", nonce(page));
        assert!(policy.contains("default-src 'none'") && policy.ends_with(&sources), "{policy}");
        for directive in ["base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "img-src 'self'"] {
            assert!(policy.contains(directive), "{policy}");
        }
        assert!(!policy.contains("unsafe") && page.headers.get_all("content-security-policy").iter().count() == 1);
        // A copy in a cache would have a nonce that is known.
        assert_eq!(page.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn only_pages_have_the_policy_of_pages() {
    for line in ["/data", "/nowhere", "/account"] {
        let policy = answer(line).await;
        assert_eq!(
            policy.header("content-security-policy"),
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
    }
    // A stricter one of the page's own stands beside it.
    let sandboxed = answer("/sandboxed").await;
    let policy = sandboxed.header("content-security-policy");
    assert!(policy.contains("script-src 'nonce-") && policy.ends_with(", sandbox"), "{policy}");
    assert_eq!(answer("/framed").await.header("content-security-policy"), "frame-ancestors 'self'");
}

#[tokio::test]
async fn clean_html_is_shown_as_it_is_and_a_page_needs_no_nonce() {
    let page = answer("/post?content=%3Cem%20onclick=x()%3EHi%3C/em%3E%3Cscript%3Ex()%3C/script%3E").await;
    assert_eq!((page.status, page.body.trim()), (202, "<article><em>Hi</em></article>"));
    assert!(page.header("content-security-policy").contains("script-src 'nonce-"));
}

#[tokio::test]
async fn the_policy_of_pages_can_be_set() {
    let tree = reroute::Tree::new([file::<Account>("/account", "account.rs"), file::<Data>("/data", "data.rs")]);
    let policy = "script-src 'self' 'nonce-{nonce}'; img-src https://cdn.example.com";
    let app = reroute::testing::service(App::new(tree), [("REROUTE_PAGE_CONTENT_SECURITY_POLICY", policy)])
        .expect("it starts");
    let page = get(&app, "GET /account?name=a", None).await;
    let expected = format!("img-src https://cdn.example.com; script-src 'self' 'nonce-{}'", nonce(&page));
    assert_eq!(page.header("content-security-policy"), expected);
    assert!(get(&app, "GET /data", None).await.header("content-security-policy").contains("default-src 'none'"));
}
