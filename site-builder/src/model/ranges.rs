//! Which language ranges each locale of a site answers, by Unicode CLDR: what the worker and the
//! page's script look visitors' languages up in ([`domain::Manifest::locale_for`]).
//!
//! A visitor's range is made canonical (`iw` is `he`). Then the first of these that there is fits: a
//! locale of the same language, script and region, all completed by likely subtags (`zh-TW` is
//! `zh-Hant-TW`); one that CLDR takes texts from where those of the range lack (`pt-PT` for `pt-AO`,
//! `no` for `nn`); one of the language in that script, then in any; one of a language that has a
//! parent in common (`nb` for `nn`). Of several that fit equally the shortest tag counts, then the
//! first.
//!
//! The lookup has none of CLDR's data and shortens ranges from the end alone. So a locale is given
//! each range of which the shortened one would lead elsewhere.

use domain::{Locale, VecMap};
use icu_locale::fallback::{LocaleFallbackConfig, LocaleFallbackerBorrowed};
use icu_locale::subtags::{Language, Region, Script};
use icu_locale::{LanguageIdentifier, LocaleCanonicalizer, LocaleExpander, LocaleFallbacker};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The ranges that each locale answers besides its own tag, in lower case, of a site with documents
/// in `documents` that asks visitors in `banner_only` as well.
pub fn ranges(documents: &[Locale], banner_only: &[Locale]) -> VecMap<Locale, Vec<String>> {
    let documents = known(documents);
    let all: Vec<Known<'_>> = known(banner_only)
        .into_iter()
        .chain(documents.iter().cloned())
        .collect();
    let sets = [all.as_slice(), documents.as_slice()];
    let mut answered: BTreeMap<&Locale, BTreeSet<String>> = BTreeMap::new();
    for range in candidates(&all) {
        let found = sets.map(|set| best(&range, set));
        if range.is_shortest() || found != sets.map(|set| best(&range.shortened(), set)) {
            for locale in found.into_iter().flatten() {
                answered.entry(locale).or_default().insert(range.text());
            }
        }
    }
    let without_own = answered.into_iter().map(|(locale, mut ranges)| {
        ranges.remove(locale.as_str());
        (locale.clone(), ranges.into_iter().collect())
    });
    without_own.collect()
}

/// The same for the page's script, `SITE.locales` of the theme's `js/globals.d.ts`: each locale with
/// the ranges that no other one answers better. Other names of a language are left out, because
/// browsers know them.
pub fn for_script(
    documents: &[Locale],
    banner_only: &[Locale],
    ranges: &VecMap<Locale, Vec<String>>,
) -> String {
    let all = || documents.iter().chain(banner_only);
    let answers = |locale: &Locale, range: &String| {
        let ranges = ranges.get(locale);
        ranges.is_some_and(|ranges| ranges.contains(range))
    };
    // Of two that answer a range, the one without documents does so better: the other is what there
    // is for documents.
    let is_best = |locale: &Locale, range: &String| {
        !all().any(|other| other.as_str() == range)
            && (banner_only.contains(locale)
                || !banner_only.iter().any(|other| answers(other, range)))
    };
    let of_locale = |locale: &Locale| {
        let further = ranges.get(locale).into_iter().flatten();
        let further = further.filter(|range| is_canonical(range) && is_best(locale, range));
        let tag = std::iter::once(locale.as_str());
        let words: Vec<&str> = tag.chain(further.map(String::as_str)).collect();
        words.join(" ")
    };
    all().map(of_locale).collect::<Vec<_>>().join(",")
}

/// Whether a range is one that is left after aliases were resolved.
fn is_canonical(range: &str) -> bool {
    let code = range.split('-').next().unwrap_or(range);
    match code.parse::<Language>() {
        Ok(language) => canonical(&language.into()).language == language,
        Err(_) => false,
    }
}

/// A locale with what CLDR knows of it.
#[derive(Clone)]
struct Known<'l> {
    locale: &'l Locale,
    canonical: LanguageIdentifier,
    full: LanguageIdentifier,
}

/// A language range: the code of a language as visitors may send it, and subtags.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Range {
    code: String,
    script: Option<Script>,
    region: Option<Region>,
}

impl Range {
    fn text(&self) -> String {
        let script = self.script.iter().map(ToString::to_string);
        let region = self.region.iter().map(ToString::to_string);
        let subtags = std::iter::once(self.code.clone())
            .chain(script)
            .chain(region);
        subtags.collect::<Vec<_>>().join("-").to_ascii_lowercase()
    }

    fn is_shortest(&self) -> bool {
        self.script.is_none() && self.region.is_none()
    }

    /// Without its last subtag.
    fn shortened(&self) -> Self {
        Self {
            script: self.script.filter(|_| self.region.is_some()),
            region: None,
            ..self.clone()
        }
    }
}

struct Cldr {
    canonicalizer: LocaleCanonicalizer,
    expander: LocaleExpander,
    fallbacker: LocaleFallbackerBorrowed<'static>,
}

static CLDR: LazyLock<Cldr> = LazyLock::new(|| Cldr {
    canonicalizer: LocaleCanonicalizer::new_extended(),
    expander: LocaleExpander::new_extended(),
    fallbacker: LocaleFallbacker::new(),
});

/// Every code of a language, with the language that it stands for, by the [`family`] of that.
static CODES: LazyLock<BTreeMap<Language, Vec<(String, Language)>>> = LazyLock::new(|| {
    let letters = || b'a'..=b'z';
    let pairs = letters().flat_map(|first| letters().map(move |second| vec![first, second]));
    let triples = pairs.clone().flat_map(|pair| {
        letters().map(move |third| pair.iter().copied().chain([third]).collect::<Vec<u8>>())
    });
    let mut codes: BTreeMap<Language, Vec<(String, Language)>> = BTreeMap::new();
    for code in pairs.chain(triples) {
        let code: String = code.into_iter().map(char::from).collect();
        // `und` is no language.
        let parsed = code.parse::<Language>();
        if let Ok(language) = parsed
            && !language.is_unknown()
        {
            let language = canonical(&language.into()).language;
            codes
                .entry(family(language))
                .or_default()
                .push((code, language));
        }
    }
    codes
});

fn canonical(id: &LanguageIdentifier) -> LanguageIdentifier {
    let mut locale = icu_locale::Locale::from(id.clone());
    LocaleCanonicalizer::canonicalize(&CLDR.canonicalizer, &mut locale);
    locale.id
}

/// With the script and the region that are likely, without variants.
fn completed(id: &LanguageIdentifier) -> LanguageIdentifier {
    let mut full = (id.language, id.script, id.region).into();
    CLDR.expander.maximize(&mut full);
    full
}

/// The locales that are tags of CLDR; others answer their own tag alone.
fn known(locales: &[Locale]) -> Vec<Known<'_>> {
    let known = |locale| {
        let Ok(id) = Locale::as_str(locale).parse::<LanguageIdentifier>() else {
            return None;
        };
        let canonical = canonical(&id);
        Some(Known {
            locale,
            full: completed(&canonical),
            canonical,
        })
    };
    locales.iter().filter_map(known).collect()
}

/// The language that CLDR takes a language's texts from where they lack: `no` of `nn`; otherwise the
/// language itself.
fn family(language: Language) -> Language {
    let is_whole = |id: &&LanguageIdentifier| **id == id.language.into();
    let ancestors = ancestors(&language.into());
    let parent = ancestors.get(1).filter(is_whole);
    parent.map_or(language, |parent| parent.language)
}

/// Every range that may have to be answered apart from the shortened one.
fn candidates(known: &[Known<'_>]) -> BTreeSet<Range> {
    let mut families: BTreeMap<Language, Vec<&Known<'_>>> = BTreeMap::new();
    for one in known {
        let members = families.entry(family(one.full.language)).or_default();
        members.push(one);
    }
    let mut ranges = BTreeSet::new();
    for (family, members) in families {
        for (code, language) in CODES.get(&family).into_iter().flatten() {
            let subtags = match members.as_slice() {
                // Some names of a language say which script or region is meant: `sh` is `sr-Latn`.
                [_, _, ..] if is_plain(code) => subtags(*language, &members),
                _ => vec![(None, None)],
            };
            ranges.extend(subtags.into_iter().map(|(script, region)| Range {
                code: code.clone(),
                script,
                region,
            }));
        }
    }
    ranges
}

/// Whether a code stands for a language and nothing else.
fn is_plain(code: &str) -> bool {
    code.parse::<Language>().is_ok_and(|language| {
        let id = canonical(&language.into());
        id == id.language.into()
    })
}

/// The scripts and regions by which a visitor may be told which of several locales of a language is
/// meant.
fn subtags(language: Language, members: &[&Known<'_>]) -> Vec<(Option<Script>, Option<Region>)> {
    let letters = || b'A'..=b'Z';
    let pairs = letters().flat_map(|first| letters().map(move |second| [first, second]));
    let of_members: BTreeSet<Region> = members.iter().filter_map(|one| one.full.region).collect();
    // Two letters are a region, whether anybody has given them to one or not.
    let regions: BTreeSet<Region> = pairs
        .flat_map(|pair| Region::try_from_utf8(&pair))
        .chain(of_members.iter().copied())
        .collect();
    let likely = |region| completed(&(language, None, Some(region)).into()).script;
    let scripts: BTreeSet<Script> = regions.iter().copied().filter_map(likely).collect();
    let of_scripts = members.iter().filter_map(|one| one.full.script);
    let scripts: BTreeSet<Script> = scripts.into_iter().chain(of_scripts).collect();
    let mut all = vec![(None, None)];
    all.extend(regions.iter().map(|region| (None, Some(*region))));
    for script in scripts {
        all.push((Some(script), None));
        // Of others the region changes nothing once the script is named.
        all.extend(
            of_members
                .iter()
                .map(|region| (Some(script), Some(*region))),
        );
    }
    all
}

/// The locale that fits a range best; none if there is none of its language.
fn best<'l>(range: &Range, known: &[Known<'l>]) -> Option<&'l Locale> {
    let Ok(language) = range.code.parse::<Language>() else {
        return None;
    };
    let wanted = canonical(&(language, range.script, range.region).into());
    let language = wanted.language;
    let family = family(language);
    let of_language = known.iter().filter(|one| one.full.language == language);
    let relatives = known
        .iter()
        .filter(|one| self::family(one.full.language) == family);
    let found = in_script(&wanted, known)
        .or_else(|| in_script(&language.into(), known))
        .or_else(|| shortest(of_language))
        .or_else(|| relatives.min_by_key(|one| one.locale));
    found.map(|one| one.locale)
}

/// The locale that fits best among those in the script that a language identifier means.
fn in_script<'k, 'l>(wanted: &LanguageIdentifier, known: &'k [Known<'l>]) -> Option<&'k Known<'l>> {
    let fits = |id: LanguageIdentifier| {
        let full = completed(&id);
        let exact = known.iter().find(|one| one.canonical == id);
        exact.or_else(|| shortest(known.iter().filter(|one| one.full == full)))
    };
    let full = completed(wanted);
    let script = (full.language, full.script, None).into();
    let same = known
        .iter()
        .filter(|one| (one.full.language, one.full.script) == (full.language, full.script));
    let mut steps = ancestors(wanted).into_iter().chain([script]);
    steps.find_map(fits).or_else(|| shortest(same))
}

/// A language identifier and those that CLDR takes its texts from where they lack, the closest first:
/// `pt-AO`, `pt-PT`, `pt`.
fn ancestors(id: &LanguageIdentifier) -> Vec<LanguageIdentifier> {
    let config = CLDR.fallbacker.for_config(LocaleFallbackConfig::default());
    let mut steps = config.fallback_for(id.into());
    let mut all = Vec::new();
    while !steps.get().is_unknown() {
        all.push(steps.get().into_locale().id);
        steps.step();
    }
    all
}

/// The one with the shortest tag, the first of equally short ones.
fn shortest<'k, 'l: 'k>(fitting: impl Iterator<Item = &'k Known<'l>>) -> Option<&'k Known<'l>> {
    fitting.min_by_key(|one| one.locale.as_str().len())
}
