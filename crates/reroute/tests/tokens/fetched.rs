//! Keys of somebody else that are fetched from where they publish them.

use super::{
    server::{Reply, Server},
    trusted::{ISSUER, header, jwk, provided, their_claims},
    *,
};
use reroute::testing;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Somebody who publishes what a test says.
struct Provider {
    server: Server,
    says: Arc<Mutex<Reply>>,
}

impl Provider {
    async fn start(keys: &[Value]) -> Self {
        let says = Arc::new(Mutex::new(published("", keys)));
        let said = says.clone();
        let server = Server::start(move |_| said.lock().expect("nobody panics").clone()).await;
        Self { server, says }
    }

    fn say(&self, reply: Reply) {
        *self.says.lock().expect("nobody panics") = reply;
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/jwks.json", self.server.port())
    }

    fn asked(&self) -> usize {
        self.server.asked().len()
    }

    fn app(&self) -> Edge {
        let jwt = Jwt::from_config().sign_with(signing(P256)).trust(Trusted::at_url(ISSUER, "shop", self.url()));
        let settings = [("REROUTE_ENV", "test"), ("REROUTE_FETCH_DANGER_NETWORKS", "127.0.0.1")];
        testing::service(app(jwt), settings).expect("it starts")
    }
}

fn published(lines: &str, keys: &[Value]) -> Reply {
    Reply::ok(&format!("content-type: application/json\r\n{lines}"), json!({"keys": keys}).to_string().as_bytes())
}

fn failing() -> Reply {
    Reply::Say(b"HTTP/1.1 500 Broken\r\nconnection: close\r\n\r\n".to_vec())
}

fn one() -> String {
    provided(&header(), &their_claims())
}

/// The second key's.
fn two() -> String {
    let key = EncodingKey::from_ed_pem(ED25519_OTHER.as_bytes()).expect("a key");
    forge(&with(&header(), "kid", json!("two")), &their_claims(), &key, Algorithm::EdDSA)
}

async fn status(app: &Edge, token: &str) -> u16 {
    with_token(app, token).await.status
}

/// Lets time pass for the keys, and not for the sockets.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn keys_are_fetched_once_when_the_first_tokens_come() {
    let provider = Provider::start(&[jwk(ED25519, "one")]).await;
    let app = provider.app();
    assert_eq!(provider.asked(), 0, "the start asks nobody");
    let (own, _) = sign_in(&app, "ada").await;
    assert_eq!((status(&app, &own).await, provider.asked()), (200, 0));
    let token = one();
    let answers = futures_util::future::join_all((0..20).map(|_| status(&app, &token))).await;
    assert_eq!(answers, vec![200; 20]);
    assert_eq!(provider.asked(), 1);
    let wrong = forge(
        &header(),
        &their_claims(),
        &EncodingKey::from_ed_pem(ED25519_OTHER.as_bytes()).expect("a key"),
        Algorithm::EdDSA,
    );
    assert_eq!((status(&app, &wrong).await, provider.asked()), (401, 1));
}

#[tokio::test]
async fn keys_are_fetched_again_when_they_are_old() {
    let provider = Provider::start(&[jwk(ED25519, "one")]).await;
    let app = provider.app();
    assert_eq!(status(&app, &one()).await, 200);
    // The key is taken back.
    provider.say(published("cache-control: max-age=7200\r\n", &[jwk(ED25519_OTHER, "two")]));
    pass(9 * MINUTE).await;
    assert_eq!((status(&app, &one()).await, provider.asked()), (200, 1));
    pass(2 * MINUTE).await;
    assert_eq!((status(&app, &one()).await, provider.asked()), (401, 2));
    assert_eq!(status(&app, &two()).await, 200);
    pass(100 * MINUTE).await;
    assert_eq!((status(&app, &two()).await, provider.asked()), (200, 2));
    pass(21 * MINUTE).await;
    assert_eq!((status(&app, &two()).await, provider.asked()), (200, 3));
}

#[tokio::test]
async fn a_new_key_is_fetched_when_the_first_token_names_it() {
    let provider = Provider::start(&[jwk(ED25519, "one")]).await;
    let app = provider.app();
    assert_eq!(status(&app, &one()).await, 200);
    provider.say(published("", &[jwk(ED25519, "one"), jwk(ED25519_OTHER, "two")]));
    pass(MINUTE).await;
    let token = two();
    let answers = futures_util::future::join_all((0..20).map(|_| status(&app, &token))).await;
    assert_eq!((answers, provider.asked()), (vec![200; 20], 2));
    assert_eq!(status(&app, &one()).await, 200);
}

#[tokio::test]
async fn attack_72_a_flood_of_unknown_keys_does_not_flood_the_provider() {
    let provider = Provider::start(&[jwk(ED25519, "one")]).await;
    let app = provider.app();
    assert_eq!(status(&app, &one()).await, 200);
    for round in 1..=3 {
        for nth in 0..50 {
            let token = provided(&with(&header(), "kid", json!(format!("{round}-{nth}"))), &their_claims());
            assert_eq!(status(&app, &token).await, 401);
        }
        assert_eq!(provider.asked(), round);
        pass(Duration::from_secs(31)).await;
    }
    assert_eq!(status(&app, &one()).await, 200);
}

#[tokio::test]
async fn old_keys_are_good_for_a_day_while_the_provider_fails() {
    let provider = Provider::start(&[jwk(ED25519, "one")]).await;
    let app = provider.app();
    assert_eq!(status(&app, &one()).await, 200);
    provider.say(failing());
    pass(11 * MINUTE).await;
    for _ in 0..5 {
        assert_eq!((status(&app, &one()).await, provider.asked()), (200, 2), "nobody is asked again at once");
    }
    provider.say(published("", &[]));
    pass(DAY - 5 * MINUTE).await;
    assert_eq!((status(&app, &one()).await, provider.asked()), (200, 3), "an empty set takes no keys away");
    pass(5 * MINUTE).await;
    let answer = with_token(&app, &one()).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "1"), "{answer:?}");
    assert!(!answer.body.contains("127.0.0.1") && !answer.body.contains("jwks"), "{answer:?}");
    provider.say(published("", &[jwk(ED25519, "one")]));
    pass(MINUTE).await;
    assert_eq!(status(&app, &one()).await, 200);
}

#[tokio::test]
async fn without_any_keys_nobody_is_let_in_and_nobody_is_told_401() {
    let provider = Provider::start(&[]).await;
    let app = provider.app();
    let secret = json!({"kty": "oct", "kid": "one", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ"});
    let large = Reply::ok("", &vec![b' '; (1 << 20) + 1]);
    let elsewhere = Server::start(|_| published("", &[jwk(ED25519, "one")])).await;
    let away = Reply::redirect(302, &format!("http://127.0.0.1:{}/", elsewhere.port()));
    for (nth, says) in [published("", &[]), failing(), published("", &[secret]), large, Reply::ok("", b"{}"), away]
        .into_iter()
        .enumerate()
    {
        provider.say(says);
        assert_eq!((status(&app, &one()).await, provider.asked()), (503, nth + 1));
        assert_eq!((status(&app, &one()).await, provider.asked()), (503, nth + 1), "nobody is asked again at once");
        pass(Duration::from_secs(6)).await;
    }
    assert!(elsewhere.asked().is_empty());
    let (own, _) = sign_in(&app, "ada").await;
    assert_eq!(status(&app, &own).await, 200, "tokens of ours need no provider");
    provider.say(published("", &[jwk(ED25519, "one")]));
    assert_eq!(status(&app, &one()).await, 200);
}

#[tokio::test]
async fn a_caller_who_goes_away_does_not_take_the_keys_with_them() {
    let provider = Provider::start(&[jwk(ED25519, "one")]).await;
    let app = provider.app();
    let token = one();
    let mut leaving = Box::pin(status(&app, &token));
    // It has begun to fetch, and nobody waits for it any longer.
    tokio::select! {
        biased;
        status = &mut leaving => panic!("it is answered at once: {status}"),
        () = std::future::ready(()) => drop(leaving),
    }
    assert_eq!((status(&app, &token).await, provider.asked()), (200, 1));
}

#[test]
fn urls_that_are_no_place_for_keys_stop_the_start() {
    for (url, told) in [
        ("http://id.example.com/jwks.json", "over https alone"),
        ("file:///etc/keys.json", "over https alone"),
        ("keys.json", "over https alone"),
        ("https://user:pass@id.example.com/", "user-info"),
        ("https://127.0.0.1/jwks.json", "not public"),
        ("https://169.254.169.254/jwks.json", "not public"),
        ("https://id.example.com:443\\@x/", "back-slash"),
    ] {
        let told_here = refusal(app(Jwt::from_config().trust(Trusted::at_url(ISSUER, "shop", url))));
        assert!(told_here.contains(told), "{url}: {told_here}");
    }
}
