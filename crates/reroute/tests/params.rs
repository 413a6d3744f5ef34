//! What the caller writes, over a socket: arguments, queries, headers, cookies, forms and bodies.

#![allow(missing_docs, reason = "a route has to be `pub`, wherever it stands")]

mod support;

use reroute::prelude::*;
use std::collections::BTreeMap;
use support::{Answer, answer, get, send, service};

#[input(check = Self::dates_in_order)]
pub struct Trip {
    #[field(trim, min_length = 1, max_length = 20)]
    name: String,
    #[field(ge = 1, le = 31)]
    from: u8,
    #[field(ge = 1, le = 31)]
    until: u8,
    #[field(min_length = 1, max_length = 3, each(min_length = 1, max_length = 5))]
    stops: Vec<String>,
    #[field(max_length = 2)]
    rooms: Option<Vec<Room>>,
    #[field(default = 1, le = 9)]
    people: u32,
    #[field(name = "homePage", url)]
    home_page: Option<String>,
    #[field(parse)]
    address: Option<std::net::IpAddr>,
    secret: Option<String>,
}

impl Trip {
    fn dates_in_order(&self) -> Result<(), FieldError> {
        if self.from <= self.until {
            Ok(())
        } else {
            Err(FieldError::new("until", "order", "must not come before from"))
        }
    }
}

#[input]
pub struct Room {
    #[field(gt = 0)]
    beds: i64,
    view: View,
}

#[input]
pub enum View {
    SeaSide,
    Garden,
}

#[input]
pub struct Change {
    name: Option<String>,
    note: Option<Option<String>>,
}

#[input]
pub struct Client {
    x_trace: String,
}

#[input]
pub struct Words {
    word: Vec<String>,
    #[field(default)]
    loud: bool,
}

#[route]
pub struct Trips;

#[route]
impl Trips {
    #[public]
    async fn get(
        &self,
        #[query(default = 20, ge = 1, le = 100)] per_page: u32,
        #[query(max_length = 3)] tag: Option<String>,
        #[query(name = "type")] kind: Option<View>,
        #[header(name = "X-Level", le = 5)] level: Option<u8>,
        #[cookie(pattern = "^[a-z]+$")] theme: Option<String>,
    ) -> String {
        format!("{per_page} {tag:?} {kind:?} {level:?} {theme:?}")
    }

    #[public]
    async fn post(&self, #[query(default = 0)] dry: u8, Json(trip): Json<Trip>) -> String {
        let Trip { name, people, stops, rooms, address, secret, .. } = &trip;
        format!("{name:?} {people} {stops:?} {rooms:?} {address:?} {dry} {} {trip:?}", secret.is_some())
    }

    #[public]
    async fn patch(&self, Json(change): Json<Change>) -> String {
        format!("{:?} {:?}", change.name, change.note)
    }

    #[public]
    async fn put(&self, Form(words): Form<Words>) -> String {
        format!("{:?} {}", words.word, words.loud)
    }
}

#[route]
pub struct ByDay;

#[route]
impl ByDay {
    #[public]
    async fn get(&self, #[path(ge = 1, le = 31)] day: u8, Header(client): Header<Client>) -> String {
        format!("{day} {}", client.x_trace)
    }
}

#[route]
pub struct Hook;

#[route]
impl Hook {
    #[public]
    #[raw_body]
    async fn post(&self, body: String) -> String {
        body
    }

    #[public]
    async fn put(
        &self,
        Json(any): Json<BTreeMap<String, serde_json::Value>>,
    ) -> Json<BTreeMap<String, serde_json::Value>> {
        Json(any)
    }
}

#[tokio::test]
async fn messages_are_said_in_the_callers_language() {
    let words = |broken: &FieldError, languages: &str| {
        let bound = broken.bound.as_deref().unwrap_or_default();
        (languages == "de" && &*broken.code == "le").then(|| format!("darf höchstens {bound} sein"))
    };
    let app = reroute::App::new(reroute::Tree::new([reroute::file::<Trips>("/trips", "trips.rs")]));
    let app = app.messages(words).into_service().expect("the application starts");
    let ask = |language: &'static str| {
        let request = http::Request::builder().uri("/trips?per_page=101").header("host", "localhost");
        request.header("accept-language", language).body(reroute::axum_core::body::Body::empty()).expect("a request")
    };
    let said = answer(&app, ask("de")).await;
    assert_eq!(said.json()["errors"][0]["message"], "darf höchstens 100 sein");
    assert_eq!(said.json()["errors"][0]["code"], "le");
    assert!(said.json()["errors"][0].get("bound").is_none());
    assert_eq!(answer(&app, ask("en")).await.json()["errors"][0]["message"], "must be at most 100");
}

fn app() -> reroute::edge::Edge {
    service([
        reroute::file::<Trips>("/trips", "trips.rs"),
        reroute::file::<ByDay>("/days/{day}", "days/[day].rs"),
        reroute::file::<Hook>("/hook", "hook.rs"),
    ])
}

/// What is said to be wrong, as `field code`.
fn broken(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 422, "{}", answer.body);
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    let text = |error: &serde_json::Value, name: &str| error[name].as_str().unwrap_or_default().to_owned();
    errors.iter().map(|error| format!("{} {}", text(error, "field"), text(error, "code"))).collect()
}

#[tokio::test]
async fn arguments_have_constraints_of_their_own() {
    let app = app();
    assert_eq!(get(&app, "GET /trips", None).await.body, "20 None None None None");
    assert_eq!(
        get(&app, "GET /trips?per_page=7&tag=a%20b&type=sea_side&x=1", None).await.body,
        "7 Some(\"a b\") Some(SeaSide) None None"
    );
    let wrong = get(&app, "GET /trips?per_page=101&tag=abcd&type=SeaSide", None).await;
    assert_eq!(broken(&wrong), ["per_page le", "tag max_length", "type enum"]);
    for (query, code) in [
        ("per_page=1&per_page=2", "per_page repeated"),
        ("per_page=", "per_page type"),
        ("per_page=01", "per_page type"),
        ("per_page=99999999999", "per_page range"),
        ("per_page=1.0", "per_page type"),
    ] {
        assert_eq!(broken(&get(&app, &format!("GET /trips?{query}"), None).await), [code], "{query}");
    }
}

#[tokio::test]
async fn headers_and_cookies_are_arguments() {
    let app = app();
    let ask = |headers: &[(&str, &str)]| {
        let mut request = http::Request::builder().uri("/trips").header("host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(reroute::axum_core::body::Body::empty()).expect("a request")
    };
    let good =
        answer(&app, ask(&[("x-level", "5"), ("cookie", "a=b; theme=dark"), ("sec-fetch-site", "same-origin")])).await;
    assert_eq!(good.body, "20 None None Some(5) Some(\"dark\")");
    let wrong = answer(&app, ask(&[("x-level", "6"), ("cookie", "theme=Dark")])).await;
    assert_eq!(broken(&wrong), ["X-Level le", "theme pattern"]);
    assert_eq!(broken(&answer(&app, ask(&[("x-level", "1"), ("x-level", "1")])).await), ["X-Level repeated"]);
}

#[tokio::test]
async fn a_path_that_breaks_a_constraint_is_another_path() {
    let app = app();
    assert_eq!(broken(&get(&app, "GET /days/31", None).await), ["x_trace required"]);
    for day in ["0", "32", "x", "1.0", "256"] {
        assert_eq!(get(&app, &format!("GET /days/{day}"), None).await.status, 404, "{day}");
    }
}

const TRIP: &str = r#"{"name": " Rome ", "from": 1, "until": 2, "stops": ["Bern"]}"#;

#[tokio::test]
async fn a_body_is_read_field_by_field() {
    let app = app();
    let whole = send(&app, "POST /trips", None, TRIP).await;
    assert_eq!(whole.status, 200, "{}", whole.body);
    assert!(whole.body.starts_with(r#""Rome" 1 ["Bern"] None None 0"#), "{}", whole.body);
    let wrong = r#"{"name": "   ", "from": 0, "until": 32, "stops": ["", "abcdef", 3], "rooms": [{"beds": "1"}, {"beds": 0, "view": "garden"}, []],
        "people": 1.0, "homePage": "ftp://x", "address": "x", "who": 1}"#;
    let mut told = broken(&send(&app, "POST /trips?dry=x", None, wrong).await);
    told.sort();
    let expected = [
        "address format",
        "dry type",
        "from ge",
        "homePage url",
        "name min_length",
        "people type",
        "rooms max_length",
        "rooms[0].beds type",
        "rooms[0].view required",
        "rooms[1].beds gt",
        "stops[2] type",
        "until le",
        "who unknown",
    ];
    assert_eq!(told, expected);
    let items =
        r#"{"name": "a", "from": 1, "until": 2, "stops": ["", "abcdef"], "rooms": [{"beds": 1, "view": "pool"}]}"#;
    let told = broken(&send(&app, "POST /trips", None, items).await);
    assert_eq!(told, ["stops[0] min_length", "stops[1] max_length", "rooms[0].view enum"]);
}

#[tokio::test]
async fn a_rule_over_several_fields_is_asked_once_each_holds_its_own() {
    let app = app();
    let told = broken(&send(&app, "POST /trips", None, TRIP.replace("1", "3")).await);
    assert_eq!(told, ["until order"]);
}

#[tokio::test]
async fn a_sensitive_field_is_never_printed() {
    let app = app();
    let told = send(&app, "POST /trips", None, TRIP.replace('{', r#"{"secret": "hunter2","#)).await;
    assert!(told.body.contains("secret: [redacted]") && !told.body.contains("hunter2"), "{}", told.body);
}

/// A login as an application may take it.
#[input]
pub struct Credentials {
    #[field(min_length = 2, max_length = 8, check = no_spaces)]
    password: reroute::config::Secret,
    pin: Option<reroute::config::Secret>,
}

fn no_spaces(text: &str) -> Result<(), &'static str> {
    if text.contains(' ') { Err("must have no spaces") } else { Ok(()) }
}

#[test]
fn attack_142_an_input_may_hold_a_secret() {
    let read = |body: &str| reroute::params::from_json::<Credentials>(body.as_bytes());
    let read_well = read(r#"{"password": "hünt\u0000r2", "pin": "1234"}"#).expect("it fits");
    assert_eq!(read_well.password.expose(), "hünt\0r2");
    assert!(read_well.pin.as_ref().is_some_and(|pin| pin.expose() == "1234"));
    let shown = format!("{read_well:?}");
    assert!(!shown.contains("ünt") && !shown.contains("1234"), "{shown}");
    for (body, told) in [
        (r#"{"password": "x"}"#, "min_length"),
        (r#"{"password": "hunter2hunter2"}"#, "max_length"),
        (r#"{"password": "hun ter"}"#, "no_spaces"),
        (r#"{"password": 12345}"#, "type"),
        (r#"{}"#, "required"),
    ] {
        let refused = read(body).expect_err("it breaks a rule");
        assert_eq!(refused.fields()[0].code, told, "{body}");
        assert!(!format!("{refused:?} {refused}").contains("hun"), "{refused:?}");
    }
}

#[tokio::test]
async fn attack_92_93_94_other_json_is_refused() {
    let app = app();
    for (body, status) in [
        ("", 400),
        ("{", 400),
        ("[]", 422),
        ("null", 422),
        ("\u{feff}{}", 400),
        (r#"{"name": "\ud800"}"#, 400),
        (r#"{"from": 1e999}"#, 400),
        (r#"{"from": NaN}"#, 400),
        (r#"{"from": -0}"#, 422),
        (r#"{"from": 1, "from": 1}"#, 400),
        (r#"{"x": 1, "x": 1}"#, 400),
        (r#"{"x": {"y": 1, "y": 1}}"#, 400),
        (r#"{"rooms": [{"beds": 1, "beds": 2}]}"#, 400),
        ("{} {}", 400),
        ("{}x", 400),
    ] {
        assert_eq!(send(&app, "POST /trips", None, body).await.status, status, "{body}");
    }
    let deep = format!("{{\"x\": {}", "[".repeat(100_000));
    assert_eq!(send(&app, "POST /trips", None, deep).await.status, 400);
    for value in ["true", "\"1\"", "1.0", "1e0", "[1]", "256", "-1", "9223372036854775808"] {
        let told = broken(&send(&app, "POST /trips", None, format!("{{\"from\": {value}}}")).await);
        assert!(told.iter().any(|one| one == "from type" || one == "from range"), "{value}: {told:?}");
    }
}

#[tokio::test]
async fn attack_96_null_is_not_absent_where_a_patch_tells_them_apart() {
    let app = app();
    for (body, told) in [
        ("{}", "None None"),
        (r#"{"name": null, "note": null}"#, "None Some(None)"),
        (r#"{"name": "a", "note": "b"}"#, "Some(\"a\") Some(Some(\"b\"))"),
    ] {
        assert_eq!(send(&app, "PATCH /trips", None, body).await.body, told);
    }
    assert_eq!(
        broken(&send(&app, "PATCH /trips", None, r#"{"id": 1, "created_at": 2}"#).await),
        ["id unknown", "created_at unknown"]
    );
}

#[tokio::test]
async fn a_nul_is_told_before_a_database_chokes_on_it() {
    let app = app();
    let told = broken(&send(&app, "PATCH /trips", None, r#"{"name": "a\u0000"}"#).await);
    assert_eq!(told, ["name nul"]);
    assert_eq!(broken(&get(&app, "GET /trips?tag=%00", None).await), ["tag nul"]);
}

fn form(body: &'static str, kind: &str) -> http::Request<reroute::axum_core::body::Body> {
    let request = http::Request::builder().method("PUT").uri("/trips").header("host", "localhost");
    request.header("content-type", kind).body(body.into()).expect("a request")
}

#[tokio::test]
async fn forms_are_read_like_bodies() {
    let app = app();
    let ask = |body| answer(&app, form(body, "application/x-www-form-urlencoded"));
    assert_eq!(ask("word=a+b&word=%C3%A4&loud=true").await.body, r#"["a b", "ä"] true"#);
    assert_eq!(ask("").await.body, "[] false");
    assert_eq!(broken(&ask("loud=1").await), ["loud type"]);
    assert_eq!(broken(&ask("loud=true&loud=true").await), ["loud repeated"]);
    assert_eq!(broken(&ask("is_admin=true").await), ["is_admin unknown"]);
    assert_eq!(broken(&ask("word=%ff").await), [" encoding"]);
    assert_eq!(answer(&app, form("word=a", "text/plain")).await.status, 415);
}

#[tokio::test]
async fn what_is_raw_is_handed_on_as_it_comes() {
    let app = app();
    assert_eq!(send(&app, "POST /hook", None, "{not json").await.body, "{not json");
    assert_eq!(send(&app, "PUT /hook", None, r#"{"a": [1, {"b": null}]}"#).await.body, r#"{"a":[1,{"b":null}]}"#);
    assert_eq!(send(&app, "PUT /hook", None, r#"{"a": {"b": 1, "b": 2}}"#).await.status, 400);
}

#[tokio::test]
async fn a_list_that_bears_no_bound_has_one() {
    let list = |count: usize| format!("[{}]", vec!["1"; count].join(","));
    let read = |json: String| reroute::params::from_json::<Vec<u8>>(json.as_bytes());
    assert_eq!(read(list(1000)).map(|list| list.len()).ok(), Some(1000));
    let refused = read(list(100_000)).expect_err("too long");
    assert_eq!((refused.fields().len(), &*refused.fields()[0].code), (1, "max_length"));
    let map = |count: usize| {
        let entries: Vec<String> = (0..count).map(|nth| format!("\"{nth}\":1")).collect();
        reroute::params::from_json::<BTreeMap<String, u8>>(format!("{{{}}}", entries.join(",")).as_bytes())
    };
    assert_eq!(map(1000).map(|map| map.len()).ok(), Some(1000));
    assert_eq!(map(1001).expect_err("too long").fields()[0].code, "max_length");
    let bounded = |count: usize| {
        reroute::params::from_json::<Bounded>(
            format!("{{\"lists\": [{}], \"free\": {}}}", list(count), list(3)).as_bytes(),
        )
    };
    assert_eq!(bounded(2000).map(|bounded| (bounded.lists[0].len(), bounded.free.len())).ok(), Some((2000, 3)));
    assert_eq!(bounded(2001).expect_err("too long").fields()[0].field, "lists[0]");
}

#[input]
pub struct Bounded {
    #[field(max_length = 1, each(max_length = 2000))]
    lists: Vec<Vec<u8>>,
    free: Vec<u8>,
}

#[cfg(feature = "nfc")]
#[test]
fn what_looks_alike_is_alike_only_where_asked() {
    #[input]
    struct Name {
        #[field(trim, nfc, max_length = 1)]
        composed: String,
        written: String,
    }

    let read = |text: &str| reroute::params::from_json::<Name>(text.as_bytes());
    let name =
        read("{\"composed\": \" e\u{301} \", \"written\": \" e\u{301} \"}").expect("it is short enough once composed");
    assert_eq!((name.composed.as_str(), name.written.as_str()), ("\u{e9}", " e\u{301} "));
}
