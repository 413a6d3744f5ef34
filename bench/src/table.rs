//! Whether many routes cost more than few: 10 beside 10,000 of one kind, at the start and for a request.
//!
//! Axum's router is measured along: a random route among so many is in no cache, whatever the program.

use crate::{
    Result,
    report::{Row, Target, Value, median, progress},
    services::Service,
};
use std::time::{Duration, Instant};

const FEW: usize = 10;
const MANY: usize = 10_000;

/// How often each table has its turn.
const ROUNDS: usize = 45;

/// How many requests a turn has, and how many targets there are to choose from.
const REQUESTS: usize = 40_000;

/// Measures both tables of both programs in alternating rounds.
///
/// # Errors
///
/// When a table is refused.
pub fn measure() -> Result<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let reroute: Build = |size| Service::reroute_at(patterns(size));
    let axum: Build = |size| Ok(Service::axum_at(patterns(size)));
    let mut tables =
        [Table::new(reroute, FEW)?, Table::new(reroute, MANY)?, Table::new(axum, FEW)?, Table::new(axum, MANY)?];
    for round in 1..=ROUNDS {
        if round % 5 == 0 {
            progress(&format!("routes, round {round} of {ROUNDS}"));
        }
        for table in &mut tables {
            let (_, time) = (table.build)(table.size)?;
            table.starts.push(time.as_secs_f64() * 1e3);
        }
        for table in &mut tables {
            table.same.push(runtime.block_on(ask(&mut table.service, &table.same_targets)));
        }
        for table in &mut tables {
            table.any.push(runtime.block_on(ask(&mut table.service, &table.random_targets)));
        }
    }
    let [few, many, axum_few, axum_many] = tables;
    Ok([rows("reroute", few, many, true), rows("axum", axum_few, axum_many, false)].concat())
}

fn rows(name: &str, few: Table, many: Table, is_aimed: bool) -> Vec<Row> {
    let target = |bound| is_aimed.then_some(Target::AtMost(bound));
    let request = |what: &str, few: Vec<f64>, many: Vec<f64>| {
        let (few, many) = (median(few), median(many));
        let what = format!("{name}: time for a request, 10,000 routes / 10 routes, {what}");
        Row::ratio(what, format!("{many:.0} ns / {few:.0} ns"), many / few, target(1.3))
    };
    let start = median(many.starts);
    vec![
        Row {
            what: format!("{name}: making the table of 10,000 routes"),
            figures: format!("of 10 routes {:.3} ms", median(few.starts)),
            value: Value::Milliseconds(start),
            target: target(100.0),
        },
        request("always the same one", few.same, many.same),
        request("a random one each time", few.any, many.any),
    ]
}

/// Makes a program of this many routes, and says how long its table took.
type Build = fn(usize) -> Result<(Service, Duration)>;

struct Table {
    size: usize,
    build: Build,
    service: Service,
    same_targets: Vec<String>,
    random_targets: Vec<String>,
    /// Milliseconds.
    starts: Vec<f64>,
    /// Nanoseconds for a request to the same route, and to any.
    same: Vec<f64>,
    any: Vec<f64>,
}

impl Table {
    fn new(build: Build, size: usize) -> Result<Self> {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let target = |n: usize| format!("/r{n}/items/7");
        Ok(Self {
            size,
            build,
            service: build(size)?.0,
            same_targets: (0..REQUESTS).map(|_| target(FEW / 2)).collect(),
            random_targets: (0..REQUESTS).map(|_| target(random.below(size))).collect(),
            starts: Vec::new(),
            same: Vec::new(),
            any: Vec::new(),
        })
    }
}

fn patterns(size: usize) -> impl Iterator<Item = String> {
    (0..size).map(|n| format!("/r{n}/items/{{id}}"))
}

/// Nanoseconds for each request, made and answered.
async fn ask(service: &mut Service, targets: &[String]) -> f64 {
    let start = Instant::now();
    service.answer_all(targets.iter().map(String::as_str)).await;
    start.elapsed().as_secs_f64() * 1e9 / targets.len() as f64
}

/// A xorshift generator: the same choice in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}
