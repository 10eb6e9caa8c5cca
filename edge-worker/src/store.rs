//! What a call reaches out for: the built site, and the consent log's object.

use crate::facts;
use crate::log::ledger::{Append, Appended, Page};
use crate::log::{APPEND, HEALTH, PageRequest, RECORDS};
use crate::service::{BodyFailure, LogFailure, Site, World};
use domain::{Digest, Keys, Manifest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
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
    let text = facts::settled(response.text()?.into()).await?;
    let text = text.as_string().unwrap_or_default();
    let manifest: Manifest = serde_json::from_slice(text.as_bytes())?;
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

    async fn append(&self, request: &Append) -> std::result::Result<Appended, LogFailure> {
        self.ask(APPEND, request).await
    }

    async fn records(&self, link: &Digest, after: u64) -> std::result::Result<Page, LogFailure> {
        self.ask(RECORDS, &PageRequest { link: *link, after }).await
    }

    async fn is_log_reachable(&self) -> bool {
        self.ask::<_, u64>(HEALTH, &()).await.is_ok()
    }
}

impl Edge<'_> {
    async fn ask<Q: Serialize, A: DeserializeOwned>(
        &self,
        path: &str,
        question: &Q,
    ) -> std::result::Result<A, LogFailure> {
        let mut failure = None;
        for _ in 0..TRIES {
            match self.ask_once(path, question).await {
                Ok(answer) => return Ok(answer),
                Err(error) => failure = Some(error),
            }
        }
        if let Some(error) = failure {
            console_error!("consent log, {path}: {error}");
        }
        Err(LogFailure)
    }

    async fn ask_once<Q: Serialize, A: DeserializeOwned>(
        &self,
        path: &str,
        question: &Q,
    ) -> Result<A> {
        let body = serde_json::to_string(question)?;
        let init = web_sys::RequestInit::new();
        init.set_method("POST");
        init.set_body(&JsValue::from_str(&body));
        let address = format!("https://log{path}");
        let request = web_sys::Request::new_with_str_and_init(&address, &init)?;
        let object = self.namespace()?.get_by_name(self.site)?;
        let mut response = object.fetch_with_request(request.into()).await?;
        if response.status_code() != 200 {
            return Err(Error::from(format!("status {}", response.status_code())));
        }
        Ok(serde_json::from_slice(&response.bytes().await?)?)
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
