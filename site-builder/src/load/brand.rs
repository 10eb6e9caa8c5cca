//! Reads the owner's pictures: those that `[brand]` names, from the folder `brand/` of the site.

use crate::content::picture::{self, Fault, Format, Picture};
use crate::report::diagnostic::{Code, Diagnostic, FileId, or_report};
use crate::report::source::{self, Sources};
use camino::Utf8Path;
use serde::Deserialize;
use toml::Spanned;

/// Names of the pictures in `site.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BrandNames {
    logo: Option<Spanned<String>>,
    icon: Option<Spanned<String>>,
    share_image: Option<Spanned<String>>,
}

/// The pictures that were read and may be shown.
#[derive(Debug, Default)]
pub struct BrandPictures {
    /// In the head of every page.
    pub logo: Option<Picture>,
    /// In tabs and on home screens.
    pub icon: Option<Picture>,
    /// With links in messengers.
    pub share_image: Option<Picture>,
}

/// The least height and width of an icon that is a PNG: what iOS shows on a home screen.
const LEAST_ICON: u32 = 180;

/// The least width and height of a share image: what Facebook shows large.
const LEAST_SHARE_IMAGE: (u32, u32) = (600, 315);

/// A picture that is being read.
struct Reading<'r> {
    sources: &'r mut Sources,
    folder: &'r Utf8Path,
    settings: FileId,
    diagnostics: Vec<Diagnostic>,
}

/// Reads the pictures. `exists` says whether there is a folder `brand/`.
pub(super) fn read(
    sources: &mut Sources,
    folder: &Utf8Path,
    names: &BrandNames,
    settings: FileId,
    exists: bool,
) -> (BrandPictures, Vec<Diagnostic>) {
    let mut reading = Reading {
        sources,
        folder,
        settings,
        diagnostics: Vec::new(),
    };
    let pictures = BrandPictures {
        logo: reading.picture(names.logo.as_ref(), "logo", |_| None),
        icon: reading.picture(names.icon.as_ref(), "icon", unfit_icon),
        share_image: reading.picture(names.share_image.as_ref(), "share_image", unfit_share_image),
    };
    if exists {
        reading.unused(names);
    }
    (pictures, reading.diagnostics)
}

impl Reading<'_> {
    /// Reads a picture; `unfit` says what it lacks for its use.
    fn picture(
        &mut self,
        name: Option<&Spanned<String>>,
        key: &str,
        unfit: fn(&Picture) -> Option<Fault>,
    ) -> Option<Picture> {
        let name = name?;
        let text = name.get_ref();
        let format = Format::of(text).filter(|_| source::is_plain_name(text));
        let Some(format) = format else {
            self.diagnostics.push(Diagnostic::at(
                Code::InvalidFact,
                self.settings,
                name.span(),
                format!("`brand.{key}` can't be `{text}`"),
                "write the name of a file in `brand/` that ends with `.svg` or `.png`",
            ));
            return None;
        };
        let path = self.folder.join(text);
        let read = match format {
            Format::Svg => self.sources.read(&path).map(|file| {
                let text = self.sources.text(file).as_bytes().to_vec();
                (Some(file), text)
            }),
            Format::Png => source::read_bytes(&path).map(|bytes| (None, bytes)),
        };
        let (file, bytes) = or_report(read, &mut self.diagnostics)?;
        let fault = match picture::check(format, bytes) {
            Ok(picture) => match unfit(&picture) {
                None => return Some(picture),
                Some(fault) => fault,
            },
            Err(fault) => fault,
        };
        let Fault {
            place,
            message,
            help,
        } = fault;
        self.diagnostics.push(match (file, place) {
            (Some(file), Some(place)) => {
                Diagnostic::at(Code::InvalidPicture, file, place, message, help)
            }
            _ => Diagnostic::on(Code::InvalidPicture, path.as_str(), message, help),
        });
        None
    }

    /// Reports pictures that nothing names.
    fn unused(&mut self, names: &BrandNames) {
        let Some(listing) = or_report(source::list(self.folder), &mut self.diagnostics) else {
            return;
        };
        let named: Vec<&str> = [&names.logo, &names.icon, &names.share_image]
            .into_iter()
            .flatten()
            .map(|name| name.get_ref().as_str())
            .collect();
        for name in listing.files.iter().chain(&listing.folders) {
            if !named.contains(&name.as_str()) {
                self.diagnostics.push(Diagnostic::on(
                    Code::StrayFile,
                    self.folder.join(name).as_str(),
                    format!("`[brand]` doesn't name `{name}`"),
                    "name it as `logo`, `icon` or `share_image`, or move it away",
                ));
            }
        }
    }
}

fn unfit_icon(picture: &Picture) -> Option<Fault> {
    let (width, height) = (picture.width, picture.height);
    let message = if width != height {
        format!("the icon has {width} × {height} pixels and is no square")
    } else if picture.format == Format::Png && width < LEAST_ICON {
        format!("the icon has {width} × {height} pixels, too few for a home screen")
    } else {
        return None;
    };
    Some(Fault {
        place: None,
        message,
        help: "make it a square: an SVG, or a PNG of 180 × 180 pixels or more",
    })
}

fn unfit_share_image(picture: &Picture) -> Option<Fault> {
    let (width, height) = LEAST_SHARE_IMAGE;
    let message = if picture.format != Format::Png {
        "messengers and networks show no SVG".to_owned()
    } else if picture.width < width || picture.height < height {
        format!(
            "the share image has {} × {} pixels, and the least are {width} × {height}",
            picture.width, picture.height
        )
    } else {
        return None;
    };
    Some(Fault {
        place: None,
        message,
        help: "make a PNG of 1200 × 630 pixels",
    })
}
