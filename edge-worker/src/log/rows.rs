//! The database as the log's code sees it, so that the same SQL runs in the object and, in tests,
//! natively; and conversions between its values and the types of the log.

use super::LogError;
use crate::runtime::sql::{Given, Value};
use domain::{Digest, Timestamp};

/// A database with the tables of [`super::schema`].
pub(crate) trait Database {
    /// Runs statements and reads the rows of the last.
    ///
    /// # Errors
    /// The database refuses one.
    fn run(&self, statement: &str, values: &[Given<'_>]) -> Result<Vec<Vec<Value>>, LogError>;
    /// The size of what is stored, in bytes; pages that became free don't count.
    fn bytes(&self) -> u64;
}

/// Work that is done as a whole or not at all.
pub(crate) type Work<'a> = &'a mut dyn FnMut(&dyn Database) -> Result<Vec<u8>, LogError>;

/// What a Durable Object keeps.
pub(crate) trait Storage: Database {
    /// Runs the work in one transaction, which is rolled back when the work fails.
    ///
    /// # Errors
    /// That of the work, or the transaction can't be committed.
    fn transaction(&self, work: Work<'_>) -> Result<Vec<u8>, LogError>;
    /// Has the object called at this time, [`super::Log::alarm`], instead of at an earlier or later
    /// one.
    ///
    /// # Errors
    /// The runtime refuses.
    fn set_alarm(&self, time: Timestamp) -> Result<(), LogError>;
}

impl dyn Database + '_ {
    /// Runs a statement and converts its rows.
    pub(super) fn each<T>(
        &self,
        statement: &str,
        values: &[Given<'_>],
        read: impl Fn(&[Value]) -> Result<T, LogError>,
    ) -> Result<Vec<T>, LogError> {
        // A loop, because `collect` compiles to three times the code for each type.
        let mut all = Vec::new();
        for row in self.run(statement, values)? {
            all.push(read(&row)?);
        }
        Ok(all)
    }

    /// Runs a statement and converts its first row, if it has one.
    pub(super) fn first<T>(
        &self,
        statement: &str,
        values: &[Given<'_>],
        read: impl Fn(&[Value]) -> Result<T, LogError>,
    ) -> Result<Option<T>, LogError> {
        let rows = self.run(statement, values)?;
        rows.first().map(|row| read(row)).transpose()
    }

    /// Runs a statement whose one row has one number; `None` when it has none or null.
    pub(super) fn number(
        &self,
        statement: &str,
        values: &[Given<'_>],
    ) -> Result<Option<u64>, LogError> {
        let rows = self.run(statement, values)?;
        match rows.first().map(Vec::as_slice) {
            Some([Value::Integer(number)]) => Ok(Some(natural(*number)?)),
            Some([Value::Null]) | None => Ok(None),
            _ => Err(LogError::Row),
        }
    }

    /// Runs a statement whose one row has one text; `None` when it has none or null.
    pub(super) fn text(
        &self,
        statement: &str,
        values: &[Given<'_>],
    ) -> Result<Option<String>, LogError> {
        let mut rows = self.run(statement, values)?;
        match rows.first_mut().map(Vec::as_mut_slice) {
            Some([Value::String(text)]) => Ok(Some(std::mem::take(text))),
            Some([Value::Null]) | None => Ok(None),
            _ => Err(LogError::Row),
        }
    }
}

impl From<u64> for Given<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<&'a str> for Given<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Given<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a> From<&'a Digest> for Given<'a> {
    fn from(digest: &'a Digest) -> Self {
        Self::Blob(digest.as_bytes())
    }
}

/// The values of a statement that has only numbers.
pub(super) fn numbers<const N: usize>(numbers: [u64; N]) -> [Given<'static>; N] {
    numbers.map(Given::Number)
}

/// A time in milliseconds, which is never negative.
pub(super) const fn millis(time: Timestamp) -> u64 {
    time.millis().cast_unsigned()
}

/// The value by which a subject's links are found: the first 16 bytes of
/// [`domain::SubjectId::link`].
pub(super) fn subject(link: &Digest) -> Given<'_> {
    let (subject, _) = link.as_bytes().split_at(16);
    Given::Blob(subject)
}

pub(super) fn natural(number: i64) -> Result<u64, LogError> {
    u64::try_from(number).map_err(|_| LogError::Row)
}

pub(super) fn digest(bytes: &[u8]) -> Result<Digest, LogError> {
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| LogError::Row)?;
    Ok(Digest::from(bytes))
}

pub(super) fn timestamp(text: &str) -> Result<Timestamp, LogError> {
    Timestamp::try_from(text).map_err(|_| LogError::Row)
}

/// A text that may be absent.
pub(super) fn optional(value: &Value) -> Result<Option<String>, LogError> {
    match value {
        Value::String(text) => Ok(Some(text.clone())),
        Value::Null => Ok(None),
        _ => Err(LogError::Row),
    }
}
