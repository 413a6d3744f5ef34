//! Building again after a word was changed in one route file: the shop, beside the same shop in plain axum.

use super::{Built, Copy};
use crate::{
    Result,
    report::{Row, Target, median, progress},
};
use std::{fs, path::PathBuf};

/// How often each program has its turn, after one that is not counted.
const ROUNDS: usize = 7;

/// Measures both programs in alternating rounds.
///
/// # Errors
///
/// When one does not build, or its file no longer has the string.
pub fn measure() -> Result<Vec<Row>> {
    let copy = Copy::new("edit")?;
    let mut shop = Program::new(&copy, "shop", "examples/shop/src/routes/users/[id].rs", "Forgets(\"posts")?;
    let mut plain = Program::new(&copy, "plain-shop", "bench/plain-shop/src/routes/users/by_id.rs", "forget(\"posts")?;
    progress("builds both shops for the first time");
    // Once as it is, once to fill what is kept for the next time.
    for program in [&mut shop, &mut plain] {
        copy.build(program.package)?;
        program.edit(&copy, 0)?;
    }
    for round in 1..=ROUNDS {
        for program in [&mut shop, &mut plain] {
            let built = program.edit(&copy, round)?;
            let Built { wall, user, .. } = built;
            progress(&format!("edit {round} of {ROUNDS}, {}: {wall:.2} s, {user:.2} s user", program.package));
            program.builds.push(built);
        }
    }
    let row = |what: &str, figure: fn(&Built) -> f64, target| {
        let [shop, plain] = [&shop, &plain].map(|program| median(program.builds.iter().map(figure)));
        let what = format!("building again after an edit of a route file: {what}, shop / plain-shop");
        Row::ratio(what, format!("{shop:.2} s / {plain:.2} s"), shop / plain, target)
    };
    Ok(vec![
        row("time", |built| built.wall, Some(Target::AtMost(1.3))),
        row("user processor time", |built| built.user, None),
    ])
}

struct Program {
    package: &'static str,
    file: PathBuf,
    source: String,
    /// What is changed: a string in the body of the handler that deletes an account, up to its end.
    before: &'static str,
    builds: Vec<Built>,
}

impl Program {
    fn new(copy: &Copy, package: &'static str, file: &str, before: &'static str) -> Result<Self> {
        let path = copy.root.join(file);
        let source = fs::read_to_string(&path)?;
        if !source.contains(before) {
            return Err(format!("{file} has no `{before}` to be changed").into());
        }
        Ok(Self { package, file: path, source, before, builds: Vec::new() })
    }

    /// Changes the string into another one each time, and builds.
    fn edit(&self, copy: &Copy, nth: usize) -> Result<Built> {
        let Self { before, .. } = self;
        fs::write(&self.file, self.source.replace(before, &format!("{before}-{nth}")))?;
        copy.build(self.package)
    }
}
