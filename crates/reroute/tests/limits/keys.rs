use super::*;
use reroute::testing::with_client;

#[route]
pub struct Keyed;

#[input]
pub struct Named {
    name: String,
}

#[route]
impl Keyed {
    #[requires]
    #[rate_limit("2/min", per = "principal")]
    async fn get(&self) -> &'static str {
        "hello"
    }

    #[public]
    #[rate_limit("3/min", per = "global")]
    async fn put(&self) -> &'static str {
        "hello"
    }

    #[public]
    #[rate_limit("2/min", key = request.headers().get("x-tenant").cloned())]
    async fn patch(&self) -> &'static str {
        "hello"
    }

    /// Both have to admit; a request that the second refuses does not count for the first.
    #[public]
    #[rate_limit("3/min", key = &body.name)]
    #[rate_limit("2/min", key = (&body.name, request.client_network()))]
    async fn post(&self, Json(body): Json<Named>) -> String {
        body.name
    }

    #[public]
    #[rate_limit("1/min", key = tag)]
    async fn delete(&self, #[query] tag: Option<String>) -> String {
        tag.unwrap_or_default()
    }
}

#[route]
pub struct Whole;

#[route]
#[rate_limit("3/min")]
impl Whole {
    #[public]
    async fn get(&self) -> &'static str {
        "hello"
    }

    #[public]
    async fn post(&self) -> &'static str {
        "hello"
    }
}

#[scope]
#[rate_limit("4/min")]
pub struct Folder;

fn keyed() -> Edge {
    app([file::<Keyed>("/keyed", "keyed.rs")])
}

async fn post(app: &Edge, name: &str, client: &str) -> u16 {
    let app = with_client(app, client.parse().expect("an address"));
    send(&app, "POST /keyed", None, format!("{{\"name\":\"{name}\"}}")).await.status
}

#[tokio::test(start_paused = true)]
async fn attack_5_one_64_is_one_client_and_attack_6_ipv4_is_told_apart() {
    let app = app([file::<Plain>("/plain", "plain.rs")]);
    let from = async |address: &str| {
        get(&with_client(&app, address.parse().expect("an address")), "GET /plain", None).await.status
    };
    for host in ["2001:db8::1", "2001:db8::2", "2001:db8::ffff:1", "2001:db8:0:0:1::", "2001:db8::3"] {
        assert_eq!(from(host).await, 200);
    }
    assert_eq!(from("2001:db8::99").await, 429);
    assert_eq!(from("2001:db8:0:1::1").await, 200);
    for address in ["::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1"] {
        assert_eq!(from(address).await, 200);
    }
    assert_eq!((from("192.0.2.1").await, from("::ffff:192.0.2.2").await), (429, 200));
}

#[tokio::test(start_paused = true)]
async fn callers_are_told_apart_once_they_are_known() {
    let app = keyed();
    assert_eq!(admitted(&app, "GET /keyed", Some("ada:customer"), 3).await, 2);
    assert_eq!(admitted(&app, "GET /keyed", Some("bob:customer"), 3).await, 2);
    // Who is not let in is not counted against anybody.
    assert_eq!(get(&app, "GET /keyed", None).await.status, 401);
    assert_eq!(get(&app, "GET /keyed", Some("bad")).await.status, 401);
}

#[tokio::test(start_paused = true)]
async fn all_count_together() {
    let app = keyed();
    let mut admitted = 0;
    for last in 1..=9 {
        let app = with_client(&app, [192, 0, 2, last].into());
        admitted += usize::from(get(&app, "PUT /keyed", None).await.status == 200);
    }
    assert_eq!(admitted, 3);
}

#[tokio::test(start_paused = true)]
async fn a_key_is_any_expression_over_the_request() {
    let app = keyed();
    let tenant = async |name: &str| {
        let request = Request::patch("/keyed").header("host", "localhost").header("x-tenant", name);
        answer(&app, request.body(Body::empty()).expect("a request")).await.status
    };
    assert_eq!([tenant("a").await, tenant("a").await, tenant("a").await, tenant("b").await], [200, 200, 429, 200]);
}

#[tokio::test(start_paused = true)]
async fn of_two_limits_of_one_step_both_admit_or_none_counts() {
    let app = keyed();
    assert_eq!([post(&app, "ada", "192.0.2.1").await, post(&app, "ada", "192.0.2.1").await], [200, 200]);
    // The second limit refuses this network: the first does not count it.
    for _ in 0..20 {
        assert_eq!(post(&app, "ada", "192.0.2.1").await, 429);
    }
    assert_eq!([post(&app, "ada", "192.0.2.2").await, post(&app, "ada", "192.0.2.3").await], [200, 429]);
    assert_eq!(post(&app, "bob", "192.0.2.1").await, 200);
    // What is not valid is not asked about, and not counted.
    for _ in 0..9 {
        assert_eq!(send(&app, "POST /keyed", None, "{}").await.status, 422);
    }
}

#[tokio::test(start_paused = true)]
async fn an_argument_with_an_attribute_can_be_a_key() {
    let app = keyed();
    assert_eq!(admitted(&app, "DELETE /keyed?tag=a", None, 2).await, 1);
    assert_eq!(admitted(&app, "DELETE /keyed?tag=b", None, 2).await, 1);
    assert_eq!(admitted(&app, "DELETE /keyed", None, 2).await, 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_declared_once_is_counted_once() {
    let app = app([
        file::<Whole>("/whole", "whole.rs"),
        file::<Plain>("/a", "a.rs").within::<Folder>(),
        file::<Plain>("/b", "b.rs").within::<Folder>(),
    ]);
    assert_eq!(admitted(&app, "GET /whole", None, 2).await, 2);
    assert_eq!(admitted(&app, "POST /whole", None, 2).await, 1);
    // A limit of the whole route holds for the methods that it does not answer, too.
    assert_eq!(get(&app, "DELETE /whole", None).await.status, 429);
    assert_eq!(get(&app, "OPTIONS /whole", None).await.status, 429);
    assert_eq!(admitted(&app, "PUT /a", None, 3).await, 3);
    assert_eq!(admitted(&app, "PUT /b", None, 3).await, 1);
    assert_eq!(get(&app, "PUT /b", None).await.header("ratelimit-policy"), "\"ip\";q=4;w=60");
}

#[route]
pub struct ByTenant;

#[route]
#[rate_limit("2/min", key = request.headers().get("x-tenant").cloned())]
impl ByTenant {
    #[public]
    async fn get(&self) -> &'static str {
        "hello"
    }
}

#[tokio::test(start_paused = true)]
async fn where_no_endpoint_answers_the_network_stands_for_a_key() {
    let app = app([file::<ByTenant>("/tenant", "tenant.rs")]);
    let one = with_client(&app, [192, 0, 2, 1].into());
    assert_eq!(admitted(&one, "OPTIONS /tenant", None, 4).await, 2);
    assert_eq!(admitted(&with_client(&app, [192, 0, 2, 2].into()), "OPTIONS /tenant", None, 4).await, 2);
}
