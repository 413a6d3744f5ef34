//! Did you mean …?

/// The word of `known` that `word` was most likely meant to be, if one is near enough to be worth saying.
///
/// Near is an optimal-string-alignment distance of at most a third of the longer word, and at least one.
///
/// ```
/// use reroute_core::nearest::nearest;
///
/// assert_eq!(nearest("gett", &["get", "post"]), Some("get"));
/// assert_eq!(nearest("frobnicate", &["get", "post"]), None);
/// ```
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = |candidate: &&str| {
        let longer = word.chars().count().max(candidate.chars().count());
        let distance = distance(word, candidate);
        (distance <= (longer / 3).max(1)).then_some(distance)
    };
    known
        .iter()
        .filter_map(|candidate| near(candidate).map(|distance| (distance, *candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before_last = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before_last[j - 2] + 1);
            }
            row.push(least);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_near() {
        let verbs = ["get", "post", "put", "patch", "delete", "head", "options"];
        for (slip, meant) in [
            ("gett", "get"),
            ("pots", "post"),
            ("delet", "delete"),
            ("pathc", "patch"),
            ("option", "options"),
            ("GET", ""),
        ] {
            assert_eq!(nearest(slip, &verbs).unwrap_or(""), meant, "{slip}");
        }
    }
}
