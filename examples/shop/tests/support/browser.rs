//! A real Chromium with one page, driven over the DevTools protocol.
//!
//! Nothing of it leaves this machine: names below `test` and loopback are 127.0.0.1, all others are unknown to it.

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, ErrorKind},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::mpsc::channel,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::{Error, Message, WebSocket, client};

/// Longer than anything here takes, so that nothing hangs.
const PATIENCE: Duration = Duration::from_secs(60);

const FLAGS: [&str; 14] = [
    "--headless=new",
    // It is root, or in a container, where the sandbox does not start; what it shows is ours.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
];

/// What is told of each page and frame.
const DOMAINS: [&str; 4] = ["Runtime.enable", "Log.enable", "Network.enable", "Page.enable"];

/// A browser and its page. It ends with its holder.
pub(crate) struct Browser {
    socket: WebSocket<TcpStream>,
    process: Process,
    /// Of the page.
    session: String,
    /// Of the page, and of its outermost frame.
    target: String,
    calls: u64,
    events: Vec<Value>,
    _profile: TempDir,
}

struct Process(Child);

/// The answer that became the page.
#[derive(Debug, PartialEq)]
pub(crate) struct Loaded {
    pub(crate) status: u64,
    pub(crate) url: String,
}

impl Browser {
    /// One with an empty profile, on an empty page.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// [`Browser::start`] with these flags beside the usual.
    pub(crate) fn start_with(flags: &[&str]) -> Self {
        let profile = tempfile::tempdir().expect("a directory can be made");
        let mut command = Command::new("chromium");
        command.args(FLAGS).args(flags).arg(format!("--user-data-dir={}", profile.path().display())).arg("about:blank");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let started = command.spawn();
        let mut process =
            Process(started.unwrap_or_else(|error| panic!("Chromium cannot be started, Debian's `chromium`: {error}")));
        let address = address(&mut process.0);
        let port = address.trim_start_matches("ws://").split('/').next().expect("a URL has a host");
        let stream = TcpStream::connect(port).expect("Chromium listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
        let (socket, _) = client(&address, stream).expect("Chromium speaks the protocol");
        let (session, target) = Default::default();
        let mut browser = Self { socket, process, session, target, calls: 0, events: Vec::new(), _profile: profile };
        browser.open();
        browser
    }

    fn open(&mut self) {
        let context = self.call("Target.createBrowserContext", json!({}))["browserContextId"].clone();
        // Windows that a page opens are told of.
        self.call("Target.setDiscoverTargets", json!({"discover": true}));
        let new = json!({"url": "about:blank", "browserContextId": context});
        let target = self.call("Target.createTarget", new)["targetId"].clone();
        let session = self.call("Target.attachToTarget", json!({"targetId": target, "flatten": true}));
        self.session = text(&session["sessionId"]);
        self.target = text(&target);
        for domain in DOMAINS {
            self.call(domain, json!({}));
        }
        self.call("Page.setLifecycleEventsEnabled", json!({"enabled": true}));
        // Frames of other sites have processes of their own, and wait until they are listened to.
        let attach = json!({"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true});
        self.call("Target.setAutoAttach", attach);
        self.forget();
    }

    /// Goes there, and waits until all of it is loaded.
    #[track_caller]
    pub(crate) fn goto(&mut self, url: &str) -> Loaded {
        self.load(|browser| {
            let told = browser.call("Page.navigate", json!({"url": url}));
            assert!(told["errorText"].is_null(), "{url}: {told}");
        })
    }

    /// Does what leads to another page, and waits until all of that is loaded.
    #[track_caller]
    pub(crate) fn load(&mut self, act: impl FnOnce(&mut Self)) -> Loaded {
        let before = self.events.len();
        act(self);
        let target = self.target.clone();
        let document = self.event(before, "an answer comes", |event| {
            event["method"] == "Network.responseReceived"
                && event["params"]["type"] == "Document"
                && event["params"]["frameId"] == target
        });
        let loader = document["params"]["loaderId"].clone();
        self.event(before, "the page is loaded", |event| {
            event["method"] == "Page.lifecycleEvent"
                && event["params"]["name"] == "load"
                && event["params"]["loaderId"] == loader
        });
        let response = &document["params"]["response"];
        Loaded { status: response["status"].as_u64().expect("a status"), url: text(&response["url"]) }
    }

    /// What the script comes to in the page, awaited where it is a promise.
    #[track_caller]
    pub(crate) fn run(&mut self, script: &str) -> Value {
        let evaluate = json!({"expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true});
        let outcome = self.call("Runtime.evaluate", evaluate);
        assert!(outcome["exceptionDetails"].is_null(), "{script:.300}: {:.2000}", outcome.to_string());
        outcome["result"]["value"].clone()
    }

    /// Presses a key and lets it go: `Tab`, `Enter`, or ` `.
    pub(crate) fn press(&mut self, key: &str) {
        let (code, text) = match key {
            "Tab" => (9, ""),
            "Enter" => (13, "\r"),
            _ => (32, " "),
        };
        let key = json!({"type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text});
        self.call("Input.dispatchKeyEvent", key.clone());
        let mut up = key;
        up["type"] = "keyUp".into();
        up["text"] = "".into();
        self.call("Input.dispatchKeyEvent", up);
    }

    /// Writes where the caret is.
    pub(crate) fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// All cookies that would be sent to this URL.
    pub(crate) fn cookies(&mut self, url: &str) -> Vec<Value> {
        let cookies = self.call("Network.getCookies", json!({"urls": [url]}));
        cookies["cookies"].as_array().cloned().unwrap_or_default()
    }

    /// From the next page on no script runs.
    pub(crate) fn without_scripts(&mut self) {
        self.call("Emulation.setScriptExecutionDisabled", json!({"value": true}));
    }

    /// From now on the pages' own policies of content count for nothing.
    pub(crate) fn without_policies(&mut self) {
        self.call("Page.setBypassCSP", json!({"enabled": true}));
    }

    /// The addresses of all frames of the page, where one failed that of the failure; first its own.
    pub(crate) fn frames(&mut self) -> Vec<String> {
        fn gather(tree: &Value, into: &mut Vec<String>) {
            into.push(text(&tree["frame"]["url"]));
            tree["childFrames"].as_array().into_iter().flatten().for_each(|child| gather(child, into));
        }
        let mut urls = Vec::new();
        gather(&self.call("Page.getFrameTree", json!({}))["frameTree"], &mut urls);
        urls
    }

    /// What happened since the last [`Browser::forget`] that may be looked at: on the console, uncaught, refused, asked of the user.
    pub(crate) fn said(&mut self) -> Vec<String> {
        self.settle();
        self.events.iter().filter_map(|event| saying(&event["method"], &event["params"])).collect()
    }

    /// Waits until something is said that holds this.
    #[track_caller]
    pub(crate) fn hears(&mut self, word: &str) {
        self.event(0, word, |event| saying(&event["method"], &event["params"]).is_some_and(|said| said.contains(word)));
    }

    /// The addresses of all that was asked for since the last [`Browser::forget`], and of windows that were opened.
    pub(crate) fn requests(&mut self) -> Vec<String> {
        self.settle();
        let address = |event: &Value| match event["method"].as_str() {
            Some("Network.requestWillBeSent") => {
                Some(text(&event["params"]["request"]["url"])).filter(|url| !url.ends_with("/favicon.ico"))
            }
            Some("Network.webSocketCreated") => Some(text(&event["params"]["url"])),
            Some("Target.targetCreated") => {
                let target = &event["params"]["targetInfo"];
                (target["type"] == "page").then(|| format!("window {}", target["url"]))
            }
            _ => None,
        };
        self.events.iter().filter_map(address).collect()
    }

    /// The statuses that came since the last [`Browser::forget`] from addresses that end so, also of what no page may read.
    pub(crate) fn statuses(&mut self, end: &str) -> Vec<u64> {
        self.settle();
        let of = |method: &'static str| {
            self.events.iter().filter(move |event| event["method"] == *method).map(|event| &event["params"])
        };
        let asked = of("Network.requestWillBeSent").filter(|sent| text(&sent["request"]["url"]).ends_with(end));
        let asked: Vec<&Value> = asked.map(|sent| &sent["requestId"]).collect();
        let came = of("Network.responseReceivedExtraInfo").filter(|came| asked.contains(&&came["requestId"]));
        came.filter_map(|came| came["statusCode"].as_u64()).collect()
    }

    /// Begins anew with what happens.
    pub(crate) fn forget(&mut self) {
        self.settle();
        self.events.clear();
    }

    /// Events come in order: whatever was before this answer is known with it.
    fn settle(&mut self) {
        self.call("Page.getFrameTree", json!({}));
    }

    /// The first event since `from` that fits.
    #[track_caller]
    fn event(&mut self, from: usize, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        let mut at = from;
        loop {
            while at == self.events.len() {
                assert!(Instant::now() < end, "{what}: {:?}", self.said());
                self.receive(what);
            }
            if fits(&self.events[at]) {
                return self.events[at].clone();
            }
            at += 1;
        }
    }

    #[track_caller]
    fn call(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(&self.session.clone(), method, params);
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(answer) = self.receive(method).filter(|answer| answer["id"] == id) {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
            assert!(Instant::now() < end, "{method} is not answered");
        }
    }

    fn send(&mut self, session: &str, method: &str, params: Value) -> u64 {
        self.calls += 1;
        let mut call = json!({"id": self.calls, "method": method, "params": params});
        if !session.is_empty() {
            call["sessionId"] = session.into();
        }
        self.socket.send(Message::text(call.to_string())).expect("Chromium listens");
        self.calls
    }

    /// The next message, if it is an answer; events are kept, and answered where they wait for it.
    #[track_caller]
    fn receive(&mut self, what: &str) -> Option<Value> {
        let message = match self.socket.read() {
            Ok(message) => message,
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => panic!("{what}: Chromium is silent"),
            Err(error) => panic!("{what}: {error}"),
        };
        let message: Value = serde_json::from_slice(&message.into_data()).ok()?;
        if message["method"].is_null() {
            return Some(message);
        }
        let (session, params) = (text(&message["sessionId"]), &message["params"]);
        match message["method"].as_str() {
            // A page stands still until its question is answered.
            Some("Page.javascriptDialogOpening") => {
                self.send(&session, "Page.handleJavaScriptDialog", json!({"accept": true}));
            }
            Some("Target.attachedToTarget") if !self.session.is_empty() => {
                let child = text(&params["sessionId"]);
                for domain in DOMAINS {
                    self.send(&child, domain, json!({}));
                }
                self.send(&child, "Runtime.runIfWaitingForDebugger", json!({}));
            }
            _ => {}
        }
        self.events.push(message);
        None
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends by itself, with all its processes; one that does not is stopped.
        let close = json!({"id": self.calls + 1, "method": "Browser.close"});
        let end = Instant::now() + Duration::from_secs(10);
        if self.socket.send(Message::text(close.to_string())).is_ok() {
            while Instant::now() < end && self.socket.read().is_ok() {}
            while Instant::now() < end && self.process.0.try_wait().is_ok_and(|ended| ended.is_none()) {
                thread::yield_now();
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where it listens, as it says once it does; what else it says is of no use.
fn address(process: &mut Child) -> String {
    let lines = BufReader::new(process.stderr.take().expect("stderr is piped")).lines().map_while(Result::ok);
    let (sender, said) = channel();
    thread::spawn(move || {
        for line in lines {
            if let Some(address) = line.strip_prefix("DevTools listening on ") {
                // Read to the end all the same, so that it never waits.
                let _ = sender.send(address.to_owned());
            }
        }
    });
    said.recv_timeout(PATIENCE).expect("Chromium starts")
}

fn saying(method: &Value, params: &Value) -> Option<String> {
    match method.as_str()? {
        "Runtime.consoleAPICalled" => Some(format!("console: {}", params["args"])),
        "Runtime.exceptionThrown" => Some(format!("uncaught: {}", params["exceptionDetails"])),
        "Log.entryAdded" => {
            let entry = &params["entry"];
            // Each site is asked for an icon, by the browser itself.
            let is_wrong = entry["level"] != "info"
                && entry["level"] != "verbose"
                && !text(&entry["url"]).ends_with("/favicon.ico");
            is_wrong.then(|| format!("{}: {}", text(&entry["source"]), text(&entry["text"])))
        }
        "Page.javascriptDialogOpening" => Some(format!("dialog: {}", params["message"])),
        _ => None,
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
