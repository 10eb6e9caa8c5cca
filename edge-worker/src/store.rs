//! What a call reaches out for: the built site, and the consent log's object.

use crate::facts;
use crate::log::ledger::{Append, Logged, Page};
use crate::log::{APPEND, HEALTH, PageRequest, RECORDS};
use crate::service::{BodyFailure, LogFailure, Site, World};
use domain::{Digest, Keys, Manifest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::fmt::Display;
use std::rc::Rc;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Env, Error, ObjectNamespace, Result, console_error, web_sys, worker_sys};

const ASSETS: &str = "ASSETS";
const KEYS: &str = "CONSENT_KEYS";
const LOG: &str = "CONSENT_LOG";
/// Optional: where the log must stay, `eu`. It can't be changed later, because another place is another log.
const JURISDICTION: &str = "LOG_JURISDICTION";
/// A failed call to the log is tried again once. That is safe, because an event is logged once however often it arrives.
const TRIES: u32 = 2;

thread_local! {
    /// A deployment never changes under a running instance, so what it is made of is read once.
    static SITE: RefCell<Option<Rc<Site>>> = const { RefCell::new(None) };
}

/// The deployment.
///
/// # Errors
/// When manifest or keys are missing or malformed.
pub(crate) async fn site(env: &Env) -> Result<Rc<Site>> {
    if let Some(site) = SITE.with_borrow(Clone::clone) {
        return Ok(site);
    }
    let request = web_sys::Request::new_with_str("https://assets/manifest.json")?;
    let response = asset(env, &request).await?;
    if response.status() != 200 {
        return Err(Error::from("the site has no manifest.json"));
    }
    let manifest: Manifest = serde_json::from_slice(text(&response).await?.as_bytes())?;
    let keys = Keys::parse(&env.secret(KEYS)?.to_string())
        .map_err(|error| Error::from(format!("{KEYS}: {error}")))?;
    let site = Rc::new(Site { manifest, keys });
    SITE.set(Some(Rc::clone(&site)));
    Ok(site)
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

/// The world of a call to the deployed worker.
pub(crate) struct Edge<'a> {
    /// The bindings.
    pub(crate) env: &'a Env,
    /// The request, for its body.
    pub(crate) request: &'a web_sys::Request,
    /// Name of the log.
    pub(crate) site: &'a str,
}

impl World for Edge<'_> {
    async fn body(&self) -> std::result::Result<Vec<u8>, BodyFailure> {
        facts::body(self.request).await
    }

    async fn append(&self, request: &Append) -> std::result::Result<Option<Logged>, LogFailure> {
        read(self.ask(APPEND, write(request)?).await?)
    }

    async fn records(&self, link: &Digest, after: u64) -> std::result::Result<Page, LogFailure> {
        let question = PageRequest { link: *link, after };
        read(self.ask(RECORDS, write(&question)?).await?)
    }

    async fn is_log_reachable(&self) -> bool {
        self.ask(HEALTH, String::new()).await.is_ok()
    }
}

fn write(question: &impl Serialize) -> std::result::Result<String, LogFailure> {
    serde_json::to_string(question).map_err(|error| failed(&error))
}

fn read<A: DeserializeOwned>(answer: String) -> std::result::Result<A, LogFailure> {
    serde_json::from_slice(answer.as_bytes()).map_err(|error| failed(&error))
}

fn failed(error: &dyn Display) -> LogFailure {
    console_error!("consent log: {error}");
    LogFailure
}

impl Edge<'_> {
    async fn ask(&self, path: &str, question: String) -> std::result::Result<String, LogFailure> {
        let question = JsValue::from(question);
        let mut outcome = self.ask_once(path, &question).await;
        for _ in 1..TRIES {
            if outcome.is_ok() {
                break;
            }
            outcome = self.ask_once(path, &question).await;
        }
        outcome.map_err(|error| failed(&error))
    }

    async fn ask_once(&self, path: &str, question: &JsValue) -> Result<String> {
        let init = web_sys::RequestInit::new();
        init.set_method("POST");
        init.set_body(question);
        let address = format!("https://log{path}");
        let request = web_sys::Request::new_with_str_and_init(&address, &init)?;
        let object = self.namespace()?.get_by_name(self.site)?;
        let object: worker_sys::DurableObject = object.into_rpc();
        let response = facts::settled(object.fetch_with_request(&request)?.into()).await?;
        let response: web_sys::Response = response.dyn_into()?;
        if response.status() != 200 {
            return Err(Error::from(format!("status {}", response.status())));
        }
        text(&response).await
    }

    /// The objects that logs are made of, within the jurisdiction if one is set.
    fn namespace(&self) -> Result<ObjectNamespace> {
        let namespace = self.env.durable_object(LOG)?;
        let Ok(jurisdiction) = self.env.var(JURISDICTION) else {
            return Ok(namespace);
        };
        // The SDK knows jurisdictions for unnamed objects only.
        let namespace = JsValue::from(namespace);
        let restrict =
            worker::js_sys::Reflect::get(&namespace, &JsValue::from_str("jurisdiction"))?
                .dyn_into::<worker::js_sys::Function>()?;
        let name = JsValue::from_str(&jurisdiction.to_string());
        Ok(restrict.call1(&namespace, &name)?.unchecked_into())
    }
}
