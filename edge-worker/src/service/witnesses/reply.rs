//! What a witness says to a checkpoint (c2sp.org/tlog-witness, `add-checkpoint`).

use crate::service::hourly_platform::Reply;
use domain::tlog::NoteSignature;

/// The most lines of signatures that are read.
const MAX_LINES: usize = 64;
/// The content type of an answer that says how many entries a witness has cosigned.
const SIZE_TYPE: &str = "text/x.tlog.size";

/// What was sent to a witness.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    /// The size that the proof begins with.
    pub(super) old: u64,
    /// The size of the checkpoint.
    pub(super) size: u64,
    /// Whether this was the second try, after which there is no other.
    pub(super) is_last: bool,
}

/// What follows from an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Lines of signatures, to be checked.
    Signed(Vec<NoteSignature>),
    /// Send it again with a proof from the tree of this size.
    ProveFrom(u64),
    /// Nothing more can be done in this hour.
    Problem(String),
}

/// Judges an answer.
pub(super) fn judge(reply: &Reply, sent: Sent) -> Verdict {
    match reply.status {
        200 => signatures(&reply.body),
        409 => conflict(reply, sent),
        422 => other_tree(sent.old),
        status => Verdict::Problem(match status {
            400 => "it can't read what it is sent (400)".to_owned(),
            403 => "it knows this log with another key: give it the key of /log/policy (403)"
                .to_owned(),
            404 => {
                "it doesn't know this log: give it the line `log` of /log/policy (404)".to_owned()
            }
            _ => format!("it answers with status {status}"),
        }),
    }
}

fn signatures(body: &[u8]) -> Verdict {
    let unreadable = || Verdict::Problem("its answer isn't lines of signatures".to_owned());
    let Ok(text) = str::from_utf8(body) else {
        return unreadable();
    };
    let mut signatures = Vec::new();
    for line in text.split_inclusive('\n') {
        match NoteSignature::parse(line) {
            Ok(signature) if signatures.len() < MAX_LINES => signatures.push(signature),
            Ok(_) | Err(_) => return unreadable(),
        }
    }
    Verdict::Signed(signatures)
}

/// The proof begins elsewhere than the witness stands. Its size is believed once: a witness that
/// changes its mind is asked again in an hour.
fn conflict(reply: &Reply, sent: Sent) -> Verdict {
    let Some(size) = size(reply) else {
        return Verdict::Problem("it answers with status 409 and no size".to_owned());
    };
    if size > sent.size {
        return Verdict::Problem(format!(
            "ALARM: it has cosigned {size} entries of a log that has {}: records were lost, or another log has this name",
            sent.size
        ));
    }
    if size == sent.old {
        // Some answer so where others say 422.
        return other_tree(sent.old);
    }
    if sent.is_last {
        return Verdict::Problem(format!(
            "it says twice that it stands elsewhere, now at {size} entries"
        ));
    }
    Verdict::ProveFrom(size)
}

/// The log's own proof is right for the log's own tree.
fn other_tree(size: u64) -> Verdict {
    Verdict::Problem(format!(
        "ALARM: it has cosigned another tree of {size} entries: records were changed, or another log has this name"
    ))
}

/// The size that an answer names.
fn size(reply: &Reply) -> Option<u64> {
    let content_type = reply.content_type.split(';').next();
    if content_type.map(str::trim) != Some(SIZE_TYPE) {
        return None;
    }
    let Ok(text) = str::from_utf8(&reply.body) else {
        return None;
    };
    let text = text.strip_suffix('\n').unwrap_or(text);
    match text.parse::<u64>() {
        // No sign and no leading zero.
        Ok(size) if size.to_string() == text => Some(size),
        Ok(_) | Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: Sent = Sent {
        old: 5,
        size: 9,
        is_last: false,
    };

    fn reply(status: u16, content_type: &str, body: &str) -> Reply {
        Reply {
            status,
            content_type: content_type.to_owned(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn problem(reply: &Reply, sent: Sent) -> String {
        match judge(reply, sent) {
            Verdict::Problem(problem) => problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_cosignature_is_read_among_others() {
        let lines = "— witness.example/w1 AQIDBAUGBwg=\n— witness.example/w2 AQIDBAUGBwg=\n";
        let Verdict::Signed(signatures) = judge(&reply(200, "text/plain", lines), SENT) else {
            panic!("not signed");
        };
        assert_eq!(signatures.len(), 2);
        for bad in [
            "— witness.example/w1 AQIDBAUGBwg=",
            "thank you\n",
            "— witness.example/w1 AQIDBAUGBwg=\n\n",
            &lines.repeat(MAX_LINES),
        ] {
            assert!(problem(&reply(200, "", bad), SENT).contains("lines of signatures"));
        }
        let bytes = Reply {
            body: vec![0xff],
            ..reply(200, "", "")
        };
        assert!(problem(&bytes, SENT).contains("lines of signatures"));
    }

    #[test]
    fn a_witness_that_stands_elsewhere_gets_one_more_proof() {
        for size in [0, 4, 6, 9] {
            let elsewhere = reply(409, "text/x.tlog.size", &format!("{size}\n"));
            assert_eq!(judge(&elsewhere, SENT), Verdict::ProveFrom(size));
            let last = Sent {
                is_last: true,
                ..SENT
            };
            assert!(problem(&elsewhere, last).contains("twice"));
        }
        let with_charset = reply(409, "text/x.tlog.size; charset=utf-8", "4");
        assert_eq!(judge(&with_charset, SENT), Verdict::ProveFrom(4));
    }

    #[test]
    fn no_size_is_no_reason_to_try_again() {
        for (content_type, body) in [
            ("text/plain", "4\n"),
            ("", "4\n"),
            ("text/x.tlog.size", ""),
            ("text/x.tlog.size", "04\n"),
            ("text/x.tlog.size", "+4\n"),
            ("text/x.tlog.size", "4\n\n"),
            ("text/x.tlog.size", "18446744073709551616\n"),
        ] {
            let reply = reply(409, content_type, body);
            assert!(problem(&reply, SENT).contains("no size"), "{body:?}");
        }
    }

    #[test]
    fn a_witness_that_has_seen_more_or_something_else_is_an_alarm_and_no_loop() {
        let more = reply(409, "text/x.tlog.size", "10\n");
        assert!(
            problem(&more, SENT)
                .starts_with("ALARM: it has cosigned 10 entries of a log that has 9")
        );
        // The size that the proof began with, or that of the checkpoint when that was proved from.
        let same = reply(409, "text/x.tlog.size", "5\n");
        assert!(problem(&same, SENT).starts_with("ALARM: it has cosigned another tree of 5 "));
        let whole = Sent {
            old: 9,
            size: 9,
            is_last: true,
        };
        let same = reply(409, "text/x.tlog.size", "9\n");
        assert!(problem(&same, whole).starts_with("ALARM: it has cosigned another tree of 9 "));
        assert!(problem(&reply(422, "", ""), whole).starts_with("ALARM: "));
    }

    #[test]
    fn every_other_status_is_reported_with_what_can_be_done() {
        for (status, words) in [
            (204, "status 204"),
            (301, "status 301"),
            (400, "can't read"),
            (403, "another key"),
            (404, "doesn't know this log"),
            (429, "status 429"),
            (500, "status 500"),
            (503, "status 503"),
        ] {
            let found = problem(&reply(status, "text/x.tlog.size", "4\n"), SENT);
            assert!(found.contains(words) && !found.contains("ALARM"), "{found}");
        }
    }
}
