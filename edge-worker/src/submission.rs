//! Parses the body of a choice or a withdrawal. Input: at most 4 KiB, and the manifest. Output: a
//! [`Submission`] or [`Withdrawal`], or a [`Rejection`]. Unknown fields and values are refused.

use crate::form::{self, Fields};
use crate::json;
use crate::rejection::Rejection;
use domain::{
    Answer, Category, Choice, Digest, EventId, Locale, Manifest, Submission, Surface, VecMap,
    Withdrawal, in_use,
};
use serde::Deserialize;

/// The fields of a form that are not checkboxes.
const FORM_FIELDS: [&str; 5] = ["action", "revision", "locale", "surface", "return"];

/// Content type of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
}

/// A choice sent by a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FromScript {
    pub(crate) submission: Submission,
    /// SHA-256 of the page's secret, see [`crate::log::tree_messages::Append`].
    pub(crate) secret: Option<Digest>,
}

/// What a form sends, and where its visitor goes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FromForm<T> {
    pub(crate) value: T,
    /// A path of the site, checked against open redirects.
    pub(crate) return_path: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonSubmission {
    id: String,
    /// 16 random bytes as 22 characters of base64url.
    secret: Option<String>,
    revision: String,
    locale: String,
    surface: Surface,
    action: SubmittedAction,
    choice: Option<VecMap<String, bool>>,
    services: Option<VecMap<String, bool>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonWithdrawal {
    id: Option<String>,
    secret: Option<String>,
    locale: Option<String>,
    surface: Option<Surface>,
    /// Pages always send it. It is not checked, because an outdated page may withdraw too.
    #[serde(rename = "revision")]
    _revision: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SubmittedAction {
    AcceptAll,
    RejectAll,
    Custom,
    Service,
    Dismiss,
    Gpc,
}

/// The encoding that a content type announces.
///
/// # Errors
/// [`Rejection::UnsupportedType`] for any other type.
pub(crate) fn encoding(content_type: Option<&str>) -> Result<Encoding, Rejection> {
    let essence = content_type
        .and_then(|value| value.split(';').next())
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    match essence.as_str() {
        "application/json" => Ok(Encoding::Json),
        "application/x-www-form-urlencoded" => Ok(Encoding::Form),
        _ => Err(Rejection::UnsupportedType),
    }
}

/// A choice sent by the page's script.
///
/// # Errors
/// 400 when the body is not such an object, 422 when its values contradict each other or the
/// manifest.
pub(crate) fn from_json(body: &[u8], manifest: &Manifest) -> Result<FromScript, Rejection> {
    let body: JsonSubmission = json::read(body)
        .map_err(|_| Rejection::Malformed("the body is not the JSON object that is expected"))?;
    let choice = body
        .choice
        .map(|members| choice_of(members.iter()))
        .transpose()?;
    Ok(FromScript {
        secret: secret(body.secret.as_deref())?,
        submission: Submission {
            id: event_id(&body.id)?,
            answer: answer(body.action, body.surface, choice, body.services, manifest)?,
            locale: locale(&body.locale)?,
            surface: body.surface,
            revision: body.revision,
        },
    })
}

/// A choice sent by a form. The buttons for all and nothing outweigh the checkboxes.
///
/// # Errors
/// As [`from_json`].
pub(crate) fn from_form(body: &[u8], id: EventId) -> Result<FromForm<Submission>, Rejection> {
    let fields = form_fields(body)?;
    let field = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    let mut boxes = Vec::new();
    for (name, value) in &fields {
        if !FORM_FIELDS.contains(&name.as_str()) {
            boxes.push((name.clone(), is_checked(value)?));
        }
    }
    let boxes = choice_of(boxes.iter())?;
    let locale = locale(required(field("locale"))?)?;
    Ok(FromForm {
        return_path: checked_return(field("return"), Some(&locale))?,
        value: Submission {
            id,
            answer: match required(field("action"))? {
                "accept_all" => Answer::AcceptAll,
                "reject_all" => Answer::RejectAll,
                // Without a script there are no switches of services.
                "custom" => Answer::Custom(boxes, VecMap::from_iter([])),
                _ => return Err(Rejection::Malformed("the form has no such action")),
            },
            revision: required(field("revision"))?.to_owned(),
            surface: Surface::from_name(required(field("surface"))?)
                // Placeholders need the script, which sends JSON.
                .filter(|surface| *surface != Surface::Placeholder)
                .ok_or(Rejection::Malformed("the form has no such surface"))?,
            locale,
        },
    })
}

/// A withdrawal sent by the page's script; the body may be empty.
///
/// # Errors
/// 400 when the body is neither empty nor such an object.
pub(crate) fn withdrawal_from_json(
    body: &[u8],
    id: EventId,
) -> Result<(Withdrawal, Option<Digest>), Rejection> {
    if body.is_empty() {
        let withdrawal = Withdrawal {
            id,
            locale: None,
            surface: None,
        };
        return Ok((withdrawal, None));
    }
    let body: JsonWithdrawal = json::read(body)
        .map_err(|_| Rejection::Malformed("the body is not the JSON object that is expected"))?;
    let withdrawal = Withdrawal {
        id: body.id.map_or(Ok(id), |given| event_id(&given))?,
        locale: body.locale.as_deref().and_then(known_locale),
        surface: body.surface,
    };
    Ok((withdrawal, secret(body.secret.as_deref())?))
}

/// A withdrawal sent by a form.
///
/// # Errors
/// 400 when the body is not a form, 422 when its return path leaves the site.
pub(crate) fn withdrawal_from_form(
    body: &[u8],
    id: EventId,
) -> Result<FromForm<Withdrawal>, Rejection> {
    let fields = form_fields(body)?;
    let mut withdrawal = Withdrawal {
        id,
        locale: None,
        // Only the choices page has a form that withdraws.
        surface: Some(Surface::Choices),
    };
    let mut return_path = None;
    for (name, value) in &fields {
        match name.as_str() {
            "locale" => withdrawal.locale = known_locale(value),
            "surface" => withdrawal.surface = Surface::from_name(value),
            "return" => return_path = Some(value.as_str()),
            // Not checked, as in JSON.
            "revision" => {}
            _ => return Err(Rejection::Malformed("the form has an unknown field")),
        }
    }
    Ok(FromForm {
        return_path: checked_return(return_path, withdrawal.locale.as_ref())?,
        value: withdrawal,
    })
}

/// Checks that a body is empty, or an empty object.
///
/// # Errors
/// 400 when it is anything else.
pub(crate) fn empty_from_json(body: &[u8]) -> Result<(), Rejection> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Empty {}
    if body.is_empty() {
        return Ok(());
    }
    json::read(body)
        .map(|Empty {}| ())
        .map_err(|_| Rejection::Malformed("the body is not an empty JSON object"))
}

fn form_fields(body: &[u8]) -> Result<Fields, Rejection> {
    form::read(body).ok_or(Rejection::Malformed("the body is not a form"))
}

fn required(value: Option<&str>) -> Result<&str, Rejection> {
    value.ok_or(Rejection::Malformed("the form lacks a field"))
}

/// Checkboxes are sent only when they are checked.
fn is_checked(value: &str) -> Result<bool, Rejection> {
    match value {
        "on" | "true" => Ok(true),
        _ => Err(Rejection::Malformed("the form has an unknown field")),
    }
}

fn event_id(text: &str) -> Result<EventId, Rejection> {
    EventId::try_from(text).map_err(|_| Rejection::Malformed("`id` is not a UUID"))
}

/// The hash of a page's secret. Its form is checked, so that no page sends a predictable one.
fn secret(text: Option<&str>) -> Result<Option<Digest>, Rejection> {
    let is_base64url = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    match text {
        None => Ok(None),
        Some(text) if text.len() == 22 && is_base64url(text) => {
            Ok(Some(Digest::of(&[text.as_bytes()])))
        }
        Some(_) => Err(Rejection::Malformed(
            "`secret` is not 22 characters of base64url",
        )),
    }
}

fn locale(text: &str) -> Result<Locale, Rejection> {
    Locale::try_from(text).map_err(|_| Rejection::Unprocessable("the site has no such locale"))
}

/// The locale of a withdrawal, which must not fail for a malformed one.
#[expect(
    clippy::disallowed_methods,
    reason = "a malformed locale is an unknown one"
)]
fn known_locale(tag: &str) -> Option<Locale> {
    Locale::try_from(tag).ok()
}

/// The choice of named categories. Essential services can't be denied.
fn choice_of<'a>(members: impl Iterator<Item = &'a (String, bool)>) -> Result<Choice, Rejection> {
    let mut choice = Choice::NONE;
    for (name, granted) in members {
        match Category::from_name(name) {
            Some(Category::Functional) => choice.functional = *granted,
            Some(Category::Analytics) => choice.analytics = *granted,
            Some(Category::Marketing) => choice.marketing = *granted,
            Some(Category::Essential) if *granted => {}
            Some(Category::Essential) => {
                return Err(Rejection::Unprocessable("`essential` can't be denied"));
            }
            None => return Err(Rejection::Unprocessable("there is no such category")),
        }
    }
    Ok(choice)
}

/// The answer, if action, choice, services and surface agree. One service is switched at its
/// placeholder or on the choices page, and only the banner can be closed.
fn answer(
    action: SubmittedAction,
    surface: Surface,
    choice: Option<Choice>,
    services: Option<VecMap<String, bool>>,
    manifest: &Manifest,
) -> Result<Answer, Rejection> {
    let fits = match action {
        SubmittedAction::Service => surface != Surface::Banner,
        SubmittedAction::Dismiss => surface == Surface::Banner,
        SubmittedAction::AcceptAll
        | SubmittedAction::RejectAll
        | SubmittedAction::Custom
        | SubmittedAction::Gpc => surface != Surface::Placeholder,
    };
    if !fits {
        return Err(Rejection::Unprocessable(
            "`action` and `surface` disagree: a placeholder says `service`, only a banner `dismiss`",
        ));
    }
    let choice = choice.map(|choice| in_use(manifest, choice));
    let all = in_use(manifest, Choice::ALL);
    match (action, choice, services) {
        (SubmittedAction::AcceptAll, choice, None) if choice.is_none_or(|one| one == all) => {
            Ok(Answer::AcceptAll)
        }
        (SubmittedAction::RejectAll, None | Some(Choice::NONE), None) => Ok(Answer::RejectAll),
        (SubmittedAction::Gpc, choice, None) if choice.is_none_or(|one| !one.marketing) => {
            Ok(Answer::Gpc)
        }
        (SubmittedAction::Custom, Some(choice), services) => Ok(Answer::Custom(
            choice,
            services.unwrap_or_else(|| VecMap::from_iter([])),
        )),
        (SubmittedAction::Dismiss, None, None) => Ok(Answer::Dismiss),
        (SubmittedAction::Service, None, Some(services)) => one_service(&services),
        _ => Err(Rejection::Unprocessable(
            "`action`, `choice` and `services` disagree",
        )),
    }
}

fn one_service(services: &VecMap<String, bool>) -> Result<Answer, Rejection> {
    let mut named = services.iter();
    match (named.next(), named.next()) {
        (Some((id, is_allowed)), None) => Ok(Answer::Service(id.clone(), *is_allowed)),
        _ => Err(Rejection::Unprocessable(
            "`service` needs exactly one member of `services`",
        )),
    }
}

/// The return path of a form; by default the choices page.
fn checked_return(path: Option<&str>, locale: Option<&Locale>) -> Result<String, Rejection> {
    match path {
        Some(path) if is_own_path(path) => Ok(path.to_owned()),
        Some(_) => Err(Rejection::Unprocessable(
            "`return` is not a path of this site",
        )),
        None => Ok(locale.map_or_else(|| "/".to_owned(), |locale| format!("/{locale}/choices/"))),
    }
}

/// Whether a redirect to the text stays on the site: no other host by `//` or a backslash, no
/// header injection by a line break.
fn is_own_path(path: &str) -> bool {
    path.len() <= 512
        && path.starts_with('/')
        && !path.contains("//")
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

#[cfg(test)]
mod tests;
