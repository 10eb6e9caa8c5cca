//! What a visitor may do with their own records: take them along, and be forgotten.

use super::{Platform, RequestHandler, with_cookies};
use crate::admin::Query;
use crate::origin::{self, Initiator};
use crate::rejection::Rejection;
use crate::response::{Response, VARY_CONSENT};
use crate::submission::{self, Encoding};
use domain::after_erasure;
use serde::Serialize;

#[derive(Serialize)]
struct Erased<'a> {
    site: &'a str,
    /// How many records nothing leads to the visitor from any more.
    records: u64,
}

impl<W: Platform> RequestHandler<'_, W> {
    pub(super) async fn records(&self) -> Result<Response, Rejection> {
        let manifest = &self.site.manifest;
        if !origin::may_read(self.request, manifest) {
            return Err(Rejection::ForeignOrigin);
        }
        let subject = self.remembered().and_then(|cookie| cookie.subject());
        let subject = subject.ok_or(Rejection::Unauthenticated)?;
        let after = Query::read(&self.request.query, &["after"])?.cursor;
        let page = self
            .platform
            .records(&subject.link(), after.unwrap_or(0))
            .await
            .map_err(|_| Rejection::Unavailable("the consent log can't be read"))?;
        let entries = self.receipts(&page.entries).await?;
        let next = page.next.map_or("null".to_owned(), |next| next.to_string());
        // A host and a subject are words without an escape.
        let site = &manifest.site;
        let records = format!(
            r#"{{"site":"{site}","subject":"{subject}","entries":{entries},"next":{next}}}"#
        );
        Ok(Response::typed(200, "application/json", records).with(
            "Content-Disposition",
            "attachment; filename=\"receipt.json\"".to_owned(),
        ))
    }

    /// Cuts what ties the visitor's records to their browser. The records stay, as records of nobody: the chain holds. Where services
    /// run without being asked for, the browser keeps that they are refused, or erasing would start them again.
    pub(super) async fn erase(&self) -> Result<Response, Rejection> {
        let encoding = match self.request.content_type.as_deref() {
            None => Ok(Encoding::Json),
            announced => submission::encoding(announced),
        };
        self.check_origin(match encoding {
            Ok(Encoding::Form) => Initiator::Form,
            Ok(Encoding::Json) | Err(_) => Initiator::Script,
        })?;
        let encoding = encoding?;
        let body = self.body().await?;
        let return_path = match encoding {
            Encoding::Json => {
                submission::nothing_from_json(&body)?;
                None
            }
            Encoding::Form => {
                Some(submission::withdrawal_from_form(&body, self.new_id())?.return_path)
            }
        };
        let remembered = self.remembered().ok_or(Rejection::Unauthenticated)?;
        let failure = "the consent log can't be written: nothing was erased";
        let records = match remembered.subject() {
            Some(subject) => self
                .platform
                .erase(&subject.link())
                .await
                .map_err(|_| Rejection::Unavailable(failure))?,
            // Erased before.
            None => 0,
        };
        let manifest = &self.site.manifest;
        let answer = match return_path {
            Some(path) => Response::redirect(303, &path, VARY_CONSENT),
            None => Response::json(
                200,
                &Erased {
                    site: &manifest.site,
                    records,
                },
            ),
        };
        let left = after_erasure(&self.request.visit, manifest, self.inputs.now);
        let answer = match left {
            Some(refusal) => self.remember(answer, &refusal)?,
            None => with_cookies(answer, self.cookie_writer().expire()),
        };
        Ok(self.expire_register_cookies(answer))
    }
}
