//! Export, statistics and audit trail, for auditors and operators with a token.

use super::{Platform, RequestHandler, unreadable};
use crate::export;
use crate::log::messages::{AuditEntry, CountRequest, ExportRequest};
use crate::log::tree_messages::DayRange;
use crate::query::{Format, Query};
use crate::rejection::Rejection;
use crate::response::Response;
use crate::stats;
use domain::Timestamp;

const NDJSON: &str = "application/x-ndjson";
const CSV: &str = "text/csv; charset=utf-8";

impl<P: Platform> RequestHandler<'_, P> {
    pub(super) async fn export(&self) -> Result<Response, Rejection> {
        let reader = self.reader()?;
        let known = ["from", "to", "cursor", "limit", "format"];
        let query = Query::read(&self.request.query, &known)?;
        let request = ExportRequest {
            site: self.site.manifest.site.clone(),
            range: query.range,
            after: query.cursor,
            limit: query.limit,
            reader,
        };
        let page = self.platform.export(&request).await.map_err(unreadable)?;
        let (content_type, name, body) = match query.format {
            Format::Csv => {
                let body = export::csv(&page.entries).map_err(unreadable)?;
                (CSV, "consent-log.csv", body)
            }
            Format::Ndjson => {
                let start = self.checkpoint_at(page.start.clone()).await?;
                let end = match page.entries.last() {
                    Some(last) => Some(self.checkpoint_at(last.position()).await?),
                    None => None,
                };
                let body = export::ndjson(&page, &start, end.as_ref()).map_err(unreadable)?;
                (NDJSON, "consent-log.ndjson", body)
            }
        };
        let disposition = format!("attachment; filename=\"{name}\"");
        let response =
            Response::typed(200, content_type, body).with("Content-Disposition", disposition);
        Ok(match page.next {
            None => response,
            Some(next) => response.with("Link", next_page(&query, next)),
        })
    }

    pub(super) async fn stats(&self) -> Result<Response, Rejection> {
        let reader = self.reader()?;
        let known = ["from", "to", "country", "surface", "revision"];
        let query = Query::read(&self.request.query, &known)?;
        let request = CountRequest {
            range: query.range,
            reader,
        };
        let counts = self.platform.counts(&request).await.map_err(unreadable)?;
        let site = &self.site.manifest.site;
        let day = |time: Timestamp| time.to_string().chars().take(10).collect();
        let days = DayRange {
            from: query.range.from.map(day),
            to: query.range.to.map(day),
        };
        let stats = stats::to_json(site, &days, &query.only, &counts);
        Ok(Response::typed(200, "application/json", stats))
    }

    /// Reading the audit trail leaves no entry in it.
    pub(super) async fn audit(&self) -> Result<Response, Rejection> {
        self.reader()?;
        let query = Query::read(&self.request.query, &["after"])?;
        let after = query.cursor.unwrap_or(0);
        let entries = self.platform.audit(after).await.map_err(unreadable)?;
        let lines = entries.iter().map(line).collect();
        Ok(Response::typed(200, NDJSON, lines))
    }

    fn reader(&self) -> Result<String, Rejection> {
        let authorization = self.request.authorization.as_deref();
        let reader = self.site.tokens.reader(authorization);
        reader.ok_or(Rejection::AdminOnly)
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

/// The header `Link` of the next page (RFC 8288). A time needs no percent-encoding in a query.
fn next_page(query: &Query, next: u64) -> String {
    let mut address = format!("/api/consent/export?cursor={next}&limit={}", query.limit);
    for (name, time) in [("from", query.range.from), ("to", query.range.to)] {
        if let Some(time) = time {
            address.push_str(&format!("&{name}={time}"));
        }
    }
    if query.format == Format::Csv {
        address.push_str("&format=csv");
    }
    format!("<{address}>; rel=\"next\"")
}
