//! All accounts.

use crate::models::user::{self, Role, User};
use reroute::{auth::password, prelude::*, sea_orm::ActiveValue::Set};

#[route]
pub struct Users {
    db: Db,
}

/// What somebody tells to get an account.
#[input]
pub struct SignUp {
    #[field(min_length = 3, max_length = 50, pattern = "^[a-zA-Z0-9_]+$")]
    username: String,
    #[field(email)]
    email: String,
    #[field(min_length = 8, max_length = 128, check = has_upper_case, check = has_digit)]
    password: String,
    #[field(ge = 13, le = 120)]
    age: i32,
}

#[route]
impl Users {
    /// Sign up.
    #[public]
    #[rate_limit("5/min")]
    async fn post(&self, Json(new): Json<SignUp>) -> Result<Created<user::Public>> {
        let account = user::ActiveModel {
            username: Set(new.username),
            email: Set(new.email),
            age: Set(new.age),
            role: Set(Role::Customer.into()),
            password_hash: Set(password::hash(&new.password).await?),
            banned: Set(false),
            ..Default::default()
        };
        let account = User::create(&self.db, account).await?;
        Ok(Created::at(format!("/users/{}", account.id), account.into()))
    }

    /// List the accounts.
    #[requires(Role::Admin, Role::Moderator)]
    async fn get(&self, page: Page, order: OrderBy<User>) -> Result<Json<Listing<user::Public>>> {
        Ok(Json(User::list(&self.db, page, order).await?.map(Into::into)))
    }
}

fn has_upper_case(password: &str) -> Result<(), &'static str> {
    if password.chars().any(char::is_uppercase) { Ok(()) } else { Err("must have an upper-case letter") }
}

fn has_digit(password: &str) -> Result<(), &'static str> {
    if password.chars().any(|c| c.is_ascii_digit()) { Ok(()) } else { Err("must have a digit") }
}
