//! Roles that are an enum: what they are called, read and written as, and whom they let in.
#![allow(missing_docs, reason = "tests are read, not called")]

mod support;

use reroute::{App, MountAccess, Tree, file, prelude::*};
use support::{get, refusal, service};

/// What somebody can be.
#[roles]
pub enum Role {
    Customer,
    SeniorModerator,
    /// Everything.
    Admin,
}

#[output]
pub struct Standing {
    role: Role,
}

#[route]
pub struct Users;

#[route]
impl Users {
    #[requires(Role::Admin, Role::SeniorModerator, "auditor")]
    async fn get(&self, me: Principal) -> Json<Standing> {
        Json(Standing { role: if me.has_role(Role::Admin) { Role::Admin } else { Role::Customer } })
    }

    #[requires(crate::Role::Admin, check = Self::yes)]
    async fn put(&self) {}

    fn yes(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn variants_let_in_whoever_has_the_role_of_their_name() {
    let app = service([file::<Users>("/users", "users.rs")]);
    for (line, caller, status) in [
        ("GET /users", "ada:admin", 200),
        ("GET /users", "ada:senior_moderator", 200),
        ("GET /users", "ada:auditor", 200),
        ("GET /users", "ada:customer", 403),
        ("GET /users", "ada:Admin", 403),
        ("GET /users", "ada:SeniorModerator", 403),
        ("PUT /users", "ada:admin", 200),
        ("PUT /users", "ada:auditor", 403),
    ] {
        assert_eq!(get(&app, line, Some(caller)).await.status, status, "{line} as {caller}");
    }
    assert_eq!(get(&app, "GET /users", Some("ada:admin")).await.body, "{\"role\":\"admin\"}");
}

#[test]
fn a_role_is_written_and_read_by_its_name() {
    for (role, name) in
        [(Role::Customer, "customer"), (Role::SeniorModerator, "senior_moderator"), (Role::Admin, "admin")]
    {
        assert_eq!(
            (role.name(), role.as_ref(), role.to_string(), String::from(role)),
            (name, name, name.into(), name.into())
        );
        assert_eq!(name.parse(), Ok(role));
        let json = serde_json::to_value(role).expect("it is written");
        assert_eq!(json, name);
        assert_eq!(serde_json::from_value::<Role>(json).expect("it is read"), role);
    }
    for (text, told) in [
        ("Admin", "`Admin` is no role: did you mean `admin`?"),
        ("senior-moderator", "`senior-moderator` is no role: did you mean `senior_moderator`?"),
        ("", "`` is no role: the roles are customer, senior_moderator, admin"),
        ("king\n", "`king\\n` is no role: the roles are customer, senior_moderator, admin"),
    ] {
        assert_eq!(text.parse::<Role>().expect_err("none").to_string(), told);
    }
    let long = "x".repeat(100_000).parse::<Role>().expect_err("none").to_string();
    assert!(long.len() < 200, "{long}");
    let wrong = serde_json::from_str::<Role>("\"admni\"").expect_err("none").to_string();
    assert!(wrong.contains("did you mean `admin`?"), "{wrong}");
    assert!(serde_json::from_str::<Role>("7").expect_err("none").to_string().contains("one of customer"));
}

#[route]
pub struct Typed;

#[route]
impl Typed {
    #[requires("amdin", Role::Customer)]
    async fn get(&self) {}

    #[requires("customer")]
    async fn put(&self) {}
}

#[scope]
#[requires("stuff")]
pub struct Stuff;

#[test]
fn a_misspelled_text_stops_the_start_wherever_it_stands() {
    let tree = || Tree::new([file::<Typed>("/typed", "src/routes/typed.rs").within::<Stuff>()]);
    let app = App::new(tree()).authenticate(support::ByName).roles::<Role>();
    let tool = || axum::Router::new();
    let app = app.mount("/tool", tool(), MountAccess::roles(["customer", "senior_moderater"]));
    let all = "the roles are customer, senior_moderator, admin";
    assert_eq!(
        refusal(app),
        format!(
            "src/routes/typed.rs: GET /typed: `stuff` is no role: {all}\n\
             src/routes/typed.rs: GET /typed: `amdin` is no role: did you mean `admin`?\n\
             src/routes/typed.rs: PUT /typed: `stuff` is no role: {all}\n\
             mounted at /tool: `senior_moderater` is no role: did you mean `senior_moderator`?"
        )
    );
    // Who does not say which roles there are may name any.
    assert!(App::new(tree()).authenticate(support::ByName).into_service().is_ok());
}
