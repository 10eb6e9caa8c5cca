//! `verifier export`: takes a log home, as an export or as a folder of tiles and entries. It can be
//! interrupted and called again, and what it leaves under the name that was asked for is whole.

use crate::check::{Options, check_tiles, read_trust, verify};
use crate::error::InputError;
use crate::evidence::{Evidence, Means};
use crate::files;
use crate::finding::Verdict;
use crate::folder::{CHECKPOINT, Folder, TILES};
use crate::http::{Address, Client};
use crate::report::Report;
use crate::tree::Source;
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use domain::Timestamp;
use domain::tlog::Resource;
use serde::Deserialize;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};

/// How often an export is begun again because records were purged meanwhile.
const MAX_BEGINNINGS: u32 = 3;

/// The policy's name in a folder.
const POLICY: &str = "policy";

/// What to take, and where to.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Address of the site, such as `https://cap.kz`.
    address: String,
    /// A file with an admin token.
    #[arg(long, value_name = "FILE")]
    token_file: Utf8PathBuf,
    /// Where to: a file for the records, one a line; a folder (there already, or ending with `/`)
    /// for tiles and entries.
    #[arg(long, value_name = "FILE|FOLDER")]
    output: Utf8PathBuf,
    /// First day of the records, in UTC; for a file only.
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<String>,
    /// The day behind the last one.
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<String>,
    /// Keys, witnesses and quorum [default: as the log publishes them].
    #[arg(long, value_name = "FILE")]
    policy: Option<Utf8PathBuf>,
}

/// What the first line of an export says of its extent.
#[derive(Deserialize)]
struct Extent {
    first: u64,
    end: u64,
}

impl Export {
    /// Takes the log home and checks it.
    ///
    /// # Errors
    /// The log can't be fetched, or a file not be written.
    pub(crate) fn run(
        &self,
        now: Timestamp,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Report, InputError> {
        let address = Address::expect(&self.address)?;
        let client = Client::new(address, Some(&self.token_file))?;
        if self.output.is_dir() || self.output.as_str().ends_with('/') {
            self.folder(client, now, progress)
        } else {
            self.file(&client, now, progress)
        }
    }

    /// Fetches the pages into `<output>.part`, checks that, and gives it its name.
    fn file(
        &self,
        client: &Client,
        now: Timestamp,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Report, InputError> {
        let part = Utf8PathBuf::from(format!("{}.part", self.output));
        let mut beginnings = 0;
        while !self.fetch(client, &part, progress)? {
            beginnings += 1;
            if beginnings == MAX_BEGINNINGS {
                let message = "records were purged again and again meanwhile".to_owned();
                return Err(InputError::Unreachable(
                    self.address.as_str().into(),
                    message,
                ));
            }
        }
        let mut report = verify(
            &Options {
                thing: Some(part.clone()),
                policy: Some(self.kept_policy(client)?),
                site: client.address().host().map(str::to_owned),
                ..Options::default()
            },
            now,
            progress,
        )?;
        if matches!(report.verdict, Verdict::Verified | Verdict::NothingProved) {
            fs::rename(&part, &self.output)
                .map_err(|error| InputError::Unwritable(self.output.clone(), error))?;
            report.remarks.push(format!("written to `{}`", self.output));
        } else {
            report.remarks.push(format!(
                "what was fetched stays in `{part}`; remove it to begin anew"
            ));
        }
        Ok(report)
    }

    /// The file of the policy; the one that the log publishes is written beside the output.
    fn kept_policy(&self, client: &Client) -> Result<Utf8PathBuf, InputError> {
        if let Some(path) = &self.policy {
            return Ok(path.clone());
        }
        let path = Utf8PathBuf::from(format!("{}.policy", self.output));
        files::write(&path, client.policy()?.0.as_bytes())?;
        Ok(path)
    }

    /// Fetches the pages that the file lacks. `false` when it has to be begun anew, because records
    /// of it were purged meanwhile.
    fn fetch(
        &self,
        client: &Client,
        part: &Utf8Path,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<bool, InputError> {
        let unwritable = |error| InputError::Unwritable(part.to_owned(), error);
        let unreadable = |error| InputError::Unreadable(part.to_owned(), error);
        let mut extent = resume(part).map_err(unreadable)?;
        let mut page = match &extent {
            Some((extent, next)) if *next >= extent.end => return Ok(true),
            Some((extent, next)) => {
                format!("/api/consent/export?cursor={next}&end={}", extent.end)
            }
            None => self.first_page(),
        };
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(part)
            .map_err(unwritable)?;
        loop {
            let answer = client.ask(&page, true)?;
            if answer.status == 410 {
                fs::remove_file(part).map_err(unwritable)?;
                return Ok(false);
            }
            if answer.status != 200 {
                return Err(client.refused(&page, &answer));
            }
            file.write_all(&answer.body).map_err(unwritable)?;
            let lines = answer.body.iter().filter(|byte| **byte == b'\n').count() as u64;
            match &mut extent {
                Some((_, next)) => *next = next.saturating_add(lines),
                None => extent = resume(part).map_err(unreadable)?,
            }
            if let Some((extent, next)) = &extent {
                progress(
                    next.saturating_sub(extent.first),
                    extent.end.saturating_sub(extent.first),
                );
            }
            match answer.next {
                Some(next) => page = next,
                None => return Ok(true),
            }
        }
    }

    fn first_page(&self) -> String {
        let days = [("from", &self.from), ("to", &self.to)];
        let days = days
            .iter()
            .filter_map(|(name, day)| day.as_ref().map(|day| format!("{name}={day}")));
        let query = days.collect::<Vec<_>>().join("&");
        if query.is_empty() {
            "/api/consent/export".to_owned()
        } else {
            format!("/api/consent/export?{query}")
        }
    }

    /// Fetches the tiles and entries that the folder lacks, and then its checkpoint.
    fn folder(
        &self,
        client: Client,
        now: Timestamp,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Report, InputError> {
        let (policy_text, policy) = client.policy()?;
        let mut trust = read_trust(&Options {
            policy: self.policy.clone(),
            ..Options::default()
        })?;
        trust.policy.get_or_insert(policy);
        let means = Means {
            trust: &trust,
            archive: None,
            now,
            subject: None,
        };
        let checkpoint = client.checkpoint()?;
        let report = Report {
            site: client.address().host().map(str::to_owned),
            signatures_checked: true,
            ..Report::default()
        };
        let mut mirror = Mirror {
            path: self.output.join(TILES),
            folder: Folder::new(&self.output),
            client,
        };
        let evidence = Evidence::default();
        let mut report = check_tiles(
            &checkpoint,
            &mut mirror,
            report,
            &means,
            &evidence,
            progress,
        )?
        .conclude();
        if matches!(report.verdict, Verdict::Verified | Verdict::NothingProved) {
            files::write(&self.output.join(POLICY), policy_text.as_bytes())?;
            files::write(&self.output.join(CHECKPOINT), &checkpoint)?;
            report.remarks.push(format!("written to `{}`", self.output));
        }
        Ok(report)
    }
}

/// A folder that is filled with what it lacks.
struct Mirror {
    path: Utf8PathBuf,
    folder: Folder,
    client: Client,
}

impl Source for Mirror {
    fn read(&mut self, resource: &Resource) -> Result<Option<Vec<u8>>, InputError> {
        if let Some(bytes) = self.folder.read(resource)? {
            return Ok(Some(bytes));
        }
        let bytes = self.client.read(resource)?;
        if let Some(bytes) = &bytes {
            files::write(&self.path.join(resource.to_string()), bytes)?;
        }
        Ok(bytes)
    }

    fn has_entries(&self) -> bool {
        self.client.has_entries()
    }
}

/// How far an earlier call came: the extent of the export and the number of the next record. A line
/// that was cut off is removed; `None` when there is no line.
fn resume(part: &Utf8Path) -> std::io::Result<Option<(Extent, u64)>> {
    let file = match File::open(part) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut reader = BufReader::new(file);
    let (mut lines, mut length) = (0_u64, 0_u64);
    let mut extent = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 || !line.ends_with(b"\n") {
            break;
        }
        if lines == 0 {
            extent = Some(serde_json::from_slice::<Extent>(&line)?);
        }
        lines = lines.saturating_add(1);
        length = length.saturating_add(line.len() as u64);
    }
    OpenOptions::new().write(true).open(part)?.set_len(length)?;
    Ok(extent.map(|extent| {
        let next = extent.first.saturating_add(lines.saturating_sub(1));
        (extent, next)
    }))
}
