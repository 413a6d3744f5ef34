//! Hearing what others forget.

use super::{ALL, Level};
use crate::cache::store::Store;
use ::redis::{RedisError, RedisResult, aio::PubSubSink};
use futures_util::{Stream, StreamExt};
use std::{
    sync::{Weak, atomic::Ordering},
    time::Duration,
};
use tokio::time::{interval, timeout};

/// How often the connection is asked whether it still is one, and how long that and a new one may take.
const BEAT: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_millis(500);

/// How long is waited before it is tried again.
const AGAIN: Duration = Duration::from_millis(100);

/// Hears as long as there is a level.
pub(super) async fn listen(level: Weak<Level>, store: Weak<Store>) {
    loop {
        let Some(this) = level.upgrade() else { return };
        let subscribed = timeout(PATIENCE, subscribe(&this)).await;
        if let Ok(Ok((sink, messages))) = subscribed {
            if let Some(store) = store.upgrade() {
                // What was forgotten while nobody heard is not known.
                store.clear_here();
            }
            this.hears.store(true, Ordering::Release);
            drop(this);
            hear(&level, &store, sink, messages).await;
            let Some(this) = level.upgrade() else { return };
            this.hears.store(false, Ordering::Release);
        } else {
            drop(this);
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn subscribe(level: &Level) -> RedisResult<(PubSubSink, impl Stream<Item = ::redis::Msg> + use<>)> {
    let mut connection = level.redis.client().get_async_pubsub().await?;
    connection.subscribe(level.channel()).await?;
    Ok(connection.split())
}

/// Until the connection ends, or does not answer.
async fn hear(
    level: &Weak<Level>,
    store: &Weak<Store>,
    mut sink: PubSubSink,
    messages: impl Stream<Item = ::redis::Msg>,
) {
    let mut messages = std::pin::pin!(messages);
    let mut beat = interval(BEAT);
    loop {
        tokio::select! {
            message = messages.next() => match (message, store.upgrade()) {
                (Some(message), Some(store)) => obey(&store, message.get_payload_bytes()),
                _ => return,
            },
            _ = beat.tick() => {
                let answer: Result<Result<(), RedisError>, _> = timeout(PATIENCE, sink.ping()).await;
                if !matches!(answer, Ok(Ok(()))) || level.strong_count() == 0 {
                    return;
                }
            }
        }
    }
}

/// What is no tag is nobody's word.
fn obey(store: &Store, message: &[u8]) {
    match message.try_into() {
        Ok(ALL) => store.clear_here(),
        Ok(tag) => store.forget_here(tag),
        Err(_) => {}
    }
}
