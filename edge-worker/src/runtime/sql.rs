//! The SQLite database of a Durable Object.

pub(crate) use worker::SqlStorageValue as Value;
use worker::js_sys::{Array, ArrayBuffer, Uint8Array};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Error, Result, SqlStorage};

/// Access to the rows of a database.
pub(crate) struct SqlRows {
    sql: SqlStorage,
}

#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
extern "C" {
    type Sql;
    #[wasm_bindgen(method, catch, variadic)]
    fn exec(this: &Sql, statement: &str, values: &Array) -> Result<Cursor, JsValue>;
    pub(crate) type Cursor;
    #[wasm_bindgen(method, catch)]
    fn raw(this: &Cursor) -> Result<JsValue, JsValue>;
}

/// The value of a cell. The frequent types come first, because each test is a call into JavaScript.
fn value(cell: &JsValue) -> Result<Value> {
    if let Some(text) = cell.as_string() {
        return Ok(Value::String(text));
    }
    if cell.as_f64().is_some() {
        return Value::try_from(cell.clone());
    }
    Ok(match cell.dyn_ref::<ArrayBuffer>() {
        Some(bytes) => Value::Blob(Uint8Array::new(bytes).to_vec()),
        None => Value::try_from(cell.clone())?,
    })
}

impl SqlRows {
    pub(crate) fn new(sql: SqlStorage) -> Self {
        Self { sql }
    }

    /// Runs a statement and reads its rows.
    ///
    /// # Errors
    /// The database refuses it.
    pub(crate) fn run(&self, statement: &str, values: Vec<Value>) -> Result<Vec<Vec<Value>>> {
        let rows = self.execute(statement, values)?.raw()?;
        let mut found = Vec::new();
        for row in Array::from(&rows).iter() {
            let mut cells = Vec::new();
            for cell in Array::from(&row).iter() {
                cells.push(value(&cell)?);
            }
            found.push(cells);
        }
        Ok(found)
    }

    /// Runs a statement whose rows are not read.
    ///
    /// # Errors
    /// The database refuses it.
    pub(crate) fn execute(&self, statement: &str, values: Vec<Value>) -> Result<Cursor> {
        let sql: &Sql = self.sql.as_ref().unchecked_ref();
        let list = Array::new();
        for value in values {
            // `integer` has checked that it is exact.
            let value = match value {
                Value::Integer(number) => JsValue::from_f64(number as f64),
                other => other.into(),
            };
            list.push(&value);
        }
        Ok(sql.exec(statement, &list)?)
    }

    /// The size of the database in bytes.
    pub(crate) fn size(&self) -> usize {
        self.sql.database_size()
    }
}

/// An integer that JavaScript represents exactly.
///
/// # Errors
/// It is 2^53 or more.
pub(crate) fn integer(number: u64) -> Result<Value> {
    let number = i64::try_from(number).map_err(|_| Error::BadEncoding)?;
    Value::try_from_i64(number)
}
