//! A page of the log as NDJSON, described in README.md, "An export", or as CSV for spreadsheets.

use crate::json::{self, InvalidJson, Json};
use crate::log::tree_messages::ExportStart;
use crate::response::to_json;
use domain::Digest;
use domain::tlog::base64;

/// The columns of a CSV export, named after members of an entry, a record or a choice.
const COLUMNS: &str = "index,time,id,action,functional,analytics,marketing,regime,country,gpc,locale,surface,revision,text,validity,retention,withdraws,commitment,site,schema";

/// The first line of an export: what proves the records that follow, up to but without `end`.
pub(crate) fn start(
    origin: &str,
    first: u64,
    end: u64,
    start: &ExportStart,
    checkpoint: &str,
) -> String {
    // A host has no characters that JSON escapes.
    [
        r#"{"schema":"kelisim.export/2","origin":""#,
        origin,
        r#"","first":"#,
        &first.to_string(),
        r#","end":"#,
        &end.to_string(),
        r#","edge":"#,
        &hashes(&start.edge),
        r#","consistency":"#,
        &hashes(&start.consistency),
        r#","log":"#,
        &start.log,
        r#","log_proof":"#,
        &hashes(&start.log_proof),
        r#","checkpoint":"#,
        &to_json(&checkpoint),
        "}",
    ]
    .concat()
}

fn hashes(hashes: &[Digest]) -> String {
    let encoded: Vec<_> = hashes.iter().map(|hash| base64(hash.as_bytes())).collect();
    to_json(&encoded)
}

/// A page as NDJSON: on the first one what [`start`] returns, then the records' canonical texts.
pub(crate) fn ndjson(start: Option<String>, records: &[String]) -> String {
    let mut text = String::new();
    for line in start.iter().chain(records) {
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// The records from an index on as a table with a header row (RFC 4180).
///
/// # Errors
/// A record that is not what the log writes.
pub(crate) fn csv(first: u64, records: &[String]) -> Result<String, InvalidJson> {
    let mut text = [COLUMNS, "\r\n"].concat();
    for (index, record) in (first..).zip(records) {
        let record = json::parse(record.as_bytes())?;
        for (number, column) in COLUMNS.split(',').enumerate() {
            if number > 0 {
                text.push(',');
            }
            let cell = if column == "index" {
                index.to_string()
            } else {
                let choice = || record.member("choice")?.member(column);
                cell(record.member(column).or_else(choice).ok_or(InvalidJson)?)?
            };
            text.push_str(&escaped(cell));
        }
        text.push_str("\r\n");
    }
    Ok(text)
}

fn cell(value: &Json) -> Result<String, InvalidJson> {
    match value {
        Json::Null => Ok(String::new()),
        Json::Bool(flag) => Ok(flag.to_string()),
        Json::Number(number) => Ok(number.to_string()),
        Json::String(text) => Ok(text.clone()),
        Json::Array(_) | Json::Object(_) => Err(InvalidJson),
    }
}

/// The cell, quoted where RFC 4180 demands it. What a spreadsheet would take for a formula begins
/// with `'`.
fn escaped(mut cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        cell.insert(0, '\'');
    }
    if cell.contains([',', '"', '\r', '\n']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;
    use crate::log::tree_messages::Head;
    use domain::tlog::leaf_hash;
    use domain::{Answer, SubjectId, Timestamp};
    use serde_json::{Value, json};

    fn record() -> String {
        let draft = fixtures::draft(1, Answer::AcceptAll);
        let time = Timestamp::from_seconds(1_795_167_000);
        let record = draft.complete(&SubjectId::from([7; 16]), time, None);
        record.canonical().unwrap()
    }

    #[test]
    fn an_export_begins_with_what_proves_it_and_keeps_the_hashed_bytes() {
        let hash = Digest::from([0xff; 32]);
        let proofs = ExportStart {
            head: Head {
                size: 3,
                root: hash,
                first: 1,
            },
            edge: vec![hash],
            consistency: Vec::new(),
            log: r#"{"schema":"kelisim.log/1"}"#.to_owned(),
            log_proof: vec![hash, hash],
            published: None,
        };
        let first_line = start("cap.kz/log", 1, 3, &proofs, "cap.kz/log\n3\n");
        let text = ndjson(Some(first_line), &[record(), record()]);
        let lines: Vec<_> = text.split_terminator('\n').collect();
        let hash = "//////////////////////////////////////////8=";
        assert_eq!(
            serde_json::from_str::<Value>(lines[0]).unwrap(),
            json!({
                "schema": "kelisim.export/2", "origin": "cap.kz/log", "first": 1, "end": 3,
                "edge": [hash], "consistency": [], "log": {"schema": "kelisim.log/1"},
                "log_proof": [hash, hash], "checkpoint": "cap.kz/log\n3\n",
            })
        );
        let leaf = leaf_hash(record().as_bytes());
        assert_eq!(leaf_hash(lines[1].as_bytes()), leaf);
        assert_eq!(lines.len(), 3);
        assert_eq!(
            ndjson(None, &[record()]),
            [record(), "\n".to_owned()].concat()
        );
    }

    #[test]
    fn a_table_has_a_cell_for_every_column() {
        let text = csv(41, &[record(), record()]).unwrap();
        let lines: Vec<_> = text.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 3);
        let width = lines[0].split(',').count();
        for (line, index) in lines[1..].iter().zip(["41,", "42,"]) {
            assert_eq!(line.split(',').count(), width, "{line}");
            assert!(line.starts_with(index), "{line}");
            assert!(line.contains("accept_all,true,true,true,"), "{line}");
        }
    }

    #[test]
    fn a_cell_is_no_formula_and_no_two_cells() {
        assert_eq!(escaped("-_xYzaB3".to_owned()), "'-_xYzaB3");
        assert_eq!(escaped("=1+1".to_owned()), "'=1+1");
        assert_eq!(escaped("a,b\"c".to_owned()), "\"a,b\"\"c\"");
        assert_eq!(escaped("plain".to_owned()), "plain");
    }
}
