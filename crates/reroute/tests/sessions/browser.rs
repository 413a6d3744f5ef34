//! A browser, as far as cookies and what it says of where a request comes from go.

use std::{collections::BTreeMap, net::SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// All values of this field.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }

    pub fn detail(&self) -> String {
        let problem: serde_json::Value = serde_json::from_str(&self.body).expect("a problem is JSON");
        problem["detail"].as_str().unwrap_or_default().to_owned()
    }
}

#[derive(Clone)]
pub struct Browser {
    address: SocketAddr,
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    pub fn of(address: SocketAddr) -> Self {
        Self { address, cookies: BTreeMap::new() }
    }

    /// The same cookies, at another process of the application.
    pub fn at(&self, address: SocketAddr) -> Self {
        Self { address, cookies: self.cookies.clone() }
    }

    /// The value of the session's cookie.
    pub fn session(&self) -> &str {
        self.cookies.get("__Host-session").map_or("", String::as_str)
    }

    pub fn with_session(mut self, value: &str) -> Self {
        self.cookies.insert("__Host-session".to_owned(), value.to_owned());
        self
    }

    pub async fn get(&mut self, target: &str) -> Answer {
        self.send(&format!("GET {target}"), &[], "").await
    }

    /// A form of our own page.
    pub async fn post(&mut self, target: &str, form: &str) -> Answer {
        self.send(&format!("POST {target}"), &[("sec-fetch-site", "same-origin")], form).await
    }

    pub async fn login(&mut self, name: &str) -> Answer {
        self.post("/login", &format!("name={name}")).await
    }

    /// `GET /me`: the status.
    pub async fn me(&mut self) -> u16 {
        self.get("/me").await.status
    }

    /// Sends `METHOD target` with all cookies, and keeps those of the answer.
    pub async fn send(&mut self, line: &str, headers: &[(&str, &str)], form: &str) -> Answer {
        let mut all = headers.to_vec();
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        if !cookies.is_empty() {
            all.push(("cookie", &cookies));
        }
        let answer = self.send_only(line, &all, form).await;
        for cookie in answer.all("set-cookie") {
            let (pair, attributes) = cookie.split_once("; ").expect("a cookie has attributes");
            let (name, value) = pair.split_once('=').expect("a cookie has a value");
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Sends these headers and no cookies of its own.
    pub async fn send_only(&self, line: &str, headers: &[(&str, &str)], form: &str) -> Answer {
        let mut request = format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        if !form.is_empty() {
            request +=
                &format!("content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n", form.len());
        }
        request += &format!("\r\n{form}");
        let mut stream = TcpStream::connect(self.address).await.expect("the server listens");
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("it answers");
        let answer = String::from_utf8(answer).expect("the answer is text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("the answer has a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("it has a status");
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }
}
