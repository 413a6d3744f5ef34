//! Attacks 101 and 102: what the process holds before and after.

use super::{
    flood::{Client, End, flood},
    frames::{self, CONTINUATION, DATA, HEADERS, PING, SETTINGS, WINDOW_UPDATE, block, frame, literal},
    support::{Connection, Shop, soak},
};

/// The most that the process may have grown by, in KiB. What the server's limits let the clients of any one test make it hold at
/// once is up to 16 MiB; the other half is for what the allocator keeps of what was freed.
const GROWTH: usize = 32 * 1024;

/// Connections at once: a process may have 1024 files open.
const AT_ONCE: usize = 200;

const ENHANCE_YOUR_CALM: End = End::Closed(Some(11));

/// What the kernel says of the process's resident memory, in KiB: `VmRSS` now, `VmHWM` at its highest.
pub(crate) fn resident(shop: &Shop, what: &str) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", shop.id())).expect("the shop runs");
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':')).expect("it has memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number of KiB")
}

/// While `work` was done, the process never held much more than before.
#[track_caller]
pub(crate) fn is_flat_while(shop: &Shop, work: impl FnOnce()) {
    // What is allocated once and for all is no growth: connections, threads, statements.
    is_served(shop);
    // The highest is to be that of the work, not of the start, whose hashes of passwords are large for a while. Where this may not
    // be written, the test is merely stricter.
    let _ = std::fs::write(format!("/proc/{}/clear_refs", shop.id()), "5");
    let before = resident(shop, "VmRSS");
    work();
    is_served(shop);
    let highest = resident(shop, "VmHWM");

    assert!(highest <= before + GROWTH, "{before} KiB before, {highest} KiB at the highest");
}

/// An honest client, over each protocol.
fn is_served(shop: &Shop) {
    shop.get("/products").send().is(200);
    let mut client = Client::open(shop.address);
    client.send(&frames::get(1, "/products"));
    assert!(client.frame_that(|frame| frame.stream == 1 && frame.is_last()), "the shop answers over HTTP/2");
}

/// A shop that is attacked so many times.
#[track_caller]
fn is_flat(times: usize, attack: impl Fn(&Shop)) {
    // Connections that are being closed are counted as well, and there is one client here.
    let shop = Shop::start_with(&[("REROUTE_MAX_CONNECTIONS_PER_CLIENT", "10000")]);
    is_flat_while(&shop, || (0..times * soak()).for_each(|_| attack(&shop)));
}

#[test]
fn attack_102_memory_is_flat_under_rapid_resets() {
    const STREAMS: u32 = 20_000;
    let piece = |nth| [frames::get(2 * nth + 1, "/products"), frames::reset(2 * nth + 1)].concat();
    // One connection ends early: as many streams as that come from clients that begin again.
    is_flat(20, |shop| assert_eq!(flood(shop.address, &[], piece, STREAMS), ENHANCE_YOUR_CALM));
}

#[test]
fn attack_102_memory_is_flat_under_resets_of_answers() {
    const AT_ONCE: u32 = 100;
    is_flat(1, |shop| {
        let mut client = Client::open(shop.address);
        // No window is ever opened: each answer is under way, and its body waits.
        client.send(&frames::settings(&[(frames::INITIAL_WINDOW, 0)]));
        for batch in 0..200 {
            let streams = || (0..AT_ONCE).map(|nth| 2 * (batch * AT_ONCE + nth) + 1);
            client.send(&streams().flat_map(|stream| frames::get(stream, "/health")).collect::<Vec<_>>());
            for _ in streams() {
                assert!(client.frame_that(|frame| frame.kind == HEADERS), "such resets are no attack");
            }
            client.send(&streams().flat_map(frames::reset).collect::<Vec<_>>());
        }
    });
}

#[test]
fn attack_102_memory_is_flat_under_resets_that_the_client_provokes() {
    let too_wide = |nth| frame(WINDOW_UPDATE, 0, 2 * nth + 1, &[0x7f, 0xff, 0xff, 0xff]);
    let piece = |nth| [frames::post(2 * nth + 1, "/auth/login"), too_wide(nth)].concat();
    is_flat(20, |shop| assert_eq!(flood(shop.address, &[], piece, 20_000), ENHANCE_YOUR_CALM));
}

#[test]
fn attack_102_memory_is_flat_under_continuations() {
    let head = frame(HEADERS, 0, 1, &block("GET", "/products", &[]));
    let (field, empty) = (literal("x-field", &"x".repeat(1000)), frame(CONTINUATION, 0, 1, &[]));
    is_flat(20, |shop| {
        let large = |_| frame(CONTINUATION, 0, 1, &field);
        assert_eq!(flood(shop.address, &head, large, 20_000), ENHANCE_YOUR_CALM);
        assert_eq!(flood(shop.address, &head, |_| empty.clone(), 200_000), ENHANCE_YOUR_CALM);
    });
}

#[test]
fn attack_102_memory_is_flat_under_empty_data() {
    let head = frames::post(1, "/auth/login");
    let piece = |_| frame(DATA, 0, 1, &[]);
    is_flat(20, |shop| assert_eq!(flood(shop.address, &head, piece, 200_000), ENHANCE_YOUR_CALM));
}

#[test]
fn attack_102_memory_is_flat_under_settings_and_pings() {
    let floods = [frame(PING, 0, 0, &[7; 8]), frame(SETTINGS, 0, 0, &[]), frames::settings(&[(1, 0), (1, 4096)])];
    is_flat(2, |shop| {
        for piece in &floods {
            // 1 MiB of them and no more is taken.
            assert_ne!(flood(shop.address, &[], |_| piece.clone(), 1_000_000), End::Open, "{piece:?}");
        }
    });
}

#[test]
fn attack_101_memory_is_flat_when_a_client_asks_for_answers_that_it_does_not_read() {
    /// As many as one connection may have at once.
    const STREAMS: u32 = 128;
    // No window is ever opened: each answer waits for one.
    let closed = frames::settings(&[(frames::INITIAL_WINDOW, 0)]);
    let asks: Vec<u8> = (0..STREAMS).flat_map(|nth| frames::get(2 * nth + 1, "/products?per_page=100")).collect();
    is_flat(1, |shop| {
        let ask = |_| {
            let mut client = Client::open(shop.address);
            client.send(&[&closed[..], &asks].concat());
            for _ in 0..STREAMS {
                assert!(client.frame_that(|frame| frame.kind == HEADERS), "each is answered, without its body");
            }
            client
        };
        let clients: Vec<_> = (0..8).map(ask).collect();
        is_served(shop);
        drop(clients);
    });
}

#[test]
fn attack_101_memory_is_flat_over_silent_connections() {
    is_flat(5, |shop| {
        let open = |_| Connection::open(shop.address).expect("the shop listens");
        let silent: Vec<_> = (0..AT_ONCE).map(open).collect();
        is_served(shop);
        drop(silent);
    });
}

#[test]
fn attack_101_memory_is_flat_over_heads_that_do_not_end() {
    let begun =
        frame(HEADERS, 0, 1, &[block("GET", "/products", &[]), literal("x-field", &"x".repeat(16_000))].concat());
    is_flat(5, |shop| {
        let open = |_| {
            let mut client = Client::open(shop.address);
            client.send(&begun);
            client
        };
        let clients: Vec<_> = (0..AT_ONCE).map(open).collect();
        is_served(shop);
        drop(clients);
    });
}

#[test]
fn attack_101_memory_is_flat_over_bodies_that_do_not_end() {
    // All that a connection's window holds, in bodies that no reader can finish.
    let piece = [b' '; 16_000];
    let body = |stream| [frames::post(stream, "/auth/login"), frame(DATA, 0, stream, &piece)].concat();
    let begun: Vec<u8> = (0..32).flat_map(|nth| body(2 * nth + 1)).collect();
    is_flat(5, |shop| {
        let open = |_| {
            let mut client = Client::open(shop.address);
            assert!(client.frame_that(|frame| frame.is(WINDOW_UPDATE, 0)), "it may send as much");
            client.send(&[&begun[..], &frames::ping()].concat());
            assert!(client.frame_that(|frame| frame.kind == PING), "all before it is read");
            client
        };
        let clients: Vec<_> = (0..16).map(open).collect();
        is_served(shop);
        drop(clients);
    });
}
