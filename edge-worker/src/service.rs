//! Answers a request. Input: the request, the site, the platform, the time, random bytes. Output: a
//! response. Checked in this order: route, method, origin, rate limit, content type, size, content.

use crate::auth::Tokens;
use crate::choices_page::{self, Marks};
use crate::cookies::{self, CookieWriter};
use crate::keys::{LogKeys, PublicKeys};
use crate::language;
use crate::log::tree_messages::NotLogged;
use crate::origin::{self, Initiator};
use crate::rate_limit::Budget;
use crate::rejection::Rejection;
use crate::request::{Address, BodyFailure, ConsentRequest, MAX_BODY_BYTES, host_of};
use crate::response::{Response, VARY_CONSENT, VARY_LANGUAGE};
use crate::route::{self, Method, Route};
use crate::submission::Encoding;
use domain::{
    Choice, ConsentCookie, EventId, Keys, Manifest, Purpose, Regime, StoredConsent, SubjectId,
    Timestamp, VecMap, companion, decide,
};
pub(crate) use platform::{LogFailure, Platform, Promised, Signer};
pub(crate) use recent::Recent;
use serde::Serialize;

mod admin;
mod archived;
pub(crate) mod bundles;
mod choice;
pub(crate) mod hourly;
pub(crate) mod hourly_platform;
mod platform;
mod proof;
mod public;
mod recent;
mod rights;
pub(crate) mod witnesses;

/// The query of the state that renews the consent cookie.
const RENEWAL: &str = "renew=1";

/// A built site, and the secrets of its deployment.
#[derive(Debug)]
pub(crate) struct Site {
    /// As the builder wrote it.
    pub(crate) manifest: Manifest,
    /// Keys that sign and verify cookies.
    pub(crate) keys: Keys,
    /// Tokens of auditors and operators.
    pub(crate) tokens: Tokens,
    /// Keys that verify checkpoints.
    pub(crate) public_keys: PublicKeys,
    /// The same in notes.
    pub(crate) log_keys: LogKeys,
}

/// Inputs that neither the request nor the platform provides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestInputs {
    /// The current time.
    pub(crate) now: Timestamp,
    /// For the id of an event that is sent without one; zero in `GET` and `HEAD`.
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
    ask: bool,
    services: VecMap<&'a str, bool>,
    withheld: &'a [&'a str],
}

/// The response to a request that is not for an asset.
pub(crate) async fn answer<P: Platform>(
    request: &ConsentRequest<'_>,
    site: &Site,
    platform: &P,
    inputs: RequestInputs,
) -> Response {
    let handler = RequestHandler {
        request,
        site,
        platform,
        inputs,
    };
    let response = match handler.answer().await {
        Ok(response) => response,
        // A reader gets a page that says so instead of a file or JSON.
        Err(Rejection::Unauthenticated) if request.is_navigation => to_choices(request, site),
        Err(rejection) => Response::problem(&rejection),
    };
    match origin::listed_origin(request, &site.manifest) {
        _ if request.route.is_public() => response.with("Access-Control-Allow-Origin", "*"),
        Some(origin) => response
            .with("Access-Control-Allow-Origin", origin.to_owned())
            .with("Access-Control-Allow-Credentials", "true"),
        None => response,
    }
}

/// The page of choices, in the language of the page that the visitor comes from, where it says that
/// there is no record.
fn to_choices(request: &ConsentRequest<'_>, site: &Site) -> Response {
    let manifest = &site.manifest;
    let from = request.referer.as_deref().and_then(Address::of);
    let shown = from.and_then(|address| route::locale_of(address.path, manifest));
    let locale = shown.map(|(locale, _)| locale).or_else(|| {
        let header = request.accept_language.as_deref();
        language::preferred(header, manifest, Purpose::Consent)
    });
    match locale {
        Some(locale) => {
            let path = format!("/{locale}/choices/#s-nothing");
            Response::redirect(303, &path, VARY_CONSENT)
        }
        None => Response::problem(&Rejection::Unauthenticated),
    }
}

/// The text of the page of choices with what is stored, see [`choices_page::mark`].
pub(crate) fn choices_page(
    request: &ConsentRequest<'_>,
    site: &Site,
    now: Timestamp,
    page: &str,
) -> String {
    let stored = stored(request, site);
    let marks = Marks {
        decision: &decide(&request.visit, &site.manifest, &stored, now),
        chosen: match &stored {
            StoredConsent::Found(cookie) => Some(cookie.issued),
            StoredConsent::Missing | StoredConsent::Conflict(_) => None,
        },
        is_recorded: subject(request, site, &stored).is_some(),
    };
    choices_page::mark(page, &marks)
}

/// The path, among the assets, of the page that says that there is nothing at a path: in the language
/// of the pages there, else in the visitor's.
pub(crate) fn not_found_page(
    path: &str,
    accept_language: Option<&str>,
    manifest: &Manifest,
) -> Option<String> {
    let there = route::locale_of(path, manifest)
        .map(|(locale, _)| locale)
        .filter(|locale| manifest.locales.contains(locale));
    let preferred = || language::preferred(accept_language, manifest, Purpose::Document);
    let locale = there.or_else(preferred)?;
    Some(format!("/{locale}/404"))
}

/// The visitor's consent cookies.
fn stored(request: &ConsentRequest<'_>, site: &Site) -> StoredConsent {
    match request.cookie.as_deref() {
        Some(header) => ConsentCookie::find(header, &site.manifest, &site.keys),
        None => StoredConsent::Missing,
    }
}

/// The subject whose records new ones join: that of the companion cookie, which no other host can
/// have set. Version 1 had none, so there the consent cookie's counts.
fn own_subject(
    request: &ConsentRequest<'_>,
    site: &Site,
    stored: &StoredConsent,
) -> Option<SubjectId> {
    let header = request.cookie.as_deref()?;
    let old = stored.cookie().filter(|cookie| cookie.is_version_1);
    companion(header, &site.manifest.site, &site.keys)
        .or_else(|| old.and_then(|cookie| cookie.subject))
}

/// The subject whose records the visitor may read and unlink.
fn subject(request: &ConsentRequest<'_>, site: &Site, stored: &StoredConsent) -> Option<SubjectId> {
    let consent = stored.cookie().and_then(|cookie| cookie.subject);
    own_subject(request, site, stored).or(consent)
}

struct RequestHandler<'a, P> {
    request: &'a ConsentRequest<'a>,
    site: &'a Site,
    platform: &'a P,
    inputs: RequestInputs,
}

impl<P: Platform> RequestHandler<'_, P> {
    async fn answer(&self) -> Result<Response, Rejection> {
        let route = self.request.route;
        if matches!(route, Route::Unknown | Route::Choices | Route::Asset) {
            return Err(Rejection::NotFound);
        }
        let method = route
            .method(&self.request.method)
            .map_err(Rejection::MethodNotAllowed)?;
        match (route, method) {
            (_, Method::Options) => self.preflight(),
            (Route::Consent, Method::Get) => self.state(),
            (Route::Keys, _) => Ok(self.keys()),
            (Route::LogPolicy, _) => Ok(self.log_policy()),
            (Route::Start, _) => self.to_language(""),
            (Route::Policy(policy), _) => self.to_language(&format!("{policy}/")),
            // A future of its own, so that lazy compilation of the wasm module compiles its code
            // only when it is first called: reading the state, which every page does, never calls
            // it.
            _ => Box::pin(self.answer_slowly(method)).await,
        }
    }

    /// The responses that need the body or the log.
    async fn answer_slowly(&self, method: Method) -> Result<Response, Rejection> {
        match (self.request.route, method) {
            (Route::Consent, Method::Post) => self.choose().await,
            (Route::Consent, Method::Delete) => self.withdraw_by_script().await,
            (Route::Withdraw, _) => self.withdraw_by_form().await,
            (Route::Records, _) => self.records().await,
            (Route::Erase, _) => self.erase().await,
            (Route::Export, _) => self.export().await,
            (Route::Stats, _) => self.stats().await,
            (Route::Audit, _) => self.audit().await,
            (Route::Record, _) => self.record().await,
            (Route::Shown, _) => self.shown().await,
            (Route::Checkpoint, _) => self.checkpoint().await,
            (Route::LogInfo, _) => self.info().await,
            (Route::Tile(resource), _) => self.tile(resource).await,
            (Route::Health, _) => Ok(self.health().await),
            (
                Route::Consent
                | Route::Keys
                | Route::LogPolicy
                | Route::Start
                | Route::Policy(_)
                | Route::Choices
                | Route::Unknown
                | Route::Asset,
                _,
            ) => Err(Rejection::NotFound),
        }
    }

    /// The CORS preflight.
    fn preflight(&self) -> Result<Response, Rejection> {
        if self.request.origin.is_some()
            && origin::listed_origin(self.request, &self.site.manifest).is_none()
        {
            return Err(Rejection::ForeignOrigin);
        }
        Ok(Response::empty(204, VARY_CONSENT)
            .with("Access-Control-Allow-Methods", "GET, POST, DELETE")
            .with("Access-Control-Allow-Headers", "content-type")
            .with("Access-Control-Max-Age", "600"))
    }

    fn state(&self) -> Result<Response, Rejection> {
        let (manifest, now) = (&self.site.manifest, self.inputs.now);
        let stored = self.stored();
        let decision = decide(&self.request.visit, manifest, &stored, now);
        let mut response = Response::json(
            200,
            &State {
                regime: decision.regime,
                revision: &manifest.revision,
                gpc: decision.gpc,
                defaults: decision.defaults,
                choice: decision.choice.map(|(choice, _)| choice),
                expires: decision.choice.map(|(_, until)| until),
                ask: decision.ask,
                services: decision.services.into_iter().collect(),
                withheld: &decision.withheld,
            },
        );
        // A refusal must not end with its cookie, so a returning visitor's page asks for the same one
        // with a new `Max-Age`. It does so by an address of its own and one at a time with what the
        // visitor presses: any other answer that sets a cookie could arrive after a later choice's.
        if self.request.query == RENEWAL
            && let StoredConsent::Found(cookie) = &stored
        {
            response = self.set_cookie(response, cookie)?;
            if let Some(subject) = self.own_subject(&stored) {
                response = self.set_subject(response, &subject)?;
            }
        }
        Ok(response)
    }

    /// Adds the consent cookie to the response.
    fn set_cookie(
        &self,
        response: Response,
        cookie: &ConsentCookie,
    ) -> Result<Response, Rejection> {
        let lines = self
            .cookie_writer()
            .set(cookie)
            .ok_or(Rejection::Unavailable("the choice can't be signed"))?;
        Ok(with_cookies(response, lines))
    }

    /// Adds the companion cookie to the response.
    fn set_subject(&self, response: Response, subject: &SubjectId) -> Result<Response, Rejection> {
        let line = self
            .cookie_writer()
            .set_subject(subject)
            .ok_or(Rejection::Unavailable("the choice can't be signed"))?;
        Ok(response.with("Set-Cookie", line))
    }

    /// Expires the cookies of the site's services.
    fn expire_register_cookies(&self, response: Response) -> Response {
        let header = self.request.cookie.as_deref();
        let host = host_of(&self.request.own_origin);
        let lines = cookies::expire_all(&self.site.manifest.cookies, header, host);
        with_cookies(response, lines)
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

    /// Leads to a page in the visitor's language; `page` is what follows the locale.
    fn to_language(&self, page: &str) -> Result<Response, Rejection> {
        let header = self.request.accept_language.as_deref();
        let locale = language::preferred(header, &self.site.manifest, Purpose::Document)
            .ok_or(Rejection::NotFound)?;
        let path = format!("/{locale}/{page}");
        Ok(Response::redirect(302, &path, VARY_LANGUAGE))
    }

    fn check_origin(&self, initiator: Initiator) -> Result<(), Rejection> {
        if origin::may_change(self.request, &self.site.manifest, initiator) {
            Ok(())
        } else {
            Err(Rejection::ForeignOrigin)
        }
    }

    /// Checks the origin of a request that only a form sends with a form's encoding.
    fn check_origin_by(&self, encoding: &Result<Encoding, Rejection>) -> Result<(), Rejection> {
        self.check_origin(match encoding {
            Ok(Encoding::Form) => Initiator::Form,
            Ok(Encoding::Json) | Err(_) => Initiator::Script,
        })
    }

    /// Counts the request for its client.
    async fn count_client(&self, budget: Budget) -> Result<(), Rejection> {
        if self.platform.is_client_over(budget).await {
            Err(Rejection::TooMany)
        } else {
            Ok(())
        }
    }

    /// What a withdrawal or an erasure counts for. Those of visitors who have chosen here don't
    /// compete with what anybody can send.
    fn withdrawal_budget(&self) -> Budget {
        match self.subject() {
            Some(_) => Budget::Withdrawals,
            None => Budget::Choices,
        }
    }

    async fn body(&self) -> Result<Vec<u8>, Rejection> {
        let announced = self.request.content_length.as_deref();
        // Refused before it is read. If the length is not a number, the limit while reading
        // applies.
        let is_too_large = |text: &str| matches!(text.parse::<u64>(), Ok(length) if length > MAX_BODY_BYTES as u64);
        if announced.is_some_and(is_too_large) {
            return Err(Rejection::TooLarge);
        }
        self.platform.body().await.map_err(|failure| match failure {
            BodyFailure::TooLarge => Rejection::TooLarge,
            BodyFailure::Broken => Rejection::Malformed("the body broke off"),
        })
    }

    fn stored(&self) -> StoredConsent {
        stored(self.request, self.site)
    }

    fn own_subject(&self, stored: &StoredConsent) -> Option<SubjectId> {
        own_subject(self.request, self.site, stored)
    }

    fn subject(&self) -> Option<SubjectId> {
        subject(self.request, self.site, &self.stored())
    }

    fn new_id(&self) -> EventId {
        EventId::from_random(self.inputs.random)
    }
}

/// The log failed, or returned data that can't be read.
fn unreadable<E>(_: E) -> Rejection {
    Rejection::Unavailable("the consent log can't be read")
}

/// Why the log takes no event, for people.
const fn refusal(reason: NotLogged) -> &'static str {
    match reason {
        NotLogged::Migrating => "the consent log is being moved to a new form: try again soon",
        NotLogged::Full => "the consent log is full: only withdrawals and erasures are recorded",
        NotLogged::Damaged => {
            "the consent log is damaged: nothing is recorded until it is repaired"
        }
        NotLogged::Clock => {
            "the consent log's clock is wrong: nothing is recorded until it is right"
        }
    }
}

fn with_cookies(response: Response, lines: Vec<String>) -> Response {
    lines
        .into_iter()
        .fold(response, |response, line| response.with("Set-Cookie", line))
}

#[cfg(test)]
mod tests;
