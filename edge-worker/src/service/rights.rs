//! The rights of a data subject: access to their own records, and erasure (GDPR, Art. 15, 17, 20).

use super::{Platform, RequestHandler, unreadable, with_cookies};
use crate::origin;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::response::{Response, VARY_CONSENT};
use crate::submission::{self, Encoding};
use domain::{StoredConsent, after_erasure};
use serde::Serialize;

#[derive(Serialize)]
struct Erased<'a> {
    site: &'a str,
    /// How many records are no longer linked to the visitor.
    records: u64,
}

impl<P: Platform> RequestHandler<'_, P> {
    pub(super) async fn records(&self) -> Result<Response, Rejection> {
        let manifest = &self.site.manifest;
        if !origin::may_read(self.request, manifest) {
            return Err(Rejection::ForeignOrigin);
        }
        let subject = self.subject().ok_or(Rejection::Unauthenticated)?;
        let after = Query::read(&self.request.query, &["after"])?.cursor;
        let link = subject.link();
        let page = self.platform.records(&link, after.unwrap_or(0)).await;
        let page = page.map_err(unreadable)?;
        let entries = self.receipts(&page.entries).await?;
        let next = page.next.map_or("null".to_owned(), |next| next.to_string());
        // Neither a host nor a subject has characters that JSON escapes.
        let site = &manifest.site;
        let records = format!(
            r#"{{"site":"{site}","subject":"{subject}","entries":{entries},"next":{next}}}"#
        );
        let disposition = "attachment; filename=\"receipt.json\"";
        let response = Response::typed(200, "application/json", records);
        Ok(response.with("Content-Disposition", disposition))
    }

    /// Deletes the links between the visitor's browser and its records. The records stay without a
    /// subject, so the chain stays verifiable. For the cookie see [`after_erasure`].
    pub(super) async fn erase(&self) -> Result<Response, Rejection> {
        let encoding = match self.request.content_type.as_deref() {
            None => Ok(Encoding::Json),
            announced => submission::encoding(announced),
        };
        self.check_origin_by(&encoding)?;
        let encoding = encoding?;
        let body = self.body().await?;
        let return_path = match encoding {
            Encoding::Json => {
                submission::empty_from_json(&body)?;
                None
            }
            Encoding::Form => {
                Some(submission::withdrawal_from_form(&body, self.new_id())?.return_path)
            }
        };
        let subject = self.subject();
        if subject.is_none() && self.stored() == StoredConsent::Missing {
            return Err(Rejection::Unauthenticated);
        }
        let failure = "the consent log doesn't answer: try again, until then records may be linked";
        let records = match subject {
            Some(subject) => self
                .platform
                .erase(&subject.link())
                .await
                .map_err(|_| Rejection::Unavailable(failure))?,
            // An earlier erasure has left a cookie without a subject.
            None => 0,
        };
        let manifest = &self.site.manifest;
        let response = match return_path {
            Some(path) => Response::redirect(303, &path, VARY_CONSENT),
            None => {
                let site = &manifest.site;
                Response::json(200, &Erased { site, records })
            }
        };
        let after = after_erasure(&self.request.visit, manifest, self.inputs.now);
        let response = match after {
            Some(refusal) => self.set_cookie(response, &refusal)?,
            None => with_cookies(response, self.cookie_writer().expire()),
        };
        let response = response.with("Set-Cookie", self.cookie_writer().expire_subject());
        Ok(self.expire_register_cookies(response))
    }
}
