//! The store of all processes: the same window as [`reroute_core::window`], in a script that Redis or Valkey runs as one step, by its own
//! clock.

use super::store::{Charge, Decision, Taken};
use crate::redis::Redis;
use ::redis::{ErrorKind, RedisError, RedisResult, Script};
use reroute_core::window::{SLOTS, Standing};
use std::{sync::Arc, time::Duration};

pub(super) struct Shared {
    redis: Arc<Redis>,
    decide: Script,
    refund: Script,
}

impl Shared {
    pub(super) fn new(redis: Arc<Redis>) -> Self {
        Self { redis, decide: Script::new(include_str!("decide.lua")), refund: Script::new(include_str!("refund.lua")) }
    }

    /// Admits all charges, or none; `None` where it cannot be asked. One round trip, once the script is known there.
    pub(super) async fn decide(&self, charges: &[Charge<'_>]) -> Option<Decision> {
        let mut connection = self.redis.connection()?;
        let mut call = self.decide.prepare_invoke();
        for charge in charges {
            let period = period(charge);
            call.key(self.key(charge))
                .arg(charge.limit().rate.count())
                .arg(period)
                .arg((period + 1).div_ceil(SLOTS as u64 - 1));
        }
        let answer: RedisResult<(u8, Vec<i64>)> = call.invoke_async(&mut connection.commands).await;
        match answer {
            Ok((admitted, numbers)) if numbers.len() == 3 * charges.len() => Some(decision(admitted == 1, &numbers)),
            Ok(_) => {
                self.redis.lost(&connection, &malformed());
                None
            }
            Err(error) => {
                self.redis.lost(&connection, &error);
                None
            }
        }
    }

    fn key(&self, charge: &Charge<'_>) -> String {
        let (limit, key) = charge.id();
        self.redis.name("limit", &[limit.to_be_bytes(), key.to_be_bytes()].concat())
    }

    /// Gives back a place. Where it cannot be asked, the place stays taken.
    pub(super) async fn refund(&self, charge: &Charge<'_>, counted: u64) {
        let Some(mut connection) = self.redis.connection() else { return };
        let mut call = self.refund.prepare_invoke();
        call.key(self.key(charge)).arg(counted).arg(period(charge));
        let answer: RedisResult<()> = call.invoke_async(&mut connection.commands).await;
        if let Err(error) = answer {
            self.redis.lost(&connection, &error);
        }
    }
}

fn malformed() -> RedisError {
    (ErrorKind::UnexpectedReturnType, "the answer of a script is none of it").into()
}

fn decision(is_admitted: bool, numbers: &[i64]) -> Decision {
    let each = numbers.chunks_exact(3).map(|of| {
        let [remaining, free_in, counted] =
            [of[0], of[1], of[2]].map(|number| u64::try_from(number).unwrap_or_default());
        let standing = Standing {
            remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
            free_in: Duration::from_micros(free_in),
        };
        Taken { standing, counted }
    });
    if is_admitted {
        Decision::Admitted(each.collect())
    } else {
        Decision::Refused(each.map(|taken| taken.standing).collect())
    }
}

/// In microseconds: 366 days at most.
fn period(charge: &Charge<'_>) -> u64 {
    charge.limit().rate.period().as_micros() as u64
}
