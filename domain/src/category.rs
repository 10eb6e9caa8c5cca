//! The four categories of services and a visitor's choice over them.

use serde::{Deserialize, Serialize};

/// What a service is for, as the visitor sees it. The order is the order on the banner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The site does not work without it (ePrivacy Directive, Art. 5(3), strictly necessary). Never
    /// a matter of choice.
    Essential,
    /// Language, settings of the interface, remembered fields of forms.
    Functional,
    /// Statistics of visits.
    Analytics,
    /// Advertising and remarketing.
    Marketing,
}

impl Category {
    /// All categories, in the order of the banner.
    pub const ALL: [Self; 4] = [
        Self::Essential,
        Self::Functional,
        Self::Analytics,
        Self::Marketing,
    ];

    /// The categories that a visitor can refuse, in the order of the bits of the consent cookie.
    pub const OPTIONAL: [Self; 3] = [Self::Functional, Self::Analytics, Self::Marketing];

    /// The name used in content, markup, API and records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Essential => "essential",
            Self::Functional => "functional",
            Self::Analytics => "analytics",
            Self::Marketing => "marketing",
        }
    }

    /// The category of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|category| category.as_str() == name)
    }
}

/// Granted (`true`) or denied per category. Essential is not part of it, because nobody can deny it
/// here.
///
/// The fields stand in alphabetical order because consent records hold them in canonical JSON (RFC
/// 8785).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// See [`Category::Analytics`].
    pub analytics: bool,
    /// See [`Category::Functional`].
    pub functional: bool,
    /// See [`Category::Marketing`].
    pub marketing: bool,
}

impl Choice {
    /// Everything that can be denied is denied. This is also the default.
    pub const NONE: Self = Self {
        functional: false,
        analytics: false,
        marketing: false,
    };
    /// Everything is granted.
    pub const ALL: Self = Self {
        functional: true,
        analytics: true,
        marketing: true,
    };

    /// The choice that grants exactly the categories for which `grants` returns true.
    pub fn from_fn(grants: impl Fn(Category) -> bool) -> Self {
        Self {
            functional: grants(Category::Functional),
            analytics: grants(Category::Analytics),
            marketing: grants(Category::Marketing),
        }
    }

    /// The union: what at least one of the two choices grants.
    pub const fn or(self, other: Self) -> Self {
        Self {
            functional: self.functional || other.functional,
            analytics: self.analytics || other.analytics,
            marketing: self.marketing || other.marketing,
        }
    }

    /// The intersection: what both choices grant.
    pub const fn and(self, other: Self) -> Self {
        Self {
            functional: self.functional && other.functional,
            analytics: self.analytics && other.analytics,
            marketing: self.marketing && other.marketing,
        }
    }

    /// The difference: what this choice grants and the other does not.
    pub const fn without(self, other: Self) -> Self {
        Self {
            functional: self.functional && !other.functional,
            analytics: self.analytics && !other.analytics,
            marketing: self.marketing && !other.marketing,
        }
    }

    /// Whether services of the category may run.
    pub const fn grants(self, category: Category) -> bool {
        match category {
            Category::Essential => true,
            Category::Functional => self.functional,
            Category::Analytics => self.analytics,
            Category::Marketing => self.marketing,
        }
    }
}
