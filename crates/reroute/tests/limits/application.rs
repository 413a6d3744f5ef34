use super::*;
use reroute::testing::{service, with_client};

fn app_under(settings: &[(&str, &str)]) -> Edge {
    let files = [file::<Plain>("/plain", "plain.rs")];
    let mut all = vec![("REROUTE_ENV", "test")];
    all.extend_from_slice(settings);
    service(App::new(Tree::new(files)), all).expect("the application starts")
}

#[tokio::test(start_paused = true)]
async fn attack_8_whatever_answers_a_request_counts() {
    let app = app_under(&[("REROUTE_RATE_LIMIT", "6/min")]);
    for (line, status) in [
        ("GET /nowhere", 404),
        ("DELETE /plain", 405),
        ("OPTIONS /plain", 204),
        ("GET /plain", 200),
        ("HEAD /plain", 200),
        ("GET /other", 404),
    ] {
        let answer = get(&app, line, None).await;
        assert_eq!(answer.status, status, "{line}");
        assert!(answer.header("ratelimit").starts_with("\"ip\";r="), "{line}");
    }
    for line in ["GET /nowhere", "DELETE /plain", "OPTIONS /plain", "GET /plain", "PUT /plain"] {
        assert_eq!(get(&app, line, None).await.status, 429, "{line}");
    }
    assert_eq!(get(&with_client(&app, [192, 0, 2, 1].into()), "GET /nowhere", None).await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn the_application_s_limit_and_a_handler_s_own_both_have_to_admit() {
    let app = app_under(&[("REROUTE_RATE_LIMIT", "6/min")]);
    assert_eq!(admitted(&app, "GET /plain", None, 9).await, 5);
    let refused = get(&app, "GET /plain", None).await;
    assert_eq!(refused.header("ratelimit-policy"), "\"ip\";q=6;w=60, \"ip-2\";q=5;w=60");
    assert_eq!(refused.json()["limit"], "5/min");
    // What the handler's limit refused did not count for the application's.
    assert_eq!(admitted(&app, "PUT /plain", None, 3).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_too_large_counts_before_anybody_reads_it() {
    let app = app_under(&[("REROUTE_RATE_LIMIT", "2/min"), ("REROUTE_BODY_LIMIT", "1 KiB")]);
    let large = async || {
        let request = Request::post("/plain").header("host", "localhost").header("content-length", "2000000");
        answer(&app, request.body(Body::from(vec![0; 10])).expect("a request")).await.status
    };
    assert_eq!([large().await, large().await, large().await], [413, 413, 429]);
}

#[route]
pub struct Own;

#[route]
impl Own {
    #[requires]
    async fn get(&self) -> &'static str {
        "yours"
    }
}

#[tokio::test(start_paused = true)]
async fn attack_10_wrong_tokens_are_limited_by_address_before_anybody_is_known() {
    let app = App::new(Tree::new([file::<Own>("/own", "own.rs")])).authenticate(ByName);
    let app = service(app, [("REROUTE_ENV", "test"), ("REROUTE_RATE_LIMIT", "4/min")]).expect("the application starts");
    for caller in [Some("bad"), None, Some("bad"), Some("away:x")] {
        assert_ne!(get(&app, "GET /own", caller).await.status, 429);
    }
    for caller in [Some("bad"), None, Some("ada:customer")] {
        assert_eq!(get(&app, "GET /own", caller).await.status, 429);
    }
}

#[tokio::test(start_paused = true)]
async fn a_preflight_spends_nothing() {
    let app = app_under(&[("REROUTE_RATE_LIMIT", "2/min"), ("REROUTE_CORS_ALLOW_ORIGINS", "https://app.example.com")]);
    for _ in 0..9 {
        let preflight = Request::options("/plain")
            .header("host", "localhost")
            .header("origin", "https://app.example.com")
            .header("access-control-request-method", "GET");
        let answer = answer(&app, preflight.body(Body::empty()).expect("a request")).await;
        assert_eq!((answer.status, answer.header("ratelimit")), (204, ""));
    }
    assert_eq!(admitted(&app, "GET /plain", None, 3).await, 2);
}

#[tokio::test(start_paused = true)]
async fn limits_that_are_observed_count_and_admit() {
    let app = app_under(&[("REROUTE_RATE_LIMITS", "observe")]);
    for nth in 1..=9u32 {
        let answer = get(&app, "GET /plain", None).await;
        assert_eq!(answer.status, 200);
        assert!(answer.header("ratelimit").starts_with(&format!("\"ip\";r={}", 5u32.saturating_sub(nth))), "{nth}");
        assert_eq!(answer.header("ratelimit-policy"), "\"ip\";q=5;w=60");
    }
}

#[tokio::test(start_paused = true)]
async fn networks_of_clients_can_be_larger() {
    let app = app_under(&[("REROUTE_CLIENT_NETWORK_IPV6", "56")]);
    let from = async |address: &str| {
        get(&with_client(&app, address.parse().expect("an address")), "GET /plain", None).await.status
    };
    for nth in 0..5 {
        assert_eq!(from(&format!("2001:db8:0:{nth}::1")).await, 200);
    }
    assert_eq!((from("2001:db8:0:ff::1").await, from("2001:db8:0:100::1").await), (429, 200));
}
