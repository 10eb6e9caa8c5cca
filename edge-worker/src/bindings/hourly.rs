//! The [`HourlyPlatform`] of the deployed worker: the log, the bucket of the archive, the witnesses.

use super::{WorkerPlatform, failed};
use crate::runtime::bucket::{self, Bucket};
use crate::runtime::{Error, js, signing, witness};
use crate::service::hourly_platform::{HourlyPlatform, LogPlatform, Reply, Submission};
use crate::service::{LogFailure, Promised};
use std::fmt::Display;

/// Optional: the bucket of the archive.
const BUCKET: &str = "LOG_ARCHIVE";

impl WorkerPlatform<'_> {
    fn bucket(&self) -> Result<Bucket, LogFailure> {
        let bucket = Bucket::of(js::member(self.env.as_ref(), BUCKET));
        bucket.ok_or_else(|| failed(&"there is no binding LOG_ARCHIVE"))
    }
}

impl LogPlatform for WorkerPlatform<'_> {
    fn send(
        &self,
        path: &'static str,
        request: Result<Vec<u8>, LogFailure>,
    ) -> Promised<'_, Result<Vec<u8>, LogFailure>> {
        Box::pin(async move { self.call_log(path, request?).await })
    }

    fn bundle<'a>(&'a self, name: &'a str) -> Promised<'a, Result<Option<Vec<u8>>, LogFailure>> {
        Box::pin(async move { reported(bucket::get(&self.bucket()?, name).await) })
    }

    fn report(&self, place: &str, problem: &dyn Display) {
        js::report(place, problem);
    }
}

impl HourlyPlatform for WorkerPlatform<'_> {
    fn has_archive(&self) -> bool {
        js::member(self.env.as_ref(), BUCKET).is_object()
    }

    fn add_bundle<'a>(
        &'a self,
        name: &'a str,
        bytes: &'a [u8],
    ) -> Promised<'a, Result<(), LogFailure>> {
        Box::pin(async move { reported(bucket::add(&self.bucket()?, name, bytes).await) })
    }

    fn remove_bundle<'a>(&'a self, name: &'a str) -> Promised<'a, Result<(), LogFailure>> {
        Box::pin(async move { reported(bucket::remove(&self.bucket()?, name).await) })
    }

    fn verifies<'a>(
        &'a self,
        key: &'a [u8; 32],
        message: &'a str,
        signature: &'a [u8; 64],
    ) -> Promised<'a, Result<bool, LogFailure>> {
        Box::pin(async move { reported(signing::verify(key, message, signature).await) })
    }

    fn submit<'a>(
        &'a self,
        submissions: &'a [Submission],
    ) -> Promised<'a, Vec<Result<Reply, String>>> {
        Box::pin(async move {
            let requests = submissions.iter();
            let requests = requests.map(|one| (one.address.as_str(), one.body.as_str()));
            let answers = witness::post_all(requests).await.into_iter();
            let reply = |(status, content_type, body)| Reply {
                status,
                content_type,
                body,
            };
            answers.map(|answer| answer.map(reply)).collect()
        })
    }
}

fn reported<T>(outcome: Result<T, Error>) -> Result<T, LogFailure> {
    outcome.map_err(|error| failed(&error))
}
