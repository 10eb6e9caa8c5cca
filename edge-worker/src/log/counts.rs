//! How many events there were of each kind, counted when they are logged: statistics of years read
//! no record.

use super::LogError;
use super::audit;
use super::rows::{Database, natural, numbers};
use super::tree_messages::{Count, CountRequest, DayRange, Shown};
use crate::runtime::sql::{Given, Value};
use domain::Timestamp;
use serde::Serialize;

/// Action of a banner that was shown.
const SHOWN: &str = "shown";

/// Detail of an audit entry.
#[derive(Serialize)]
struct Read<'a> {
    reader: &'a str,
    from: Option<&'a str>,
    to: Option<&'a str>,
}

/// Counts the records of a range of indices.
pub(super) fn add(rows: &dyn Database, from: u64, end: u64) -> Result<(), LogError> {
    let statement = "INSERT INTO count
        SELECT substr(body ->> '$.time', 1, 10), body ->> '$.regime', body ->> '$.action',
            (body ->> '$.choice.functional') + 2 * (body ->> '$.choice.analytics')
                + 4 * (body ->> '$.choice.marketing'),
            IFNULL(body ->> '$.locale', ''), IFNULL(body ->> '$.country', ''),
            IFNULL(body ->> '$.surface', ''), body ->> '$.revision', COUNT(*)
        FROM entry WHERE [index] >= ? AND [index] < ? AND body IS NOT NULL
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
        ON CONFLICT DO UPDATE SET number = number + excluded.number";
    rows.run(statement, &numbers([from, end]))?;
    Ok(())
}

/// Notes the first index of each day that begins within a range of indices.
pub(super) fn begin_days(rows: &dyn Database, from: u64, end: u64) -> Result<(), LogError> {
    let statement = "INSERT OR IGNORE INTO day
        SELECT substr(body ->> '$.time', 1, 10), MIN([index])
        FROM entry WHERE [index] >= ? AND [index] < ? AND body IS NOT NULL GROUP BY 1";
    rows.run(statement, &numbers([from, end]))?;
    Ok(())
}

/// Counts a banner that was shown.
pub(super) fn shown(rows: &dyn Database, shown: &Shown, now: Timestamp) -> Result<(), LogError> {
    let time = now.to_string();
    let row = [
        day_of(&time).into(),
        shown.regime.as_str().into(),
        SHOWN.into(),
        shown.locale.as_str().into(),
        shown.country.as_deref().unwrap_or("").into(),
        shown.revision.as_str().into(),
    ];
    let statement = "INSERT INTO count VALUES (?, ?, ?, 0, ?, ?, 'banner', ?, 1)
        ON CONFLICT DO UPDATE SET number = number + 1";
    rows.run(statement, &row)?;
    Ok(())
}

/// The day of a time in the form of records.
fn day_of(time: &str) -> &str {
    time.split_once('T').map_or(time, |(day, _)| day)
}

/// The bounds of a range of days, as texts that compare as the days do.
pub(super) fn bounds(range: &DayRange) -> [&str; 2] {
    let from = range.from.as_deref().unwrap_or("");
    [from, range.to.as_deref().unwrap_or("~")]
}

/// The counts of a range of days.
pub(super) fn of_days(
    rows: &dyn Database,
    request: &CountRequest,
    now: Timestamp,
) -> Result<Vec<Count>, LogError> {
    let range = &request.range;
    let detail = Read {
        reader: &request.reader,
        from: range.from.as_deref(),
        to: range.to.as_deref(),
    };
    audit::record(rows, now, "stats", &detail)?;
    let statement =
        "SELECT day, regime, action, granted, locale, country, surface, revision, number
        FROM count WHERE day >= ? AND day < ?";
    rows.each(statement, &bounds(range).map(Given::Text), counted)
}

fn counted(row: &[Value]) -> Result<Count, LogError> {
    match row {
        [
            Value::String(day),
            Value::String(regime),
            Value::String(action),
            Value::Integer(granted),
            Value::String(locale),
            Value::String(country),
            Value::String(surface),
            Value::String(revision),
            Value::Integer(number),
        ] => Ok(Count {
            day: day.clone(),
            regime: regime.clone(),
            action: action.clone(),
            granted: [1, 2, 4].map(|bit| granted & bit != 0),
            locale: filled(locale),
            country: filled(country),
            surface: filled(surface),
            revision: filled(revision),
            count: natural(*number)?,
        }),
        _ => Err(LogError::Row),
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
