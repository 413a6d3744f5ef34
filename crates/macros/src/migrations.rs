//! `migrations!`.

use proc_macro2::TokenStream;
use quote::quote;
use reroute_core::migration;
use std::{fs, io, path::Path};
use syn::{Error, LitStr, Result};

pub(crate) fn expand(input: TokenStream) -> Result<TokenStream> {
    let folder: LitStr = syn::parse2(input).map_err(|error| {
        Error::new(error.span(), "write the folder beside Cargo.toml: `migrations!(\"migrations\")`")
    })?;
    let wrong = |why: String| Error::new(folder.span(), why);
    let root =
        std::env::var("CARGO_MANIFEST_DIR").map_err(|_| wrong("cargo does not say where the package is".to_owned()))?;
    let shown = folder.value();
    let path = Path::new(&root).join(&shown);
    if !path.is_dir() {
        return Err(wrong(format!("there is no folder `{shown}` beside Cargo.toml: make it with `reroute db init`")));
    }
    let mut files = Vec::new();
    list(&path, "", &mut files).map_err(|error| wrong(format!("`{shown}` cannot be read: {error}")))?;
    files.sort();
    let reasons = migration::wrong(&files.iter().map(String::as_str).collect::<Vec<_>>());
    if !reasons.is_empty() {
        return Err(wrong(reasons.join("\n")));
    }
    let paths = files.iter().map(|file| path.join(file).display().to_string());
    Ok(quote! {
        ::reroute::Migrations::embedded(#folder, &[#((#files, ::core::include_str!(#paths))),*])
    })
}

/// The SQL files in a folder and the folders in it, a level deep, from the folder on.
fn list(folder: &Path, prefix: &str, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_folder = entry.path().is_dir();
        if is_folder && prefix.is_empty() && !name.starts_with('.') {
            list(&entry.path(), &format!("{name}/"), files)?;
        } else if !is_folder && name.to_ascii_lowercase().ends_with(".sql") {
            files.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}
