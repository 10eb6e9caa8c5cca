//! What a visitor may do with their own records: take them along, and be forgotten.

use super::{Visit, World};
use crate::admin::Query;
use crate::answer::{Answer, VARY_CONSENT};
use crate::call::host_of;
use crate::cookies;
use crate::origin::{self, Speaker};
use crate::rejection::Rejection;
use crate::submission::{self, Encoding};
use serde::Serialize;

#[derive(Serialize)]
struct Erased<'a> {
    site: &'a str,
    /// How many records nothing leads to the visitor from any more.
    records: u64,
}

impl<W: World> Visit<'_, W> {
    pub(super) async fn records(&self) -> Result<Answer, Rejection> {
        let manifest = &self.site.manifest;
        if !origin::may_read(self.call, manifest) {
            return Err(Rejection::ForeignOrigin);
        }
        let subject = self.remembered().ok_or(Rejection::Unauthenticated)?.subject;
        let after = Query::read(&self.call.query, &["after"])?.cursor;
        let page = self
            .world
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
        Ok(Answer::typed(200, "application/json", records).with(
            "Content-Disposition",
            "attachment; filename=\"receipt.json\"".to_owned(),
        ))
    }

    /// Cuts what ties the visitor's records to their browser. The records stay, as records of nobody: the chain holds.
    pub(super) async fn erase(&self) -> Result<Answer, Rejection> {
        let encoding = match self.call.content_type.as_deref() {
            None => Ok(Encoding::Json),
            announced => submission::encoding(announced),
        };
        self.check_origin(match encoding {
            Ok(Encoding::Form) => Speaker::Form,
            Ok(Encoding::Json) | Err(_) => Speaker::Script,
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
        let subject = self.remembered().ok_or(Rejection::Unauthenticated)?.subject;
        let failure = "the consent log can't be written: nothing was erased";
        let records = self
            .world
            .erase(&subject.link())
            .await
            .map_err(|_| Rejection::Unavailable(failure))?;
        let manifest = &self.site.manifest;
        let host = host_of(&self.call.own_origin);
        let answer = match return_path {
            Some(path) => Answer::redirect(303, &path, VARY_CONSENT),
            None => Answer::json(
                200,
                &Erased {
                    site: &manifest.site,
                    records,
                },
            ),
        };
        let jar = origin::jar(self.call, manifest);
        let mut answer = answer.with("Set-Cookie", cookies::forget(manifest, host, jar));
        for line in cookies::end_all(&manifest.cookies, self.call.cookie.as_deref(), host) {
            answer = answer.with("Set-Cookie", line);
        }
        Ok(answer)
    }
}
