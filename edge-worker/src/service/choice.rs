//! Records a visitor's choice or withdrawal, sent by the page's script or by a form.

use super::{LogFailure, Platform, RequestHandler};
use crate::log::ledger::Append;
use crate::origin::Initiator;
use crate::rejection::Rejection;
use crate::response::{Response, VARY_CONSENT, to_json, with_member};
use crate::submission::{self, Encoding};
use domain::{
    COOKIE_DAYS, COOKIE_NAME, Choice, ConsentCookie, Draft, Entry, Source, Timestamp, answered,
    draft_choice, draft_withdrawal,
};
use serde::Serialize;

/// Member `cookie` of the response.
#[derive(Serialize)]
struct CookieNote {
    name: &'static str,
    max_age: u64,
    expires: Timestamp,
}

impl<P: Platform> RequestHandler<'_, P> {
    pub(super) async fn choose(&self) -> Result<Response, Rejection> {
        let encoding = submission::encoding(self.request.content_type.as_deref());
        self.check_origin_by(&encoding)?;
        let (submission, return_path) = match encoding? {
            Encoding::Json => {
                let body = self.body().await?;
                (submission::from_json(&body, &self.site.manifest)?, None)
            }
            Encoding::Form => {
                let form = submission::from_form(&self.body().await?, self.new_id())?;
                (form.value, Some(form.return_path))
            }
        };
        let manifest = &self.site.manifest;
        let cookie = self.consent_cookie();
        let (before, now) = (cookie.as_ref(), self.inputs.now);
        let draft = draft_choice(&submission, &self.request.visit, manifest, before, now)?;
        let answered = answered(submission.answer, manifest, before, now);
        self.log(draft, answered, 201, return_path.as_deref()).await
    }

    pub(super) async fn withdraw_by_script(&self) -> Result<Response, Rejection> {
        self.check_origin(Initiator::Script)?;
        let body = self.body().await?;
        let content_type = self.request.content_type.as_deref();
        if !body.is_empty() && submission::encoding(content_type)? != Encoding::Json {
            return Err(Rejection::UnsupportedType);
        }
        let withdrawal = submission::withdrawal_from_json(&body, self.new_id())?;
        let draft = draft_withdrawal(&withdrawal, &self.request.visit, &self.site.manifest);
        self.log(draft, Choice::ALL, 200, None).await
    }

    pub(super) async fn withdraw_by_form(&self) -> Result<Response, Rejection> {
        self.check_origin(Initiator::Form)?;
        if submission::encoding(self.request.content_type.as_deref())? != Encoding::Form {
            return Err(Rejection::UnsupportedType);
        }
        let form = submission::withdrawal_from_form(&self.body().await?, self.new_id())?;
        let draft = draft_withdrawal(&form.value, &self.request.visit, &self.site.manifest);
        self.log(draft, Choice::ALL, 200, Some(&form.return_path))
            .await
    }

    /// Logs an event by which these categories are answered. The response is a receipt, or a
    /// redirect to `return_path` after a form.
    async fn log(
        &self,
        draft: Draft,
        answered: Choice,
        status: u16,
        return_path: Option<&str>,
    ) -> Result<Response, Rejection> {
        let request = Append {
            draft,
            subject: self.consent_cookie().and_then(|cookie| cookie.subject()),
        };
        let failure = "the consent log can't be written: nothing was saved";
        let outcome = self.platform.append(&request).await;
        let logged = outcome.map_err(|LogFailure| Rejection::Unavailable(failure))?;
        let logged = logged.ok_or(Rejection::EventReused)?;
        let response = match return_path {
            Some(path) => Response::redirect(303, path, VARY_CONSENT),
            None => {
                let receipt = self.receipt_with_cookie(&logged.entry).await?;
                Response::typed(status, "application/json", receipt)
            }
        };
        if !logged.is_latest {
            // A late retry must not replace the cookie of a later choice.
            return Ok(response);
        }
        let record = logged.entry.record;
        let source = Source {
            subject: logged.subject,
            revision: record.revision,
        };
        let cookie = ConsentCookie {
            source: Some(source),
            choice: record.choice,
            answered: answered.or(record.choice),
            issued: record.time,
        };
        let response = self.set_cookie(response, &cookie)?;
        Ok(if record.choice == Choice::NONE {
            self.expire_register_cookies(response)
        } else {
            response
        })
    }

    async fn receipt_with_cookie(&self, entry: &Entry) -> Result<String, Rejection> {
        let receipt = self.receipt(to_json(entry), entry.sequence, &entry.hash);
        let days = self.site.manifest.choice_days;
        let cookie = CookieNote {
            name: COOKIE_NAME,
            max_age: u64::from(COOKIE_DAYS).saturating_mul(86_400),
            // From whole seconds, which is what the cookie holds, so that a later `GET` says the
            // same.
            expires: Timestamp::from_seconds(entry.record.time.seconds()).plus_days(days),
        };
        Ok(with_member(receipt.await?, "cookie", &to_json(&cookie)))
    }
}
