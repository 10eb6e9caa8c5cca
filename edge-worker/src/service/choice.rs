//! Records a visitor's choice or withdrawal, sent by the page's script or by a form.

use super::archived::ArchivedRecords;
use super::proof::Receipt;
use super::{LogFailure, Platform, RequestHandler, refusal, unreadable};
use crate::form;
use crate::json;
use crate::log::tree_messages::{Append, Appended, Logged, Shown};
use crate::origin::Initiator;
use crate::rate_limit::Budget;
use crate::rejection::Rejection;
use crate::response::{Response, VARY_CONSENT, to_json, with_member};
use crate::submission::{self, Encoding};
use domain::{
    Answer, COOKIE_DAYS, COOKIE_NAME, Choice, Digest, Draft, Record, StoredConsent, Submission,
    Timestamp, cookie_after, decide, draft_choice, draft_withdrawal, regime,
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
    budget: Budget,
    /// Of a response with a receipt.
    status: u16,
    /// Where a form's visitor goes.
    return_path: Option<String>,
}

impl<P: Platform> RequestHandler<'_, P> {
    pub(super) async fn choose(&self) -> Result<Response, Rejection> {
        let encoding = submission::encoding(self.request.content_type.as_deref());
        self.check_origin_by(&encoding)?;
        self.count_client(Budget::Choices).await?;
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
            budget: Budget::Choices,
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
        let budget = self.withdrawal_budget();
        self.count_client(budget).await?;
        let body = self.body().await?;
        let content_type = self.request.content_type.as_deref();
        if !body.is_empty() && submission::encoding(content_type)? != Encoding::Json {
            return Err(Rejection::UnsupportedType);
        }
        let (withdrawal, secret) = submission::withdrawal_from_json(&body, self.new_id())?;
        let event = Event {
            draft: draft_withdrawal(&withdrawal, &self.request.visit, &self.site.manifest),
            secret,
            budget,
            status: 200,
            return_path: None,
        };
        self.log(event).await
    }

    pub(super) async fn withdraw_by_form(&self) -> Result<Response, Rejection> {
        self.check_origin(Initiator::Form)?;
        let budget = self.withdrawal_budget();
        self.count_client(budget).await?;
        if submission::encoding(self.request.content_type.as_deref())? != Encoding::Form {
            return Err(Rejection::UnsupportedType);
        }
        let form = submission::withdrawal_from_form(&self.body().await?, self.new_id())?;
        let event = Event {
            draft: draft_withdrawal(&form.value, &self.request.visit, &self.site.manifest),
            secret: None,
            budget,
            status: 200,
            return_path: Some(form.return_path),
        };
        self.log(event).await
    }

    /// Counts a banner that was shown, of which nothing is known but where and in which language.
    pub(super) async fn shown(&self) -> Result<Response, Rejection> {
        let manifest = &self.site.manifest;
        if !manifest.count_shown {
            return Err(Rejection::NotFound);
        }
        self.check_origin(Initiator::Form)?;
        self.count_client(Budget::Shown).await?;
        if submission::encoding(self.request.content_type.as_deref())? != Encoding::Form {
            return Err(Rejection::UnsupportedType);
        }
        let fields = form::read(&self.body().await?);
        let [(name, locale)] = fields.as_deref().unwrap_or(&[]) else {
            return Err(Rejection::Malformed(
                "the form has the field `locale` alone",
            ));
        };
        let mut known = manifest.shown.iter();
        let is_known = known.any(|(known, _)| known.as_str() == locale);
        if name != "locale" || !is_known {
            return Err(Rejection::Unprocessable("the site has no such locale"));
        }
        self.count_site(Budget::Shown).await?;
        let visit = &self.request.visit;
        let shown = Shown {
            regime: regime(visit, &manifest.regimes).as_str().to_owned(),
            locale: locale.clone(),
            country: visit.country.map(String::from),
            revision: manifest.revision.clone(),
        };
        self.platform
            .count_shown(&shown)
            .await
            .map_err(unreadable)?;
        Ok(Response::empty(204, VARY_CONSENT))
    }

    /// Logs an event. The response is a receipt, or a redirect after a form.
    async fn log(&self, event: Event) -> Result<Response, Rejection> {
        self.count_site(event.budget).await?;
        let stored = self.stored();
        // A page without a secret can't be recognised: random bytes, which nobody can repeat.
        let random = || Digest::of(&[&self.inputs.random]);
        let request = Append {
            draft: event.draft,
            subject: self.own_subject(&stored),
            secret: event.secret.unwrap_or_else(random),
            archived: None,
        };
        let (logged, text) = self.append(request).await?;
        let record: Record = json::read(text.as_bytes()).map_err(unreadable)?;
        let (visit, manifest) = (&self.request.visit, &self.site.manifest);
        let cookie = cookie_after(&record, logged.subject, stored.cookie(), visit, manifest);
        let is_refusal = cookie.refused == Choice::ALL && cookie.exceptions.is_empty();
        let after = StoredConsent::Found(cookie.clone());
        let (subject, is_latest) = (logged.subject, logged.is_latest);
        let response = match &event.return_path {
            Some(path) => Response::redirect(303, path, VARY_CONSENT),
            None => {
                // The cookie holds whole seconds: a later `GET` says the same.
                let decision = decide(visit, manifest, &after, cookie.issued);
                let expires = decision.choice.map(|(_, until)| until);
                let receipt = self.receipt_with_cookie(logged, text, expires).await?;
                Response::typed(event.status, "application/json", receipt)
            }
        };
        if !is_latest {
            // A late retry must not replace the cookie of a later choice.
            return Ok(response);
        }
        let response = self.set_cookie(response, &cookie)?;
        let response = self.set_subject(response, &subject)?;
        Ok(if is_refusal {
            self.expire_register_cookies(response)
        } else {
            response
        })
    }

    /// Appends an event; returns also the canonical text of its record.
    async fn append(&self, mut request: Append) -> Result<(Logged, String), Rejection> {
        let failure = |LogFailure| {
            Rejection::Unavailable("the consent log doesn't answer: send the same event again")
        };
        let mut appended = self.platform.append(&request).await.map_err(failure)?;
        if let Appended::Archived(index) = appended {
            let record = ArchivedRecords::new(self.platform).record(index).await?;
            request.archived = Some(record);
            appended = self.platform.append(&request).await.map_err(failure)?;
        }
        match appended {
            Appended::Logged(mut logged) => {
                let text = logged.entry.record.take().or(request.archived);
                text.map(|text| (logged, text))
                    .ok_or_else(|| unreadable(()))
            }
            Appended::Taken => Err(Rejection::EventReused),
            Appended::Archived(_) => Err(unreadable(())),
            Appended::Refused(reason) => Err(Rejection::Unavailable(refusal(reason))),
        }
    }

    async fn receipt_with_cookie(
        &self,
        logged: Logged,
        record: String,
        expires: Option<Timestamp>,
    ) -> Result<String, Rejection> {
        let cookie = CookieNote {
            name: COOKIE_NAME,
            max_age: u64::from(COOKIE_DAYS).saturating_mul(86_400),
            expires,
        };
        let entry = logged.entry;
        let checkpoint = self.signed(entry.size, logged.root).await?;
        let receipt = Receipt::new(entry.index, record, entry.path, checkpoint);
        Ok(with_member(receipt.json(), "cookie", &to_json(&cookie)))
    }
}
