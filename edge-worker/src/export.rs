//! A page of the log as NDJSON, described in README.md, "An export", or as CSV for spreadsheets.

use crate::json::{self, InvalidJson, Json};
use crate::log::messages::{ExportPage, RawEntry};
use domain::SignedCheckpoint;

/// The columns of a CSV export, named after members of an entry, a record or a choice.
const COLUMNS: &str = "sequence,time,id,action,functional,analytics,marketing,regime,country,gpc,locale,surface,revision,text,validity,retention,withdraws,commitment,site,schema,previous,hash";

/// A page as NDJSON: a checkpoint of the entry before the page, then the entries, each followed by
/// its stored checkpoints, then a checkpoint of the last entry.
///
/// # Errors
/// None in practice: everything has a JSON form.
pub(crate) fn ndjson(
    page: &ExportPage,
    start: &SignedCheckpoint,
    end: Option<&SignedCheckpoint>,
) -> Result<String, serde_json::Error> {
    let mut text = String::new();
    line(&mut text, start)?;
    let mut kept = page.checkpoints.iter().peekable();
    for entry in &page.entries {
        text.push_str(&entry.json());
        text.push('\n');
        while let Some(signed) = kept.next_if(|signed| signed.checkpoint.sequence <= entry.sequence)
        {
            line(&mut text, signed)?;
        }
    }
    if let Some(end) = end {
        line(&mut text, end)?;
    }
    Ok(text)
}

fn line(text: &mut String, value: &SignedCheckpoint) -> Result<(), serde_json::Error> {
    text.push_str(&serde_json::to_string(value)?);
    text.push('\n');
    Ok(())
}

/// The entries as a table with a header row (RFC 4180).
///
/// # Errors
/// A record that is not what the log writes.
pub(crate) fn csv(entries: &[RawEntry]) -> Result<String, InvalidJson> {
    let mut text = format!("{COLUMNS}\r\n");
    for entry in entries {
        let record = json::parse(entry.record.as_bytes())?;
        for (number, column) in COLUMNS.split(',').enumerate() {
            if number > 0 {
                text.push(',');
            }
            let cell = match column {
                "sequence" => entry.sequence.to_string(),
                "previous" => entry.previous.to_string(),
                "hash" => entry.hash.to_string(),
                _ => {
                    let choice = || record.member("choice")?.member(column);
                    cell(record.member(column).or_else(choice).ok_or(InvalidJson)?)?
                }
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
    use crate::fixtures::entry;
    use crate::log::messages::Position;
    use domain::{Checkpoint, Digest, Signature, Timestamp};

    fn signed(sequence: u64, hash: Digest) -> SignedCheckpoint {
        SignedCheckpoint {
            checkpoint: Checkpoint {
                site: "cap.kz".to_owned(),
                sequence,
                hash,
                time: Timestamp::from_seconds(1_795_167_000),
            },
            signature: Signature {
                kid: "1".to_owned(),
                ed25519: "x".to_owned(),
            },
        }
    }

    #[test]
    fn a_page_stands_between_its_checkpoints_and_keeps_the_hashed_bytes() {
        let entry = entry();
        let page = ExportPage {
            start: Position {
                sequence: 0,
                hash: entry.previous,
            },
            entries: vec![RawEntry::new(&entry).unwrap()],
            checkpoints: vec![signed(1, entry.hash)],
            next: None,
        };
        let end = signed(1, entry.hash);
        let text = ndjson(&page, &signed(0, entry.previous), Some(&end)).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert!(lines[0].starts_with(r#"{"site":"cap.kz","sequence":0,"#));
        let (_, rest) = lines[1].split_once(r#""record":"#).unwrap();
        let (record, _) = rest.split_once(r#","sequence":"#).unwrap();
        assert_eq!(domain::chain_hash(&entry.previous, record), entry.hash);
        assert_eq!(lines[2], lines[3]);
        assert!(text.ends_with('\n'));
    }

    #[test]
    fn a_table_has_a_cell_for_every_column() {
        let text = csv(&[RawEntry::new(&entry()).unwrap()]).unwrap();
        let lines: Vec<_> = text.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 2);
        let width = lines[0].split(',').count();
        assert_eq!(lines[1].split(',').count(), width, "{}", lines[1]);
        assert!(
            lines[1].contains("accept_all,true,true,true,"),
            "{}",
            lines[1]
        );
    }

    #[test]
    fn a_cell_is_no_formula_and_no_two_cells() {
        assert_eq!(escaped("-_xYzaB3".to_owned()), "'-_xYzaB3");
        assert_eq!(escaped("=1+1".to_owned()), "'=1+1");
        assert_eq!(escaped("a,b\"c".to_owned()), "\"a,b\"\"c\"");
        assert_eq!(escaped("plain".to_owned()), "plain");
    }
}
