//! The HTTP service: `POST /add-checkpoint`.
//!
//! One thread serves all connections, so requests change the state one after the other. Each
//! connection has a limit of time for every part of a request and one for all, and their number has
//! a limit, so that slow clients hold up nobody for long. TLS is for the proxy in front.

use super::fork;
use super::protocol::{Cosigned, MAX_BODY_BYTES, Refusal};
use super::state::Witness;
use domain::Timestamp;
use domain::tlog::TreeHead;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::cell::RefCell;
use std::convert::Infallible;
use std::io::{self, Write as _};
use std::net::TcpListener;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::Semaphore;

/// Limit of time for the head of a request, and for its body.
const PART_LIMIT: Duration = Duration::from_secs(10);

/// Limit of time for a connection, with all its requests.
const CONNECTION_LIMIT: Duration = Duration::from_secs(60);

/// How many connections are served at a time; further ones wait.
const MAX_CONNECTIONS: usize = 256;

/// How long to wait after a connection couldn't be accepted, for example for want of descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What connections share.
struct Service {
    witness: Witness,
    /// The last checkpoint without a proof that was reported, so that one that is sent again and
    /// again makes one line.
    reported: Option<TreeHead>,
}

/// Serves until the process ends.
///
/// # Errors
/// The socket can't be used.
pub(super) fn serve(witness: Witness, listener: TcpListener) -> io::Result<Infallible> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let service = Rc::new(RefCell::new(Service {
        witness,
        reported: None,
    }));
    let tasks = tokio::task::LocalSet::new();
    tasks.block_on(&runtime, accept(listener, service))
}

async fn accept(listener: TcpListener, service: Rc<RefCell<Service>>) -> io::Result<Infallible> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let slot = Arc::clone(&slots).acquire_owned().await;
        let slot = slot.map_err(io::Error::other)?;
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                log(&format!("a connection can't be accepted: {error}"));
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let service = Rc::clone(&service);
        tokio::task::spawn_local(async move {
            let answer = service_fn(move |request| {
                let service = Rc::clone(&service);
                async move { Ok::<_, Infallible>(answer(request, &service).await) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PART_LIMIT)
                .serve_connection(TokioIo::new(stream), answer);
            // How a connection ends is the client's affair: it went, was slow or spoke no HTTP.
            drop(tokio::time::timeout(CONNECTION_LIMIT, connection).await);
            drop(slot);
        });
    }
}

async fn answer(request: Request<Incoming>, service: &RefCell<Service>) -> Response<Full<Bytes>> {
    if request.uri().path() != "/add-checkpoint" {
        return text(
            StatusCode::NOT_FOUND,
            "the one address is /add-checkpoint\n",
        );
    }
    if request.method() != Method::POST {
        let mut refused = text(StatusCode::METHOD_NOT_ALLOWED, "only POST is answered\n");
        let allowed = HeaderValue::from_static("POST");
        refused.headers_mut().insert(ALLOW, allowed);
        return refused;
    }
    let too_long = || {
        text(
            StatusCode::PAYLOAD_TOO_LARGE,
            "a request has at most 64 KiB\n",
        )
    };
    if request.body().size_hint().lower() > MAX_BODY_BYTES as u64 {
        return too_long();
    }
    let body = Limited::new(request.into_body(), MAX_BODY_BYTES).collect();
    match tokio::time::timeout(PART_LIMIT, body).await {
        Ok(Ok(body)) => service.borrow_mut().add_checkpoint(&body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => too_long(),
        Ok(Err(_)) => text(StatusCode::BAD_REQUEST, "the body was cut off\n"),
        Err(_) => text(StatusCode::REQUEST_TIMEOUT, "the body took too long\n"),
    }
}

impl Service {
    fn add_checkpoint(&mut self, body: &[u8]) -> Response<Full<Bytes>> {
        let time = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(time) => time.as_secs(),
            Err(_) => {
                log("the clock stands before 1970; nothing is cosigned");
                return text(StatusCode::SERVICE_UNAVAILABLE, "the clock is wrong\n");
            }
        };
        match self.witness.add_checkpoint(body, time) {
            Ok(Cosigned {
                signature,
                head,
                is_new,
            }) => {
                if is_new {
                    log(&format!(
                        "cosigned {}: {} entries, root {}",
                        head.origin, head.size, head.root
                    ));
                }
                text(StatusCode::OK, &signature.to_string())
            }
            Err(refusal) => self.refuse(refusal),
        }
    }

    fn refuse(&mut self, refusal: Refusal) -> Response<Full<Bytes>> {
        match refusal {
            Refusal::Malformed(reason) => text(StatusCode::BAD_REQUEST, &format!("{reason}\n")),
            Refusal::UnknownLog => text(StatusCode::NOT_FOUND, "this log is not known here\n"),
            Refusal::Unsigned => text(
                StatusCode::FORBIDDEN,
                "no signature is of a key that is known here for this log\n",
            ),
            Refusal::OtherSize(size) => conflict(size),
            Refusal::Fork(notes) => {
                let (cosigned, sent) = *notes;
                let kept = fork::keep(self.witness.path(), &[&cosigned, &sent]);
                let head = TreeHead::parse(&cosigned.text);
                let (origin, size) =
                    head.map_or((String::new(), 0), |head| (head.origin, head.size));
                match kept {
                    Ok(files) => {
                        for file in files {
                            log(&format!(
                                "WARNING: {origin} signed two trees of {size} entries; evidence is in {}",
                                file.display()
                            ));
                        }
                    }
                    Err(error) => log(&format!(
                        "WARNING: {origin} signed two trees of {size} entries; the evidence can't be kept: {error}"
                    )),
                }
                text(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "the log signed another tree of this size\n",
                )
            }
            Refusal::Unproved(head) => {
                if self.reported.as_ref() != Some(&head) {
                    log(&format!(
                        "WARNING: {} was sent with {} entries and no proof that they continue what was cosigned",
                        head.origin, head.size
                    ));
                    self.reported = Some(head);
                }
                text(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "the consistency proof doesn't hold\n",
                )
            }
            Refusal::Storage(error) => {
                log(&format!("nothing was cosigned: {error}"));
                text(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "the checkpoint can't be stored\n",
                )
            }
        }
    }
}

/// The size that the witness cosigned last, for the log to prove from.
fn conflict(size: u64) -> Response<Full<Bytes>> {
    let mut response = text(StatusCode::CONFLICT, &format!("{size}\n"));
    let size = HeaderValue::from_static("text/x.tlog.size");
    response.headers_mut().insert(CONTENT_TYPE, size);
    response
}

fn text(status: StatusCode, body: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body.to_owned()));
    *response.status_mut() = status;
    for (name, value) in [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
    ] {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

/// Writes a line to standard error, with the time.
#[expect(
    clippy::let_underscore_must_use,
    reason = "when standard error is closed, there is nowhere left to say so"
)]
pub(super) fn log(line: &str) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = now.map_or(0, |time| {
        i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
    });
    let _ = writeln!(io::stderr(), "{} {line}", Timestamp::from_millis(millis));
}
