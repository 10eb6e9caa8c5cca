//! The SQLite database of a Durable Object.

use worker::js_sys::{Array, ArrayBuffer, Uint8Array};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Error, Result, SqlStorage};

/// Access to the rows of a database.
pub(crate) struct SqlRows {
    sql: SqlStorage,
}

/// A value that a statement is given. Borrowed, because code that drops values is larger than all
/// else that a statement needs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given<'a> {
    Null,
    Number(u64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// The value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    String(String),
    Blob(Vec<u8>),
}

#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
extern "C" {
    type Sql;
    #[wasm_bindgen(method, catch, variadic)]
    fn exec(this: &Sql, statement: &str, values: &Array) -> Result<Cursor, JsValue>;
    type Cursor;
    #[wasm_bindgen(method, catch)]
    fn raw(this: &Cursor) -> Result<JsValue, JsValue>;
}

/// The largest integer that JavaScript represents exactly, like all that are smaller.
const MAX_INTEGER: u64 = (1 << 53) - 1;

impl Given<'_> {
    /// # Errors
    /// A number that JavaScript doesn't represent exactly.
    fn to_js(self) -> Result<JsValue> {
        Ok(match self {
            Self::Null => JsValue::NULL,
            Self::Number(number @ 0..=MAX_INTEGER) => JsValue::from_f64(number as f64),
            Self::Number(_) => return Err(Error::BadEncoding),
            Self::Text(text) => JsValue::from_str(text),
            Self::Blob(bytes) => Uint8Array::from(bytes).into(),
        })
    }
}

/// The value of a cell. The frequent types come first, because each test is a call into JavaScript.
fn value(cell: &JsValue) -> Result<Value> {
    if let Some(text) = cell.as_string() {
        return Ok(Value::String(text));
    }
    if let Some(number) = cell.as_f64() {
        return Ok(Value::Integer(number as i64));
    }
    match cell.dyn_ref::<ArrayBuffer>() {
        Some(bytes) => Ok(Value::Blob(Uint8Array::new(bytes).to_vec())),
        None if cell.is_null() => Ok(Value::Null),
        None => Err(Error::BadEncoding),
    }
}

impl SqlRows {
    pub(crate) fn new(sql: SqlStorage) -> Self {
        Self { sql }
    }

    /// Runs a statement and reads its rows.
    ///
    /// # Errors
    /// The database refuses it.
    pub(crate) fn run(&self, statement: &str, values: &[Given<'_>]) -> Result<Vec<Vec<Value>>> {
        let sql: &Sql = self.sql.as_ref().unchecked_ref();
        let list = Array::new();
        for value in values {
            list.push(&value.to_js()?);
        }
        let rows = sql.exec(statement, &list)?.raw()?;
        let mut found = Vec::new();
        for row in Array::from(&rows).iter() {
            let row: Array = row.dyn_into()?;
            let mut cells = Vec::new();
            for cell in row.iter() {
                cells.push(value(&cell)?);
            }
            found.push(cells);
        }
        Ok(found)
    }

    /// The size of the database in bytes.
    pub(crate) fn size(&self) -> usize {
        self.sql.database_size()
    }
}
