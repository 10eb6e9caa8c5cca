//! What templates see of the owner's face.

use serde::Serialize;

/// What makes the site look like its owner, in one locale.
#[derive(Debug, Serialize)]
pub struct BrandView {
    /// The logo; absent: the theme's mark stands in its place.
    pub logo: Option<PictureView>,
    /// Address of the owner's main site; empty: none is given.
    pub home: String,
    /// That address as people write it: `cap.kz`.
    pub home_name: String,
    /// Further links of the footer.
    pub links: Vec<BrandLinkView>,
}

/// A picture.
#[derive(Debug, Clone, Serialize)]
pub struct PictureView {
    /// Its address, with its hash in the name.
    pub path: String,
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
}

/// The icon of the site. `/favicon.ico` has it too.
#[derive(Debug, Clone, Serialize)]
pub struct IconView {
    /// Its address, with its hash in the name.
    pub path: String,
    /// `image/svg+xml`, or `image/png`.
    pub media_type: &'static str,
    /// Address of the same for home screens: a PNG of 180 × 180 pixels.
    pub touch: String,
}

/// A colour on light and on dark pages: `#0a5a63`.
#[derive(Debug, Clone, Serialize)]
pub struct ThemeColour {
    /// On light pages.
    pub light: String,
    /// On dark pages.
    pub dark: String,
}

/// A link of the owner's.
#[derive(Debug, Serialize)]
pub struct BrandLinkView {
    /// Its address.
    pub url: String,
    /// Its words.
    pub text: String,
    /// Language of the words when it isn't the page's; empty otherwise.
    pub lang: String,
}
