//! The commands that set a witness up.

use super::*;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output};
use tempfile::TempDir;

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_verifier"))
        .arg("witness")
        .args(arguments)
        .args(["--state", "witness.json"])
        .current_dir(folder.path())
        .output()
        .unwrap()
}

fn printed(folder: &TempDir, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_new_witness_says_what_the_logs_operator_writes_down() {
    let folder = TempDir::new().unwrap();
    let text = printed(&folder, &["init", "--name", "witness.example/w1"]);
    let key = text.lines().find_map(|line| line.strip_prefix("key = "));
    let key = key.unwrap().trim_matches('"');
    let parsed = VerifierKey::parse(key).unwrap();
    assert_eq!(
        (parsed.name.as_str(), parsed.kind),
        ("witness.example/w1", KeyKind::Cosigner)
    );
    assert!(
        text.contains("\naddress = \"https://witness.example/\"\n"),
        "{text}"
    );
    assert_eq!(printed(&folder, &["show"]), format!("{key}\n"));
    let other = TempDir::new().unwrap();
    let again = printed(&other, &["init", "--name", "witness.example/w1"]);
    assert!(!again.contains(key), "two witnesses have one key");
}

#[test]
fn a_log_is_known_once_it_was_added() {
    let folder = TempDir::new().unwrap();
    printed(&folder, &["init", "--name", "witness.example/w1"]);
    let (key, rotated) = (Log::new("entry").key(), Log::new("entry").with_key(8).key());
    let text = printed(
        &folder,
        &[
            "add-log",
            "--key",
            &key.to_string(),
            "--vkey",
            &rotated.to_string(),
        ],
    );
    assert_eq!(
        text.matches("cap.kz/log: checkpoints are cosigned").count(),
        2
    );
    let again = printed(&folder, &["add-log", "--key", &key.to_string()]);
    assert!(again.starts_with("cap.kz/log: known already"), "{again}");
    let shown = printed(&folder, &["show"]);
    assert_eq!(
        shown.matches("cap.kz/log: nothing cosigned yet\n").count(),
        1
    );
}

/// Serves a policy once; returns the address.
fn site_with(policy: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = String::new();
        BufReader::new(&stream).read_line(&mut request).unwrap();
        assert_eq!(request, "GET /log/policy HTTP/1.1\r\n");
        let length = policy.len();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{policy}"
        )
        .unwrap();
    });
    address
}

#[test]
fn the_keys_of_a_log_are_those_that_its_site_publishes() {
    let folder = TempDir::new().unwrap();
    printed(&folder, &["init", "--name", "witness.example/w1"]);
    let (key, retired) = (Log::new("entry").key(), Log::new("entry").with_key(8).key());
    let site = site_with(format!(
        "log {key} https://cap.kz/log/\nlog {retired}\nquorum none\n"
    ));
    let text = printed(&folder, &["add-log", &site]);
    for key in [key, retired] {
        assert!(text.contains(&format!("signatures of {key}\n")), "{text}");
    }
    let shown = printed(&folder, &["show"]);
    assert!(
        shown.ends_with("cap.kz/log: nothing cosigned yet\n"),
        "{shown}"
    );
}

#[test]
fn what_can_not_be_done_is_an_error_with_its_cure() {
    let folder = TempDir::new().unwrap();
    let key = Log::new("entry").key().to_string();
    let last_four: String = key.chars().skip(key.len() - 4).collect();
    let last_four = last_four.as_str();
    let bad_name: &[&str] = &["init", "--name", "two words"];
    for (arguments, words) in [
        (&["show"] as &[&str], "`verifier witness init` makes one"),
        (bad_name, "the name of a key has neither spaces nor `+`"),
        (&["init", "--name", "w.example/1"], ""),
        (&["init", "--name", "w.example/1"], "exists already"),
        (
            &["add-log", "--key", key.strip_suffix(last_four).unwrap()],
            "has 32 bytes",
        ),
        (
            &["serve", "--listen", "192.0.2.1:1"],
            "can't listen on 192.0.2.1:1",
        ),
    ] {
        let output = run(&folder, arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        let expected = if words.is_empty() { Some(0) } else { Some(2) };
        assert_eq!(output.status.code(), expected, "{arguments:?}");
        assert!(error.contains(words), "{arguments:?}: {error}");
    }
}

#[test]
fn the_commands_of_the_guide_do_what_it_says() {
    let guide = include_str!("../../../../docs/witness.md");
    let folder = TempDir::new().unwrap();
    let key = Log::new("entry").key().to_string();
    let mut commands = Vec::new();
    for line in guide.lines() {
        let Some(command) = line.strip_prefix("verifier witness ") else {
            continue;
        };
        let words: Vec<&str> = command.split(' ').collect();
        let command = words[0];
        commands.push(command);
        if command == "serve" {
            continue;
        }
        let line = line
            .replace("https://cap.kz", "--key ")
            .replace("--key ", &format!("--key {key}"));
        let output = Command::new(env!("CARGO_BIN_EXE_verifier"))
            .args(line.split(' ').skip(1))
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{line}: {output:?}");
    }
    // `http` runs the last one as it stands there, but for the port.
    assert_eq!(commands, ["init", "add-log", "show", "serve"]);
    assert!(guide.contains("serve --state witness.json --listen 127.0.0.1:"));
}
