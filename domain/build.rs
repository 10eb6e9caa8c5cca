//! Turns the parts of `regimes.toml` and `signals.toml` that decisions need into tables in Rust: the
//! worker carries neither sources of law nor a parser.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::error::Error;
use std::path::Path;
use std::{env, fs};

#[derive(Deserialize)]
struct Regimes {
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    /// None: all that no other rule names.
    #[serde(default)]
    countries: Vec<String>,
    regime: String,
    #[serde(default)]
    economic_area: bool,
    refusal_days: Option<u32>,
}

#[derive(Deserialize)]
struct Signals {
    signal: Vec<Signal>,
}

#[derive(Deserialize)]
struct Signal {
    header: String,
    value: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let regimes: Regimes = read("src/regimes.toml")?;
    let signals: Signals = read("src/signals.toml")?;
    let folder = env::var("OUT_DIR")?;
    fs::write(
        Path::new(&folder).join("regimes.rs"),
        regimes_table(&regimes)?,
    )?;
    fs::write(
        Path::new(&folder).join("signals.rs"),
        signals_table(&signals),
    )?;
    Ok(())
}

fn read<T: DeserializeOwned>(file: &str) -> Result<T, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={file}");
    let text = fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    toml::from_str(&text).map_err(|error| format!("{file}: {error}").into())
}

/// `ROWS` and `USUAL_REFUSAL_DAYS`. Rules that say no more than the usual one are left out.
fn regimes_table(regimes: &Regimes) -> Result<String, Box<dyn Error>> {
    let usual = regimes.rule.iter().find(|rule| rule.countries.is_empty());
    let usual = usual.ok_or("src/regimes.toml: a rule without `countries` is missing")?;
    let usual_days = usual
        .refusal_days
        .ok_or("src/regimes.toml: the rule without `countries` needs `refusal_days`")?;
    let mut rows = Vec::new();
    for rule in &regimes.rule {
        let days = rule.refusal_days.unwrap_or(usual_days);
        let variant = match rule.regime.as_str() {
            "opt_in" => "OptIn",
            "opt_out" => "OptOut",
            "notice" => "Notice",
            other => return Err(format!("src/regimes.toml: `{other}` is no regime").into()),
        };
        if rule.regime == usual.regime && days == usual_days && !rule.economic_area {
            continue;
        }
        for country in &rule.countries {
            rows.push(format!(
                "Row {{ country: *b{country:?}, regime: Regime::{variant}, is_in_economic_area: {}, refusal_days: {days} }},\n",
                rule.economic_area
            ));
        }
    }
    Ok(format!(
        "const USUAL_REFUSAL_DAYS: u16 = {usual_days};\nstatic ROWS: [Row; {}] = [\n{}];\n",
        rows.len(),
        rows.concat()
    ))
}

/// `SIGNALS`.
fn signals_table(signals: &Signals) -> String {
    let rows: String = signals
        .signal
        .iter()
        .map(|Signal { header, value }| {
            format!("Signal {{ header: {header:?}, value: {value:?} }},\n")
        })
        .collect();
    format!(
        "/// All signals that count.\npub static SIGNALS: [Signal; {}] = [\n{rows}];\n",
        signals.signal.len()
    )
}
