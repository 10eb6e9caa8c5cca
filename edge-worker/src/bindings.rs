//! What a call reaches out for: the built site, and the consent log's object.

use crate::admin::Tokens;
use crate::facts;
use crate::json;
use crate::log::ledger::{Append, Logged, Page};
use crate::log::messages::{
    AuditEntry, AuditRequest, CountRequest, EraseRequest, ExportPage, ExportRequest, LogCounts,
    Position, PurgePointRequest, PurgeRequest,
};
use crate::log::{
    APPEND, AUDIT, COUNTS, ERASE, EXPORT, HEAD, HEALTH, PURGE, PURGE_POINT, PageRequest, RECORDS,
    STORE_CHECKPOINT,
};
use crate::rate_limit;
use crate::service::{BodyFailure, LogFailure, Platform, Site};
use crate::signing::{self, SigningKey};
use domain::{Digest, Keys, Manifest, Signature, SignedCheckpoint, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::fmt::Display;
use std::pin::Pin;
use std::rc::Rc;
use worker::js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Env, Error, Result, web_sys, worker_sys};

const ASSETS: &str = "ASSETS";
const KEYS: &str = "CONSENT_KEYS";
const RECEIPT_KEYS: &str = "RECEIPT_KEYS";
const TOKENS: &str = "ADMIN_TOKEN";
const NO_LOG: &str = "there is no binding CONSENT_LOG";
/// Optional: the platform's counter of requests per client.
const LIMIT: &str = "CLIENT_LIMIT";
/// How long one try may take. A visitor is told after two of them at the latest.
const LIMIT_MILLIS: u32 = 4000;
/// A failed call to the log is tried again once. That is safe, because an event is logged once however often it arrives.
const TRIES: u32 = 2;

#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
extern "C" {
    /// What the worker holds of the log's object.
    type LogObject;
    /// A promise of [`crate::log::ConsentLog::answer`].
    #[wasm_bindgen(method, catch)]
    fn answer(this: &LogObject, path: &str, question: &Uint8Array) -> Result<JsValue, JsValue>;

    /// All logs. The SDK's own namespace knows no jurisdictions for named objects.
    type Logs;
    #[wasm_bindgen(method, catch, js_name = jurisdiction)]
    fn within(this: &Logs, jurisdiction: &str) -> Result<Logs, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getByName)]
    fn get_by_name(this: &Logs, name: &str) -> Result<LogObject, JsValue>;

    /// What wrangler.toml binds.
    type Bindings;
    #[wasm_bindgen(method, getter, structural, js_name = CONSENT_LOG)]
    fn log(this: &Bindings) -> Option<Logs>;
    /// Optional: where the log must stay, `eu`. It can't be changed later, because another place is another log.
    #[wasm_bindgen(method, getter, structural, js_name = LOG_JURISDICTION)]
    fn jurisdiction(this: &Bindings) -> Option<String>;
}

thread_local! {
    /// A deployment never changes under a running instance, so what it is made of is read once.
    static SITE: RefCell<Option<Rc<Deployment>>> = const { RefCell::new(None) };
}

/// What the worker runs with.
pub(crate) struct Deployment {
    /// All that can be told without the platform.
    pub(crate) site: Site,
    /// Signs receipts and checkpoints.
    pub(crate) signing_key: SigningKey,
}

/// The deployment.
///
/// # Errors
/// When manifest or keys are missing or malformed.
pub(crate) async fn site(env: &Env) -> Result<Rc<Deployment>> {
    if let Some(site) = SITE.with_borrow(Clone::clone) {
        return Ok(site);
    }
    let manifest = manifest(env).await?;
    let cookie_keys = Keys::parse(&env.secret(KEYS)?.to_string())
        .map_err(|error| Error::from(format!("{KEYS}: {error}")))?;
    let (receipt_keys, retired) = signing::parse(&env.secret(RECEIPT_KEYS)?.to_string())
        .map_err(|error| Error::from(format!("{RECEIPT_KEYS}: {error}")))?;
    let seeds: Vec<_> = receipt_keys.secrets().collect();
    let (signing_key, mut public_keys) = signing::import(&seeds).await?;
    public_keys.keys.extend(retired);
    // Without a token the log is closed to auditors, and everything else works.
    let tokens = env
        .secret(TOKENS)
        .map(|text| Tokens::parse(&text.to_string()));
    let deployment = Rc::new(Deployment {
        site: Site {
            manifest,
            keys: cookie_keys,
            tokens: tokens.unwrap_or_default(),
            public_keys,
        },
        signing_key,
    });
    SITE.set(Some(Rc::clone(&deployment)));
    Ok(deployment)
}

/// What the builder has written for the worker.
///
/// # Errors
/// When it is missing or malformed.
pub(crate) async fn manifest(env: &Env) -> Result<Manifest> {
    let request = web_sys::Request::new_with_str("https://assets/manifest.json")?;
    let response = asset(env, &request).await?;
    if response.status() != 200 {
        return Err(Error::from("the site has no manifest.json"));
    }
    json::read(text(&response).await?.as_bytes())
        .map_err(|_| Error::from("manifest.json is not what the worker knows"))
}

/// A page or a file of the site, as it is.
///
/// # Errors
/// When the binding is missing or fails.
pub(crate) async fn asset(env: &Env, request: &web_sys::Request) -> Result<web_sys::Response> {
    let assets: worker_sys::Fetcher = JsValue::from(env.assets(ASSETS)?).unchecked_into();
    let response = facts::settled(assets.fetch(request)?.into()).await?;
    Ok(response.dyn_into()?)
}

async fn text(response: &web_sys::Response) -> Result<String> {
    let text = facts::settled(response.text()?.into()).await?;
    text.as_string().ok_or(Error::BadEncoding)
}

/// The platform of a call to the deployed worker.
pub(crate) struct WorkerPlatform<'a> {
    /// The bindings.
    pub(crate) env: &'a Env,
    /// The request, for its body; none when the clock calls.
    pub(crate) request: Option<&'a web_sys::Request>,
    /// Name of the log, and the key that speaks for it.
    pub(crate) deployment: &'a Deployment,
}

impl Platform for WorkerPlatform<'_> {
    async fn body(&self) -> std::result::Result<Vec<u8>, BodyFailure> {
        match self.request {
            Some(request) => facts::body(request).await,
            None => Ok(Vec::new()),
        }
    }

    async fn append(&self, request: &Append) -> std::result::Result<Option<Logged>, LogFailure> {
        read(self.ask(APPEND, write(request)?).await?)
    }

    async fn records(&self, link: &Digest, after: u64) -> std::result::Result<Page, LogFailure> {
        let question = PageRequest { link: *link, after };
        read(self.ask(RECORDS, write(&question)?).await?)
    }

    async fn erase(&self, link: &Digest) -> std::result::Result<u64, LogFailure> {
        read(
            self.ask(ERASE, write(&EraseRequest { link: *link })?)
                .await?,
        )
    }

    async fn export(&self, request: &ExportRequest) -> std::result::Result<ExportPage, LogFailure> {
        read(self.ask(EXPORT, write(request)?).await?)
    }

    async fn counts(&self, request: &CountRequest) -> std::result::Result<LogCounts, LogFailure> {
        read(self.ask(COUNTS, write(request)?).await?)
    }

    async fn audit(&self, after: u64) -> std::result::Result<Vec<AuditEntry>, LogFailure> {
        read(self.ask(AUDIT, write(&AuditRequest { after })?).await?)
    }

    async fn head(&self, site: &str) -> std::result::Result<Position, LogFailure> {
        read(self.ask(HEAD, write(&site)?).await?)
    }

    async fn sign(&self, message: &str) -> std::result::Result<Signature, LogFailure> {
        let signed = signing::sign(&self.deployment.signing_key, message).await;
        signed.map_err(|error| failed(&error))
    }

    async fn purge_point(
        &self,
        past: Timestamp,
    ) -> std::result::Result<Option<Position>, LogFailure> {
        read(
            self.ask(PURGE_POINT, write(&PurgePointRequest { past })?)
                .await?,
        )
    }

    async fn purge(&self, purge: &PurgeRequest) -> std::result::Result<u64, LogFailure> {
        read(self.ask(PURGE, write(purge)?).await?)
    }

    async fn store_checkpoint(
        &self,
        checkpoint: &SignedCheckpoint,
    ) -> std::result::Result<(), LogFailure> {
        read(self.ask(STORE_CHECKPOINT, write(checkpoint)?).await?)
    }

    async fn is_rate_limited(&self) -> bool {
        // A counter that fails must not cost anybody a choice.
        self.count().await.unwrap_or_else(|error| {
            facts::report("counter", &error);
            false
        })
    }

    async fn is_log_reachable(&self) -> bool {
        self.ask(HEALTH, Vec::new()).await.is_ok()
    }
}

fn write(question: &impl Serialize) -> std::result::Result<Vec<u8>, LogFailure> {
    postcard::to_allocvec(question).map_err(|error| failed(&error))
}

fn read<A: DeserializeOwned>(answer: Vec<u8>) -> std::result::Result<A, LogFailure> {
    postcard::from_bytes(&answer).map_err(|error| failed(&error))
}

fn failed(error: &dyn Display) -> LogFailure {
    facts::report("worker", error);
    LogFailure
}

/// What the log will answer.
type LogAnswer<'a> = Pin<Box<dyn Future<Output = std::result::Result<Vec<u8>, LogFailure>> + 'a>>;

impl WorkerPlatform<'_> {
    /// Boxed, so that the many callers do not each hold all of it in their own code.
    fn ask<'a>(&'a self, path: &'static str, question: Vec<u8>) -> LogAnswer<'a> {
        Box::pin(self.ask_twice(path, question))
    }

    async fn ask_twice(
        &self,
        path: &str,
        question: Vec<u8>,
    ) -> std::result::Result<Vec<u8>, LogFailure> {
        let question = Uint8Array::from(question.as_slice());
        let mut outcome = self.ask_once(path, &question).await;
        for _ in 1..TRIES {
            if outcome.is_ok() {
                break;
            }
            outcome = self.ask_once(path, &question).await;
        }
        outcome.map_err(|error| failed(&error))
    }

    async fn ask_once(&self, path: &str, question: &Uint8Array) -> Result<Vec<u8>> {
        let answer = self.log()?.answer(path, question)?;
        // A log that takes too long may still write; the visitor's next try is the same event, and written once.
        let contenders = Array::of2(&answer, &facts::after(LIMIT_MILLIS)?);
        let answer = facts::settled(Promise::race(&contenders).into()).await?;
        let answer: Uint8Array = answer
            .dyn_into()
            .map_err(|_| Error::from("it takes too long"))?;
        Ok(answer.to_vec())
    }

    /// Counts the request for its client; whether that was one too many.
    async fn count(&self) -> Result<bool> {
        let limiter = facts::member(self.env.as_ref(), LIMIT);
        let address = match self.request {
            Some(request) => request.headers().get("CF-Connecting-IP")?,
            None => None,
        };
        let secret = self.deployment.site.keys.secrets().next();
        let (Some(address), Some((_, secret)), true) = (address, secret, limiter.is_object())
        else {
            return Ok(false);
        };
        let Some(name) = rate_limit::key(&address, &secret, facts::now()) else {
            return Ok(false);
        };
        let limit: Function = facts::member(&limiter, "limit").dyn_into()?;
        let question = Object::new();
        Reflect::set(&question, &"key".into(), &name.into())?;
        let outcome = facts::settled(limit.call1(&limiter, &question)?).await?;
        Ok(facts::member(&outcome, "success") == JsValue::FALSE)
    }

    /// The site's log, within the jurisdiction if one is set.
    fn log(&self) -> Result<LogObject> {
        let bindings: &JsValue = self.env.as_ref();
        let bindings: &Bindings = bindings.unchecked_ref();
        let namespace = bindings.log().ok_or_else(|| Error::from(NO_LOG))?;
        let namespace = match bindings.jurisdiction() {
            Some(name) => namespace.within(&name)?,
            None => namespace,
        };
        Ok(namespace.get_by_name(&self.deployment.site.manifest.site)?)
    }
}
