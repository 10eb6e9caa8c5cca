//! Checks what a service keeps in storage other than cookies.

use crate::content::file_diagnostics::FileDiagnostics;
use crate::content::register::{StorageItem, StorageKind};
use crate::report::diagnostic::Code;

/// Maximum length of a name in bytes; pages look for it among all keys.
const MAX_NAME: usize = 200;

pub(super) fn check(item: &StorageItem, found: &mut FileDiagnostics) {
    let name = item.name.get_ref();
    let bare = name.strip_suffix('*').unwrap_or(name);
    // A bare `*` would delete what other services and the site itself keep.
    if bare.is_empty() || name.len() > MAX_NAME || bare.chars().any(char::is_control) {
        found.add(
            Code::InvalidService,
            &item.name,
            format!("`{name}` can't be the name of something in storage"),
            "write the key, or the name of the database or cache, with `*` for any ending",
        );
    }
    if let Some(days) = &item.days
        && item.kind == StorageKind::SessionStorage
        && *days.get_ref() > 0
    {
        found.add(
            Code::InvalidService,
            days,
            format!("`{name}` can't stay for {} days: browsers empty session storage when the tab is closed", days.get_ref()),
            "take out `days`, or write the storage that it really is in",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::source::Sources;

    fn messages(lines: &str) -> Vec<String> {
        let item: StorageItem = toml::from_str(&format!("{lines}\n[purpose]\n")).unwrap();
        let mut found = FileDiagnostics::new(Sources::default().add("services.toml", ""));
        check(&item, &mut found);
        let diagnostics = found.list.into_iter();
        diagnostics.map(|diagnostic| diagnostic.message).collect()
    }

    #[test]
    fn a_name_names_something() {
        for right in [
            "_uetvid",
            "amplitude_*",
            "firebase-heartbeat-database",
            "ключ",
        ] {
            let lines = format!("kind = \"local_storage\"\nname = \"{right}\"");
            assert!(messages(&lines).is_empty(), "{right}");
        }
        for wrong in ["", "*", "a\\u0007"] {
            let lines = format!("kind = \"indexed_db\"\nname = \"{wrong}\"");
            assert_eq!(messages(&lines).len(), 1, "{wrong}");
        }
    }

    #[test]
    fn session_storage_outlives_no_tab() {
        let with = |days: u32| {
            messages(&format!(
                "kind = \"session_storage\"\nname = \"a\"\ndays = {days}"
            ))
        };
        assert_eq!((with(0).len(), with(1).len()), (0, 1));
    }

    #[test]
    fn what_has_no_days_stays_until_it_is_deleted() {
        let lifetime = |lines: &str| {
            let text = format!("name = \"a\"\n{lines}\n[purpose]\n");
            toml::from_str::<StorageItem>(&text).unwrap().lifetime()
        };
        assert_eq!(lifetime("kind = \"local_storage\""), None);
        assert_eq!(lifetime("kind = \"session_storage\""), Some(0));
        assert_eq!(lifetime("kind = \"cache_storage\"\ndays = 7"), Some(7));
    }
}
