use crate::{CODINGS, packed, wire::send};
use bytes::Bytes;
use futures_util::stream;
use reroute::{App, Tree, axum_core::body::Body, file, prelude::*, testing::Server};
use std::io;

#[route]
pub struct Length;

#[route]
impl Length {
    #[public]
    #[raw_body]
    async fn post(&self, body: String) -> String {
        body.len().to_string()
    }

    #[public]
    async fn put(&self, Json(text): Json<String>) -> String {
        text.len().to_string()
    }
}

async fn server(limit: usize) -> Server {
    let app = App::new(Tree::new([file::<Length>("/length", "length.rs")])).body_limit(limit);
    Server::start(app).await.expect("it starts")
}

/// This many mebibytes of one letter, never in memory at once.
fn letters(mebibytes: usize) -> Body {
    let chunk = Bytes::from(vec![b'a'; 1 << 20]);
    Body::from_stream(stream::iter((0..mebibytes).map(move |_| Ok::<_, io::Error>(chunk.clone()))))
}

/// Text that gets about half as long.
fn text(length: usize) -> String {
    let mut state = 1_u32;
    let digits = std::iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from_digit(state >> 28, 16).unwrap_or('0')
    });
    digits.take(length).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn attack_91_a_bomb_is_refused_before_it_goes_off() {
    let server = server(1 << 30).await;
    for (coding, mebibytes) in [("gzip", 64), ("br", 256), ("zstd", 256)] {
        let bomb = packed(coding, letters(mebibytes)).await;
        assert!(bomb.len() < mebibytes << 12, "{coding}: {}", bomb.len());
        let reply =
            send(&server, "PUT /length", &[("content-encoding", coding), ("content-type", "application/json")], &bomb)
                .await;
        assert_eq!(reply.status, 413, "{coding}: {}", reply.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attack_91_the_limit_counts_what_comes_out() {
    let server = server(100_000).await;
    for coding in CODINGS {
        let headers = [("content-encoding", coding), ("content-type", "application/json")];
        for (length, status) in [(99_998, 200), (99_999, 413), (150_000, 413)] {
            let body = packed(coding, format!("\"{}\"", text(length))).await;
            assert!(body.len() < 100_000, "it is within the limit on the wire");
            let reply = send(&server, "PUT /length", &headers, &body).await;
            assert_eq!(reply.status, status, "{coding} {length}: {}", reply.text());
        }
        let body = packed(coding, text(150_000)).await;
        assert_eq!(send(&server, "POST /length", &headers, &body).await.status, 413, "{coding}, as it comes");
        // And what comes in.
        let body = packed(coding, text(1_000_000)).await;
        assert_eq!(send(&server, "PUT /length", &headers, &body).await.status, 413, "{coding}");
        let body = format!("{:x}\r\n", body.len()).into_bytes().into_iter().chain(body).chain(*b"\r\n0\r\n\r\n");
        let headers = [headers[0], headers[1], ("transfer-encoding", "chunked")];
        let body: Vec<u8> = body.collect();
        assert_eq!(send(&server, "PUT /length", &headers, &body).await.status, 413, "{coding}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attack_91_a_body_may_be_dense_as_long_as_it_is_small() {
    let server = server(1 << 20).await;
    for coding in CODINGS {
        let headers = [("content-encoding", coding), ("content-type", "application/json")];
        let small = packed(coding, format!("\"{}\"", "a".repeat(60_000))).await;
        assert!(small.len() < 600, "more than 100 times smaller");
        let reply = send(&server, "PUT /length", &headers, &small).await;
        assert_eq!((reply.status, reply.text()), (200, "60000"), "{coding}");
        let large = packed(coding, format!("\"{}\"", "a".repeat(200_000))).await;
        assert_eq!(send(&server, "PUT /length", &headers, &large).await.status, 413, "{coding}");
        let honest = packed(coding, format!("\"{}\"", text(20_000).repeat(10))).await;
        assert!(honest.len() < 20_000, "more than 10 times smaller");
        assert_eq!(send(&server, "PUT /length", &headers, &honest).await.text(), "200000", "{coding}");
    }
}

/// Frames of zstd that hold nothing, each of which asks for a window of 128 MiB.
#[tokio::test(flavor = "multi_thread")]
async fn attack_91_many_empty_frames_are_an_empty_body() {
    let server = server(1 << 20).await;
    let frames = b"\x28\xb5\x2f\xfd\0\x88\x01\0\0".repeat((1 << 20) / 9);
    let reply = send(&server, "POST /length", &[("content-encoding", "zstd")], &frames).await;
    assert_eq!((reply.status, reply.text()), (200, "0"));
}
