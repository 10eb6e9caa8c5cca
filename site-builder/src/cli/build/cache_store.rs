//! The caches of all sites, in memory and on disk.

use crate::output::cache::BuildCache;
use crate::output::disk;
use crate::report::source::{Stamp, nanoseconds_since_1970};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

/// The cache of each site by the name of its folder.
pub(super) struct CacheStore {
    /// Version and stamp of this executable: two builds of one version may render differently.
    builder: String,
    /// `--full`: caches on disk are not loaded.
    is_full: bool,
    /// When the build began, in nanoseconds since 1970.
    now: u64,
    caches: BTreeMap<String, Arc<BuildCache>>,
    /// Sites whose cache differs from the one on disk.
    unstored: Vec<String>,
}

impl CacheStore {
    pub(super) fn new(is_full: bool) -> Self {
        // Without a stamp, the version alone identifies the executable.
        let stamp = match std::env::current_exe().map(Utf8PathBuf::from_path_buf) {
            Ok(Ok(path)) => Stamp::at(&path),
            Ok(Err(_)) | Err(_) => None,
        };
        Self {
            builder: format!("{} {stamp:?}", env!("CARGO_PKG_VERSION")),
            is_full,
            now: 0,
            caches: BTreeMap::new(),
            unstored: Vec::new(),
        }
    }

    /// Sets the time against which the ages of files are computed.
    pub(super) fn start_build(&mut self) {
        self.now = nanoseconds_since_1970(SystemTime::now());
        for cache in self.caches.values_mut() {
            #[expect(
                clippy::expect_used,
                reason = "a build gives its caches back when it ends"
            )]
            Arc::get_mut(cache)
                .expect("no build is running")
                .set_now(self.now);
        }
    }

    pub(super) fn load(&mut self, out: &Utf8Path, folder: &str) -> Arc<BuildCache> {
        let cache = self.caches.entry(folder.to_owned()).or_insert_with(|| {
            let bytes = if self.is_full {
                Vec::new()
            } else {
                disk::read_cache(&out.join(folder))
            };
            let cache = BuildCache::from_bytes(&bytes, self.builder.clone(), self.now);
            Arc::new(cache)
        });
        Arc::clone(cache)
    }

    /// Takes the cache that a build made, to be stored if it differs.
    pub(super) fn update(&mut self, folder: &str, cache: BuildCache) {
        let cache = Arc::new(cache);
        let before = self.caches.insert(folder.to_owned(), Arc::clone(&cache));
        if !before.is_some_and(|before| before.is_equivalent(&cache)) {
            self.unstored.push(folder.to_owned());
        }
    }

    /// Writes the caches that differ from those on disk.
    pub(super) fn store(&mut self, out: &Utf8Path) {
        for folder in self.unstored.drain(..) {
            if let Some(cache) = self.caches.get(&folder) {
                disk::write_cache(&out.join(&folder), &cache.to_bytes());
            }
        }
    }
}
