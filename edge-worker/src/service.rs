//! Answers a call, whatever it runs on. In: the call, the site, a way to the body and to the log, the time, random bytes.
//! Out: an answer. Order: place, method, origin, size, type, words, log, answer.

use crate::admin::Tokens;
use crate::cookies::{self, CookieWriter};
use crate::language;
use crate::log::ledger::{Append, Logged};
use crate::origin::{self, Initiator};
use crate::rejection::Rejection;
use crate::request::{ConsentRequest, host_of};
use crate::response::{Response, VARY_CONSENT, VARY_LANGUAGE};
use crate::route::{Method, Route};
use crate::signing::PublicKeys;
use crate::submission::{self, Encoding};
use domain::{
    COOKIE_DAYS, COOKIE_NAME, Choice, ConsentCookie, Digest, Draft, Entry, EventId, Keys, Manifest,
    Record, Regime, Signature, Source, Timestamp, answered, decide, draft_choice, draft_withdrawal,
};
pub(crate) use platform::{BodyFailure, LogFailure, Platform};
use serde::Serialize;

mod admin;
pub(crate) mod nightly;
mod platform;
mod proof;
mod rights;

/// From this age on a cookie is given anew to whoever asks, in days.
const RENEWAL_DAYS: u32 = 30;

/// The largest body that is read.
pub(crate) const MAX_BODY_BYTES: usize = 4096;

/// What a deployment is: a built site and its keys.
#[derive(Debug)]
pub(crate) struct Site {
    /// What the builder says.
    pub(crate) manifest: Manifest,
    /// What signs cookies.
    pub(crate) keys: Keys,
    /// What opens the log to auditors.
    pub(crate) tokens: Tokens,
    /// What receipts are checked with.
    pub(crate) public_keys: PublicKeys,
}

/// Time and chance, as values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestInputs {
    /// The time.
    pub(crate) now: Timestamp,
    /// For an event id, where the caller brings none. A question makes no event.
    pub(crate) random: [u8; 16],
}

#[derive(Serialize)]
struct State<'a> {
    regime: Regime,
    revision: &'a str,
    gpc: bool,
    defaults: Choice,
    choice: Option<Choice>,
    expires: Option<Timestamp>,
}

#[derive(Serialize)]
struct Receipt<'a> {
    record: &'a Record,
    sequence: u64,
    previous: Digest,
    hash: Digest,
    signature: Signature,
    cookie: CookieNote,
}

#[derive(Serialize)]
struct CookieNote {
    name: &'static str,
    max_age: u64,
    expires: Timestamp,
}

#[derive(Serialize)]
struct Health<'a> {
    version: &'static str,
    site: &'a str,
    revision: &'a str,
    log: bool,
}

/// The answer to a call that is not for an asset.
pub(crate) async fn answer<W: Platform>(
    request: &ConsentRequest<'_>,
    site: &Site,
    platform: &W,
    inputs: RequestInputs,
) -> Response {
    let handler = RequestHandler {
        request,
        site,
        platform,
        inputs,
    };
    let answer = match handler.answer().await {
        Ok(answer) => answer,
        Err(rejection) => Response::problem(&rejection),
    };
    match origin::listed_origin(request, &site.manifest) {
        Some(origin) => answer
            .with("Access-Control-Allow-Origin", origin.to_owned())
            .with("Access-Control-Allow-Credentials", "true".to_owned()),
        None => answer,
    }
}

struct RequestHandler<'a, W> {
    request: &'a ConsentRequest<'a>,
    site: &'a Site,
    platform: &'a W,
    inputs: RequestInputs,
}

impl<W: Platform> RequestHandler<'_, W> {
    async fn answer(&self) -> Result<Response, Rejection> {
        let route = self.request.route;
        if matches!(route, Route::Unknown | Route::Asset) {
            return Err(Rejection::NotFound);
        }
        let method = route
            .method(&self.request.method)
            .map_err(Rejection::MethodNotAllowed)?;
        // What writes, what is private, and what tries tokens is counted. A state costs nothing and every page asks it.
        let is_counted = match route {
            Route::Consent => method == Method::Post || method == Method::Delete,
            Route::Withdraw | Route::Erase => method != Method::Options,
            Route::Records | Route::Export | Route::Stats | Route::Audit => true,
            Route::Keys | Route::Checkpoint | Route::Health | Route::Policy(_) => false,
            Route::Unknown | Route::Asset => false,
        };
        if is_counted && self.platform.is_rate_limited().await {
            return Err(Rejection::TooMany);
        }
        match (route, method) {
            (_, Method::Options) => self.preflight(),
            (Route::Consent, Method::Get) => self.state(),
            (Route::Keys, _) => Ok(self.keys()),
            (Route::Policy(policy), _) => self.to_policy(policy),
            // Code of its own: a runtime compiles what it runs first, and the question that every page asks needs none of it.
            _ => Box::pin(self.answer_in_time(method)).await,
        }
    }

    /// The answers that wait for something.
    async fn answer_in_time(&self, method: Method) -> Result<Response, Rejection> {
        match (self.request.route, method) {
            (Route::Consent, Method::Post) => self.choose().await,
            (Route::Consent, Method::Delete) => self.withdraw_by_script().await,
            (Route::Withdraw, _) => self.withdraw_by_form().await,
            (Route::Records, _) => self.records().await,
            (Route::Erase, _) => self.erase().await,
            (Route::Export, _) => self.export().await,
            (Route::Stats, _) => self.stats().await,
            (Route::Audit, _) => self.audit().await,
            (Route::Checkpoint, _) => self.checkpoint().await,
            (Route::Health, _) => Ok(self.health().await),
            (
                Route::Consent | Route::Keys | Route::Policy(_) | Route::Unknown | Route::Asset,
                _,
            ) => Err(Rejection::NotFound),
        }
    }

    /// What a foreign page's browser asks before it lets the page speak.
    fn preflight(&self) -> Result<Response, Rejection> {
        if self.request.origin.is_some()
            && origin::listed_origin(self.request, &self.site.manifest).is_none()
        {
            return Err(Rejection::ForeignOrigin);
        }
        Ok(Response::empty(204, VARY_CONSENT)
            .with(
                "Access-Control-Allow-Methods",
                "GET, POST, DELETE".to_owned(),
            )
            .with("Access-Control-Allow-Headers", "content-type".to_owned())
            .with("Access-Control-Max-Age", "600".to_owned()))
    }

    fn state(&self) -> Result<Response, Rejection> {
        let manifest = &self.site.manifest;
        let remembered = self.remembered();
        let decision = decide(
            &self.request.visit,
            manifest,
            remembered.as_ref(),
            self.inputs.now,
        );
        let mut answer = Response::json(
            200,
            &State {
                regime: decision.regime,
                revision: &manifest.revision,
                gpc: decision.gpc,
                defaults: decision.defaults,
                choice: decision.choice.map(|(choice, _)| choice),
                expires: decision.choice.map(|(_, until)| until),
            },
        );
        // What a visitor refused stays refused, so whoever comes back gets the cookie's whole life again.
        let now = self.inputs.now;
        if let Some(remembered) =
            remembered.filter(|cookie| cookie.issued.plus_days(RENEWAL_DAYS) <= now)
        {
            answer = self.remember(answer, &remembered)?;
        }
        Ok(answer)
    }

    async fn choose(&self) -> Result<Response, Rejection> {
        let encoding = submission::encoding(self.request.content_type.as_deref());
        self.check_origin(match encoding {
            Ok(Encoding::Form) => Initiator::Form,
            Ok(Encoding::Json) | Err(_) => Initiator::Script,
        })?;
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
        let remembered = self.remembered();
        let (before, now) = (remembered.as_ref(), self.inputs.now);
        let draft = draft_choice(&submission, &self.request.visit, manifest, before, now)?;
        let answered = answered(submission.answer, manifest, before, now);
        self.log(draft, answered, 201, return_path.as_deref()).await
    }

    async fn withdraw_by_script(&self) -> Result<Response, Rejection> {
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

    async fn withdraw_by_form(&self) -> Result<Response, Rejection> {
        self.check_origin(Initiator::Form)?;
        if submission::encoding(self.request.content_type.as_deref())? != Encoding::Form {
            return Err(Rejection::UnsupportedType);
        }
        let form = submission::withdrawal_from_form(&self.body().await?, self.new_id())?;
        let draft = draft_withdrawal(&form.value, &self.request.visit, &self.site.manifest);
        self.log(draft, Choice::ALL, 200, Some(&form.return_path))
            .await
    }

    /// Logs an event, by which these categories are answered, and tells the visitor: by a receipt, or by a redirect when a form asked.
    async fn log(
        &self,
        draft: Draft,
        answered: Choice,
        status: u16,
        return_path: Option<&str>,
    ) -> Result<Response, Rejection> {
        let request = Append {
            draft,
            subject: self.remembered().and_then(|cookie| cookie.subject()),
        };
        let failure = "the consent log can't be written: nothing was saved";
        let outcome = self.platform.append(&request).await;
        let Logged {
            entry,
            subject,
            is_latest,
        } = outcome
            .map_err(|LogFailure| Rejection::Unavailable(failure))?
            .ok_or(Rejection::EventReused)?;
        let answer = match return_path {
            Some(path) => Response::redirect(303, path, VARY_CONSENT),
            None => Response::json(status, &self.receipt(&entry).await?),
        };
        if !is_latest {
            // A retry that was overtaken by a later choice must not bring the earlier one back.
            return Ok(answer);
        }
        let record = entry.record;
        let source = Source {
            subject,
            revision: record.revision,
        };
        let remembered = ConsentCookie {
            source: Some(source),
            choice: record.choice,
            answered: answered.or(record.choice),
            issued: record.time,
        };
        let answer = self.remember(answer, &remembered)?;
        Ok(if record.choice == Choice::NONE {
            self.expire_register_cookies(answer)
        } else {
            answer
        })
    }

    async fn receipt<'e>(&self, entry: &'e Entry) -> Result<Receipt<'e>, Rejection> {
        let days = self.site.manifest.choice_days;
        Ok(Receipt {
            record: &entry.record,
            sequence: entry.sequence,
            previous: entry.previous,
            hash: entry.hash,
            signature: self.sign_receipt(entry.sequence, &entry.hash).await?,
            cookie: CookieNote {
                name: COOKIE_NAME,
                max_age: u64::from(COOKIE_DAYS).saturating_mul(86_400),
                // The cookie knows whole seconds, so this is what a later GET says too.
                expires: Timestamp::from_seconds(entry.record.time.seconds()).plus_days(days),
            },
        })
    }

    /// Has the browser keep a choice.
    fn remember(
        &self,
        answer: Response,
        remembered: &ConsentCookie,
    ) -> Result<Response, Rejection> {
        let lines = self
            .cookie_writer()
            .set(remembered)
            .ok_or(Rejection::Unavailable("the choice can't be signed"))?;
        Ok(with_cookies(answer, lines))
    }

    /// Has the browser end the register's cookies.
    fn expire_register_cookies(&self, answer: Response) -> Response {
        let header = self.request.cookie.as_deref();
        let host = host_of(&self.request.own_origin);
        let lines = cookies::expire_all(&self.site.manifest.cookies, header, host);
        with_cookies(answer, lines)
    }

    fn cookie_writer(&self) -> CookieWriter<'_> {
        CookieWriter {
            manifest: &self.site.manifest,
            keys: &self.site.keys,
            host: host_of(&self.request.own_origin),
            context: origin::cookie_context(self.request, &self.site.manifest),
            sent: self.request.cookie.as_deref(),
        }
    }

    async fn health(&self) -> Response {
        let log = self.platform.is_log_reachable().await;
        let health = Health {
            version: env!("CARGO_PKG_VERSION"),
            site: &self.site.manifest.site,
            revision: &self.site.manifest.revision,
            log,
        };
        Response::json(if log { 200 } else { 503 }, &health)
    }

    fn to_policy(&self, policy: &str) -> Result<Response, Rejection> {
        let header = self.request.accept_language.as_deref();
        let locale =
            language::preferred(header, &self.site.manifest.locales).ok_or(Rejection::NotFound)?;
        Ok(Response::redirect(
            302,
            &format!("/{locale}/{policy}/"),
            VARY_LANGUAGE,
        ))
    }

    fn check_origin(&self, initiator: Initiator) -> Result<(), Rejection> {
        if origin::may_change(self.request, &self.site.manifest, initiator) {
            Ok(())
        } else {
            Err(Rejection::ForeignOrigin)
        }
    }

    async fn body(&self) -> Result<Vec<u8>, Rejection> {
        let announced = self.request.content_length.as_deref();
        // A length that is no number never gets here: the runtime refuses it. If it did, the reading has its own limit.
        if announced
            .and_then(|text| text.parse::<u64>().ok())
            .is_some_and(|length| {
                usize::try_from(length).map_or(true, |length| length > MAX_BODY_BYTES)
            })
        {
            return Err(Rejection::TooLarge);
        }
        self.platform.body().await.map_err(|failure| match failure {
            BodyFailure::TooLarge => Rejection::TooLarge,
            BodyFailure::Broken => Rejection::Malformed("the body broke off"),
        })
    }

    fn remembered(&self) -> Option<ConsentCookie> {
        let header = self.request.cookie.as_deref()?;
        ConsentCookie::find(header, &self.site.manifest.site, &self.site.keys)
    }

    fn new_id(&self) -> EventId {
        EventId::from_random(self.inputs.random)
    }
}

fn with_cookies(answer: Response, lines: Vec<String>) -> Response {
    lines
        .into_iter()
        .fold(answer, |answer, line| answer.with("Set-Cookie", line))
}

#[cfg(test)]
pub(crate) mod tests;
