use super::keys::KEYS;
use std::fmt::Write;

/// The reference page of all keys, as Markdown, made from the table that loading reads.
///
/// ```
/// assert!(reroute::config::reference().contains("| `allowed_hosts` | `REROUTE_ALLOWED_HOSTS` |"));
/// ```
pub fn reference() -> String {
    let mut page = String::from(
        "# Settings\n\n\
         Read, the later winning, from `reroute.toml` (its top level, then the section of the environment), `.env`, `.env.{environment}`, and the \
         process's environment. A value in `.env` is literal: `$` stands for itself. `REROUTE_ENV` is `development`, `production` or `test` and decides which sections and files are read; it may be left out \
         in a debug build that listens on a loopback address. `[app]` in `reroute.toml`, or `REROUTE_APP_…`, is the application's own. What is unknown or ill-typed \
         stops the start.\n\n\
         | key | variable | holds | without | what it does |\n| --- | --- | --- | --- | --- |\n",
    );
    for key in KEYS {
        let also = key.also.map(|also| format!(", `{also}`")).unwrap_or_default();
        // Nothing fails to write into a `String`.
        let _ = writeln!(
            page,
            "| `{}` | `REROUTE_{}`{also} | {} | {} | {} |",
            key.name,
            key.name.to_ascii_uppercase(),
            key.kind.described(),
            if key.default.is_empty() { "not set".to_owned() } else { format!("`{}`", key.default) },
            key.doc,
        );
    }
    page
}
