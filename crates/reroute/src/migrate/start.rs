//! Whether a production start finds the database as the migrations make it.

use super::{Migrations, backend::Target, plan::Plan};
use crate::error::Refused;

/// Every reason why not, each with its mend. Nothing is made, changed or waited for.
pub(crate) async fn refusals(migrations: Option<&Migrations>, url: &str) -> Vec<String> {
    look(migrations, url).await.unwrap_or_else(|refused| refused.reasons().to_vec())
}

async fn look(migrations: Option<&Migrations>, url: &str) -> Result<Vec<String>, Refused> {
    let target = Target::of_url(url)?;
    let opened = target.look().await?;
    // Without migrations the pool says what is wrong.
    let Some(migrations) = migrations else { return Ok(Vec::new()) };
    let ledger = match opened {
        None => Vec::new(),
        Some(mut backend) => {
            let ledger = backend.ledger().await;
            backend.close().await;
            ledger.map_err(Refused::because)?
        }
    };
    let steps = migrations.steps(target.database()).map_err(Refused::new)?;
    let plan = Plan::new(&steps, &ledger, migrations.folder());
    let mut reasons: Vec<String> =
        [plan.drifted(), plan.begun()].concat().into_iter().map(|why| format!("migration: {why}")).collect();
    match plan.pending() {
        0 => {}
        1 => reasons.push("migration: 1 is pending: apply it with `db upgrade`".to_owned()),
        count => reasons.push(format!("migration: {count} are pending: apply them with `db upgrade`")),
    }
    Ok(reasons)
}
