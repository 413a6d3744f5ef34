//! Files of a folder, over a real socket.
#![allow(missing_docs, unreachable_pub, reason = "tests are read, not called")]

#[path = "../support/mod.rs"]
mod support;
#[path = "../support/wire.rs"]
mod wire;

mod conditional;
mod downloads;
mod given_out;
mod kept_inside;
mod ranges;
mod variants;

use reroute::{App, Files, MountAccess, Tree, testing::Server};
use std::{fs, path::Path};
use support::ByName;
use tempfile::TempDir;

/// A folder with something beside it that nobody may see.
pub struct Site {
    pub dir: TempDir,
    pub server: Server,
}

impl Site {
    /// The files of `made`, at `/static`.
    pub async fn of(made: impl FnOnce(&Path)) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("secret.txt"), "a secret").expect("a file");
        let public = dir.path().join("public");
        fs::create_dir(&public).expect("a folder");
        made(&public);
        let app = App::new(Tree::new([]))
            .authenticate(ByName)
            .files("/static", public.clone(), MountAccess::public())
            .files("/hashed", Files::of(&public).immutable(), MountAccess::public())
            .files("/closed", Files::of(&public), MountAccess::roles(["staff"]));
        Self { dir, server: Server::start(app).await.expect("it starts") }
    }

    /// One file, `page.txt`.
    pub async fn with_page(content: &str) -> Self {
        Self::of(|folder| fs::write(folder.join("page.txt"), content).expect("a file")).await
    }
}
