use super::{
    keys::{KEYS, Key},
    own::OwnSettings,
    settings::{Environment, Settings},
    source::{self, Entry, Origin, Section, Written},
    start,
};
use reroute_core::nearest::nearest;
use std::{collections::BTreeMap, path::Path};

/// The settings, the application's own, and what is wrong with what was written.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) settings: Settings,
    pub(crate) own: OwnSettings,
    pub(crate) wrong: Vec<String>,
    /// Whether the environment is certain, so that its rules can be asked after.
    pub(crate) is_certain: bool,
}

impl Loaded {
    /// What is wrong of which database is meant, or may be: a key of its own with a wrong value is another matter, and so is a name that is
    /// no key, unless it was meant to be this one.
    #[cfg(feature = "db")]
    pub(crate) fn wrong_for_database(&self) -> Vec<String> {
        let is_other = |why: &str| {
            let key = why.split_once(':').map(|(key, _)| key);
            let other = KEYS.iter().any(|known| known.name != "database_url" && Some(known.name) == key);
            let nobodys = why.starts_with("there is no ") && !why.contains("did you mean `database_url`");
            other || nobodys
        };
        self.wrong.iter().filter(|why| !is_other(why)).cloned().collect()
    }
}

/// The section of `reroute.toml`, and the part of a variable's name, that are the application's own.
const OWN: &str = "app";

const PREFIX: &str = "REROUTE_";

const ENV: &str = "REROUTE_ENV";

/// Whether a variable is one of ours, by its name.
fn is_ours(name: &str) -> bool {
    name.starts_with(PREFIX) || KEYS.iter().any(|key| key.also == Some(name))
}

/// The settings of this folder and process.
pub(crate) fn read() -> Loaded {
    let mut variables = BTreeMap::new();
    let mut broken = Vec::new();
    for (name, value) in std::env::vars_os() {
        // A name that is no text is nobody's.
        let Ok(name) = name.into_string() else { continue };
        match value.into_string() {
            Ok(value) => {
                variables.insert(name, value);
            }
            Err(_) if is_ours(&name) => {
                broken.push(format!("the variable {name} is no text: write it in UTF-8"));
            }
            Err(_) => {}
        }
    }
    let mut loaded = load(Path::new("."), &variables);
    loaded.is_certain &= broken.is_empty();
    loaded.wrong.extend(broken);
    loaded
}

/// Reads everything that is written, the later winning. What is unknown or ill-typed is gathered, each with where it stands and what to
/// write.
pub(crate) fn load(folder: &Path, variables: &BTreeMap<String, String>) -> Loaded {
    let mut wrong = Vec::new();
    let process = source::environment(variables);
    let dotenv = gathered(source::dotenv(folder, ".env"), &mut wrong);
    // The environment decides which files are read, so that it cannot stand in one that depends on it.
    let last = |entries: &[Entry]| {
        let entry = entries.iter().rfind(|entry| entry.key == ENV)?;
        Some((text(entry), entry.origin.clone()))
    };
    let named = last(&process).or_else(|| last(&dotenv));
    let environment = start::environment(named.as_ref().map(|(name, origin)| (name.as_str(), origin)));
    let is_certain = environment.is_ok();
    let environment = environment.unwrap_or_else(|why| {
        wrong.push(why);
        Environment::Production
    });
    let mut settings = Settings::of(environment);
    settings.is_named = named.is_some();
    let mut loaded = Loaded { settings, own: OwnSettings::default(), wrong, is_certain };
    let file = format!(".env.{environment}");
    let of_environment = gathered(source::dotenv(folder, &file), &mut loaded.wrong);
    for entry in of_environment.iter().filter(|entry| entry.key == ENV) {
        let why = "it decides which files are read, and cannot stand in one of them: write it into .env or the process's environment";
        loaded.wrong.push(format!("env: {why} ({})", entry.origin));
    }
    match source::toml(folder) {
        Ok(sections) => read_toml(sections, environment, &mut loaded),
        Err(why) => loaded.wrong.push(why),
    }
    for entries in [dotenv, of_environment, process] {
        refuse_doubles(&entries, &mut loaded.wrong);
        for entry in entries {
            read_variable(entry, &mut loaded);
        }
    }
    loaded
}

fn gathered(outcome: Result<Vec<Entry>, String>, wrong: &mut Vec<String>) -> Vec<Entry> {
    outcome.unwrap_or_else(|why| {
        wrong.push(why);
        Vec::new()
    })
}

/// A key by both of its names in one place: which one is meant cannot be known.
fn refuse_doubles(entries: &[Entry], wrong: &mut Vec<String>) {
    for key in KEYS {
        let Some(also) = key.also else { continue };
        let full = format!("{PREFIX}{}", key.name.to_ascii_uppercase());
        let named = |name: &str| entries.iter().rfind(|entry| entry.key == name);
        if let (Some(short), Some(long)) = (named(also), named(&full))
            && text(short) != text(long)
        {
            wrong.push(format!("{}: {also} and {full} say different things: keep one ({})", key.name, long.origin));
        }
    }
}

fn text(entry: &Entry) -> String {
    match &entry.written {
        Written::Text(text) | Written::Toml(source::Plain::Text(text)) => text.clone(),
        Written::Toml(_) => String::new(),
    }
}

fn read_toml(sections: Vec<Section>, environment: Environment, loaded: &mut Loaded) {
    let known: Vec<&str> = Environment::NAMES.into_iter().chain([OWN]).collect();
    let (mut general, mut own, mut special) = (Vec::new(), Vec::new(), Vec::new());
    for Section { name, entries, origin } in sections {
        match name.as_str() {
            "" => general = entries,
            OWN => own = entries,
            name if name == environment.name() => special = entries,
            name if known.contains(&name) => check_only(&entries, &mut loaded.wrong),
            unknown => {
                let hint = hint(unknown, &known);
                loaded.wrong.push(format!("there is no section [{}]{hint} ({origin})", plain(unknown)));
            }
        }
    }
    for entry in general.into_iter().chain(special) {
        match Key::named(&entry.key) {
            Some(key) => set(key, &entry, &mut loaded.settings, &mut loaded.wrong),
            None => loaded.wrong.push(unknown(&entry)),
        }
    }
    for entry in own {
        loaded.own.add(entry);
    }
}

/// A section of another environment is not in force, but what is wrong in it shall not wait for the day that it is.
fn check_only(entries: &[Entry], wrong: &mut Vec<String>) {
    let mut unused = Settings::of(Environment::Test);
    for entry in entries {
        match Key::named(&entry.key) {
            Some(key) => set(key, entry, &mut unused, wrong),
            None => wrong.push(unknown(entry)),
        }
    }
}

fn read_variable(entry: Entry, loaded: &mut Loaded) {
    if let Some(key) = KEYS.iter().find(|key| key.also == Some(entry.key.as_str())) {
        return set(key, &entry, &mut loaded.settings, &mut loaded.wrong);
    }
    let Some(name) = entry.key.strip_prefix(PREFIX) else { return };
    if entry.key == ENV {
        return;
    }
    let lower = name.to_ascii_lowercase();
    let is_upper = !name.bytes().any(|byte| byte.is_ascii_lowercase());
    match (Key::named(&lower), lower.strip_prefix("app_")) {
        (Some(key), _) if is_upper => set(key, &entry, &mut loaded.settings, &mut loaded.wrong),
        (_, Some(own)) if is_upper => loaded.own.add(Entry { key: own.to_owned(), ..entry }),
        _ => loaded.wrong.push(unknown(&Entry { key: lower, ..entry })),
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
