//! What a client of HTTP/2 cannot make the server do: its frames are written by hand.
#![allow(missing_docs, reason = "tests are read, not called")]

mod h2;

use h2::{SHORT, Served, client::Client, frames};
use reroute::testing::Limits;

/// The reason that the server gives for closing; none when it closes without.
async fn goaway(client: &mut Client) -> Option<u32> {
    let mut reason = None;
    while let Some(frame) = client.frame().await {
        if frame.is(frames::GOAWAY, 0) {
            let [.., a, b, c, d] = frame.payload[..8] else { unreachable!("eight bytes") };
            reason = Some(u32::from_be_bytes([a, b, c, d]));
        }
    }
    reason
}

const ENHANCE_YOUR_CALM: Option<u32> = Some(11);

/// Sends until all is sent or the server has closed, and reads nothing meanwhile.
async fn flood(client: &mut Client, mut piece: impl FnMut(u32) -> Vec<u8>, times: u32) {
    for batch in 0..times / 100 {
        let bytes: Vec<u8> = (0..100).flat_map(|nth| piece(batch * 100 + nth)).collect();
        if !client.try_send(&bytes).await {
            return;
        }
    }
}

async fn served() -> Served {
    Served::start(Limits { linger_time: SHORT, ..Limits::default() }).await
}

async fn end(served: Served) {
    assert!(served.is_honest_served().await, "an honest client is served afterwards");
    let mut client = served.connect_h2().await;
    client.send(&frames::get(1, "/hello")).await;
    let answer = client.frame_that(|frame| frame.is(frames::DATA, 1)).await.expect("also over HTTP/2");
    assert_eq!(answer.payload, b"hello");
    drop(client);
    served.stop().await;
}

#[tokio::test]
async fn attack_102_rapid_reset() {
    let served = served().await;
    let mut client = served.connect_h2().await;
    let piece = |nth| [frames::get(2 * nth + 1, "/held"), frames::reset(2 * nth + 1)].concat();
    flood(&mut client, piece, 10_000).await;
    assert_eq!(goaway(&mut client).await, ENHANCE_YOUR_CALM);
    end(served).await;
}

#[tokio::test]
async fn attack_102_resets_that_the_client_provokes() {
    let served = served().await;
    let mut client = served.connect_h2().await;
    // A window may not grow beyond 2^31 - 1: an error of the stream, which the server has to reset.
    let piece = |nth| {
        [
            frames::get(2 * nth + 1, "/held"),
            frames::frame(frames::WINDOW_UPDATE, 0, 2 * nth + 1, &[0x7f, 0xff, 0xff, 0xff]),
        ]
        .concat()
    };
    flood(&mut client, piece, 10_000).await;
    assert_eq!(goaway(&mut client).await, ENHANCE_YOUR_CALM);
    end(served).await;
}

#[tokio::test]
async fn attack_102_continuation_flood() {
    let served = served().await;
    let mut client = served.connect_h2().await;
    client.send(&frames::frame(frames::HEADERS, 0, 1, &frames::block("GET", "/hello", &[]))).await;
    let field = frames::literal("x-field", &"x".repeat(1000));
    flood(&mut client, |_| frames::frame(frames::CONTINUATION, 0, 1, &field), 10_000).await;
    assert_eq!(goaway(&mut client).await, ENHANCE_YOUR_CALM);
    end(served).await;
}

#[tokio::test]
async fn attack_102_empty_continuation_flood() {
    let served = served().await;
    let mut client = served.connect_h2().await;
    client.send(&frames::frame(frames::HEADERS, 0, 1, &frames::block("GET", "/hello", &[]))).await;
    flood(&mut client, |_| frames::frame(frames::CONTINUATION, 0, 1, &[]), 200_000).await;
    assert_eq!(goaway(&mut client).await, ENHANCE_YOUR_CALM);
    end(served).await;
}

#[tokio::test]
async fn attack_101_a_header_list_too_large() {
    let served = served().await;
    let mut client = served.connect_h2().await;
    let fields = frames::literal("x-field", &"x".repeat(15_000));
    client.send(&frames::frame(frames::HEADERS, frames::END_STREAM, 1, &frames::block("GET", "/hello", &[]))).await;
    for nth in 0..7 {
        let flags = if nth == 6 { frames::END_HEADERS } else { 0 };
        client.send(&frames::frame(frames::CONTINUATION, flags, 1, &fields)).await;
    }
    let answer = client.frame_that(|frame| matches!(frame.kind, frames::HEADERS | frames::GOAWAY)).await;
    let answer = answer.expect("431, or the end");
    assert!(answer.kind == frames::GOAWAY || answer.is_last(), "a head alone: {answer:?}");
    end(served).await;
}

#[tokio::test]
async fn attack_102_empty_data_flood() {
    let served = served().await;
    let mut client = served.connect_h2().await;
    client.send(&frames::post(1, "/echo")).await;
    flood(&mut client, |_| frames::frame(frames::DATA, 0, 1, &[]), 200_000).await;
    assert_eq!(goaway(&mut client).await, ENHANCE_YOUR_CALM);
    end(served).await;
}

/// Floods while all answers are read, so that nothing but the flood itself can end it.
async fn is_closed_when_flooded(served: &Served, frame: &[u8]) -> bool {
    let client = served.connect_h2().await;
    let (mut read, mut write) = tokio::io::split(client.stream);
    let reading = async move { tokio::io::copy(&mut read, &mut tokio::io::sink()).await };
    let flood = frame.repeat(1000);
    let writing = async move {
        use tokio::io::AsyncWriteExt;
        for _ in 0..1000 {
            if write.write_all(&flood).await.is_err() {
                return true;
            }
        }
        false
    };
    let both = async { tokio::join!(reading, writing) };
    tokio::time::timeout(h2::client::BOUND, both).await.expect("the server keeps up, or closes").1
}

#[tokio::test]
async fn attack_102_settings_and_ping_floods() {
    let served = served().await;
    for flood in [frames::ping(), frames::settings(&[]), frames::frame(2, 0, 1, &[0, 0, 0, 0, 7])] {
        assert!(is_closed_when_flooded(&served, &flood).await, "{flood:?}");
    }
    end(served).await;
}

#[tokio::test]
async fn attack_101_streams_beyond_the_limit_are_refused() {
    const STREAMS: u32 = 5;
    let served = Served::start(Limits { streams: STREAMS, linger_time: SHORT, ..Limits::default() }).await;
    let mut client = served.connect_h2().await;
    for nth in 0..STREAMS + 1 {
        client.send(&frames::get(2 * nth + 1, "/held")).await;
    }
    let refused = client.frame_that(|frame| frame.kind == frames::RST_STREAM).await.expect("one is refused");
    assert_eq!(refused.stream, 2 * STREAMS + 1);
    served.gate.opened.notify_waiters();
    // Those within the limit are under way, and one more has room for each that ends.
    for _ in 0..STREAMS {
        served.gate.opened.notify_one();
        let answer = client.frame_that(|frame| frame.kind == frames::DATA).await.expect("an answer");
        assert_eq!(answer.payload, b"held");
    }
    client.send(&frames::get(2 * STREAMS + 3, "/hello")).await;
    let answer = client.frame_that(|frame| frame.is(frames::DATA, 2 * STREAMS + 3)).await.expect("an answer");
    assert_eq!(answer.payload, b"hello");
    drop(client);
    served.stop().await;
}

#[tokio::test]
async fn a_head_that_trickles_is_cut_though_others_are_answered() {
    let served = Served::start(Limits { head_time: SHORT, linger_time: SHORT, ..Limits::default() }).await;
    let mut client = served.connect_h2().await;
    client.send(&frames::get(1, "/forever")).await;
    assert!(client.frame_that(|frame| frame.is(frames::DATA, 1)).await.is_some(), "the stream is open");
    let head = frames::frame(frames::HEADERS, 0, 3, &frames::block("GET", "/hello", &[]));
    client.send(&[head, frames::frame(frames::CONTINUATION, 0, 3, &[0; 100])[..20].to_vec()].concat()).await;
    client.rest().await;
    end(served).await;
}
