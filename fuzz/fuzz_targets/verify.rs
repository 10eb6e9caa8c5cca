//! Every file that the verifier reads. The first byte says what the file is given as.

#![no_main]

use camino::Utf8PathBuf;
use domain::Timestamp;
use std::sync::LazyLock;
use verifier::{Options, verify};

const NOW: Timestamp = Timestamp::from_seconds(1_795_687_200);

static FILE: LazyLock<Utf8PathBuf> = LazyLock::new(|| {
    // Never deleted: the process ends by a signal or by exit().
    let folder = tempfile::TempDir::new().unwrap().keep();
    Utf8PathBuf::from_path_buf(folder).unwrap().join("file")
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else {
        return;
    };
    std::fs::write(&*FILE, bytes).unwrap();
    let mut options = Options::default();
    match kind % 5 {
        0 => options.thing = Some(FILE.clone()),
        1 => options.receipts = vec![FILE.clone()],
        2 => options.checkpoints = vec![FILE.clone()],
        3 => {
            options.thing = Some("/dev/null".into());
            options.policy = Some(FILE.clone());
        }
        _ => {
            options.thing = Some("/dev/null".into());
            options.keys = Some(FILE.clone());
        }
    }
    let text = match verify(&options, NOW, &mut |_, _| {}) {
        Ok(report) => report.text(),
        Err(error) => error.to_string(),
    };
    let is_harmless = |c: char| !c.is_control() || c == '\n';
    assert!(text.chars().all(is_harmless), "{text:?}");
});
