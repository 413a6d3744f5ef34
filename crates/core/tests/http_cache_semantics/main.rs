//! Whether an answer may be kept, beside the npm package `http-cache-semantics`, which judges by RFC 9111 for the caches of others: whatever
//! ours keeps, theirs would store, and where ours refuses what theirs would store, [`STRICTER`] says why.
//!
//! `cargo xtask corpora` fetches the package. One process of `node` judges all rows.
//!
//! Both judge what the handler itself answered. What the cache adds to a kept answer (`Cache-Control: public, no-cache` or `private, no-cache`,
//! `ETag`, `Age`) comes after the decision and has no part in it. One declaration stands for a header: `shared = "why"` says of the answers to
//! callers with credentials what `public` says (RFC 9111, section 3.5), so that there `public` is added to what theirs is told.

mod rows;

use reroute_core::caching::{NotKept, may_keep};
use rows::{Declared, Row};
use serde_json::{Value, json};
use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

/// Where ours may refuse what theirs would store.
struct Stricter {
    reason: NotKept,
    /// Of which rows.
    of: fn(&Row) -> bool,
    why: &'static str,
}

const STRICTER: [Stricter; 12] = [
    Stricter {
        reason: NotKept::Method,
        of: |row| row.method == "POST",
        why: "POST changes something: its answer is for whoever sent it, however long it says that it is fresh",
    },
    Stricter {
        reason: NotKept::Status,
        of: |row| row.status != 200,
        why: "a redirection, an error or an absence may be over the next moment, and nobody asked for it to be kept",
    },
    Stricter {
        reason: NotKept::SetCookie,
        of: |row| row.sets_cookie,
        why: "a cookie is one caller's; theirs stores it and says only later that it is not fresh",
    },
    Stricter {
        reason: NotKept::Vary,
        of: |row| row.vary.iter().any(|line| line.contains('*')),
        why: "what depends on more than headers is never found again; theirs stores it and says so only when asked for it",
    },
    Stricter {
        reason: NotKept::Forbidden,
        of: |row| !row.declared.is_shared() && row.answers("private"),
        why: "a caller's own entry lies on a server, too: `private` speaks of the caller's own machine",
    },
    Stricter {
        reason: NotKept::Forbidden,
        of: |row| row.answers_but_for_case(&["no-store", "private"]),
        why: "names of directives have no case (RFC 9111, section 5.2); theirs compares them as they stand",
    },
    Stricter {
        reason: NotKept::Forbidden,
        of: |row| row.answered.iter().any(|line| line.contains("no-store=\"\"") || line.contains("private=\"\"")),
        why: "an argument takes nothing back; theirs takes an empty one for the directive's absence",
    },
    Stricter {
        reason: NotKept::Malformed,
        of: |row| row.is_answer_malformed,
        why: "what a line that breaks the grammar was meant to forbid cannot be known",
    },
    Stricter { reason: NotKept::NoStore, of: |row| row.is_asking_malformed, why: "the same of a request's line" },
    Stricter {
        reason: NotKept::NoStore,
        of: |row| row.asks_but_for_case("no-store"),
        why: "names of directives have no case, in requests neither",
    },
    Stricter {
        reason: NotKept::Credentials,
        of: |row| row.has_authorization && !row.declared.has_reason(),
        why: "`public`, `s-maxage` and `must-revalidate` are written without a thought of credentials: ours wants a reason, or to know the caller",
    },
    Stricter {
        reason: NotKept::Credentials,
        of: |row| row.has_cookie && !row.declared.has_reason(),
        why: "cookies are credentials in all but name; RFC 9111 speaks of `Authorization` alone",
    },
];

/// Where theirs refuses what ours keeps: not a rule, but a misreading. It takes a comma within a quoted argument for the end of a directive (RFC 9110,
/// section 5.6.4 makes it text), so that a word between two of them forbids.
const MISREAD: &str = "ext=\"a, no-store, b\"";

#[test]
fn whatever_is_kept_others_would_store() {
    let rows = rows::all();
    assert!(rows.len() > 5_000, "only {} rows", rows.len());
    let theirs = ask(&rows);
    let (mut both, mut misread) = (0, 0);
    let mut met = [0; STRICTER.len()];
    for (row, would_store) in rows.iter().zip(theirs) {
        match (ours(row), would_store) {
            (Ok(()), true) => both += 1,
            (Ok(()), false) => {
                assert!(row.answered == [MISREAD], "ours keeps what theirs would not store: {row:?}");
                misread += 1;
            }
            (Err(_), false) => {}
            (Err(reason), true) => {
                let at = STRICTER.iter().position(|stricter| stricter.reason == reason && (stricter.of)(row));
                met[at.unwrap_or_else(|| panic!("ours refuses what theirs would store, for {reason:?}: {row:?}"))] += 1;
            }
        }
    }
    assert!(both > 1_000, "only {both} rows are kept by both");
    assert!(misread > 0, "theirs reads {MISREAD} as ours does by now");
    for (stricter, met) in STRICTER.iter().zip(met) {
        assert!(met > 0, "there is no row for: {}", stricter.why);
    }
}

fn ours(row: &Row) -> Result<(), NotKept> {
    let bytes = |lines: &[&'static str]| lines.iter().map(|line| line.as_bytes()).collect::<Vec<_>>();
    let (asked, answered, vary) = (bytes(&row.asked), bytes(&row.answered), bytes(&row.vary));
    may_keep(&reroute_core::caching::Exchange {
        method: row.method,
        status: row.status,
        asked: &asked,
        has_credentials: row.has_authorization || row.has_cookie,
        is_told_apart: matches!(row.declared, Declared::OfCaller | Declared::SharedBecause),
        answered: &answered,
        sets_cookie: row.sets_cookie,
        vary: &vary,
    })
}

/// Whether theirs would store each.
fn ask(rows: &[Row]) -> Vec<bool> {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("http-cache-semantics/package");
    assert!(package.is_dir(), "http-cache-semantics is not at {}: `cargo xtask corpora` fetches it", package.display());
    let rows: Vec<Value> = rows.iter().map(told).collect();
    let count = rows.len();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http_cache_semantics/ask.js");
    let mut node = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is there: `cargo xtask test` installs it");
    let mut stdin = node.stdin.take().expect("it is piped");
    // It writes nothing before it has read all.
    stdin.write_all(json!({ "package": package, "rows": rows }).to_string().as_bytes()).expect("node reads to the end");
    drop(stdin);
    let output = node.wait_with_output().expect("node comes to an end");
    assert!(output.status.success(), "node failed");
    assert_eq!(output.stdout.len(), count, "a digit for each row");
    output.stdout.iter().map(|digit| *digit == b'1').collect()
}

/// A row as theirs takes it: several lines of a header joined, as node's own server does.
fn told(row: &Row) -> Value {
    let mut request = json!({ "host": "localhost" });
    let mut response = json!({});
    let put = |headers: &mut Value, name: &str, lines: &[&str]| {
        if !lines.is_empty() {
            headers[name] = lines.join(", ").into();
        }
    };
    put(&mut request, "cache-control", &row.asked);
    put(&mut request, "authorization", if row.has_authorization { &["Bearer a"] } else { &[] });
    put(&mut request, "cookie", if row.has_cookie { &["a=b"] } else { &[] });
    let declared: &[&str] = if row.declared == Declared::SharedBecause { &["public"] } else { &[] };
    put(&mut response, "cache-control", &[&row.answered, declared].concat());
    put(&mut response, "vary", &row.vary);
    if row.sets_cookie {
        response["set-cookie"] = json!(["a=b"]);
    }
    for (name, value) in row.others {
        response[*name] = (*value).into();
    }
    json!({
        "request": { "method": row.method, "url": "/", "headers": request },
        "response": { "status": row.status, "headers": response },
        "shared": row.declared.is_shared(),
    })
}
