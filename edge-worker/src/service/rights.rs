//! The rights of a data subject: access to their own records, and erasure (GDPR, Art. 15, 17, 20).

use super::proof::Receipt;
use super::{Platform, RequestHandler, unreadable, with_cookies};
use crate::log::tree_messages::PageRequest;
use crate::origin;
use crate::query::{Format, Query};
use crate::rate_limit::Budget;
use crate::rejection::Rejection;
use crate::response::{Response, VARY_CONSENT};
use crate::submission::{self, Encoding};
use domain::{Digest, StoredConsent, SubjectId, after_erasure};
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
        self.count_client(Budget::Reading).await?;
        let subject = self.subject().ok_or(Rejection::Unauthenticated)?;
        let query = Query::read(&self.request.query, &["after", "format", "index"])?;
        let link = subject.link();
        match (query.format, query.index) {
            (None, None) => self.all_records(&subject, query.cursor.unwrap_or(0)).await,
            (Some(Format::TlogProof), index) if query.cursor.is_none() => {
                self.own_receipt(link, index).await
            }
            _ => Err(Rejection::Malformed(
                "`after` is for all records, `format=tlog-proof` and `index` for one",
            )),
        }
    }

    /// A page of the visitor's records with their receipts.
    async fn all_records(&self, subject: &SubjectId, after: u64) -> Result<Response, Rejection> {
        let request = PageRequest {
            link: subject.link(),
            after,
            newest: false,
        };
        let page = self.platform.records(&request).await.map_err(unreadable)?;
        let next = page.next.map_or("null".to_owned(), |next| next.to_string());
        let receipts = self.receipts(page).await?;
        let receipts: Vec<_> = receipts.iter().map(Receipt::json).collect();
        // Neither a host nor a subject has characters that JSON escapes.
        let records = [
            r#"{"site":""#,
            &self.site.manifest.site,
            r#"","subject":""#,
            &subject.to_string(),
            r#"","entries":["#,
            &receipts.join(","),
            r#"],"next":"#,
            &next,
            "}",
        ];
        let response = Response::typed(200, "application/json", records.concat());
        Ok(response.with(
            "Content-Disposition",
            "attachment; filename=\"records.json\"",
        ))
    }

    /// The receipt of one of the visitor's records, the newest by default, as a file that other
    /// programs check.
    async fn own_receipt(&self, link: Digest, index: Option<u64>) -> Result<Response, Rejection> {
        let request = PageRequest {
            link,
            after: index.map_or(0, |index| index.saturating_sub(1)),
            newest: index.is_none(),
        };
        let mut page = self.platform.records(&request).await.map_err(unreadable)?;
        page.entries.truncate(1);
        page.entries
            .retain(|entry| index.is_none_or(|index| entry.index == index));
        let receipt = self.receipts(page).await?.pop();
        let Receipt { index, proof, .. } = receipt.ok_or(Rejection::NoRecord)?;
        let site = &self.site.manifest.site;
        let disposition = format!("attachment; filename=\"{site}-{index}.tlog-proof\"");
        let response = Response::typed(200, "text/plain; charset=utf-8", proof);
        Ok(response.with("Content-Disposition", disposition))
    }

    /// Deletes the links between the visitor's browser and its records. The records stay without a
    /// subject, so the log stays verifiable. For the cookie see [`after_erasure`].
    pub(super) async fn erase(&self) -> Result<Response, Rejection> {
        let encoding = match self.request.content_type.as_deref() {
            None => Ok(Encoding::Json),
            announced => submission::encoding(announced),
        };
        self.check_origin_by(&encoding)?;
        let budget = self.withdrawal_budget();
        self.count_client(budget).await?;
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
        self.count_site(budget).await?;
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
