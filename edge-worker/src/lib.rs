//! Answers consent requests at the edge and keeps the consent log.
//!
//! A request passes through these steps:
//! 1. `runtime::http` reads it into a `request::ConsentRequest`; `route` maps its path.
//! 2. `service` answers it, or refuses it with a `rejection`. It uses `origin` (CSRF, CORS);
//!    `submission`, `form`, `json` and `query` (parsing); `language`, `cookies`; `auth` (admin
//!    tokens); `choices_page`, `export`, `stats`; and the crate `domain` for decisions.
//! 3. `bindings` gives it the site with its `keys`, the log and the signatures; `rate_limit` says
//!    for what, and by which key, requests are counted.
//! 4. `log` runs in the site's Durable Object and stores the tree of events and the audit trail.
//! 5. `runtime::http` converts the `response::Response` into the runtime's response.
//!
//! **The platform** (`worker`, `web_sys`, `js_sys`, `wasm_bindgen`) is named in this file, in
//! `bindings.rs`, `log/object.rs`, `runtime.rs` and below `runtime/`, and nowhere else; a test
//! checks this. Everything else is plain Rust and is tested natively.

mod auth;
mod bindings;
mod choices_page;
mod cookies;
mod export;
#[cfg(any(test, fuzzing))]
#[cfg_attr(fuzzing, expect(dead_code, reason = "most of it is for tests"))]
mod fixtures;
mod form;
#[cfg(any(test, fuzzing))]
pub mod fuzzed;
mod json;
mod keys;
mod language;
mod log;
mod origin;
mod query;
mod rate_limit;
mod rejection;
mod request;
mod response;
mod route;
mod runtime;
mod service;
mod stats;
mod submission;
#[cfg(test)]
mod tests;

use bindings::{Deployment, WorkerPlatform};
use domain::{Manifest, Timestamp};
use rejection::Rejection;
use request::Address;
use response::Response;
use route::Route;
use runtime::{http, js};
use service::RequestInputs;
use service::hourly::{self, Done};
use std::rc::Rc;
use worker::{Env, Error, Result, console_log, web_sys};

/// The event handlers that the platform calls.
mod events {
    #![expect(
        clippy::disallowed_methods,
        reason = "in the code that `event` makes, outside of the functions"
    )]

    use crate::runtime::js;
    use worker::{Context, Env, Result, ScheduleContext, ScheduledEvent, event, web_sys};

    #[event(fetch)]
    async fn fetch(
        request: web_sys::Request,
        env: Env,
        _context: Context,
    ) -> Result<web_sys::Response> {
        crate::handle(&request, &env).await
    }

    /// Every hour, see `triggers` in wrangler.toml.
    #[event(scheduled)]
    async fn scheduled(event: ScheduledEvent, env: Env, _context: ScheduleContext) {
        if let Err(error) = crate::run_hourly(&env, event.schedule()).await {
            js::report("hourly", &error);
        }
    }
}

async fn run_hourly(env: &Env, scheduled_millis: f64) -> Result<()> {
    let scheduled = Timestamp::from_millis(scheduled_millis as i64);
    let deployment = bindings::deployment(env).await?;
    let platform = WorkerPlatform {
        env,
        request: None,
        deployment: &deployment,
    };
    let Done {
        deleted,
        archived,
        size,
        cosignatures,
    } = hourly::run(&deployment.site, &platform, scheduled, js::now()).await;
    console_log!(
        r#"{{"level":"info","place":"hourly","deleted":{deleted},"archived":{archived},"size":{size},"cosignatures":{cosignatures}}}"#
    );
    Ok(())
}

async fn handle(request: &web_sys::Request, env: &Env) -> Result<web_sys::Response> {
    let url = request.url();
    let Some(address) = Address::of(&url) else {
        return refuse(&Rejection::NotFound, request, env).await;
    };
    let deployment = match bindings::deployment(env).await {
        Ok(deployment) => deployment,
        // Without keys the pages are still served.
        Err(_) if !is_own(address.path) => return bindings::asset(env, request).await,
        Err(error) => {
            js::report("set-up", &error);
            let rejection = Rejection::Unavailable("the consent service is not set up");
            return refuse(&rejection, request, env).await;
        }
    };
    let manifest = &deployment.site.manifest;
    let route = Route::of(address.path, manifest);
    if route == Route::Asset {
        return asset(request, env, manifest, &address).await;
    }
    if route == Route::Choices {
        return choices_page(request, env, &deployment, &address).await;
    }
    let response = answer(request, env, &deployment, route, &address).await?;
    http::respond(&response, request)
}

/// Whether only the worker answers at a path.
fn is_own(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/log/")
}

/// A page or a file of the site. What does not exist is answered by the page for that, in the
/// visitor's language.
async fn asset(
    request: &web_sys::Request,
    env: &Env,
    manifest: &Manifest,
    address: &Address<'_>,
) -> Result<web_sys::Response> {
    let found = bindings::asset(env, request).await?;
    if found.status() != 404 {
        return Ok(found);
    }
    // `get` fails for malformed names only.
    let wanted = request.headers().get("Accept-Language").unwrap_or(None);
    let Some(path) = service::not_found_page(address.path, wanted.as_deref(), manifest) else {
        return Ok(found);
    };
    let plain = web_sys::Request::new_with_str(&format!("{}{path}", address.origin))?;
    let page = bindings::asset(env, &plain).await?;
    if page.status() != 200 {
        return Ok(found);
    }
    http::respond_with_not_found(&page, request)
}

/// The page of choices, with what is stored.
async fn choices_page(
    request: &web_sys::Request,
    env: &Env,
    deployment: &Rc<Deployment>,
    address: &Address<'_>,
) -> Result<web_sys::Response> {
    if Route::Choices.method(&request.method()).is_err() {
        return bindings::asset(env, request).await;
    }
    // Without the request's headers, by which it could be answered with a part or with nothing.
    let plain = web_sys::Request::new_with_str(&request.url())?;
    let page = bindings::asset(env, &plain).await?;
    if page.status() != 200 {
        return Ok(page);
    }
    let text = js::await_promise(page.text()?.into()).await?;
    let text = text.as_string().ok_or(Error::BadEncoding)?;
    let consent_request = http::read(request, address, Route::Choices);
    let marked = service::choices_page(&consent_request, &deployment.site, js::now(), &text);
    http::respond_with_page(&page, &marked, request)
}

/// Refuses a request for which there is no route or no deployment.
async fn refuse(
    rejection: &Rejection,
    request: &web_sys::Request,
    env: &Env,
) -> Result<web_sys::Response> {
    let problem = Response::problem(rejection);
    // Without a manifest the site's HSTS policy is unknown. Without the header the browser keeps
    // the policy that it has; a guess could weaken it.
    let response = match bindings::manifest(env).await {
        Ok(manifest) => problem.with_hsts(manifest.strict_transport_security()),
        Err(_) => problem,
    };
    http::respond(&response, request)
}

async fn answer(
    request: &web_sys::Request,
    env: &Env,
    deployment: &Rc<Deployment>,
    route: Route<'_>,
    address: &Address<'_>,
) -> Result<Response> {
    let manifest = &deployment.site.manifest;
    let consent_request = origin::unproxied(http::read(request, address, route), manifest);
    let platform = WorkerPlatform {
        env,
        request: Some(request),
        deployment,
    };
    let inputs = RequestInputs {
        now: js::now(),
        // Only requests that change something need random bytes, for the id of an event.
        random: match consent_request.method.as_str() {
            "GET" | "HEAD" => [0; 16],
            _ => js::random()?,
        },
    };
    let response = service::answer(&consent_request, &deployment.site, &platform, inputs).await;
    // A host of other pages, on which a route or a proxy leads here, has a policy of its own.
    Ok(if manifest.origins.contains(&consent_request.own_origin) {
        response
    } else {
        response.with_hsts(manifest.strict_transport_security())
    })
}
