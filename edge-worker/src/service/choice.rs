//! Records a visitor's choice or withdrawal, sent by the page's script or by a form.

use super::{LogFailure, Platform, RequestHandler, unreadable};
use crate::json;
use crate::log::ledger::Append;
use crate::log::messages::RawEntry;
use crate::origin::Initiator;
use crate::rejection::Rejection;
use crate::response::{Response, VARY_CONSENT, to_json, with_member};
use crate::submission::{self, Encoding};
use domain::{
    Answer, COOKIE_DAYS, COOKIE_NAME, Choice, Digest, Draft, Record, StoredConsent, Submission,
    Timestamp, cookie_after, decide, draft_choice, draft_withdrawal,
};
use serde::Serialize;

/// Member `cookie` of the response.
#[derive(Serialize)]
struct CookieNote {
    name: &'static str,
    max_age: u64,
    /// Until when nothing has to be asked again; `None` while something is unanswered.
    expires: Option<Timestamp>,
}

/// An event to be logged, and how its sender is answered.
struct Event {
    draft: Draft,
    /// SHA-256 of the page's secret; forms have none.
    secret: Option<Digest>,
    /// Of a response with a receipt.
    status: u16,
    /// Where a form's visitor goes.
    return_path: Option<String>,
}

impl<P: Platform> RequestHandler<'_, P> {
    pub(super) async fn choose(&self) -> Result<Response, Rejection> {
        let encoding = submission::encoding(self.request.content_type.as_deref());
        self.check_origin_by(&encoding)?;
        let (submission, secret, return_path) = match encoding? {
            Encoding::Json => {
                let sent = submission::from_json(&self.body().await?, &self.site.manifest)?;
                (sent.submission, sent.secret, None)
            }
            Encoding::Form => {
                let form = submission::from_form(&self.body().await?, self.new_id())?;
                (self.with_switches(form.value), None, Some(form.return_path))
            }
        };
        let (visit, manifest) = (&self.request.visit, &self.site.manifest);
        let stored = self.stored();
        let draft = draft_choice(
            &submission,
            visit,
            manifest,
            stored.cookie(),
            self.inputs.now,
        )?;
        let event = Event {
            draft,
            secret,
            status: 201,
            return_path,
        };
        self.log(event).await
    }

    /// A form without a script has no switches of services: those of categories that it leaves as
    /// they are stay.
    fn with_switches(&self, submission: Submission) -> Submission {
        let Answer::Custom(choice, _) = submission.answer else {
            return submission;
        };
        let (visit, manifest) = (&self.request.visit, &self.site.manifest);
        let stored = self.stored();
        let decision = decide(visit, manifest, &stored, self.inputs.now);
        let is_left = |id: &str| {
            let service = manifest.service(id);
            service.is_some_and(|service| {
                let category = service.category;
                choice.grants(category) == decision.defaults.grants(category)
            })
        };
        let switches = decision.services.into_iter().filter(|(id, _)| is_left(id));
        let switches = switches.map(|(id, runs)| (id.to_owned(), runs)).collect();
        Submission {
            answer: Answer::Custom(choice, switches),
            ..submission
        }
    }

    pub(super) async fn withdraw_by_script(&self) -> Result<Response, Rejection> {
        self.check_origin(Initiator::Script)?;
        let body = self.body().await?;
        let content_type = self.request.content_type.as_deref();
        if !body.is_empty() && submission::encoding(content_type)? != Encoding::Json {
            return Err(Rejection::UnsupportedType);
        }
        let (withdrawal, secret) = submission::withdrawal_from_json(&body, self.new_id())?;
        let event = Event {
            draft: draft_withdrawal(&withdrawal, &self.request.visit, &self.site.manifest),
            secret,
            status: 200,
            return_path: None,
        };
        self.log(event).await
    }

    pub(super) async fn withdraw_by_form(&self) -> Result<Response, Rejection> {
        self.check_origin(Initiator::Form)?;
        if submission::encoding(self.request.content_type.as_deref())? != Encoding::Form {
            return Err(Rejection::UnsupportedType);
        }
        let form = submission::withdrawal_from_form(&self.body().await?, self.new_id())?;
        let event = Event {
            draft: draft_withdrawal(&form.value, &self.request.visit, &self.site.manifest),
            secret: None,
            status: 200,
            return_path: Some(form.return_path),
        };
        self.log(event).await
    }

    /// Logs an event. The response is a receipt, or a redirect after a form.
    async fn log(&self, event: Event) -> Result<Response, Rejection> {
        let stored = self.stored();
        // A page without a secret can't be recognised: random bytes, which nobody can repeat.
        let random = || Digest::of(&[&self.inputs.random]);
        let request = Append {
            draft: event.draft,
            subject: self.own_subject(&stored),
            secret: event.secret.unwrap_or_else(random),
        };
        let failure = "the consent log doesn't answer: send the same event again";
        let outcome = self.platform.append(&request).await;
        let logged = outcome.map_err(|LogFailure| Rejection::Unavailable(failure))?;
        let logged = logged.ok_or(Rejection::EventReused)?;
        let record: Record = json::read(logged.entry.record.as_bytes()).map_err(unreadable)?;
        let (visit, manifest) = (&self.request.visit, &self.site.manifest);
        let cookie = cookie_after(&record, logged.subject, stored.cookie(), visit, manifest);
        let is_refusal = cookie.refused == Choice::ALL && cookie.exceptions.is_empty();
        let after = StoredConsent::Found(cookie.clone());
        let response = match &event.return_path {
            Some(path) => Response::redirect(303, path, VARY_CONSENT),
            None => {
                // The cookie holds whole seconds: a later `GET` says the same.
                let decision = decide(visit, manifest, &after, cookie.issued);
                let expires = decision.choice.map(|(_, until)| until);
                let receipt = self.receipt_with_cookie(&logged.entry, expires).await?;
                Response::typed(event.status, "application/json", receipt)
            }
        };
        if !logged.is_latest {
            // A late retry must not replace the cookie of a later choice.
            return Ok(response);
        }
        let response = self.set_cookie(response, &cookie)?;
        let response = self.set_subject(response, &logged.subject)?;
        Ok(if is_refusal {
            self.expire_register_cookies(response)
        } else {
            response
        })
    }

    async fn receipt_with_cookie(
        &self,
        entry: &RawEntry,
        expires: Option<Timestamp>,
    ) -> Result<String, Rejection> {
        let cookie = CookieNote {
            name: COOKIE_NAME,
            max_age: u64::from(COOKIE_DAYS).saturating_mul(86_400),
            expires,
        };
        let receipt = self.receipt(entry).await?;
        Ok(with_member(receipt, "cookie", &to_json(&cookie)))
    }
}
