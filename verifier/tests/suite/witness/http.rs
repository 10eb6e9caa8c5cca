//! The service over HTTP, as the program serves it.

use super::*;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, ChildStderr, Command, Stdio};
use tempfile::TempDir;

/// A running program.
struct Server {
    folder: TempDir,
    child: Child,
    log: BufReader<ChildStderr>,
    address: String,
}

impl Server {
    fn start(log: &Log) -> Self {
        let folder = TempDir::new().unwrap();
        drop(witness(folder.path(), log));
        let mut child = Command::new(env!("CARGO_BIN_EXE_verifier"))
            .args(["witness", "serve", "--state", "witness.json"])
            .args(["--listen", "127.0.0.1:0"])
            .current_dir(folder.path())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut server = Self {
            folder,
            log: BufReader::new(child.stderr.take().unwrap()),
            child,
            address: String::new(),
        };
        let line = server.line();
        let (_, address) = line.split_once("http://").unwrap();
        server.address = address.split_once('/').unwrap().0.to_owned();
        server
    }

    /// The next line that it logs, without the time.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.log.read_line(&mut line).unwrap();
        line.trim_end().split_once(' ').unwrap().1.to_owned()
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    fn send(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn post(&self, request: &AddCheckpoint) -> String {
        self.send(&post(&request.to_string()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn post(body: &str) -> String {
    let length = body.len();
    format!(
        "POST /add-checkpoint HTTP/1.1\r\nhost: w\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap()
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

#[test]
fn a_checkpoint_that_continues_the_last_is_cosigned_and_logged() {
    let log = Log::new("entry");
    let mut server = Server::start(&log);
    let answer = server.post(&log.request(0, 5));
    assert_eq!(status(&answer), "200");
    let line = NoteSignature::parse(body(&answer)).unwrap();
    assert_eq!(line.name, "witness.example/w1");
    let root = log.root(5);
    let expected = format!("cosigned cap.kz/log: 5 entries, root {root}");
    assert_eq!(server.line(), expected);
    assert_eq!(status(&server.post(&log.request(5, 9))), "200");
}

#[test]
fn every_refusal_has_the_status_of_the_specification() {
    let log = Log::new("entry");
    let server = Server::start(&log);
    assert_eq!(status(&server.post(&log.request(0, 5))), "200");
    let mut unknown = log.request(5, 9);
    unknown.checkpoint.text = unknown.checkpoint.text.replace("cap.kz", "cap.example");
    let mut unproved = log.request(5, 9);
    unproved.proof.clear();
    let foreign = Log::new("entry").with_key(8).request(5, 9);
    assert_eq!(status(&server.send(&post("old x\n\n"))), "400");
    assert_eq!(status(&server.post(&foreign)), "403");
    assert_eq!(status(&server.post(&unknown)), "404");
    assert_eq!(status(&server.post(&unproved)), "422");
    let conflict = server.post(&log.request(0, 9));
    assert_eq!((status(&conflict), body(&conflict)), ("409", "5\n"));
    assert!(conflict.contains("content-type: text/x.tlog.size\r\n"));
    let get = server.send("GET /add-checkpoint HTTP/1.1\r\nhost: w\r\nconnection: close\r\n\r\n");
    assert_eq!(status(&get), "405");
    assert!(get.contains("allow: POST\r\n"));
    let elsewhere = server.send("GET / HTTP/1.1\r\nhost: w\r\nconnection: close\r\n\r\n");
    assert_eq!(status(&elsewhere), "404");
}

#[test]
fn a_body_that_is_too_long_is_refused_announced_or_not() {
    let server = Server::start(&Log::new("entry"));
    let long = "x".repeat(verifier::witness::MAX_BODY_BYTES + 1);
    let mut stream = server.connect();
    let head = post(&long);
    let (head, _) = head.split_once("\r\n\r\n").unwrap();
    write!(stream, "{head}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(status(&answer), "413", "announced");

    let mut stream = server.connect();
    let length = long.len();
    write!(
        stream,
        "POST /add-checkpoint HTTP/1.1\r\nhost: w\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n{length:x}\r\n{long}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(status(&answer), "413", "in chunks");
}

#[test]
fn clients_that_send_slowly_or_go_away_hold_up_nobody() {
    let log = Log::new("entry");
    let server = Server::start(&log);
    let mut slow = Vec::new();
    for beginning in [
        "",
        "POST",
        "POST /add-checkpoint HTTP/1.1\r\ncontent-length: 9\r\n\r\nold",
    ] {
        for _ in 0..10 {
            let mut stream = server.connect();
            stream.write_all(beginning.as_bytes()).unwrap();
            slow.push(stream);
        }
    }
    let gone = server.connect();
    gone.shutdown(Shutdown::Both).unwrap();
    assert_eq!(status(&server.post(&log.request(0, 5))), "200");
    drop(slow);
}

#[test]
fn a_connection_serves_one_request_after_the_other() {
    let log = Log::new("entry");
    let server = Server::start(&log);
    let mut stream = BufReader::new(server.connect());
    let keep =
        |request: AddCheckpoint| post(&request.to_string()).replace("connection: close\r\n", "");
    for (old, size) in [(0, 5), (5, 9), (9, 9)] {
        let request = keep(log.request(old, size));
        stream.get_mut().write_all(request.as_bytes()).unwrap();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(stream.read_line(&mut head).unwrap(), 0, "{head}");
        }
        assert_eq!(status(&head), "200");
        let length = head.split("content-length: ").nth(1).unwrap();
        let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
        stream.read_exact(&mut vec![0; length]).unwrap();
    }
}

#[test]
fn of_many_requests_at_once_one_order_is_cosigned() {
    let log = Log::new("entry");
    let server = Server::start(&log);
    // All continue the empty log; only the first to be looked at does so still.
    let answers: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..=16)
            .map(|size| {
                let (server, log) = (&server, &log);
                scope.spawn(move || server.post(&log.request(0, size)))
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let with = |wanted| {
        answers
            .iter()
            .filter(|answer| status(answer) == wanted)
            .count()
    };
    assert_eq!((with("200"), with("409")), (1, 15));
}

#[test]
fn a_log_that_contradicts_itself_is_reported_and_the_evidence_kept() {
    let log = Log::new("entry");
    let mut server = Server::start(&log);
    assert_eq!(status(&server.post(&log.request(0, 5))), "200");
    server.line();
    let forked = Log::new("other");
    let answer = server.post(&forked.request(5, 5));
    assert_eq!(status(&answer), "422");
    for _ in 0..2 {
        let line = server.line();
        assert!(
            line.starts_with("WARNING: cap.kz/log signed two trees of 5 entries"),
            "{line}"
        );
    }
    let folder = server.folder.path().join("witness.json.forks");
    let mut kept: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    let mut notes = [
        log.checkpoint(5).to_string(),
        forked.checkpoint(5).to_string(),
    ];
    kept.sort();
    notes.sort();
    assert_eq!(kept, notes);
    // Sent again it makes no line: the next one is of the checkpoint after it.
    assert_eq!(status(&server.post(&forked.request(5, 5))), "422");
    assert_eq!(status(&server.post(&log.request(5, 9))), "200");
    assert!(server.line().starts_with("cosigned cap.kz/log: 9 entries"));
}
