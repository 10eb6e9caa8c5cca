//! The fields of the consent cookie, without key number and MAC. Each content has one spelling.

use super::{ConsentCookie, Exception, Grants};
use crate::digest::digit;
use crate::{Category, Choice, Manifest, Regime, ShortHash, SubjectId, Timestamp};

/// The most services that can differ from their category: with more the cookie would exceed 200
/// bytes with its name.
pub const MAX_EXCEPTIONS: usize = 12;

/// The most base 36 digits of a time: enough until the year 9999.
const MAX_TIME_DIGITS: usize = 8;
/// Characters of an exception: short hash and day.
const EXCEPTION_CHARACTERS: usize = 7;
const HASH_CHARACTERS: usize = 4;
const UNKNOWN_SCOPE: &str = "~~~~";

/// `None` when the content contradicts itself: a category granted and refused, too many exceptions,
/// a dismissal in a regime where that is a refusal.
pub(super) fn write(cookie: &ConsentCookie) -> Option<String> {
    let (granted, refused) = (cookie.granted.choice(), cookie.refused);
    let issued = base36(cookie.issued.seconds());
    let Some(subject) = cookie.subject else {
        return Some(format!("2.-.{}.{issued}", bits(refused)));
    };
    let mut exceptions = cookie.exceptions.clone();
    exceptions.sort_unstable();
    let has_day = |one: &Exception| one.granted.is_none_or(|day| day <= Exception::LAST_DAY);
    let is_sound = granted.and(refused) == Choice::NONE
        && exceptions.len() <= MAX_EXCEPTIONS
        && exceptions.iter().all(has_day);
    if !is_sound {
        return None;
    }
    let dismissed = match cookie.dismissed {
        None => 0,
        Some(Regime::Notice) => 1,
        Some(Regime::OptOut) => 2,
        Some(Regime::OptIn) => return None,
    };
    let mut scopes = String::new();
    for scope in Category::OPTIONAL
        .into_iter()
        .filter_map(|category| cookie.granted.scope(category))
    {
        scopes += &scope.to_string();
    }
    let mut services = String::new();
    for exception in &exceptions {
        let day = base36(i64::from(exception.granted.unwrap_or(0)));
        services += &format!("{}{day:0>3}", exception.service);
    }
    let time = |time: Timestamp| {
        if time.seconds() == cookie.issued.seconds() {
            String::new()
        } else {
            base36(time.seconds())
        }
    };
    let (granted_at, refused_at) = (time(cookie.granted_at), time(cookie.refused_at));
    let state = format!("{}{}{dismissed}", bits(granted), bits(refused));
    Some(format!(
        "2.{subject}.{state}.{scopes}.{services}.{granted_at}.{refused_at}.{issued}"
    ))
}

/// Reads either version.
pub(super) fn read(content: &str, manifest: &Manifest) -> Option<ConsentCookie> {
    let fields: Vec<&str> = content.splitn(9, '.').collect();
    match *fields.as_slice() {
        ["2", "-", refused, issued] => {
            let &[digit] = refused.as_bytes() else {
                return None;
            };
            Some(ConsentCookie::refusing(choice(digit)?, time(issued)?))
        }
        [
            "2",
            subject,
            state,
            scopes,
            services,
            granted,
            refused,
            issued,
        ] => {
            let cookie = ConsentCookie {
                subject: Some(subject_of(subject)?),
                exceptions: exceptions(services)?,
                ..answers(state, scopes)?
            };
            let issued = time(issued)?;
            let or_issued = |field: &str| match field {
                "" => Some(issued),
                // Where the times are equal the field is empty.
                _ => time(field).filter(|time| *time != issued),
            };
            Some(ConsentCookie {
                granted_at: or_issued(granted)?,
                refused_at: or_issued(refused)?,
                issued,
                ..cookie
            })
        }
        ["1", subject, revision, choice, issued] => {
            version_1(subject, revision, choice, issued, manifest)
        }
        _ => None,
    }
}

/// The fields `state` and `scopes`.
fn answers(state: &str, scopes: &str) -> Option<ConsentCookie> {
    let &[granted, refused, dismissed] = state.as_bytes() else {
        return None;
    };
    let (granted, refused) = (choice(granted)?, choice(refused)?);
    let dismissed = match dismissed {
        b'0' => None,
        b'1' => Some(Regime::Notice),
        b'2' => Some(Regime::OptOut),
        _ => return None,
    };
    let mut rest = scopes;
    let mut found = [None; 3];
    for (category, place) in Category::OPTIONAL.into_iter().zip(&mut found) {
        if granted.grants(category) {
            let (scope, others) = rest.split_at_checked(HASH_CHARACTERS)?;
            *place = Some(scope_of(scope)?);
            rest = others;
        }
    }
    if !rest.is_empty() || granted.and(refused) != Choice::NONE {
        return None;
    }
    let mut cookie = ConsentCookie::refusing(refused, Timestamp::from_millis(0));
    cookie.granted = Grants(found);
    cookie.dismissed = dismissed;
    Some(cookie)
}

fn exceptions(field: &str) -> Option<Vec<Exception>> {
    let mut exceptions = Vec::new();
    let mut rest = field;
    while !rest.is_empty() {
        let (one, others) = rest.split_at_checked(EXCEPTION_CHARACTERS)?;
        let (service, day) = one.split_at_checked(HASH_CHARACTERS)?;
        let Ok(service) = ShortHash::try_from(service) else {
            return None;
        };
        let Ok(number) = u16::from_str_radix(day, 36) else {
            return None;
        };
        let granted = (number != 0).then_some(number);
        let exception = Exception { service, granted };
        let is_sorted = exceptions.last().is_none_or(|last| *last < exception);
        if !is_sorted || format!("{:0>3}", base36(i64::from(number))) != day {
            return None;
        }
        exceptions.push(exception);
        rest = others;
    }
    (exceptions.len() <= MAX_EXCEPTIONS).then_some(exceptions)
}

/// Version 1 names a revision, which the manifest maps to scopes. If it doesn't know the revision,
/// no grant counts.
fn version_1(
    subject: &str,
    revision: &str,
    field: &str,
    issued: &str,
    manifest: &Manifest,
) -> Option<ConsentCookie> {
    let (granted, answered) = match *field.as_bytes() {
        [granted] => (choice(granted)?, Choice::ALL),
        [granted, answered] => (choice(granted)?, choice(answered)?),
        _ => return None,
    };
    let is_one = field.len() == 1 || answered != Choice::ALL;
    if !is_one || granted.without(answered) != Choice::NONE {
        return None;
    }
    let known = manifest.revisions.iter().find(|(one, _)| one == revision);
    let scopes = known.map(|(_, scopes)| scopes);
    let scope = |category: Category| {
        let scope = scopes.and_then(|scopes| scopes.get(&category)).copied();
        granted
            .grants(category)
            .then(|| scope.unwrap_or(ShortHash::UNKNOWN))
    };
    let refused = answered.without(granted);
    let mut cookie = ConsentCookie::refusing(refused, time(issued)?);
    cookie.subject = Some(subject_of(subject)?);
    cookie.granted = Grants::from_fn(scope);
    cookie.is_version_1 = true;
    Some(cookie)
}

fn subject_of(field: &str) -> Option<SubjectId> {
    let Ok(subject) = SubjectId::try_from(field) else {
        return None;
    };
    Some(subject)
}

fn scope_of(field: &str) -> Option<ShortHash> {
    if field == UNKNOWN_SCOPE {
        return Some(ShortHash::UNKNOWN);
    }
    let Ok(scope) = ShortHash::try_from(field) else {
        return None;
    };
    Some(scope)
}

/// Categories as a digit of three bits.
fn bits(choice: Choice) -> u8 {
    u8::from(choice.functional)
        | (u8::from(choice.analytics) << 1)
        | (u8::from(choice.marketing) << 2)
}

fn choice(digit: u8) -> Option<Choice> {
    if !matches!(digit, b'0'..=b'7') {
        return None;
    }
    let bits = digit - b'0';
    Some(Choice {
        functional: bits & 1 != 0,
        analytics: bits & 2 != 0,
        marketing: bits & 4 != 0,
    })
}

fn base36(number: i64) -> String {
    let mut rest = number;
    let mut text = String::new();
    loop {
        // A remainder below 36 fits into a byte.
        text.insert(0, digit(rest.rem_euclid(36) as u8));
        rest = rest.div_euclid(36);
        if rest <= 0 {
            return text;
        }
    }
}

fn time(text: &str) -> Option<Timestamp> {
    if text.len() > MAX_TIME_DIGITS {
        return None;
    }
    let Ok(seconds) = i64::from_str_radix(text, 36) else {
        return None;
    };
    // Only the canonical form is valid: no sign, no capital, no leading zero.
    (base36(seconds) == text).then(|| Timestamp::from_seconds(seconds))
}
