//! Sessions, form tokens and sealed cookies, as a browser sees them, over a socket.
#![allow(missing_docs, unreachable_pub, reason = "tests are read, not called")]

#[path = "../support/redis.rs"]
mod redis_server;

mod browser;
mod cookies;
mod events;
mod forms;
mod life;
mod login;
mod stores;

use browser::{Answer, Browser};
use reroute::{
    App, Tree,
    app::States,
    auth::{Account, Accounts, Cookies, FormToken, SessionAuth, Sessions, SetCookie, SignIns},
    edge::Edge,
    file,
    prelude::*,
    testing::{Server, Setup, connected},
};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

/// Who may not act.
#[derive(Clone, Default)]
pub struct Banned(Arc<Mutex<HashSet<String>>>);

impl Banned {
    pub fn set(&self, subject: &str, banned: bool) {
        let mut all = self.0.lock().expect("nobody panics");
        if banned {
            all.insert(subject.to_owned())
        } else {
            all.remove(subject)
        };
    }
}

/// Whoever is not banned is an account, called after itself.
struct Everybody;

impl Accounts for Everybody {
    async fn find(&self, subject: &str, states: &States) -> Result<Option<Account>> {
        let banned = states.get::<Banned>().expect("it is a state").0.lock().expect("nobody panics");
        Ok((!banned.contains(subject)).then(|| Account::new(subject)))
    }
}

#[input]
pub struct Name {
    name: String,
}

#[route]
pub struct Login {
    sign_ins: SignIns,
    sessions: Sessions,
}

#[route]
impl Login {
    /// The page with the form.
    #[public]
    async fn get(&self) -> &'static str {
        "who are you?"
    }

    #[public]
    async fn post(&self, Form(name): Form<Name>) -> Result<(SetCookie, &'static str)> {
        let epoch = self.sign_ins.epoch(&name.name).await?;
        let cookie = self.sessions.open(&name.name, epoch).await?;
        Ok((cookie.ok_or_else(|| Error::unauthorized("Invalid credentials"))?, "welcome"))
    }

    /// A login during which all sign-ins of the account are ended.
    #[public]
    async fn put(&self, Form(name): Form<Name>) -> Result<(SetCookie, &'static str)> {
        let epoch = self.sign_ins.epoch(&name.name).await?;
        self.sign_ins.revoke_all(&name.name).await?;
        let cookie = self.sessions.open(&name.name, epoch).await?;
        Ok((cookie.ok_or_else(|| Error::unauthorized("Invalid credentials"))?, "welcome"))
    }
}

#[route]
pub struct Logout {
    sessions: Sessions,
}

#[route]
impl Logout {
    #[public]
    async fn post(&self) -> Result<(SetCookie, &'static str)> {
        Ok((self.sessions.close().await?, "good-bye"))
    }
}

#[route]
pub struct Me {
    me: Principal,
    sign_ins: SignIns,
}

#[route]
impl Me {
    #[requires]
    async fn get(&self) -> String {
        format!("{} by {}", self.me.name(), self.me.scheme())
    }

    #[requires]
    async fn post(&self) -> &'static str {
        "changed"
    }

    /// Ends all sessions.
    #[requires]
    async fn delete(&self) -> Result<&'static str> {
        self.sign_ins.revoke_all(self.me.subject()).await?;
        Ok("ended")
    }
}

#[route]
pub struct Maybe;

#[route]
impl Maybe {
    #[public]
    async fn get(&self, me: Option<Principal>) -> String {
        me.map_or("nobody".to_owned(), |me| me.name().to_owned())
    }
}

/// Who may act.
#[route]
pub struct Bans {
    sign_ins: SignIns,
}

#[route]
impl Bans {
    #[requires]
    async fn put(&self, Path(name): Path<String>, State(banned): State<Banned>) -> Result<&'static str> {
        banned.set(&name, true);
        self.sign_ins.revoke_all(&name).await?;
        Ok("banned")
    }

    #[requires]
    async fn delete(&self, Path(name): Path<String>, State(banned): State<Banned>) -> &'static str {
        banned.set(&name, false);
        self.sign_ins.changed(&name);
        "lifted"
    }
}

#[input]
pub struct Transfer {
    form_token: String,
}

#[route]
pub struct Transfers;

#[route]
impl Transfers {
    #[requires]
    async fn get(&self, form_token: FormToken) -> String {
        form_token.value()
    }

    #[requires]
    async fn post(&self, form_token: FormToken, Form(transfer): Form<Transfer>) -> Result<&'static str> {
        form_token.verify(&transfer.form_token)?;
        Ok("done")
    }
}

#[input]
pub struct Draft {
    name: String,
    text: String,
    seconds: u64,
}

/// Keeps what it is told under the name that it is told.
#[route]
pub struct Drafts {
    cookies: Cookies,
}

#[route]
impl Drafts {
    #[public]
    async fn get(&self, #[query] name: String) -> String {
        format!("{:?} {:?}", self.cookies.get_encrypted(&name), self.cookies.get_signed(&name))
    }

    #[public]
    async fn post(&self, Form(draft): Form<Draft>) -> Result<(SetCookie, &'static str)> {
        Ok((self.cookies.encrypted(&draft.name, &draft.text, Duration::from_secs(draft.seconds))?, "kept"))
    }

    #[public]
    async fn put(&self, Form(draft): Form<Draft>) -> Result<(SetCookie, &'static str)> {
        Ok((self.cookies.signed(&draft.name, &draft.text, Duration::from_secs(draft.seconds))?, "kept"))
    }

    #[public]
    async fn delete(&self, #[query] name: String) -> Result<(SetCookie, &'static str)> {
        Ok((self.cookies.clear(&name)?, "gone"))
    }
}

pub fn app(banned: &Banned, sessions: SessionAuth) -> App {
    let files = [
        file::<Login>("/login", "login.rs"),
        file::<Logout>("/logout", "logout.rs"),
        file::<Me>("/me", "me.rs"),
        file::<Bans>("/bans/{name}", "bans.rs"),
        file::<Maybe>("/maybe", "maybe.rs"),
        file::<Transfers>("/transfers", "transfers.rs"),
        file::<Drafts>("/drafts", "drafts.rs"),
    ];
    App::new(Tree::new(files)).state(banned.clone()).accounts(Everybody).authenticate(sessions)
}

/// A server that this process ends, and who is banned in it.
pub struct Running {
    pub server: Server,
    pub banned: Banned,
}

impl Running {
    pub async fn with(sessions: SessionAuth, variables: &[(&str, &str)]) -> Self {
        Self::sharing(&Banned::default(), sessions, variables).await
    }

    /// Another process of the application with these accounts.
    pub async fn sharing(banned: &Banned, sessions: SessionAuth, variables: &[(&str, &str)]) -> Self {
        let all = variables.iter().copied().chain([("REROUTE_ENV", "test")]);
        let edge: Edge = connected(app(banned, sessions), all).await.expect("the application starts");
        let server = Server::serve(edge, Setup::default()).await.expect("it serves");
        Self { server, banned: banned.clone() }
    }

    pub async fn start() -> Self {
        Self::with(SessionAuth::new(), &[]).await
    }

    pub fn browser(&self) -> Browser {
        Browser::of(self.server.address())
    }

    /// A browser in which this account is signed in.
    pub async fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        assert_eq!(browser.login(name).await.status, 200);
        browser
    }
}
