//! Answers consent requests at the edge and keeps the consent log.
//!
//! A request passes through five steps; only the first and the last two know what they run on:
//! 1. `facts`: the request becomes a [`request::ConsentRequest`].
//! 2. `route`: what is asked.
//! 3. `service`, `submission`, `origin`, and `domain`: what is decided.
//! 4. `store`, `log`: what is kept, in one object per site.
//! 5. here: the [`response::Response`] becomes a response.

mod admin;
mod bindings;
mod cookies;
mod export;
mod facts;
mod form;
mod json;
mod language;
mod log;
mod origin;
mod rate_limit;
mod rejection;
mod request;
mod response;
mod route;
mod service;
mod signing;
mod stats;
mod submission;

use bindings::{Deployment, WorkerPlatform};
use domain::Timestamp;
use rejection::Rejection;
use request::Address;
use response::Response;
use route::Route;
use service::RequestInputs;
use service::nightly::{Done, nightly};
use std::rc::Rc;
use worker::{
    Context, Env, Error, Result, ScheduleContext, ScheduledEvent, console_log, event, web_sys,
};

#[event(fetch)]
async fn fetch(
    request: web_sys::Request,
    env: Env,
    _context: Context,
) -> Result<web_sys::Response> {
    handle(&request, &env).await
}

/// The nightly work, see `triggers` in wrangler.toml.
#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    if let Err(error) = clean(&env, facts::moment(event.schedule())).await {
        facts::report("nightly", &error);
    }
}

async fn clean(env: &Env, scheduled: Timestamp) -> Result<()> {
    let deployment = bindings::site(env).await?;
    let edge = WorkerPlatform {
        env,
        request: None,
        deployment: &deployment,
    };
    let done = nightly(&deployment.site, &edge, scheduled, facts::now()).await;
    let Done { deleted, sequence } = done.map_err(|_| Error::from("the log fails"))?;
    console_log!(
        r#"{{"level":"info","place":"nightly","deleted":{deleted},"checkpoint":{sequence}}}"#
    );
    Ok(())
}

async fn handle(request: &web_sys::Request, env: &Env) -> Result<web_sys::Response> {
    let url = request.url();
    let Some(address) = Address::of(&url) else {
        return refuse(&Rejection::NotFound, request, env).await;
    };
    let deployment = match bindings::site(env).await {
        Ok(deployment) => deployment,
        // A worker without keys still shows the pages.
        Err(_) if !address.path.starts_with("/api/") => return bindings::asset(env, request).await,
        Err(error) => {
            facts::report("set-up", &error);
            let rejection = Rejection::Unavailable("the consent service is not set up");
            return refuse(&rejection, request, env).await;
        }
    };
    let manifest = &deployment.site.manifest;
    let route = Route::of(address.path, manifest);
    if route == Route::Asset {
        return bindings::asset(env, request).await;
    }
    let answer = answer(request, env, &deployment, route, &address).await?;
    respond(
        &answer.with_hsts(manifest.strict_transport_security()),
        request,
    )
}

/// Refuses what can't be put before the service.
async fn refuse(
    rejection: &Rejection,
    request: &web_sys::Request,
    env: &Env,
) -> Result<web_sys::Response> {
    let problem = Response::problem(rejection);
    // Without a manifest nobody knows what the pages say of encryption; silence leaves that in force, a guess might end it.
    let answer = match bindings::manifest(env).await {
        Ok(manifest) => problem.with_hsts(manifest.strict_transport_security()),
        Err(_) => problem,
    };
    respond(&answer, request)
}

async fn answer(
    request: &web_sys::Request,
    env: &Env,
    deployment: &Rc<Deployment>,
    route: Route<'_>,
    address: &Address<'_>,
) -> Result<Response> {
    let call = facts::read(request, address, route);
    let edge = WorkerPlatform {
        env,
        request: Some(request),
        deployment,
    };
    let inputs = RequestInputs {
        now: facts::now(),
        // Only what changes something makes an event that needs an id.
        random: match call.method.as_str() {
            "GET" | "HEAD" => [0; 16],
            _ => facts::random()?,
        },
    };
    Ok(service::answer(&call, &deployment.site, &edge, inputs).await)
}

fn respond(answer: &Response, request: &web_sys::Request) -> Result<web_sys::Response> {
    let init = web_sys::ResponseInit::new();
    init.set_status(answer.status);
    init.set_headers(&facts::headers(&answer.headers)?.into());
    let has_body = !answer.body.is_empty() && request.method() != "HEAD";
    let body = has_body.then_some(answer.body.as_str());
    Ok(web_sys::Response::new_with_opt_str_and_init(body, &init)?)
}
