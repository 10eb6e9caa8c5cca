//! What was kept beside a log: checkpoints and receipts, each verified by itself.

use crate::chain::Attestation;
use crate::error::InputError;
use crate::finding::{Finding, FindingKind, missing_keys};
use crate::input;
use crate::kept::{self, KeptCheckpoints, KeptHead};
use crate::report::Report;
use crate::texts::Archive;
use crate::tree::{Context, ReceiptFile, TreeReceipt, quorum_finding};
use crate::trust::Trust;
use camino::Utf8Path;
use domain::tlog::TreeHead;
use domain::{SubjectId, Timestamp};

/// Checkpoints and receipts.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    kept: KeptCheckpoints,
    receipts: Vec<TreeReceipt>,
}

/// What evidence is verified with.
pub(crate) struct Means<'m> {
    pub(crate) trust: &'m Trust,
    pub(crate) archive: Option<&'m Archive>,
    pub(crate) now: Timestamp,
    /// Whose records receipts must be about.
    pub(crate) subject: Option<SubjectId>,
}

impl Evidence {
    /// Adds the checkpoints of a file.
    ///
    /// # Errors
    /// The file isn't one of checkpoints; within, what is wrong with one.
    pub(crate) fn add_checkpoints(
        &mut self,
        path: &Utf8Path,
        bytes: &[u8],
        means: &Means<'_>,
    ) -> Result<Result<(), Finding>, InputError> {
        let kept =
            kept::parse(bytes).map_err(|message| InputError::Invalid(path.to_owned(), message))?;
        for kept in &kept {
            if let Err(mut finding) = self.kept.add(kept, means.trust) {
                finding.message.push_str(&format!(" (`{path}`)"));
                return Ok(Err(finding));
            }
        }
        Ok(Ok(()))
    }

    /// Adds the receipts of a file.
    ///
    /// # Errors
    /// The file isn't one of receipts; within, what is wrong with one.
    pub(crate) fn add_receipts(
        &mut self,
        path: &Utf8Path,
        file: ReceiptFile,
        means: &Means<'_>,
    ) -> Result<Result<(), Finding>, InputError> {
        let is_empty = match &file {
            ReceiptFile::Tree { receipts, .. } => receipts.is_empty(),
            ReceiptFile::Chain(receipts) => receipts.is_empty(),
        };
        if is_empty {
            let message = "it holds no receipt".to_owned();
            return Err(InputError::Invalid(path.to_owned(), message));
        }
        Ok(match file {
            ReceiptFile::Tree { receipts, subject } => {
                let subject = means.subject.or(subject);
                let mut receipts = receipts.into_iter();
                receipts.try_for_each(|(proof, answer)| {
                    let receipt =
                        TreeReceipt::check(proof, answer.as_ref(), means.trust, means.now)?;
                    if let Some(subject) = &subject {
                        receipt.expect_subject(subject)?;
                    }
                    let head = KeptHead::new(receipt.signed.clone(), None);
                    self.kept.heads.push(head);
                    self.receipts.push(receipt);
                    Ok(())
                })
            }
            ReceiptFile::Chain(receipts) => receipts.into_iter().try_for_each(|receipt| {
                if let Some(subject) = &means.subject {
                    receipt.expect_subject(subject)?;
                }
                self.kept
                    .chain
                    .push(Attestation::from_receipt(receipt, means.trust)?);
                Ok(())
            }),
        })
    }

    /// Reads a file of receipts.
    ///
    /// # Errors
    /// It can't be read, or isn't one; within, what is wrong with a receipt.
    pub(crate) fn read_receipts(
        &mut self,
        path: &Utf8Path,
        means: &Means<'_>,
    ) -> Result<Result<(), Finding>, InputError> {
        let invalid = |message| InputError::Invalid(path.to_owned(), message);
        let file = ReceiptFile::parse(&input::read(path)?).map_err(invalid)?;
        let file = file.ok_or_else(|| {
            invalid(
                "it is no receipt: that is a `.tlog-proof` file, or the answer in which it came"
                    .to_owned(),
            )
        })?;
        self.add_receipts(path, file, means)
    }

    /// The names of all of it.
    pub(crate) fn names(&self) -> Vec<String> {
        let chain = self.kept.chain.iter().map(|kept| kept.name.clone());
        let heads = self.kept.heads.iter().map(|kept| kept.name().to_owned());
        let receipts = self.receipts.iter().map(|receipt| receipt.name.clone());
        chain.chain(heads).chain(receipts).collect()
    }

    /// What was kept of a chain.
    pub(crate) fn attestations(&self) -> &[Attestation] {
        &self.kept.chain
    }

    /// What a log is checked against.
    pub(crate) fn context<'c>(&'c self, means: &Means<'c>) -> Context<'c> {
        Context {
            trust: means.trust,
            archive: means.archive,
            now: means.now,
            chain: &self.kept.chain,
            heads: &self.kept.heads,
            receipts: &self.receipts,
        }
    }

    /// The report when there is nothing else to check them against.
    pub(crate) fn report(&self, mut report: Report, means: &Means<'_>) -> Report {
        let heads = self.kept.heads.iter().map(|kept| &kept.head.origin);
        let sites = heads.map(|origin| origin.strip_suffix("/log").unwrap_or(origin));
        let sites = sites.chain(self.kept.chain.iter().map(|kept| kept.site.as_str()));
        for site in sites {
            let own = report.site.get_or_insert_with(|| site.to_owned());
            if own != site {
                let message = format!("these are from the logs of `{own}` and of `{site}`");
                report.finding = Some(Finding::without_line(FindingKind::Foreign, None, message));
                return report;
            }
        }
        let records = self.receipts.iter();
        report.records = self.receipts.len() as u64;
        report.first = records.clone().map(|receipt| receipt.index).min();
        report.last = records.clone().map(|receipt| receipt.index).max();
        report.from = records.clone().map(|receipt| receipt.record.time).min();
        report.to = records.clone().map(|receipt| receipt.record.time).max();
        report.checkpoints = self.kept.heads.len() as u64;
        for receipt in records.clone() {
            report.witnesses.extend(receipt.signed.witnesses.clone());
        }
        report.witnesses.sort();
        report.witnesses.dedup();
        let missing = self.missing_text(&mut report, means);
        let quorum = records.clone();
        let quorum = quorum.filter_map(|receipt| quorum_finding(means.trust, &receipt.signed));
        let without_keys = means.trust.is_empty().then(missing_keys);
        report.finding = self
            .fork()
            .or(missing)
            .or(without_keys)
            .or_else(|| quorum.into_iter().next());
        report
    }

    fn missing_text(&self, report: &mut Report, means: &Means<'_>) -> Option<Finding> {
        let archive = means.archive?;
        let counts = report.texts.as_mut()?;
        let mut missing = None;
        for receipt in &self.receipts {
            let found = archive.look_up(&receipt.record, receipt.index, None, counts);
            missing = missing.or(found);
        }
        missing
    }

    /// Two trees of one size: the log showed different people different records.
    fn fork(&self) -> Option<Finding> {
        let mut heads: Vec<&TreeHead> = self.kept.heads.iter().map(|kept| &kept.head).collect();
        heads.sort_by_key(|head| head.size);
        let is_fork = |pair: &[&TreeHead]| match pair {
            [one, other] => one.size == other.size && one.root != other.root,
            _ => false,
        };
        let size = heads.windows(2).find(|pair| is_fork(pair))?.first()?.size;
        let message = format!("the log signed two different trees of {size} entries");
        Some(Finding::without_line(
            FindingKind::Contradicted,
            None,
            message,
        ))
    }
}
