//! Export, single records, statistics and audit trail, for auditors and operators with a token.

use super::archived::ArchivedRecords;
use super::proof::{self, Receipt};
use super::{Platform, RequestHandler, unreadable};
use crate::export;
use crate::log::tree_messages::{
    AuditEntry, CountRequest, ExportOutcome, ExportPage, ExportPart, ExportRequest, ExportStart,
    RecordRequest,
};
use crate::query::{Format, Query};
use crate::rate_limit::Budget;
use crate::rejection::Rejection;
use crate::response::Response;
use crate::stats;

const NDJSON: &str = "application/x-ndjson";
const CSV: &str = "text/csv; charset=utf-8";

impl<P: Platform> RequestHandler<'_, P> {
    pub(super) async fn export(&self) -> Result<Response, Rejection> {
        let reader = self.admitted_reader().await?;
        let known = ["from", "to", "cursor", "end", "limit", "format"];
        let query = Query::read(&self.request.query, &known)?;
        let part = match (query.cursor, query.end) {
            (None, None) => ExportPart::First(query.range.clone()),
            (Some(from), Some(end)) => ExportPart::Next { from, end },
            _ => {
                return Err(Rejection::Malformed(
                    "`cursor` and `end` stand together, as in the header `Link`",
                ));
            }
        };
        let request = ExportRequest {
            part,
            limit: query.limit,
            reader,
        };
        let outcome = self.platform.export(&request).await.map_err(unreadable)?;
        let ExportOutcome::Page(mut page) = outcome else {
            return Err(Rejection::Purged);
        };
        let link = page.next.map(|next| next_page(&query, next, page.end));
        let start = page.start.take();
        let (first, end) = (page.first, page.end);
        let records = self.texts(page).await?;
        let (content_type, name, body) = match query.format.unwrap_or(Format::Ndjson) {
            Format::Csv => {
                let body = export::csv(first, &records).map_err(unreadable)?;
                (CSV, "consent-log.csv", body)
            }
            Format::Ndjson => {
                let first_line = match start {
                    Some(start) => Some(self.export_start(&start, first, end).await?),
                    None => None,
                };
                let body = export::ndjson(first_line, &records);
                (NDJSON, "consent-log.ndjson", body)
            }
            Format::TlogProof => {
                return Err(Rejection::Malformed("an export is `ndjson` or `csv`"));
            }
        };
        let disposition = format!("attachment; filename=\"{name}\"");
        let response =
            Response::typed(200, content_type, body).with("Content-Disposition", disposition);
        Ok(match link {
            None => response,
            Some(link) => response.with("Link", link),
        })
    }

    /// The canonical texts of a page.
    async fn texts(&self, page: ExportPage) -> Result<Vec<String>, Rejection> {
        let mut archived = ArchivedRecords::new(self.platform);
        let mut texts = Vec::new();
        for (index, record) in (page.first..).zip(page.records) {
            texts.push(match record {
                Some(record) => record,
                None => archived.record(index).await?,
            });
        }
        Ok(texts)
    }

    /// The first line of an export, with the checkpoint that proves it.
    async fn export_start(
        &self,
        start: &ExportStart,
        first: u64,
        end: u64,
    ) -> Result<String, Rejection> {
        let checkpoint = match &start.published {
            Some(published) => published.note.clone(),
            None => {
                let (site, now) = (self.site, self.inputs.now);
                let note = proof::published(site, self.platform, &start.head, now).await;
                let failure = Rejection::Unavailable("the checkpoint can't be signed");
                note.map_err(|_| failure)?.to_string()
            }
        };
        let origin = &self.site.log_keys.origin;
        Ok(export::start(origin, first, end, start, &checkpoint))
    }

    /// One record with its receipt.
    pub(super) async fn record(&self) -> Result<Response, Rejection> {
        let reader = self.admitted_reader().await?;
        let query = Query::read(&self.request.query, &["index"])?;
        let index = query
            .index
            .ok_or(Rejection::Malformed("`index` is the record's number"))?;
        let request = RecordRequest { index, reader };
        let page = self.platform.record(&request).await.map_err(unreadable)?;
        let receipt = self.receipts(page).await?.pop();
        let receipt = receipt.as_ref().map(Receipt::json);
        let json = receipt.ok_or(Rejection::NoRecord)?;
        Ok(Response::typed(200, "application/json", json))
    }

    pub(super) async fn stats(&self) -> Result<Response, Rejection> {
        let reader = self.admitted_reader().await?;
        let known = ["from", "to", "country", "surface", "revision"];
        let query = Query::read(&self.request.query, &known)?;
        let request = CountRequest {
            range: query.range,
            reader,
        };
        let counts = self.platform.counts(&request).await.map_err(unreadable)?;
        let site = &self.site.manifest.site;
        let stats = stats::to_json(site, &request.range, &query.only, &counts);
        Ok(Response::typed(200, "application/json", stats))
    }

    /// Reading the audit trail leaves no entry in it.
    pub(super) async fn audit(&self) -> Result<Response, Rejection> {
        self.admitted_reader().await?;
        let query = Query::read(&self.request.query, &["after"])?;
        let after = query.cursor.unwrap_or(0);
        let entries = self.platform.audit(after).await.map_err(unreadable)?;
        let lines = entries.iter().map(line).collect();
        Ok(Response::typed(200, NDJSON, lines))
    }

    /// Who presents a valid token.
    pub(super) fn reader(&self) -> Option<String> {
        let authorization = self.request.authorization.as_deref();
        self.site.tokens.reader(authorization)
    }

    /// The same where a token is needed. Only requests without a valid one are counted, so that an
    /// auditor can read the whole log.
    pub(super) async fn admitted_reader(&self) -> Result<String, Rejection> {
        match self.reader() {
            Some(reader) => Ok(reader),
            None => {
                self.count_client(Budget::Reading).await?;
                Err(Rejection::AdminOnly)
            }
        }
    }
}

/// An entry of the audit trail as a line of JSON. `detail` is JSON; the rest has no characters to
/// escape.
fn line(entry: &AuditEntry) -> String {
    let AuditEntry {
        number,
        time,
        action,
        detail,
    } = entry;
    format!(
        "{{\"number\":{number},\"time\":\"{time}\",\"action\":\"{action}\",\"detail\":{detail}}}\n"
    )
}

/// The header `Link` of the next page (RFC 8288).
fn next_page(query: &Query, next: u64, end: u64) -> String {
    let limit = query.limit;
    let format = match query.format {
        Some(Format::Csv) => "&format=csv",
        _ => "",
    };
    format!("</api/consent/export?cursor={next}&end={end}&limit={limit}{format}>; rel=\"next\"")
}
