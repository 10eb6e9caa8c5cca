//! What auditors and operators ask. A token opens it, and the log writes down that it was asked.

use super::{Platform, RequestHandler};
use crate::admin::{Format, Query};
use crate::export;
use crate::log::messages::{AuditEntry, CountRequest, ExportRequest, Position};
use crate::rejection::Rejection;
use crate::response::Response;
use crate::stats;
use std::fmt::Write as _;

const NDJSON: &str = "application/x-ndjson";
const CSV: &str = "text/csv; charset=utf-8";
const UNREADABLE: Rejection = Rejection::Unavailable("the consent log can't be read");

impl<W: Platform> RequestHandler<'_, W> {
    pub(super) async fn export(&self) -> Result<Response, Rejection> {
        let reader = self.reader()?;
        let known = ["from", "to", "cursor", "limit", "format"];
        let query = Query::read(&self.request.query, &known)?;
        let request = ExportRequest {
            site: self.site.manifest.site.clone(),
            span: query.span,
            after: query.cursor,
            limit: query.limit,
            reader,
        };
        let page = self
            .platform
            .export(&request)
            .await
            .map_err(|_| UNREADABLE)?;
        let body = match query.format {
            Format::Csv => export::csv(&page.entries).ok(),
            Format::Ndjson => {
                let start = self.checkpoint_at(page.start.clone()).await?;
                let end = match page.entries.last() {
                    Some(last) => Some(
                        self.checkpoint_at(Position {
                            sequence: last.sequence,
                            hash: last.hash,
                        })
                        .await?,
                    ),
                    None => None,
                };
                export::ndjson(&page, &start, end.as_ref()).ok()
            }
        };
        let body = body.ok_or(UNREADABLE)?;
        let (content_type, name) = match query.format {
            Format::Ndjson => (NDJSON, "consent-log.ndjson"),
            Format::Csv => (CSV, "consent-log.csv"),
        };
        let disposition = format!("attachment; filename=\"{name}\"");
        let answer = Response::text(content_type, body).with("Content-Disposition", disposition);
        Ok(match page.next {
            None => answer,
            Some(next) => answer.with("Link", next_page(&query, next)),
        })
    }

    pub(super) async fn stats(&self) -> Result<Response, Rejection> {
        let reader = self.reader()?;
        let query = Query::read(&self.request.query, &["from", "to"])?;
        let request = CountRequest {
            span: query.span,
            reader,
        };
        let counted = self
            .platform
            .counts(&request)
            .await
            .map_err(|_| UNREADABLE)?;
        let site = &self.site.manifest.site;
        let stats = stats::to_json(site, query.span, &counted);
        Ok(Response::typed(200, "application/json", stats))
    }

    /// The audit trail. Reading it changes nothing and is not written down.
    pub(super) async fn audit(&self) -> Result<Response, Rejection> {
        self.reader()?;
        let query = Query::read(&self.request.query, &["after"])?;
        let audit_entries = self
            .platform
            .audit(query.cursor.unwrap_or(0))
            .await
            .map_err(|_| UNREADABLE)?;
        Ok(Response::text(
            NDJSON,
            audit_entries.iter().map(line).collect(),
        ))
    }

    fn reader(&self) -> Result<String, Rejection> {
        let authorization = self.request.authorization.as_deref();
        let reader = self.site.tokens.reader(authorization);
        reader.ok_or(Rejection::AdminOnly)
    }
}

/// All parts are JSON, or words without an escape.
fn line(trace: &AuditEntry) -> String {
    let AuditEntry {
        number,
        time,
        action,
        detail,
    } = trace;
    format!(
        "{{\"number\":{number},\"time\":\"{time}\",\"action\":\"{action}\",\"detail\":{detail}}}\n"
    )
}

/// Where the next page is (RFC 8288). Times need no escape but the colons, which a query may hold.
fn next_page(query: &Query, next: u64) -> String {
    let mut address = format!("/api/consent/export?cursor={next}&limit={}", query.limit);
    for (name, moment) in [("from", query.span.from), ("to", query.span.to)] {
        if let Some(moment) = moment {
            // Writing to a text can't fail.
            let _ = write!(address, "&{name}={moment}");
        }
    }
    if query.format == Format::Csv {
        address.push_str("&format=csv");
    }
    format!("<{address}>; rel=\"next\"")
}
