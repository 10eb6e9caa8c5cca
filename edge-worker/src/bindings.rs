//! The bindings of wrangler.toml: the built site, secrets, the consent log's Durable Object and the
//! rate limiters; and with them the [`Platform`] of the deployed worker.

mod hourly;

use crate::auth::Tokens;
use crate::json;
use crate::keys::{self, LogKeys};
use crate::log::tree_messages::{
    APPEND, AUDIT, Append, Appended, AuditEntry, COUNTS, CountRequest, ENTRIES, ERASE, EXPORT,
    Entries, EntriesRequest, ExportOutcome, ExportRequest, FLOOD, HEALTH, Health, LogCounts, PROOF,
    Page, PageRequest, RECORDS, RecordRequest, SHOWN, Shown, TILE, WITNESSES, WitnessLog,
};
use crate::rate_limit::{self, Budget};
use crate::request::BodyFailure;
use crate::runtime::signing::{self, SigningKey};
use crate::runtime::{cache, http, js};
use crate::service::{LogFailure, Platform, Promised, Recent, Signer, Site, bundles};
use domain::tlog::Resource;
use domain::{Digest, Keys, Manifest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::fmt::Display;
use std::pin::Pin;
use std::rc::Rc;
use worker::js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Env, Error, web_sys, worker_sys};

const ASSETS: &str = "ASSETS";
const KEYS: &str = "CONSENT_KEYS";
const RECEIPT_KEYS: &str = "RECEIPT_KEYS";
const TOKENS: &str = "ADMIN_TOKEN";
const NO_LOG: &str = "there is no binding CONSENT_LOG";
/// Optional: the platform's rate limiters, of one client and of all together.
const CLIENT_LIMITER: &str = "CLIENT_LIMIT";
const SITE_LIMITER: &str = "SITE_LIMIT";
/// How long one call to the log may take, in milliseconds.
const LOG_TIMEOUT: u32 = 4000;

#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
extern "C" {
    /// A stub of the log's Durable Object.
    type LogStub;
    /// A promise of [`crate::log::object::ConsentLog::answer`].
    #[wasm_bindgen(method, catch)]
    fn answer(
        this: &LogStub,
        path: &str,
        site: &str,
        now_millis: f64,
        request: &Uint8Array,
    ) -> Result<JsValue, JsValue>;

    /// The namespace of all logs. The SDK's own type lacks jurisdictions for named objects.
    type LogNamespace;
    #[wasm_bindgen(method, catch, js_name = jurisdiction)]
    fn within(this: &LogNamespace, jurisdiction: &str) -> Result<LogNamespace, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getByName)]
    fn get_by_name(this: &LogNamespace, name: &str) -> Result<LogStub, JsValue>;

    /// The worker's environment object, whose members are the bindings of wrangler.toml.
    type Bindings;
    #[wasm_bindgen(method, getter, structural, js_name = CONSENT_LOG)]
    fn log(this: &Bindings) -> Option<LogNamespace>;
    /// Optional: where the log is stored, `eu`. Another jurisdiction is another, empty log.
    #[wasm_bindgen(method, getter, structural, js_name = LOG_JURISDICTION)]
    fn jurisdiction(this: &Bindings) -> Option<String>;
}

thread_local! {
    /// Read once per instance, because a new deployment starts new instances.
    static DEPLOYMENT: RefCell<Option<Rc<Deployment>>> = const { RefCell::new(None) };
}

/// The site, its keys and its manifest.
pub(crate) struct Deployment {
    /// What the service needs of it.
    pub(crate) site: Site,
    /// Sign checkpoints, in the order of [`LogKeys::signing`].
    pub(crate) signing_keys: Vec<SigningKey>,
    recent: RefCell<Recent>,
}

/// The deployment, read on the first call and then cached.
///
/// # Errors
/// Manifest or keys are missing or malformed.
pub(crate) async fn deployment(env: &Env) -> worker::Result<Rc<Deployment>> {
    if let Some(deployment) = DEPLOYMENT.with_borrow(Clone::clone) {
        return Ok(deployment);
    }
    let manifest = manifest(env).await?;
    let cookie_keys = Keys::parse(&env.secret(KEYS)?.to_string())
        .map_err(|error| Error::from(format!("{KEYS}: {error}")))?;
    let (receipt_keys, retired) = keys::parse(&env.secret(RECEIPT_KEYS)?.to_string())
        .map_err(|error| Error::from(format!("{RECEIPT_KEYS}: {error}")))?;
    let seeds: Vec<_> = receipt_keys.secrets().collect();
    let (signing_keys, mut public_keys) = signing::import(&seeds).await?;
    public_keys.keys.extend(retired);
    let log_keys = LogKeys::new(&manifest.site, &public_keys, signing_keys.len())
        .map_err(|error| Error::from(format!("{RECEIPT_KEYS}: {error}")))?;
    let tokens = match env.secret(TOKENS) {
        Ok(text) => Tokens::parse(&text.to_string()),
        // Without the secret nobody may read the log; everything else works.
        Err(_) => Tokens::parse(""),
    };
    let deployment = Rc::new(Deployment {
        site: Site {
            manifest,
            keys: cookie_keys,
            tokens,
            public_keys,
            log_keys,
        },
        signing_keys,
        recent: RefCell::default(),
    });
    DEPLOYMENT.set(Some(Rc::clone(&deployment)));
    Ok(deployment)
}

/// `manifest.json` of the built site.
///
/// # Errors
/// It is missing or malformed.
pub(crate) async fn manifest(env: &Env) -> worker::Result<Manifest> {
    let request = web_sys::Request::new_with_str("https://assets/manifest.json")?;
    let response = asset(env, &request).await?;
    if response.status() != 200 {
        return Err(Error::from("the site has no manifest.json"));
    }
    let text = js::await_promise(response.text()?.into()).await?;
    let text = text.as_string().ok_or(Error::BadEncoding)?;
    json::read(text.as_bytes())
        .map_err(|_| Error::from("manifest.json is not what the worker knows"))
}

/// The static assets' response to a request.
///
/// # Errors
/// The binding is missing or fails.
pub(crate) async fn asset(
    env: &Env,
    request: &web_sys::Request,
) -> worker::Result<web_sys::Response> {
    let assets: worker_sys::Fetcher = JsValue::from(env.assets(ASSETS)?).unchecked_into();
    let response = js::await_promise(assets.fetch(request)?.into()).await?;
    Ok(response.dyn_into()?)
}

/// The platform of one request to the deployed worker.
pub(crate) struct WorkerPlatform<'a> {
    /// The bindings of wrangler.toml.
    pub(crate) env: &'a Env,
    /// For its body and the client's address; absent in the hourly work.
    pub(crate) request: Option<&'a web_sys::Request>,
    /// For the log's name and the keys.
    pub(crate) deployment: &'a Deployment,
}

impl Platform for WorkerPlatform<'_> {
    async fn body(&self) -> Result<Vec<u8>, BodyFailure> {
        match self.request {
            Some(request) => http::body(request).await,
            None => Ok(Vec::new()),
        }
    }

    async fn append(&self, request: &Append) -> Result<Appended, LogFailure> {
        read(self.call_log(APPEND, write(request)?).await?)
    }

    async fn records(&self, request: &PageRequest) -> Result<Page, LogFailure> {
        read(self.call_log(RECORDS, write(request)?).await?)
    }

    async fn record(&self, request: &RecordRequest) -> Result<Page, LogFailure> {
        read(self.call_log(PROOF, write(request)?).await?)
    }

    async fn erase(&self, link: &Digest) -> Result<u64, LogFailure> {
        read(self.call_log(ERASE, write(link)?).await?)
    }

    async fn export(&self, request: &ExportRequest) -> Result<ExportOutcome, LogFailure> {
        read(self.call_log(EXPORT, write(request)?).await?)
    }

    async fn counts(&self, request: &CountRequest) -> Result<LogCounts, LogFailure> {
        read(self.call_log(COUNTS, write(request)?).await?)
    }

    async fn count_shown(&self, shown: &Shown) -> Result<(), LogFailure> {
        read(self.call_log(SHOWN, write(shown)?).await?)
    }

    async fn audit(&self, after: u64) -> Result<Vec<AuditEntry>, LogFailure> {
        read(self.call_log(AUDIT, write(&after)?).await?)
    }

    async fn tile(&self, resource: &Resource) -> Result<Option<Vec<u8>>, LogFailure> {
        read(self.call_log(TILE, write(resource)?).await?)
    }

    async fn entries(&self, request: &EntriesRequest) -> Result<Entries, LogFailure> {
        read(self.call_log(ENTRIES, write(request)?).await?)
    }

    async fn witnesses(&self) -> Result<WitnessLog, LogFailure> {
        read(self.call_log(WITNESSES, Vec::new()).await?)
    }

    async fn health(&self) -> Result<Health, LogFailure> {
        read(self.call_log(HEALTH, Vec::new()).await?)
    }

    async fn note_flood(&self) {
        js::report(
            "flood",
            &"visitors are refused: the site's budget of a minute is used up",
        );
        if self.call_log(FLOOD, Vec::new()).await.is_err() {
            // The line on the console stands for it.
        }
    }

    async fn archived_bundle(&self, number: u64) -> Result<Vec<u8>, LogFailure> {
        let bundle = bundles::bundle(&self.deployment.site.manifest, self, number).await;
        // Reported where it occurred.
        bundle.map_err(|_| LogFailure)
    }

    async fn cached(&self, resource: &Resource) -> Option<Vec<u8>> {
        // Without a cache the log answers.
        cache::get(&self.tile_url(resource)).await.unwrap_or(None)
    }

    async fn cache(&self, resource: &Resource, tile: &[u8]) {
        if let Err(error) = cache::put(&self.tile_url(resource), tile).await {
            js::report("cache", &error);
        }
    }

    async fn is_client_over(&self, budget: Budget) -> bool {
        match self.client_key(budget) {
            Some(key) => self.is_over(CLIENT_LIMITER, &key).await,
            None => false,
        }
    }

    async fn is_site_over(&self, budget: Budget) -> bool {
        // What comes from no network is not counted.
        self.client_key(budget).is_some() && self.is_over(SITE_LIMITER, budget.name()).await
    }

    fn recent(&self) -> &RefCell<Recent> {
        &self.deployment.recent
    }
}

impl Signer for WorkerPlatform<'_> {
    fn sign<'a>(
        &'a self,
        key: usize,
        message: &'a str,
    ) -> Promised<'a, Result<Vec<u8>, LogFailure>> {
        Box::pin(async move {
            let key = self.deployment.signing_keys.get(key).ok_or(LogFailure)?;
            let signed = signing::sign(key, message).await;
            signed.map_err(|error| failed(&error))
        })
    }
}

fn write(request: &impl Serialize) -> Result<Vec<u8>, LogFailure> {
    postcard::to_allocvec(request).map_err(|error| failed(&error))
}

fn read<A: DeserializeOwned>(response: Vec<u8>) -> Result<A, LogFailure> {
    postcard::from_bytes(&response).map_err(|error| failed(&error))
}

fn failed(error: &dyn Display) -> LogFailure {
    js::report("worker", error);
    LogFailure
}

impl WorkerPlatform<'_> {
    /// Calls the log. Boxed, because each caller's future would otherwise contain all of this code.
    fn call_log<'a>(
        &'a self,
        path: &'static str,
        request: Vec<u8>,
    ) -> Promised<'a, Result<Vec<u8>, LogFailure>> {
        Box::pin(async move {
            let request = Uint8Array::from(request.as_slice());
            let mut outcome = self.call_once(path, &request).await;
            if outcome.is_err() {
                // A second try is safe, because appending is idempotent.
                outcome = self.call_once(path, &request).await;
            }
            outcome.map_err(|error| failed(&error))
        })
    }

    async fn call_once(&self, path: &str, request: &Uint8Array) -> worker::Result<Vec<u8>> {
        let site = &self.deployment.site.manifest.site;
        let now = js::now().millis() as f64;
        let answer = self.log()?.answer(path, site, now, request)?;
        // After a timeout the log may still write; the visitor's next try is the same event.
        let contenders = Array::of2(&answer, &js::timeout(LOG_TIMEOUT)?);
        let answer = js::await_promise(Promise::race(&contenders).into()).await?;
        let answer: Uint8Array = answer
            .dyn_into()
            .map_err(|_| Error::from("the log takes too long"))?;
        Ok(answer.to_vec())
    }

    /// The key of the request's client; `None` when it comes from no network.
    fn client_key(&self, budget: Budget) -> Option<String> {
        // `get` fails for malformed names only.
        let address = self.request?.headers().get("CF-Connecting-IP");
        let address = address.unwrap_or(None)?;
        let (_, secret) = self.deployment.site.keys.secrets().next()?;
        rate_limit::client_key(budget, &address, &secret, js::now())
    }

    /// Counts a request by a key; returns whether the limit is exceeded. If the rate limiter fails,
    /// the request passes, so that no choice is lost.
    fn is_over<'a>(
        &'a self,
        limiter: &'static str,
        key: &'a str,
    ) -> Pin<Box<dyn Future<Output = bool> + 'a>> {
        Box::pin(async move {
            self.count(limiter, key).await.unwrap_or_else(|error| {
                js::report("counter", &error);
                false
            })
        })
    }

    async fn count(&self, limiter: &str, key: &str) -> worker::Result<bool> {
        let limiter = js::member(self.env.as_ref(), limiter);
        if !limiter.is_object() {
            return Ok(false);
        }
        let limit: Function = js::member(&limiter, "limit").dyn_into()?;
        let options = Object::new();
        Reflect::set(&options, &"key".into(), &key.into())?;
        let outcome = js::await_promise(limit.call1(&limiter, &options)?).await?;
        Ok(js::member(&outcome, "success") == JsValue::FALSE)
    }

    /// By which the cache knows a tile.
    fn tile_url(&self, resource: &Resource) -> String {
        let site = &self.deployment.site.manifest.site;
        ["https://", site, "/log/tile/", &resource.to_string()].concat()
    }

    /// The stub of the site's log, within the jurisdiction if one is set.
    fn log(&self) -> worker::Result<LogStub> {
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
