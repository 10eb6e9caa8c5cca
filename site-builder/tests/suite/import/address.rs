//! Documents from an address, which a server of the test answers.

use super::Site;
use crate::support::stderr;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Output;
use std::thread;

/// Serves answers by path until the test ends. Returns the address of the server.
fn serve(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            reply(stream.unwrap(), &answer);
        }
    });
    address
}

fn reply(mut stream: TcpStream, answer: &impl Fn(&str) -> Vec<u8>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let request = lines.next().unwrap().unwrap();
    let headers = lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty());
    let has_cookie = headers
        .filter(|line| line.to_lowercase().starts_with("cookie"))
        .count()
        > 0;
    assert!(!has_cookie, "a cookie was sent");
    let path = request.split(' ').nth(1).unwrap();
    // A client that has enough closes the connection.
    drop(stream.write_all(&answer(path)));
}

fn page(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\n{headers}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn redirect(to: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
}

fn import(site: &Site, address: &str) -> Output {
    site.import_with(address, &["--all"])
}

#[test]
fn a_page_is_fetched_and_read_as_its_server_says() {
    // windows-1251, which only the header says.
    let body = b"<h1>\xcf\xee\xeb\xe8\xf2\xe8\xea\xe0</h1><h2>1. \xce\xe1\xf9\xe5\xe5</h2><p>1.1. \xcf\xe5\xf0\xe2\xee\xe5.</p>";
    let address = serve(|path| match path {
        "/privacy" | "/%D2%9B%D2%B1%D0%BF%D0%B8%D1%8F" => redirect("/real/privacy"),
        _ => page("Content-Type: text/html; charset=windows-1251", body),
    });
    let site = Site::new("ru");
    // Addresses are copied as browsers show them.
    let shown = import(&site, &format!("{address}/құпия"));
    assert_eq!(shown.status.code(), Some(0), "{}", stderr(&shown));
    let output = import(&site, &format!("{address}/privacy"));
    let report = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{report}");
    assert!(
        report.contains(&format!("{address}/real/privacy:1: repaired[encoding]")),
        "{report}"
    );
    assert!(
        site.project
            .read("content/example.kz/ru/privacy/2025-04-17.md")
            .contains("1.1. Первое.")
    );
}

#[test]
fn what_is_too_large_or_led_in_circles_is_refused() {
    let address = serve(|path| match path {
        "/circle" => redirect("/circle"),
        "/large" => page(
            "Content-Type: text/plain",
            &vec![b'a'; importer::SIZE_LIMIT + 1],
        ),
        "/away" => redirect("http://example.invalid/"),
        _ => b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec(),
    });
    let site = Site::new("ru");
    for (path, reason) in [
        ("circle", "more than 5 redirects"),
        ("large", "can't be fetched"),
        ("away", "anybody on the way could change what it says"),
        ("missing", "the server answers with status 404"),
    ] {
        let output = import(&site, &format!("{address}/{path}"));
        let report = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{report}");
        assert!(report.contains(reason), "{path}: {report}");
    }
    assert!(site.editions().is_empty());
}

#[test]
fn an_address_without_encryption_is_not_asked() {
    let site = Site::new("ru");
    for address in [
        "http://example.kz/privacy",
        "HTTP://example.kz",
        "https://a:b@example.kz/",
    ] {
        let output = import(&site, address);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains("asked"), "{}", stderr(&output));
    }
}
