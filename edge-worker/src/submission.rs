//! Reads what a visitor says out of a body. In: at most 4 KiB, and the manifest. Out: a [`Submission`] or [`Withdrawal`], or
//! why not. What is unknown is refused, never guessed.

use crate::form::{self, Fields};
use crate::json;
use crate::rejection::Rejection;
use domain::{
    Answer, Category, Choice, EventId, Locale, Manifest, Submission, Surface, VecMap, Withdrawal,
    in_use,
};
use serde::Deserialize;

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
}

/// A form's words, and where its visitor goes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FromForm<T> {
    /// The words.
    pub(crate) value: T,
    /// A path of the site, safe to redirect to.
    pub(crate) return_path: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonSubmission {
    id: String,
    revision: String,
    locale: String,
    surface: Surface,
    action: SubmittedAction,
    choice: Option<VecMap<String, bool>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonWithdrawal {
    id: Option<String>,
    locale: Option<String>,
    surface: Option<Surface>,
    /// Pages send it with everything. Here it must not matter: an outdated page may withdraw too.
    #[serde(rename = "revision")]
    _revision: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SubmittedAction {
    AcceptAll,
    RejectAll,
    Custom,
    Allow,
    Gpc,
}

/// How the body is written, by its content type.
///
/// # Errors
/// [`Rejection::UnsupportedType`] for everything that a page of the site does not send.
pub(crate) fn encoding(content_type: Option<&str>) -> Result<Encoding, Rejection> {
    let essence = content_type
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
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
/// 400 when the body is no such object, 422 when it can't be meant.
pub(crate) fn from_json(body: &[u8], manifest: &Manifest) -> Result<Submission, Rejection> {
    let body: JsonSubmission = json::read(body)
        .map_err(|_| Rejection::Malformed("the body is not the JSON object that is expected"))?;
    let choice = body
        .choice
        .map(|members| choice_of(members.iter()))
        .transpose()?;
    Ok(Submission {
        id: event_id(&body.id)?,
        answer: answer(body.action, body.surface, choice, manifest)?,
        locale: locale(&body.locale)?,
        surface: body.surface,
        revision: body.revision,
    })
}

/// A choice sent by a form. A button that says all or nothing outweighs the boxes.
///
/// # Errors
/// As [`from_json`].
pub(crate) fn from_form(body: &[u8], id: EventId) -> Result<FromForm<Submission>, Rejection> {
    let fields = form_fields(body)?;
    let mut boxes = Vec::new();
    let mut words = [None; 5];
    let [action, revision, locale_name, surface, return_path] = &mut words;
    for (name, value) in &fields {
        let value = value.as_str();
        match name.as_str() {
            "action" => *action = Some(value),
            "revision" => *revision = Some(value),
            "locale" => *locale_name = Some(value),
            "surface" => *surface = Some(value),
            "return" => *return_path = Some(value),
            _ => boxes.push((name.clone(), is_ticked(value)?)),
        }
    }
    let boxes = choice_of(boxes.iter())?;
    let locale = locale(required(*locale_name)?)?;
    Ok(FromForm {
        return_path: checked_return(*return_path, Some(&locale))?,
        value: Submission {
            id,
            answer: match required(*action)? {
                "accept_all" => Answer::AcceptAll,
                "reject_all" => Answer::RejectAll,
                "custom" => Answer::Custom(boxes),
                _ => return Err(Rejection::Malformed("the form has no such action")),
            },
            revision: required(*revision)?.to_owned(),
            surface: Surface::from_name(required(*surface)?)
                // A placeholder is made by the script, which sends JSON.
                .filter(|surface| *surface != Surface::Placeholder)
                .ok_or(Rejection::Malformed("the form has no such surface"))?,
            locale,
        },
    })
}

/// A withdrawal sent by the page's script; an empty body is one too.
///
/// # Errors
/// 400 when there is a body and it is no such object.
pub(crate) fn withdrawal_from_json(body: &[u8], id: EventId) -> Result<Withdrawal, Rejection> {
    if body.is_empty() {
        return Ok(Withdrawal {
            id,
            locale: None,
            surface: None,
        });
    }
    let body: JsonWithdrawal = json::read(body)
        .map_err(|_| Rejection::Malformed("the body is not the JSON object that is expected"))?;
    Ok(Withdrawal {
        id: body.id.map_or(Ok(id), |given| event_id(&given))?,
        locale: body.locale.as_deref().and_then(|tag| tag.try_into().ok()),
        surface: body.surface,
    })
}

/// A withdrawal sent by a form.
///
/// # Errors
/// 400 when the body is no form, 422 when it leads elsewhere.
pub(crate) fn withdrawal_from_form(
    body: &[u8],
    id: EventId,
) -> Result<FromForm<Withdrawal>, Rejection> {
    let fields = form_fields(body)?;
    let mut withdrawal = Withdrawal {
        id,
        locale: None,
        // The form that withdraws without a script stands on the choices page only.
        surface: Some(Surface::Choices),
    };
    let mut return_path = None;
    for (name, value) in &fields {
        match name.as_str() {
            "locale" => withdrawal.locale = value.as_str().try_into().ok(),
            "surface" => withdrawal.surface = Surface::from_name(value),
            "return" => return_path = Some(value.as_str()),
            // As in JSON: an outdated page may withdraw too.
            "revision" => {}
            _ => return Err(Rejection::Malformed("the form has an unknown field")),
        }
    }
    Ok(FromForm {
        return_path: checked_return(return_path, withdrawal.locale.as_ref())?,
        value: withdrawal,
    })
}

/// A body that says nothing: empty, or an empty object.
///
/// # Errors
/// 400 when it says something.
pub(crate) fn nothing_from_json(body: &[u8]) -> Result<(), Rejection> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    if body.is_empty() {
        return Ok(());
    }
    json::read(body)
        .map(|Nothing {}| ())
        .map_err(|_| Rejection::Malformed("the body is not an empty JSON object"))
}

fn form_fields(body: &[u8]) -> Result<Fields, Rejection> {
    form::read(body).ok_or(Rejection::Malformed("the body is not a form"))
}

fn required(value: Option<&str>) -> Result<&str, Rejection> {
    value.ok_or(Rejection::Malformed("the form lacks a field"))
}

/// Boxes are sent only when they are ticked.
fn is_ticked(value: &str) -> Result<bool, Rejection> {
    match value {
        "on" | "true" => Ok(true),
        _ => Err(Rejection::Malformed("the form has an unknown field")),
    }
}

fn event_id(text: &str) -> Result<EventId, Rejection> {
    EventId::try_from(text).map_err(|_| Rejection::Malformed("`id` is not a UUID"))
}

fn locale(text: &str) -> Result<Locale, Rejection> {
    Locale::try_from(text).map_err(|_| Rejection::Unprocessable("the site has no such locale"))
}

/// Nobody can deny essential services here, and nobody can grant what does not exist.
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

/// The answer, provided that button, boxes and surface say the same. A placeholder allows, and nothing else does.
fn answer(
    action: SubmittedAction,
    surface: Surface,
    choice: Option<Choice>,
    manifest: &Manifest,
) -> Result<Answer, Rejection> {
    if (action == SubmittedAction::Allow) != (surface == Surface::Placeholder) {
        return Err(Rejection::Unprocessable(
            "`action` and `surface` disagree: `allow` is what a placeholder says",
        ));
    }
    let asked = choice.map(|choice| in_use(manifest, choice));
    let agrees = match action {
        SubmittedAction::AcceptAll => {
            asked.is_none_or(|asked| asked == in_use(manifest, Choice::ALL))
        }
        SubmittedAction::RejectAll => asked.is_none_or(|asked| asked == Choice::NONE),
        SubmittedAction::Gpc => asked.is_none_or(|asked| !asked.marketing),
        SubmittedAction::Custom | SubmittedAction::Allow => choice.is_some(),
    };
    if !agrees {
        return Err(Rejection::Unprocessable("`action` and `choice` disagree"));
    }
    Ok(match action {
        SubmittedAction::AcceptAll => Answer::AcceptAll,
        SubmittedAction::RejectAll => Answer::RejectAll,
        SubmittedAction::Gpc => Answer::Gpc,
        SubmittedAction::Custom => Answer::Custom(asked.unwrap_or(Choice::NONE)),
        SubmittedAction::Allow => Answer::Allow(choice.unwrap_or(Choice::NONE)),
    })
}

/// Where a form's visitor goes next; by default the choices page.
fn checked_return(path: Option<&str>, locale: Option<&Locale>) -> Result<String, Rejection> {
    match path {
        Some(path) if is_own_path(path) => Ok(path.to_owned()),
        Some(_) => Err(Rejection::Unprocessable(
            "`return` is not a path of this site",
        )),
        None => Ok(locale.map_or_else(|| "/".to_owned(), |locale| format!("/{locale}/choices/"))),
    }
}

/// Whether a redirect to the text stays on the site: no other host by `//` or a backslash, no other header by a line break.
fn is_own_path(path: &str) -> bool {
    path.len() <= 512
        && path.starts_with('/')
        && !path.contains("//")
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

#[cfg(test)]
mod tests;
