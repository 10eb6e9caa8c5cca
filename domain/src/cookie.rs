//! The consent cookie: what the visitor answered, signed by the worker and readable by the page's
//! script.
//!
//! Name: `kelisim_cc_cookie`. Value: fields with a dot between them. The first form holds a
//! visitor's answers. The second is what an erasure leaves where services run by default: everything
//! is refused, and nothing identifies the browser. The third, version 1, is only read.
//!
//! ```text
//! 2.<subject>.<state>.<scopes>.<exceptions>.<granted>.<refused>.<issued>.<key>.<mac>
//! 2.-.<refused>.<issued>.<key>.<mac>
//! 1.<subject>.<revision>.<choice>.<issued>.<key>.<mac>
//! ```
//!
//! | field | form | meaning |
//! |---|---|---|
//! | `1`, `2` | the digit | version of this format |
//! | subject | 22 characters of base64url | 16 random bytes that identify the browser |
//! | state | three digits | categories granted; categories refused; regime of a dismissal: `0` none, `1` `notice`, `2` `opt_out` |
//! | scopes | 4 characters for each granted category | [`crate::Manifest::scopes`] that was granted; `~~~~`: not known |
//! | exceptions | 0 to 12 times 7 characters | a service: 4 characters, then the day of its grant, or `000`: refused |
//! | granted | base 36; empty: as issued | time of the grants, seconds since 1970 |
//! | refused | base 36; empty: as issued | time of the refusals or of the dismissal, seconds since 1970 |
//! | issued | base 36 | time of the last record, seconds since 1970 |
//! | key | 1 to 3 decimal digits | number of the key that signed |
//! | mac | 22 characters of base64url | see [`crate::Keys`]; context `kelisim.cookie/1` or `/2` |
//!
//! Categories are bits of a digit: 1 functional, 2 analytics, 4 marketing. Base 36 is in lower case
//! without leading zeros, except for a day (since 1970, UTC), which has three digits. A service is
//! named by [`crate::ManifestService::grants`] where it is granted, by `refusal` where it is refused;
//! exceptions are sorted. In version 1, `revision` is [`crate::Manifest::revision`], and `choice` is
//! the granted categories, then the answered ones if some are unanswered.
//!
//! A page's script reads the cookie without checking the MAC: a script that can write the page's
//! cookies can also load the services itself. No field holds a dot, a space, a quotation mark, a
//! comma or a semicolon.

mod fields;

use crate::{Category, Choice, Keys, Manifest, Regime, ShortHash, SubjectId, Timestamp};
pub use fields::MAX_EXCEPTIONS;
use std::cmp::Reverse;

/// Name of the cookie. Tools that detect consent banners search for `cc_cookie=`, so the name ends
/// with it.
pub const COOKIE_NAME: &str = "kelisim_cc_cookie";

/// Name of the companion cookie: `<subject>.<key>.<mac>`, context `kelisim.subject/1`. The prefix
/// lets only the host itself set it (RFC 6265bis), so unlike the consent cookie it can't have been
/// planted by another host below the same domain. It is `HttpOnly`.
pub const SUBJECT_COOKIE_NAME: &str = "__Host-kelisim_subject";

/// `Max-Age` of the cookies, in days: the most that browsers allow (RFC 6265bis).
pub const COOKIE_DAYS: u32 = 400;

/// The most cookies named [`COOKIE_NAME`] of which a request's MACs are computed. A browser keeps
/// fewer for one domain.
const MAX_CANDIDATES: usize = 200;

const SUBJECT_CONTEXT: &str = "kelisim.subject/1";

/// The content of the consent cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentCookie {
    /// The visitor's browser; `None` in the cookie that an erasure leaves.
    pub subject: Option<SubjectId>,
    /// What is granted, each category under its scope.
    pub granted: Grants,
    /// What is refused. No category is granted and refused.
    pub refused: Choice,
    /// The banner was closed without an answer, under this regime: never [`Regime::OptIn`], where
    /// that is a refusal.
    pub dismissed: Option<Regime>,
    /// Services that differ from their category, at most [`MAX_EXCEPTIONS`].
    pub exceptions: Vec<Exception>,
    /// Time of the grants, in whole seconds.
    pub granted_at: Timestamp,
    /// Time of the refusals or of the dismissal, in whole seconds.
    pub refused_at: Timestamp,
    /// Time of the last record, in whole seconds.
    pub issued: Timestamp,
    /// Read from version 1, which had no companion cookie.
    pub is_version_1: bool,
}

/// The scope under which each category is granted; `None` where it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Grants([Option<ShortHash>; 3]);

impl Grants {
    /// The grants of the categories for which `scope` returns one.
    pub fn from_fn(scope: impl Fn(Category) -> Option<ShortHash>) -> Self {
        Self(Category::OPTIONAL.map(scope))
    }

    /// The scope of a category's grant.
    pub fn scope(&self, category: Category) -> Option<ShortHash> {
        let of = |(one, scope): (Category, &Option<ShortHash>)| {
            if one == category { *scope } else { None }
        };
        Category::OPTIONAL.into_iter().zip(&self.0).find_map(of)
    }

    /// Which categories are granted.
    pub fn choice(&self) -> Choice {
        Choice::from_fn(|category| self.scope(category).is_some())
    }
}

/// A service that is granted or refused by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exception {
    /// One of [`crate::ManifestService::grants`] of a granted service, its `refusal` of a refused
    /// one.
    pub service: ShortHash,
    /// The day of the grant, [`Timestamp::day`]; `None`: refused.
    pub granted: Option<u16>,
}

/// The consent cookies of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredConsent {
    /// None is valid.
    Missing,
    /// One, or several of one browser, of which this is the last.
    Found(ConsentCookie),
    /// Several of different browsers, or another one than the companion names: someone has planted
    /// one. Nothing may run; what any of them refuses stays refused.
    Conflict(ConsentCookie),
}

impl Exception {
    /// The last day that three digits of base 36 can hold, in the year 2097.
    const LAST_DAY: u16 = 46_655;

    /// The grant of a service at a time.
    pub fn grant(service: ShortHash, time: Timestamp) -> Self {
        let day = u16::try_from(time.day()).unwrap_or(Self::LAST_DAY);
        Self {
            service,
            granted: Some(day.min(Self::LAST_DAY)),
        }
    }

    /// The refusal of a service.
    pub const fn refuse(service: ShortHash) -> Self {
        Self {
            service,
            granted: None,
        }
    }
}

impl StoredConsent {
    /// The visitor's last answers, as far as they are known.
    pub const fn cookie(&self) -> Option<&ConsentCookie> {
        match self {
            Self::Missing => None,
            Self::Found(cookie) | Self::Conflict(cookie) => Some(cookie),
        }
    }
}

impl ConsentCookie {
    /// The cookie that an erasure leaves: everything is refused, and there is no subject.
    pub fn refusal(issued: Timestamp) -> Self {
        Self::refusing(Choice::ALL, issued)
    }

    /// A cookie without a subject that refuses these categories.
    fn refusing(refused: Choice, issued: Timestamp) -> Self {
        Self {
            subject: None,
            granted: Grants::default(),
            refused,
            dismissed: None,
            exceptions: Vec::new(),
            granted_at: issued,
            refused_at: issued,
            issued,
            is_version_1: false,
        }
    }

    /// The cookie's value in version 2, signed with the current key. `None` when there is no key, or
    /// when the content contradicts itself.
    pub fn sign(&self, site: &str, keys: &Keys) -> Option<String> {
        keys.sign("kelisim.cookie/2", site, &fields::write(self)?)
    }

    /// Reads a value, if one of the keys signed it for this site. Ages and scopes are not checked.
    pub fn verify(value: &str, manifest: &Manifest, keys: &Keys) -> Option<Self> {
        let context = match value.get(..2) {
            Some("1.") => "kelisim.cookie/1",
            Some("2.") => "kelisim.cookie/2",
            _ => return None,
        };
        fields::read(keys.verify(context, &manifest.site, value)?, manifest)
    }

    /// The consent cookies of a `Cookie` header. A browser may send several: for the host and for
    /// its parent, because the site's `cookie_domain` was changed, or because another host below the
    /// same domain has set one. Those that are not signed for this site don't count. Of those of one
    /// browser the one issued last counts, of two of the same second the one that grants less.
    pub fn find(header: &str, manifest: &Manifest, keys: &Keys) -> StoredConsent {
        let companion = companion(header, &manifest.site, keys);
        let mut valid: Vec<Self> = values(header, COOKIE_NAME)
            .take(MAX_CANDIDATES)
            .filter_map(|value| Self::verify(value, manifest, keys))
            .collect();
        let Some(last) = valid.iter().map(|cookie| cookie.issued).max() else {
            return StoredConsent::Missing;
        };
        let refused = valid
            .iter()
            .fold(Choice::NONE, |sum, cookie| sum.or(cookie.refused));
        if companion.is_some() {
            valid.retain(|cookie| cookie.subject == companion);
        }
        let subject = valid.first().map(|cookie| cookie.subject);
        let are_one = valid.iter().all(|cookie| Some(cookie.subject) == subject);
        let latest = valid.into_iter().max_by_key(Self::precedence);
        match latest {
            Some(cookie) if are_one => StoredConsent::Found(cookie),
            _ => StoredConsent::Conflict(Self::refusing(refused, last)),
        }
    }

    fn precedence(&self) -> (Timestamp, Reverse<usize>) {
        let granted = self.granted.choice();
        let categories = Category::OPTIONAL.into_iter();
        let count = categories.filter(|category| granted.grants(*category));
        (self.issued, Reverse(count.count()))
    }
}

/// The value of the companion cookie, signed with the current key; `None` when there is no key.
pub fn sign_subject(subject: &SubjectId, site: &str, keys: &Keys) -> Option<String> {
    keys.sign(SUBJECT_CONTEXT, site, &subject.to_string())
}

/// The subject of a `Cookie` header's companion cookie. A browser sends it once at most, because its
/// prefix allows one path and no domain.
pub fn companion(header: &str, site: &str, keys: &Keys) -> Option<SubjectId> {
    let value = values(header, SUBJECT_COOKIE_NAME).next()?;
    let Ok(subject) = SubjectId::try_from(keys.verify(SUBJECT_CONTEXT, site, value)?) else {
        return None;
    };
    Some(subject)
}

/// Whether a `Cookie` header has consent cookies and all of them are signed for this site. Another
/// site below the same domain may have set some.
pub fn has_only_own_cookies(header: &str, manifest: &Manifest, keys: &Keys) -> bool {
    let mut count = 0_usize;
    let are_own = values(header, COOKIE_NAME).all(|value| {
        count = count.saturating_add(1);
        count <= MAX_CANDIDATES && ConsentCookie::verify(value, manifest, keys).is_some()
    });
    are_own && count > 0
}

/// The values of a header's cookies of that name.
fn values<'h>(header: &'h str, name: &str) -> impl Iterator<Item = &'h str> {
    header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(move |(known, _)| *known == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests;
