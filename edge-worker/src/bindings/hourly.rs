//! The [`HourlyPlatform`] of the deployed worker: the log, the bucket of the archive, the witnesses.

use super::{WorkerPlatform, failed, read, write};
use crate::runtime::bucket::{self, Bucket};
use crate::runtime::{js, signing, witness};
use crate::service::LogFailure;
use crate::service::hourly::{HourlyPlatform, LogPlatform};
use crate::service::witnesses::{Reply, Submission};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;

/// Optional: the bucket of the archive.
const BUCKET: &str = "LOG_ARCHIVE";

impl WorkerPlatform<'_> {
    fn bucket(&self) -> Option<Bucket> {
        Bucket::of(js::member(self.env.as_ref(), BUCKET))
    }
}

impl LogPlatform for WorkerPlatform<'_> {
    async fn call<A: DeserializeOwned>(
        &self,
        path: &'static str,
        request: &impl Serialize,
    ) -> Result<A, LogFailure> {
        read(self.call_log(path, write(request)?).await?)
    }

    async fn bundle(&self, name: &str) -> Result<Option<Vec<u8>>, LogFailure> {
        match self.bucket() {
            Some(bucket) => bucket::get(&bucket, name)
                .await
                .map_err(|error| failed(&error)),
            None => Err(failed(&"there is no binding LOG_ARCHIVE")),
        }
    }

    fn report(&self, place: &str, problem: &dyn Display) {
        js::report(place, problem);
    }
}

impl HourlyPlatform for WorkerPlatform<'_> {
    fn has_archive(&self) -> bool {
        self.bucket().is_some()
    }

    async fn add_bundle(&self, name: &str, bytes: &[u8]) -> Result<(), LogFailure> {
        let bucket = self.bucket().ok_or(LogFailure)?;
        let added = bucket::add(&bucket, name, bytes).await;
        added.map_err(|error| failed(&error))
    }

    async fn remove_bundle(&self, name: &str) -> Result<(), LogFailure> {
        let bucket = self.bucket().ok_or(LogFailure)?;
        let removed = bucket::remove(&bucket, name).await;
        removed.map_err(|error| failed(&error))
    }

    async fn verifies(
        &self,
        key: &[u8; 32],
        message: &str,
        signature: &[u8; 64],
    ) -> Result<bool, LogFailure> {
        let verified = signing::verify(key, message, signature).await;
        verified.map_err(|error| failed(&error))
    }

    async fn submit(&self, submissions: &[Submission]) -> Vec<Result<Reply, String>> {
        let requests = submissions.iter();
        let requests = requests.map(|one| (one.address.as_str(), one.body.as_str()));
        let answers = witness::post_all(requests).await.into_iter();
        let reply = |(status, content_type, body)| Reply {
            status,
            content_type,
            body,
        };
        answers.map(|answer| answer.map(reply)).collect()
    }
}
