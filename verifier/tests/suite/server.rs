//! A server that answers as a test says.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// An answer: status, headers, body.
#[derive(Clone, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// A refusal after which one may ask again at once.
    pub(crate) fn refusal(status: u16) -> Self {
        let body = format!(
            r#"{{"type":"about:blank","title":"Refused","status":{status},"code":"too_many","detail":"Wait."}}"#
        );
        Self {
            status,
            headers: vec![("Retry-After", "0".to_owned())],
            body: body.into_bytes(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// What a request asks for, with its token.
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) token: Option<String>,
}

type Handler = dyn FnMut(&Request) -> Answer + Send;

/// A server on this machine that lives as long as the tests.
pub(crate) struct Server {
    pub(crate) address: String,
    handler: Arc<Mutex<Box<Handler>>>,
    /// How often each path was asked for.
    asked: Arc<Mutex<BTreeMap<String, u32>>>,
}

impl Server {
    pub(crate) fn new(handler: impl FnMut(&Request) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            handler: Arc::new(Mutex::new(Box::new(handler))),
            asked: Arc::default(),
        };
        let (handler, asked) = (Arc::clone(&server.handler), Arc::clone(&server.asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = read(&stream) else {
                    continue;
                };
                *asked
                    .lock()
                    .unwrap()
                    .entry(request.path.clone())
                    .or_insert(0) += 1;
                let answer = (handler.lock().unwrap())(&request);
                write(&mut stream, &answer);
            }
        });
        server
    }

    /// Answers otherwise from now on.
    pub(crate) fn become_other(&self, handler: impl FnMut(&Request) -> Answer + Send + 'static) {
        *self.handler.lock().unwrap() = Box::new(handler);
    }

    pub(crate) fn times(&self, path: &str) -> u32 {
        self.asked.lock().unwrap().get(path).copied().unwrap_or(0)
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let lines: Result<Vec<String>, _> = BufReader::new(stream)
        .lines()
        .take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty()))
        .collect();
    let mut lines = lines.unwrap().into_iter();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let mut token = None;
    for line in lines {
        let (name, value) = line.split_once(": ")?;
        if name.eq_ignore_ascii_case("authorization") {
            token = value.strip_prefix("Bearer ").map(str::to_owned);
        }
    }
    Some(Request { path, token })
}

/// A client that goes away early is its own business.
fn write(stream: &mut TcpStream, answer: &Answer) {
    let mut head = format!(
        "HTTP/1.1 {} x\r\nContent-Length: {}\r\nConnection: close\r\n",
        answer.status,
        answer.body.len()
    );
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let bytes = [head.as_bytes(), b"\r\n", &answer.body].concat();
    let _gone = stream.write_all(&bytes);
}
