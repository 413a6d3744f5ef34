//! All accounts.

pub(super) mod ban;
pub(super) mod by_id;

use crate::{
    AppState,
    auth::Caller,
    error::Error,
    list::{self, ListQuery, Listing},
    models::user::{self, Role},
    password,
    validate::{Check, Valid, Validate},
};
use axum::{
    Json,
    extract::{Query, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    EntityTrait,
};
use serde::Deserialize;
use time::OffsetDateTime;

/// What somebody tells to get an account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignUp {
    username: String,
    email: String,
    password: String,
    age: i32,
}

impl Validate for SignUp {
    fn validate(&self, check: &mut Check) {
        check.username(&self.username);
        check.email(&self.email);
        check.length("password", &self.password, 8, 128);
        let has_upper_case = self.password.chars().any(char::is_uppercase);
        check.that(has_upper_case, "password", "must have an upper-case letter");
        let has_digit = self.password.chars().any(|c| c.is_ascii_digit());
        check.that(has_digit, "password", "must have a digit");
        check.range("age", self.age.into(), 13, 120);
    }
}

/// Sign up.
pub(super) async fn sign_up(
    State(state): State<AppState>,
    Valid(new): Valid<SignUp>,
) -> Result<impl IntoResponse, Error> {
    let now = OffsetDateTime::now_utc();
    let account = user::ActiveModel {
        id: NotSet,
        username: Set(new.username),
        email: Set(new.email),
        age: Set(new.age),
        role: Set(Role::Customer),
        password_hash: Set(password::hash(new.password).await?),
        banned: Set(false),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let account = account.insert(&state.db).await?;
    let location = [(header::LOCATION, format!("/users/{}", account.id))];
    Ok((StatusCode::CREATED, location, Json(user::Public::from(account))))
}

/// List the accounts.
pub(super) async fn list(
    State(state): State<AppState>,
    me: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Json<Listing<user::Public>>, Error> {
    me.require_role(&[Role::Admin, Role::Moderator])?;
    Ok(Json(list::list(&state.db, user::Entity::find(), &query, user::Column::Id).await?))
}
