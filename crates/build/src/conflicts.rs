//! What no single file shows: two that want the same.

use std::collections::BTreeMap;

use crate::tree::Module;
use crate::{Error, ErrorKind};

/// The conflicts between patterns, each given with its file.
///
/// It refuses all that the router refuses, and two names for a parameter, which the router accepts as long as the URLs
/// differ further on: what a place in a URL is called should not depend on what follows it.
pub(crate) fn find(urls: &[(String, String)]) -> Vec<Error> {
    let mut files = BTreeMap::<&str, Vec<&str>>::new();
    let mut places = BTreeMap::<String, Place<'_>>::new();
    for (pattern, file) in urls {
        files.entry(pattern).or_default().push(file);

        let (mut start, mut key) = (0, String::new());
        for segment in pattern.split_inclusive('/') {
            let name = segment.trim_end_matches('/');
            if let Some(name) = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                let place = places.entry(key.clone()).or_insert_with(|| Place::new(&pattern[..start]));
                match name.strip_prefix('*') {
                    Some(name) => place.catch_alls.entry(name).or_insert(file),
                    None => place.parameters.entry(name).or_insert(file),
                };
                key += "{}/";
            } else {
                key += segment;
            }
            start += segment.len();
        }
    }

    let same = files.into_iter().filter(|(_, files)| files.len() > 1);
    same.map(|(url, files)| Error::new(ErrorKind::SameUrl(url.to_owned()), files))
        .chain(places.values().flat_map(Place::conflicts))
        .collect()
}

/// The conflicts between the modules of one folder, each given with its file.
pub(crate) fn modules(modules: &[(Module, &String)]) -> Vec<Error> {
    let mut files = BTreeMap::<&str, Vec<&String>>::new();
    for (module, file) in modules {
        files.entry(&module.name).or_default().push(file);
    }
    let same = files.into_iter().filter(|(_, files)| files.len() > 1);
    same.map(|(name, files)| Error::new(ErrorKind::SameModule(name.to_owned()), files)).collect()
}

/// Where parameters begin, and for each name the first file.
struct Place<'a> {
    url: &'a str,
    parameters: BTreeMap<&'a str, &'a str>,
    catch_alls: BTreeMap<&'a str, &'a str>,
}

impl<'a> Place<'a> {
    fn new(url: &'a str) -> Self {
        Self { url, parameters: BTreeMap::new(), catch_alls: BTreeMap::new() }
    }

    fn conflicts(&self) -> Vec<Error> {
        let mut conflicts = Vec::new();
        for names in [&self.parameters, &self.catch_alls] {
            if names.len() > 1 {
                let kind = ErrorKind::TwoNames {
                    place: self.url.to_owned(),
                    names: names.keys().map(|&name| name.to_owned()).collect(),
                };
                conflicts.push(Error::new(kind, names.values().copied()));
            }
        }
        if let (Some(parameter), Some(rest)) = (self.parameters.values().next(), self.catch_alls.values().next()) {
            let kind = ErrorKind::ParameterAndCatchAll(self.url.to_owned());
            conflicts.push(Error::new(kind, [*parameter, *rest]));
        }
        conflicts
    }
}
