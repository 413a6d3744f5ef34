//! A new version takes over while 64 clients go on: the socket is handed to the second process as a supervisor does (`LISTEN_FDS`), and
//! then the first is told to end. Nobody may notice.
#![cfg(unix)]

mod support;

use std::{
    collections::BTreeSet,
    fmt,
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::fd::OwnedFd,
    process::{Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};
use support::{Connection, PASSWORD, Shop, command, kill, newcomer};
use tempfile::TempDir;

const CLIENTS: usize = 64;

/// Far more than a client gets to send, so that a test that fails ends all the same.
const MOST_REQUESTS: usize = 50_000;

/// How often a client is told that the database is busy, at most.
const BUSY: usize = 3;

/// What nothing here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Longer than the end of a server may take.
const BOUND: Duration = Duration::from_secs(15);

/// Takes the socket as the protocol has it: as descriptor 3, with the number of the process that it is for.
const TAKE_OVER: &str = r#"exec 3<&0 0</dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$0""#;

/// What both of a pair have in common beside the database.
const SECRET_KEY: (&str, &str) = ("SECRET_KEY", "3TKgYB4AXXhCuLo93yaxUeM6PbTMtb/QGNZE6LUwc5dHuX/OAPuN/poSyw7ydi4S");

/// A shop that listens on this socket.
fn hand_over(listener: &TcpListener, home: &Arc<TempDir>, settings: &[(&str, &str)]) -> Shop {
    let shop = command(home.path());
    let mut shell = Command::new("sh");
    shell.args(["-c", TAKE_OVER]).arg(shop.get_program()).current_dir(home.path());
    for (name, value) in shop.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.envs([SECRET_KEY]).envs(settings.iter().copied());
    let socket = listener.try_clone().expect("a socket can be shared");
    shell.stdin(Stdio::from(OwnedFd::from(socket))).stderr(Stdio::piped());
    let shop = Shop::try_start(home.clone(), shell);
    shop.unwrap_or_else(|(said, status)| panic!("the shop did not start: {status}: {said:?}"))
}

fn socket() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    (listener, address)
}

/// Why there was no answer.
enum Lost {
    /// Not a byte of it came.
    Nothing(io::Error),
    /// It broke off.
    Within(io::Error),
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing(error) => write!(f, "no answer: {error}"),
            Self::Within(error) => write!(f, "half an answer: {error}"),
        }
    }
}

/// A client's connection.
struct Line(BufReader<TcpStream>);

impl Line {
    fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self(BufReader::new(stream)))
    }

    fn exchange(&mut self, request: &str) -> Result<(u16, bool), Lost> {
        // A server that has closed takes nothing more; what it said before is read all the same.
        let sent = self.0.get_mut().write_all(request.as_bytes());
        match (self.answer(), sent) {
            (Err(Lost::Nothing(_)), Err(error)) => Err(Lost::Nothing(error)),
            (answer, _) => answer,
        }
    }

    /// The status of the answer, and whether the connection goes on after it.
    fn answer(&mut self) -> Result<(u16, bool), Lost> {
        match self.0.fill_buf() {
            Ok([]) => Err(Lost::Nothing(ErrorKind::UnexpectedEof.into())),
            Ok(_) => self.rest_of_answer().map_err(Lost::Within),
            Err(error) => Err(Lost::Nothing(error)),
        }
    }

    fn rest_of_answer(&mut self) -> io::Result<(u16, bool)> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut head)? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        let wrong = || io::Error::other(format!("no answer with a length: {head:?}"));
        let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok()).ok_or_else(wrong)?;
        let field = |wanted: &str| {
            let mut fields = head.lines().filter_map(|line| line.split_once(": "));
            fields.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
        };
        let length: usize = field("content-length").and_then(|length| length.parse().ok()).ok_or_else(wrong)?;
        self.0.read_exact(&mut vec![0; length])?;
        Ok((status, field("connection") != Some("close")))
    }
}

/// What a client asks for, and whether on a connection of its own.
struct Client<'a> {
    address: SocketAddr,
    signs_up: bool,
    is_kept: bool,
    line: Option<Line>,
    notes: &'a Notes,
}

/// What all clients write down.
#[derive(Default)]
struct Notes {
    /// Who was told that there is an account.
    acknowledged: Mutex<BTreeSet<String>>,
    /// What ought not to have happened.
    failures: Mutex<Vec<String>>,
    /// Nothing more is to be sent.
    is_over: AtomicBool,
}

impl Notes {
    fn fail(&self, what: String) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }
}

/// Ends the clients also if the test fails.
struct Over<'a>(&'a Notes);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }
}

impl Client<'_> {
    /// Sends one request after the other, and says so after each.
    fn run(mut self, answered: &Sender<()>) {
        for _ in 0..MOST_REQUESTS {
            if self.notes.is_over.load(Ordering::Relaxed) {
                return;
            }
            self.once();
            let _ = answered.send(());
        }
        self.notes.fail("a client ran out of requests".to_owned());
    }

    fn once(&mut self) {
        let (request, name) = self.request();
        let wanted = if self.signs_up { 201 } else { 200 };
        let mut answer = self.send(&request);
        // Many processes that write to one SQLite file may keep one waiting for too long: it is told so, and asks again.
        for _ in 0..BUSY {
            if self.signs_up && answer == Ok(503) {
                answer = self.send(&request);
            }
        }
        match answer {
            Ok(status) if status == wanted => {
                let mut acknowledged = self.notes.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
                acknowledged.extend(name);
            }
            other => {
                let connection = if self.is_kept { "kept" } else { "fresh" };
                self.notes.fail(format!("{other:?} for {:?} on a {connection} connection", request.lines().next()));
            }
        }
    }

    fn request(&self) -> (String, Option<String>) {
        let connection = if self.is_kept { "keep-alive" } else { "close" };
        let common = format!("host: localhost\r\nconnection: {connection}\r\n");
        if !self.signs_up {
            return (format!("GET /products/1 HTTP/1.1\r\n{common}\r\n"), None);
        }
        let new = newcomer();
        let (name, body) = (new["username"].as_str().map(str::to_owned), new.to_string());
        let length = body.len();
        let head = format!("content-type: application/json\r\ncontent-length: {length}\r\n\r\n");
        (format!("POST /users HTTP/1.1\r\n{common}{head}{body}"), name)
    }

    /// The status of the answer. A connection that was kept may be closed before a request got anywhere: this is asked again on
    /// another, and a sign-up that was done all the same then shows as a 409.
    fn send(&mut self, request: &str) -> Result<u16, String> {
        if let Some(mut kept) = self.line.take() {
            match kept.exchange(request) {
                Ok(answer) => return Ok(self.keep(kept, answer)),
                Err(Lost::Nothing(error)) if error.kind() != ErrorKind::WouldBlock => {}
                Err(lost) => return Err(lost.to_string()),
            }
        }
        let mut fresh = Line::open(self.address).map_err(|error| format!("no connection: {error}"))?;
        let answer = fresh.exchange(request).map_err(|lost| lost.to_string())?;
        Ok(self.keep(fresh, answer))
    }

    fn keep(&mut self, line: Line, (status, goes_on): (u16, bool)) -> u16 {
        self.line = (self.is_kept && goes_on).then_some(line);
        status
    }
}

/// Waits until this many more requests were answered.
#[track_caller]
fn let_pass(count: usize, answered: &Receiver<()>) {
    while answered.try_recv().is_ok() {}
    for _ in 0..count {
        answered.recv_timeout(PATIENCE).expect("the clients are served");
    }
}

/// Tells a shop to end, and waits until it has, in order and within its bound: what it still said.
#[track_caller]
fn end(mut shop: Shop) -> String {
    let told = Instant::now();
    kill("TERM", shop.id());
    let (said, status) = shop.ended();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(told.elapsed() < BOUND, "{:?}: {said}", told.elapsed());
    said
}

/// The names of all accounts, each of which is there once.
fn names(shop: &Shop) -> BTreeSet<String> {
    let root = shop.login("root", PASSWORD);
    let mut names = BTreeSet::new();
    for page in 1.. {
        let page = shop.get(&format!("/users?per_page=100&page={page}")).token(&root).send().is(200).json();
        let items = page["items"].as_array().cloned().unwrap_or_default();
        if items.is_empty() {
            assert_eq!(page["total"], names.len());
            break;
        }
        for item in &items {
            assert!(names.insert(item["username"].as_str().expect("an account has a name").to_owned()), "{item}");
        }
    }
    names
}

#[test]
fn attack_103_a_successor_takes_over_under_load_and_nothing_is_lost() {
    let home = Arc::new(tempfile::tempdir().expect("a directory can be made"));
    let (listener, address) = socket();
    let first = hand_over(&listener, &home, &[]);
    assert_eq!(first.address, address, "it listens on what it was handed");
    let before = names(&first);
    let notes = Notes::default();
    let (second, said_first) = thread::scope(|scope| {
        let over = Over(&notes);
        let (sender, answered) = channel();
        for nth in 0..CLIENTS {
            let (signs_up, is_kept) = (nth % 4 >= 2, nth % 2 == 1);
            let client = Client { address, signs_up, is_kept, line: None, notes: &notes };
            let sender = sender.clone();
            scope.spawn(move || client.run(&sender));
        }
        let_pass(4 * CLIENTS, &answered);
        let second = hand_over(&listener, &home, &[]);
        let_pass(2 * CLIENTS, &answered);
        let said = end(first);
        // From here on there is but one to answer.
        let_pass(4 * CLIENTS, &answered);
        drop(over);
        (second, said)
    });
    let there: BTreeSet<String> = names(&second).difference(&before).cloned().collect();
    let said = [said_first, end(second)];
    let failures = notes.failures.into_inner().unwrap_or_else(PoisonError::into_inner);
    let acknowledged = notes.acknowledged.into_inner().unwrap_or_else(PoisonError::into_inner);
    let count = failures.len();
    assert!(failures.is_empty(), "{count} were lost: {:#?}\n{said:#?}", &failures[..count.min(20)]);
    assert!(acknowledged.len() > CLIENTS, "there was a load: {}", acknowledged.len());
    let lost: Vec<_> = acknowledged.difference(&there).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let unknown: Vec<_> = there.difference(&acknowledged).collect();
    assert!(unknown.is_empty(), "done and not acknowledged: {unknown:?}");
}

#[test]
fn attack_103_a_first_request_that_was_sent_before_the_signal_is_answered() {
    let mut shop = Shop::start();
    let connections: Vec<_> = (0..CLIENTS).map(|_| Line::open(shop.address).expect("a connection")).collect();
    // Connections are taken in turn: that one that came later is served says that all of these are held.
    shop.get("/health").send().is(200);
    // The process sleeps while they are sent and while it is told to end, so that each was there first.
    kill("STOP", shop.id());
    let request = "GET /products/1 HTTP/1.1\r\nhost: localhost\r\n\r\n";
    for connection in &connections {
        connection.0.get_ref().write_all(request.as_bytes()).expect("the system takes them");
    }
    kill("TERM", shop.id());
    kill("CONT", shop.id());
    let statuses = connections.into_iter().map(|mut line| line.answer().map(|(status, _)| status));
    let lost: Vec<String> = statuses.filter_map(Result::err).map(|lost| lost.to_string()).collect();
    assert!(lost.is_empty(), "{} of {CLIENTS}: {lost:?}", lost.len());
    let (said, status) = shop.ended();
    assert_eq!(status.code(), Some(0), "{said}");
}

/// A client that asks for much, and reads none of it.
fn mute(address: SocketAddr) -> TcpStream {
    const REQUEST: &[u8] = b"GET /products?per_page=100 HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).expect("the shop takes connections");
    stream.write_all(REQUEST).expect("the shop takes the first");
    // The rest as far as it is taken at once.
    stream.set_nonblocking(true).expect("a socket can be told so");
    for _ in 0..10_000 {
        if stream.write_all(REQUEST).is_err() {
            break;
        }
    }
    stream
}

#[test]
fn attack_103_clients_that_never_end_are_cut_within_the_bound() {
    let home = Arc::new(tempfile::tempdir().expect("a directory can be made"));
    let (listener, address) = socket();
    let first = hand_over(&listener, &home, &[("REROUTE_SHUTDOWN_TIMEOUT", "2 s")]);
    let body = newcomer().to_string();
    let mut half = Connection::open(address).expect("the shop takes connections");
    half.write(format!(
        "POST /users HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len()
    ));
    // The body is asked for: the request has reached its handler.
    assert_eq!(half.answer().status, 100);
    half.write(&body[..body.len() / 2]);
    let unread = mute(address);
    let second = hand_over(&listener, &home, &[]);
    let before = names(&second);
    let said = end(first);
    assert!(said.contains("cut off"), "{said}");
    assert!(half.rest().is_empty(), "what was cut is not answered");
    drop(unread);
    // Whoever was half signed up is not, and the other goes on.
    assert_eq!(names(&second), before);
    second.post("/users").text(body).send().is(201);
    end(second);
}
