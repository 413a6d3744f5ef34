use std::time::Duration;

/// What one server gives to its clients at most. The defaults are [`Limits::default`]'s.
///
/// Times are bounds, not aims: what reaches one is cut at it, not some time later.
#[derive(Clone, Debug)]
pub struct Limits {
    /// From accept to the first complete request head, TLS handshake and HTTP/2 preface included; and for each later head of
    /// HTTP/1.1, from its first byte to its last. 10 s.
    pub head_time: Duration,
    /// How long a connection without a request under way is kept. 75 s, as nginx's `keepalive_timeout`: longer than the 60 s for
    /// which the usual load balancers keep theirs, so that it is they who close and no request meets a closing socket.
    pub idle_time: Duration,
    /// The longest pause in a request's body while somebody waits for it. 15 s.
    pub body_pause: Duration,
    /// The least that a request's body must bring on an average, in bytes a second of waiting, once `body_grace` is over. 500, as
    /// Apache's `mod_reqtimeout`.
    pub body_rate: u32,
    /// How long a request's body may be waited for in all, before `body_rate` is asked for. 5 s.
    pub body_grace: Duration,
    /// How long a client may take nothing of what it is sent, be it by a full socket or by a closed HTTP/2 window. 30 s.
    pub write_time: Duration,
    /// How long a connection that is being closed is read on and the client's end awaited, so that the last answer is not lost to
    /// a reset. 2 s.
    pub linger_time: Duration,
    /// How long what is under way may take to end once the server is told to stop. 10 s.
    pub shutdown_time: Duration,
    /// The size of a request's head, in bytes, and of HTTP/2's header list as RFC 9113 §6.5.2 counts it. At least 8 KiB. 64 KiB.
    pub head_bytes: usize,
    /// The number of a request's header fields. HTTP/1.1 only: HTTP/2 counts 32 bytes for each field towards `head_bytes`. 100,
    /// hyper's own.
    pub head_fields: usize,
    /// Connections in all, upgraded ones included. 10,000.
    pub connections: usize,
    /// Connections of one client: an IPv4 address or an IPv6 /64. A Unix socket's are not counted: whoever may open it is a proxy
    /// of this machine. 256.
    pub connections_of_client: usize,
    /// HTTP/2: requests under way on one connection. 128, within RFC 9113's advice of at least 100.
    pub streams: u32,
    /// HTTP/2: streams that the client reset before they were looked at (rapid reset). One more ends the connection. 20, h2's own.
    pub pending_resets: usize,
    /// HTTP/2: streams that the client made the server reset. One more ends the connection. 128.
    pub local_resets: usize,
    /// HTTP/2: the window of one stream, in bytes: what a client may send before it is read. 256 KiB.
    pub stream_window: u32,
    /// HTTP/2: the window of a connection, in bytes. 512 KiB.
    pub connection_window: u32,
    /// HTTP/2: what one stream may hold of an answer that is not yet sent, in bytes, beyond the piece at hand. 64 KiB.
    pub send_buffer: usize,
    /// HTTP/2: how often a silent connection is asked whether it is still there. 30 s.
    pub ping_interval: Duration,
    /// HTTP/2: how long the answer to that may take. 15 s.
    pub ping_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head_time: Duration::from_secs(10),
            idle_time: Duration::from_secs(75),
            body_pause: Duration::from_secs(15),
            body_rate: 500,
            body_grace: Duration::from_secs(5),
            write_time: Duration::from_secs(30),
            linger_time: Duration::from_secs(2),
            shutdown_time: Duration::from_secs(10),
            head_bytes: 64 * 1024,
            head_fields: 100,
            connections: 10_000,
            connections_of_client: 256,
            streams: 128,
            pending_resets: 20,
            local_resets: 128,
            stream_window: 256 * 1024,
            connection_window: 512 * 1024,
            send_buffer: 64 * 1024,
            ping_interval: Duration::from_secs(30),
            ping_time: Duration::from_secs(15),
        }
    }
}

impl Limits {
    /// How long a body of which `bytes` have come may have been waited for.
    pub(super) fn body_time(&self, bytes: u64) -> Duration {
        self.body_grace.saturating_add(Duration::from_secs_f64(bytes as f64 / f64::from(self.body_rate.max(1))))
    }
}
