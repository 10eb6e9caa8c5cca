//! Kinds of services.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What loads a service.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceKind {
    /// The site's own record of the choice.
    ConsentRecord,
    /// Google Analytics 4.
    #[serde(rename = "google-analytics-4")]
    GoogleAnalytics4,
    /// Google Ads with remarketing.
    GoogleAds,
    /// Google Tag Manager.
    GoogleTagManager,
    /// Yandex Metrica.
    YandexMetrica,
    /// Meta Pixel.
    MetaPixel,
    /// Microsoft Advertising, Universal Event Tracking.
    MicrosoftUet,
    /// Microsoft Clarity.
    MicrosoftClarity,
    /// Any script by its address.
    Script,
    /// Any image by its address.
    Pixel,
    /// Any embedded page by its address.
    Iframe,
    /// Runs outside of these pages; only listed.
    External,
}

impl ServiceKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::ConsentRecord,
        Self::GoogleAnalytics4,
        Self::GoogleAds,
        Self::GoogleTagManager,
        Self::YandexMetrica,
        Self::MetaPixel,
        Self::MicrosoftUet,
        Self::MicrosoftClarity,
        Self::Script,
        Self::Pixel,
        Self::Iframe,
        Self::External,
    ];

    /// The name in `services.toml`, and of the loader in the theme.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConsentRecord => "consent-record",
            Self::GoogleAnalytics4 => "google-analytics-4",
            Self::GoogleAds => "google-ads",
            Self::GoogleTagManager => "google-tag-manager",
            Self::YandexMetrica => "yandex-metrica",
            Self::MetaPixel => "meta-pixel",
            Self::MicrosoftUet => "microsoft-uet",
            Self::MicrosoftClarity => "microsoft-clarity",
            Self::Script => "script",
            Self::Pixel => "pixel",
            Self::Iframe => "iframe",
            Self::External => "external",
        }
    }

    /// Whether pages load it, so that it needs an id.
    pub const fn is_loaded(self) -> bool {
        !matches!(self, Self::ConsentRecord | Self::External)
    }
}
