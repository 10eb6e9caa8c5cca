//! Signals by which a browser says no for its user.
//!
//! `signals.toml` lists them with their sources; `build.rs` makes [`SIGNALS`] of it.

/// The list with names, properties of scripts and places where law makes a signal binding.
pub const SIGNALS_FILE: &str = include_str!("signals.toml");

/// A signal as a header of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal {
    /// Name of the header: `Sec-GPC`.
    pub header: &'static str,
    /// The only value that carries the signal.
    pub value: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/signals.rs"));

/// Whether a request carries a signal. `header` returns the value of a header.
pub fn sends_signal(header: impl Fn(&str) -> Option<String>) -> bool {
    SIGNALS
        .iter()
        .any(|signal| signal.is_carried_by(header(signal.header).as_deref()))
}

impl Signal {
    /// Whether a header of that name carries the signal. Several headers arrive as one list, in
    /// which a single member is enough
    /// (<https://w3c.github.io/gpc/#the-sec-gpc-header-field-for-http-requests>).
    pub fn is_carried_by(&self, header: Option<&str>) -> bool {
        header.is_some_and(|header| header.split(',').any(|member| member.trim() == self.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_value_one_is_global_privacy_control() {
        for (header, expected) in [
            (Some("1"), true),
            (Some("1, 1"), true),
            (Some("0, 1"), true),
            (Some("0"), false),
            (Some("true"), false),
            (Some("11"), false),
            (Some("1;q=1"), false),
            (Some(""), false),
            (None, false),
        ] {
            let sent = |name: &str| header.filter(|_| name == "Sec-GPC").map(str::to_owned);
            assert_eq!(sends_signal(sent), expected, "{header:?}");
        }
    }

    #[test]
    fn the_list_has_every_signal_of_the_file() {
        let file: toml::Table = SIGNALS_FILE.parse().unwrap();
        let listed: Vec<_> = file["signal"]
            .as_array()
            .unwrap()
            .iter()
            .map(|signal| (signal["header"].as_str(), signal["value"].as_str()))
            .collect();
        let known: Vec<_> = SIGNALS
            .iter()
            .map(|signal| (Some(signal.header), Some(signal.value)))
            .collect();
        assert_eq!(listed, known);
    }
}
