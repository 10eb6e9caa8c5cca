//! Answers consent requests at the edge and keeps the consent log.
//!
//! A request passes through five steps; only the first and the last two know what they run on:
//! 1. `facts`: the request becomes a [`call::Call`].
//! 2. `route`: what is asked.
//! 3. `service`, `submission`, `origin`, and `domain`: what is decided.
//! 4. `store`, `log`: what is kept, in one object per site.
//! 5. here: the [`answer::Answer`] becomes a response.

mod admin;
mod answer;
mod call;
mod client;
mod cookies;
mod export;
mod facts;
mod form;
mod json;
mod language;
mod log;
mod origin;
mod rejection;
mod route;
mod service;
mod signing;
mod stats;
mod store;
mod submission;

use answer::Answer;
use call::Address;
use domain::Timestamp;
use rejection::Rejection;
use route::Place;
use service::Circumstances;
use service::nightly::{Done, nightly};
use std::rc::Rc;
use store::{Deployment, Edge};
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
    let deployment = store::site(env).await?;
    let edge = Edge {
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
    let deployment = match store::site(env).await {
        Ok(deployment) => deployment,
        // A worker without keys still shows the pages.
        Err(_) if !address.path.starts_with("/api/") => return store::asset(env, request).await,
        Err(error) => {
            facts::report("set-up", &error);
            let rejection = Rejection::Unavailable("the consent service is not set up");
            return refuse(&rejection, request, env).await;
        }
    };
    let manifest = &deployment.site.manifest;
    let place = route::place(address.path, manifest);
    if place == Place::Asset {
        return store::asset(env, request).await;
    }
    let answer = answer(request, env, &deployment, place, &address).await?;
    respond(
        &answer.strict(manifest.strict_transport_security()),
        request,
    )
}

/// Refuses what can't be put before the service.
async fn refuse(
    rejection: &Rejection,
    request: &web_sys::Request,
    env: &Env,
) -> Result<web_sys::Response> {
    let problem = Answer::problem(rejection);
    // Without a manifest nobody knows what the pages say of encryption; silence leaves that in force, a guess might end it.
    let answer = match store::manifest(env).await {
        Ok(manifest) => problem.strict(manifest.strict_transport_security()),
        Err(_) => problem,
    };
    respond(&answer, request)
}

async fn answer(
    request: &web_sys::Request,
    env: &Env,
    deployment: &Rc<Deployment>,
    place: Place<'_>,
    address: &Address<'_>,
) -> Result<Answer> {
    let call = facts::read(request, address, place);
    let edge = Edge {
        env,
        request: Some(request),
        deployment,
    };
    let circumstances = Circumstances {
        now: facts::now(),
        // Only what changes something makes an event that needs an id.
        random: match call.method.as_str() {
            "GET" | "HEAD" => [0; 16],
            _ => facts::random()?,
        },
    };
    Ok(service::answer(&call, &deployment.site, &edge, circumstances).await)
}

fn respond(answer: &Answer, request: &web_sys::Request) -> Result<web_sys::Response> {
    let init = web_sys::ResponseInit::new();
    init.set_status(answer.status);
    init.set_headers(&facts::headers(&answer.headers)?.into());
    let has_body = !answer.body.is_empty() && request.method() != "HEAD";
    let body = has_body.then_some(answer.body.as_str());
    Ok(web_sys::Response::new_with_opt_str_and_init(body, &init)?)
}
