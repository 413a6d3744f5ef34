use super::{
    keys::{KEYS, Key},
    own::OwnSettings,
    settings::{Environment, Settings},
    source::{self, Entry, Origin, Written},
    start,
};
use reroute_core::nearest::nearest;
use std::{collections::BTreeMap, path::Path};

/// The settings, and the application's own.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) settings: Settings,
    pub(crate) own: OwnSettings,
}

/// The section of `reroute.toml`, and the part of a variable's name, that are the application's own.
const OWN: &str = "app";

const PREFIX: &str = "REROUTE_";

/// Reads everything that is written, the later winning.
///
/// # Errors
///
/// All that is unknown, ill-typed or missing, each with where it stands and what to write.
pub(crate) fn load(folder: &Path, variables: &BTreeMap<String, String>) -> Result<Loaded, Vec<String>> {
    let mut wrong = Vec::new();
    let mut note = |outcome: Result<Vec<Entry>, String>| {
        outcome.unwrap_or_else(|why| {
            wrong.push(why);
            Vec::new()
        })
    };
    let process = source::environment(variables);
    let dotenv = note(source::dotenv(folder, ".env"));
    let named = |entries: &[Entry]| {
        entries.iter().find(|entry| entry.key == "REROUTE_ENV").map(|entry| (text(entry), entry.origin.clone()))
    };
    // The environment decides which files are read, so that it cannot stand in one that depends on it.
    let named = named(&process).or_else(|| named(&dotenv));
    let listens_at_home = listens_at_home(folder, &process, &dotenv);
    let environment = start::environment(named.as_ref().map(|(name, origin)| (name.as_str(), origin)), listens_at_home);
    let environment = environment.unwrap_or_else(|why| {
        wrong.push(why);
        Environment::Production
    });
    let mut loaded = Loaded { settings: Settings::of(environment), own: OwnSettings::default() };
    let mut note = |outcome: Result<Vec<Entry>, String>| {
        outcome.unwrap_or_else(|why| {
            wrong.push(why);
            Vec::new()
        })
    };
    let of_environment = note(source::dotenv(folder, &format!(".env.{environment}")));
    match source::toml(folder) {
        Ok(sections) => read_toml(sections, environment, &mut loaded, &mut wrong),
        Err(why) => wrong.push(why),
    }
    for entry in [dotenv, of_environment, process].into_iter().flatten() {
        read_variable(entry, &mut loaded, &mut wrong);
    }
    if wrong.is_empty() { Ok(loaded) } else { Err(wrong) }
}

/// Whether the address to listen on is, as far as can be told before all is read, one of the loopback.
fn listens_at_home(folder: &Path, process: &[Entry], dotenv: &[Entry]) -> bool {
    let variable = |entries: &[Entry]| entries.iter().find(|entry| entry.key == "REROUTE_HOST").map(text);
    let toml = || {
        let sections = source::toml(folder).ok()?;
        let in_force = sections.iter().filter(|(name, _)| name.is_empty() || name == "development");
        in_force.flat_map(|(_, entries)| entries).rfind(|entry| entry.key == "host").map(text)
    };
    let host = variable(process).or_else(|| variable(dotenv)).or_else(toml);
    host.is_none_or(|host| {
        host == "localhost"
            || host.trim_matches(['[', ']']).parse().is_ok_and(|host: std::net::IpAddr| host.is_loopback())
    })
}

fn text(entry: &Entry) -> String {
    match &entry.written {
        Written::Text(text) | Written::Toml(source::Plain::Text(text)) => text.clone(),
        Written::Toml(_) => String::new(),
    }
}

fn read_toml(
    sections: Vec<(String, Vec<Entry>)>,
    environment: Environment,
    loaded: &mut Loaded,
    wrong: &mut Vec<String>,
) {
    let known: Vec<&str> = Environment::NAMES.into_iter().chain([OWN]).collect();
    let (mut general, mut own, mut special) = (Vec::new(), Vec::new(), Vec::new());
    for (name, entries) in sections {
        match name.as_str() {
            "" => general = entries,
            OWN => own = entries,
            name if name == environment.name() => special = entries,
            name if known.contains(&name) => check_only(entries, wrong),
            unknown => {
                wrong.push(format!("reroute.toml: there is no section [{}]{}", plain(unknown), hint(unknown, &known)));
            }
        }
    }
    for entry in general.into_iter().chain(special) {
        match Key::named(&entry.key) {
            Some(key) => set(key, &entry, &mut loaded.settings, wrong),
            None => wrong.push(unknown(&entry)),
        }
    }
    for entry in own {
        loaded.own.add(entry);
    }
}

/// A section of another environment is not in force, but what is wrong in it shall not wait for the day that it is.
fn check_only(entries: Vec<Entry>, wrong: &mut Vec<String>) {
    let mut unused = Settings::of(Environment::Test);
    for entry in entries {
        match Key::named(&entry.key) {
            Some(key) => set(key, &entry, &mut unused, wrong),
            None => wrong.push(unknown(&entry)),
        }
    }
}

fn read_variable(entry: Entry, loaded: &mut Loaded, wrong: &mut Vec<String>) {
    if let Some(key) = KEYS.iter().find(|key| key.also == Some(entry.key.as_str())) {
        return set(key, &entry, &mut loaded.settings, wrong);
    }
    let Some(name) = entry.key.strip_prefix(PREFIX) else { return };
    let name = name.to_ascii_lowercase();
    if name == "env" {
        return;
    }
    if let Some(key) = Key::named(&name) {
        return set(key, &entry, &mut loaded.settings, wrong);
    }
    match name.strip_prefix("app_") {
        Some(own) => loaded.own.add(Entry { key: own.to_owned(), ..entry }),
        None => wrong.push(unknown(&Entry { key: name, ..entry })),
    }
}

fn set(key: &Key, entry: &Entry, settings: &mut Settings, wrong: &mut Vec<String>) {
    let value = match &entry.written {
        Written::Text(text) => key.kind.read(text),
        Written::Toml(value) => key.kind.read_toml(value),
    };
    if let Err(why) = value.and_then(|value| (key.set)(settings, value)) {
        wrong.push(format!("{}: {} ({})", key.name, plain(&why), entry.origin));
    }
}

fn unknown(entry: &Entry) -> String {
    let known: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    let shown = match &entry.origin {
        Origin::Variable(name) => name,
        Origin::Line { .. } => &entry.key,
    };
    format!("there is no key `{}`{} ({})", plain(shown), hint(&entry.key, &known), entry.origin)
}

/// As much of a text as makes one line that can be read.
pub(super) fn plain(text: &str) -> String {
    const MOST: usize = 400;
    let is_odd = |c: char| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut shown: String = text.chars().take(MOST).map(|c| if is_odd(c) { ' ' } else { c }).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

fn hint(word: &str, known: &[&str]) -> String {
    nearest(word, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}
