//! Whatever names a file, it is one below its folder; whatever a file is called, its header holds one safe name; a part lies within its file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reroute_core::{
    coding::{Coding, preferred},
    file_name, file_path,
    range::{self, Asked},
};
use std::path::{Component, Path};

fuzz_target!(|input: (&str, u64)| {
    let (text, length) = input;
    if let Some(file) = file_path::below(text) {
        assert!(Path::new(&file).components().all(|part| matches!(part, Component::Normal(_))));
        assert!(!file.contains(['\\', ':', '\0']) && file.split('/').all(|part| !part.starts_with('.')));
    }
    let disposition = file_name::attachment(text);
    assert!(disposition.bytes().all(|byte| (0x20..0x7f).contains(&byte)) && disposition.len() < 1_000);
    assert_eq!(disposition.matches('"').count(), 2);
    if let Asked::Part(part) = range::asked(text.as_bytes(), length) {
        assert!(part.start < part.end && part.end <= length);
    }
    if preferred(&[text.as_bytes()], &Coding::ALL).is_some() {
        assert!(text.contains('*') || Coding::ALL.iter().any(|own| text.to_ascii_lowercase().contains(own.name())));
    }
});
