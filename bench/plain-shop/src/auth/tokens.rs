//! Access tokens, good for an hour, and refresh tokens, good once.

use super::{random, standing};
use crate::{
    AppState,
    error::Error,
    models::{family, user},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, crypto, errors::ErrorKind};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

const ACCESS: Duration = Duration::hours(1);
const REFRESH: Duration = Duration::days(30);

/// What a caller gets who signs in.
#[derive(Serialize)]
pub(crate) struct Pair {
    access_token: String,
    refresh_token: String,
    token_type: &'static str,
    expires_in: i64,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    username: String,
    roles: Vec<String>,
    sid: String,
    iat: i64,
    exp: i64,
}

/// Signs tokens, and knows its own again.
pub(crate) struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl Signer {
    pub(crate) fn new(secret: &[u8]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        Self { encoding: EncodingKey::from_secret(secret), decoding: DecodingKey::from_secret(secret), validation }
    }

    /// The family of an access token.
    pub(super) fn read_access(&self, token: &str) -> Result<String, Error> {
        match jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation) {
            Ok(token) => Ok(token.claims.sid),
            Err(error) if matches!(error.kind(), ErrorKind::ExpiredSignature) => {
                Err(Error::unauthorized("Token expired"))
            }
            Err(_) => Err(Error::unauthorized("Invalid token")),
        }
    }

    /// The family and the generation of a refresh token.
    fn read_refresh(&self, token: &str) -> Option<(String, i64)> {
        let (said, signature) = token.rsplit_once('.')?;
        let is_ours = crypto::verify(signature, said.as_bytes(), &self.decoding, Algorithm::HS256);
        let (family, generation) = said.strip_prefix("refresh_")?.split_once('.')?;
        is_ours.ok()?.then_some((family.to_owned(), generation.parse().ok()?))
    }

    fn pair(&self, family: &family::Model, user: &user::Model) -> Result<Pair, Error> {
        let now = OffsetDateTime::now_utc();
        let lifetime = ACCESS.min(family.expires_at - now).whole_seconds();
        let claims = Claims {
            sub: user.id.to_string(),
            username: user.username.clone(),
            roles: vec![user.role.name().to_owned()],
            sid: family.id.clone(),
            iat: now.unix_timestamp(),
            exp: now.unix_timestamp() + lifetime,
        };
        let access_token = jsonwebtoken::encode(&Header::default(), &claims, &self.encoding);
        // No JWT starts like it: the one kind is never taken for the other.
        let said = format!("refresh_{}.{}", family.id, family.generation);
        let signature = crypto::sign(said.as_bytes(), &self.encoding, Algorithm::HS256).map_err(Error::internal)?;
        Ok(Pair {
            access_token: access_token.map_err(Error::internal)?,
            refresh_token: format!("{said}.{signature}"),
            token_type: "bearer",
            expires_in: lifetime,
        })
    }
}

/// Signs an account in, unless it was banned, or all its sign-ins ended, since its epoch was asked for.
pub(crate) async fn issue(state: &AppState, user: i64, epoch: i64) -> Result<Option<Pair>, Error> {
    let now = OffsetDateTime::now_utc();
    let over = family::Column::ExpiresAt.lte(now);
    family::Entity::delete_many().filter(over).exec(&state.db).await?;
    let family = family::Model { id: random::<16>()?, user_id: user, epoch, generation: 0, expires_at: now + REFRESH };
    let row = family::ActiveModel {
        id: Set(family.id.clone()),
        user_id: Set(user),
        epoch: Set(epoch),
        generation: Set(0),
        expires_at: Set(family.expires_at),
    };
    family::Entity::insert(row).exec_without_returning(&state.db).await?;
    // Asked after it is written: what ends all sign-ins meanwhile is seen here, or ends this one, too.
    match standing(&state.db, user, epoch).await? {
        Some(user) => state.signer.pair(&family, &user).map(Some),
        None => end(&state.db, &family.id).await.map(|()| None),
    }
}

/// The next pair. A refresh token that comes a second time ends its family.
pub(crate) async fn refresh(state: &AppState, token: &str) -> Result<Pair, Error> {
    let invalid = || Error::unauthorized("Invalid token");
    let (id, generation) = state.signer.read_refresh(token).ok_or_else(invalid)?;
    let family = family::Entity::find_by_id(id).one(&state.db).await?.ok_or_else(invalid)?;
    let user = standing(&state.db, family.user_id, family.epoch).await?.ok_or_else(invalid)?;
    if family.expires_at <= OffsetDateTime::now_utc() {
        return Err(Error::unauthorized("Token expired"));
    }
    // Asking and rotating are one statement: of two who come with the same token one is too late.
    let rotated = family::Entity::update_many()
        .col_expr(family::Column::Generation, Expr::value(generation + 1))
        .filter(family::Column::Id.eq(&family.id))
        .filter(family::Column::Generation.eq(generation))
        .exec(&state.db)
        .await?;
    if rotated.rows_affected == 0 {
        end(&state.db, &family.id).await?;
        return Err(invalid());
    }
    state.signer.pair(&family::Model { generation: generation + 1, ..family }, &user)
}

/// Ends a family.
pub(crate) async fn end(db: &DatabaseConnection, family: &str) -> Result<(), Error> {
    family::Entity::delete_by_id(family).exec(db).await?;
    Ok(())
}
