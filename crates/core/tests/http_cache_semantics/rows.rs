//! The exchanges that both judge: lists of what may stand in a head, and their products.

/// What `#[cache]` says of who sees an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Declared {
    /// Nothing, and nobody knows the caller.
    OfNobody,
    /// Nothing, and the caller is part of the key.
    OfCaller,
    /// `shared`.
    Shared,
    /// `shared = "why"`.
    SharedBecause,
}

impl Declared {
    const ALL: [Self; 4] = [Self::OfNobody, Self::OfCaller, Self::Shared, Self::SharedBecause];

    pub(crate) fn is_shared(self) -> bool {
        matches!(self, Self::Shared | Self::SharedBecause)
    }

    /// Whether credentials do no harm.
    pub(crate) fn has_reason(self) -> bool {
        matches!(self, Self::OfCaller | Self::SharedBecause)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) declared: Declared,
    pub(crate) method: &'static str,
    pub(crate) status: u16,
    pub(crate) asked: Vec<&'static str>,
    pub(crate) is_asking_malformed: bool,
    pub(crate) has_authorization: bool,
    pub(crate) has_cookie: bool,
    pub(crate) answered: Vec<&'static str>,
    pub(crate) is_answer_malformed: bool,
    pub(crate) vary: Vec<&'static str>,
    pub(crate) sets_cookie: bool,
    /// Headers of the answer that ours does not look at.
    pub(crate) others: &'static [(&'static str, &'static str)],
}

impl Row {
    /// Whether an answer's directive of this very spelling is there.
    pub(crate) fn answers(&self, word: &str) -> bool {
        has(&self.answered, word)
    }

    /// Whether such a directive is there, but none as it is spelled here.
    pub(crate) fn answers_but_for_case(&self, words: &[&str]) -> bool {
        words.iter().any(|word| has_but_for_case(&self.answered, word))
    }

    pub(crate) fn asks_but_for_case(&self, word: &str) -> bool {
        has_but_for_case(&self.asked, word)
    }
}

fn has(lines: &[&str], word: &str) -> bool {
    lines.iter().flat_map(|line| line.split([',', '='])).any(|part| part.trim() == word)
}

fn has_but_for_case(lines: &[&str], word: &str) -> bool {
    let is_spelled = |part: &str| part.trim().eq_ignore_ascii_case(word);
    !has(lines, word) && lines.iter().flat_map(|line| line.split([',', '='])).any(is_spelled)
}

const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "PUT", "DELETE"];

const STATUSES: [u16; 27] = [
    200, 201, 202, 203, 204, 205, 206, 226, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 410, 414, 429,
    500, 501, 503, 599,
];

const ASKED: [&[&str]; 16] = [
    &[],
    &[""],
    &["no-cache"],
    &["max-age=0"],
    &["no-store"],
    &["No-Store"],
    &["no-cache, no-store"],
    &["no-cache", "no-store"],
    &["max-age=0,no-store,min-fresh=1"],
    &["no-store=1"],
    &["only-if-cached"],
    &["ext=\"no-store\""],
    &["x-no-store"],
    &["max-stale, no-transform"],
    &[" ,\tno-store\t, "],
    &["stale-if-error=60, a=b"],
];

const ASKED_MALFORMED: [&[&str]; 6] =
    [&["\""], &["max-age="], &["no-cache no-store"], &["a=\"b"], &["no-cache", "=1"], &["no-cache;no-store"]];

const ANSWERED: [&[&str]; 50] = [
    &[],
    &[""],
    &[","],
    &["public"],
    &["Public, Max-Age=60"],
    &["private"],
    &["Private"],
    &["PRIVATE, max-age=60"],
    &["private=\"set-cookie\""],
    &["private=\"set-cookie, x-a\", max-age=60"],
    &["private=x"],
    &["private=\"\""],
    &["no-store"],
    &["no-Store"],
    &["NO-STORE, public"],
    &["no-store=1"],
    &["no-store=\"\""],
    &["no-cache"],
    &["no-cache=\"set-cookie\""],
    &["no-cache, no-store, must-revalidate"],
    &["no-cache,no-store"],
    &["max-age=60"],
    &["max-age=\"60\""],
    &["max-age=0"],
    &["max-age=-1"],
    &["max-age=many"],
    &["max-age=60, max-age=0"],
    &["max-age=99999999999999999999"],
    &["max-age=60", "no-store"],
    &["max-age=60", "private"],
    &["public", "max-age=60"],
    &["private", "public"],
    &["s-maxage=60"],
    &["s-maxage=0, max-age=60"],
    &["S-MaxAge=60"],
    &["must-revalidate"],
    &["proxy-revalidate, must-revalidate"],
    &["public, must-revalidate, max-age=60"],
    &["no-transform, immutable, max-age=31536000"],
    &["stale-while-revalidate=30, stale-if-error=60"],
    &["must-understand, no-store"],
    &["must-understand"],
    &["ext"],
    &["ext=no-store"],
    &["ext=\"no-store\", public"],
    &["ext=\"no-store, private\""],
    &["ext=\"a\\\"b\", no-store"],
    &["x-private, y-no-store=1"],
    &[" ,, public\t,\tmax-age=60 ,"],
    &[super::MISREAD],
];

const ANSWERED_MALFORMED: [&[&str]; 14] = [
    &["max-age=\"60"],
    &["max-age="],
    &["max-age =60"],
    &["no-store ;private"],
    &["=60"],
    &["public private"],
    &["public;no-store"],
    &["public; max-age=60"],
    &["max-age=60", "\""],
    &["max-age=6 0"],
    &["{no-store}"],
    &["ext=\"a\"b, public"],
    &["ext=\"a", "no-store\""],
    &["no store"],
];

const VARY: [&[&str]; 9] = [
    &[],
    &[""],
    &["accept"],
    &["Accept-Encoding, Accept-Language"],
    &["accept", "origin"],
    &["cookie"],
    &["authorization"],
    &["*"],
    &["accept, *"],
];

const VARY_MALFORMED: [&[&str]; 3] = [&["a b"], &["accept;q=1"], &["\"accept\""]];

const OTHERS: [&[(&str, &str)]; 9] = [
    &[],
    &[("expires", "Thu, 01 Jan 2099 00:00:00 GMT")],
    &[("expires", "0")],
    &[("expires", "Thu, 01 Jan 1970 00:00:00 GMT"), ("date", "Thu, 01 Jan 2026 00:00:00 GMT")],
    &[("pragma", "no-cache")],
    &[("pragma", "no-store")],
    &[("age", "1000")],
    &[("last-modified", "Thu, 01 Jan 2026 00:00:00 GMT")],
    &[("etag", "\"a\""), ("age", "-1"), ("surrogate-control", "no-store")],
];

const PLAIN: Row = Row {
    declared: Declared::Shared,
    method: "GET",
    status: 200,
    asked: Vec::new(),
    is_asking_malformed: false,
    has_authorization: false,
    has_cookie: false,
    answered: Vec::new(),
    is_answer_malformed: false,
    vary: Vec::new(),
    sets_cookie: false,
    others: OTHERS[0],
};

/// All of them.
pub(crate) fn all() -> Vec<Row> {
    [by_control_and_credentials(), by_method_and_status(), by_other_headers()].concat()
}

fn by_control_and_credentials() -> Vec<Row> {
    let rows = each(vec![PLAIN], Declared::ALL, |row, declared| row.declared = declared);
    let rows = each(rows, [false, true], |row, has| row.has_authorization = has);
    let rows = each(rows, [false, true], |row, has| row.has_cookie = has);
    asked(answered(rows))
}

fn by_method_and_status() -> Vec<Row> {
    let rows = each(vec![PLAIN], [Declared::OfNobody, Declared::Shared], |row, declared| row.declared = declared);
    let rows = each(rows, METHODS, |row, method| row.method = method);
    let rows = each(rows, STATUSES, |row, status| row.status = status);
    let rows = each(rows, [OTHERS[0], OTHERS[1]], |row, others| row.others = others);
    answered(rows)
}

fn by_other_headers() -> Vec<Row> {
    let rows = each(vec![PLAIN], Declared::ALL, |row, declared| row.declared = declared);
    let rows = each(rows, [false, true], |row, sets| row.sets_cookie = sets);
    let rows = each(rows, OTHERS, |row, others| row.others = others);
    let varied = each(rows.clone(), VARY, |row, lines| row.vary = lines.to_vec());
    let malformed = each(rows, VARY_MALFORMED, |row, lines| {
        row.vary = lines.to_vec();
        row.is_answer_malformed = true;
    });
    let with: [&[&str]; 4] = [ANSWERED[0], ANSWERED[3], ANSWERED[20], ANSWERED[11]];
    each([varied, malformed].concat(), with, |row, lines| row.answered = lines.to_vec())
}

fn answered(rows: Vec<Row>) -> Vec<Row> {
    let whole = each(rows.clone(), ANSWERED, |row, lines| row.answered = lines.to_vec());
    let malformed = each(rows, ANSWERED_MALFORMED, |row, lines| {
        row.answered = lines.to_vec();
        row.is_answer_malformed = true;
    });
    [whole, malformed].concat()
}

fn asked(rows: Vec<Row>) -> Vec<Row> {
    let whole = each(rows.clone(), ASKED, |row, lines| row.asked = lines.to_vec());
    let malformed = each(rows, ASKED_MALFORMED, |row, lines| {
        row.asked = lines.to_vec();
        row.is_asking_malformed = true;
    });
    [whole, malformed].concat()
}

/// Each row with each of these.
fn each<T: Copy>(rows: Vec<Row>, all: impl IntoIterator<Item = T>, with: impl Fn(&mut Row, T)) -> Vec<Row> {
    let with = |(mut row, one): (Row, T)| {
        with(&mut row, one);
        row
    };
    let all: Vec<T> = all.into_iter().collect();
    rows.into_iter()
        .flat_map(|row| all.iter().map(move |one| (row.clone(), *one)).collect::<Vec<_>>())
        .map(with)
        .collect()
}
