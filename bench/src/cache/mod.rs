//! What is kept, beside a constant and beside moka used by hand: an answer in process and over the loopback, and the result of a function.

mod function;

use crate::{Result, inprocess, report::Row, services::Contender, wire};

/// Measures all three.
///
/// # Errors
///
/// When a service does not start, or does not answer like the others.
pub fn measure() -> Result<Vec<Row>> {
    let mut rows = in_process()?;
    rows.extend(over_the_loopback()?);
    rows.push(function::measure()?);
    Ok(rows)
}

fn in_process() -> Result<Vec<Row>> {
    // In the order of `CACHED`.
    let (making, [constant, moka, reroute]) = inprocess::medians(Contender::CACHED)?;
    let beside = |name: &str, other: f64| {
        let what = format!("cache: time for a request in process, reroute-cached / {name}");
        let figures = format!("{reroute:.0} ns / {other:.0} ns, of which making the request {making:.0} ns");
        Row::ratio(what, figures, reroute / other, None)
    };
    Ok(vec![beside("axum-constant", constant), beside("axum-moka", moka)])
}

fn over_the_loopback() -> Result<Vec<Row>> {
    let [constant, moka, reroute] = wire::medians(Contender::CACHED)?;
    let rows = [("axum-constant", constant, 0.95), ("axum-moka", moka, 1.0)]
        .into_iter()
        .flat_map(|(name, other, least)| wire::rows("reroute-cached", &reroute, name, &other, Some(least)));
    Ok(rows.map(|row| Row { what: format!("cache: {}", row.what), ..row }).collect())
}
