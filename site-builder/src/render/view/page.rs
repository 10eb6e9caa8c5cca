//! The root of every HTML template.

use super::{
    AdminView, Alternate, BannerView, BrandView, ChangesView, HostsView, LocaleView, OperatorView,
    PolicyCard, PolicyView, Shared, SiteView,
};
use minijinja::Value;
use minijinja::value::{Enumerator, Object, Serde};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Defines [`Page`] and, from the same list of fields, what templates find in it.
macro_rules! page {
    ($(#[$about:meta])* pub struct Page { $($(#[$doc:meta])* pub $field:ident: $kind:ty,)* }) => {
        $(#[$about])*
        pub struct Page {
            $($(#[$doc])* pub $field: $kind,)*
            /// Records that a template used the revision. Templates don't see this field.
            pub(crate) revision_use: RevisionTracker,
        }

        impl Page {
            const FIELDS: &[&str] = &[$(stringify!($field),)*];

            fn field(&self, name: &str) -> Option<Value> {
                match name {
                    $(stringify!($field) => Some(Value::from(Serde(&self.$field))),)*
                    _ => None,
                }
            }
        }
    };
}

page! {
    /// The root of every HTML template.
    #[derive(Debug)]
    pub struct Page {
        /// Facts of the whole site.
        pub site: Shared<SiteView>,
        /// The page's locale.
        pub locale: Shared<LocaleView>,
        /// Which template this is: `language`, `index`, `policy`, `changes`, `choices`, `admin`,
        /// `not_found`.
        pub kind: &'static str,
        /// For `<title>`, without the site's name.
        pub title: String,
        /// For `<meta name="description">`; may be empty.
        pub description: String,
        /// `/kk/privacy/`.
        pub path: String,
        /// `https://cap.kz/kk/privacy/`.
        pub canonical: String,
        /// The same page in each locale, in the order of the site, this one included. Empty: the
        /// page has no other languages.
        pub alternates: Vec<Alternate>,
        /// `x-default` of hreflang: an absolute address; may be empty.
        pub x_default: String,
        /// Whether search engines may list it.
        pub indexed: bool,
        /// Policies for the menu, each a `MenuItem`.
        pub menu: Value,
        /// The owner's logo and links, in this locale.
        pub brand: Shared<BrandView>,
        /// Operator facts for footer and contact block, in this locale.
        pub operator: Shared<OperatorView>,
        /// The banner, the same on every page of a locale; the language choice page has none.
        pub banner: Option<Shared<BannerView>>,
        /// The banner as safe HTML, rendered once from `partials/banner.html`: the bytes whose hash
        /// stands in a consent record. Empty: none.
        pub banner_html: Value,
        /// Address of the script that asks and lets run what is allowed, with its hash in the name;
        /// empty: there is nothing to ask, the theme has no script, or the page has no banner.
        pub script: String,
        /// Address of the module that starts essential services; empty: there is none to start, or
        /// it is the operator's page.
        pub essential: String,
        /// Only for `policy` pages.
        pub policy: Option<PolicyView>,
        /// Only for `index`: every policy with its date.
        pub policies: Vec<PolicyCard>,
        /// Only for `changes`.
        pub changes: Option<ChangesView>,
        /// Only for `choices`: its form as safe HTML, rendered once from
        /// `partials/choices_form.html`, for its hash too.
        pub choices_html: Value,
        /// Only for `choices`: how a day of each month is written, January first, with `{d}` and
        /// `{y}` in the places of day and year.
        pub date_forms: Vec<String>,
        /// Only for `choices`: where the choice counts. Empty: no other host embeds the banner.
        pub hosts: Option<HostsView>,
        /// Only for `admin`.
        pub admin: Option<Shared<AdminView>>,
        /// JSON-LD, ready for a `<script type="application/ld+json">`; empty: none.
        pub json_ld: String,
    }
}

/// A template uses few of the fields: each is converted when it is accessed.
impl Object for Page {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let value = self.field(key)?;
        match key {
            "banner" if self.banner.is_some() => Some(Value::from_object(TrackedBanner {
                banner: value,
                revision_use: self.revision_use.clone(),
            })),
            // The form and the script contain the revision.
            "choices_html" | "script" => {
                self.revision_use.record();
                Some(value)
            }
            _ => Some(value),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(Self::FIELDS)
    }
}

/// Records whether a template used the revision: such a page is rendered again when it changes.
#[derive(Debug, Clone, Default)]
pub struct RevisionTracker(Arc<AtomicBool>);

impl RevisionTracker {
    fn record(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether any template used it.
    pub(crate) fn is_used(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A [`BannerView`] that records access to its `revision`.
#[derive(Debug)]
struct TrackedBanner {
    banner: Value,
    revision_use: RevisionTracker,
}

impl Object for TrackedBanner {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        if key == "revision" {
            self.revision_use.record();
        }
        self.banner.as_object()?.get_value_by_str(key)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        self.banner
            .as_object()
            .map_or(Enumerator::NonEnumerable, |banner| banner.enumerate())
    }

    fn is_true(self: &Arc<Self>) -> bool {
        true
    }
}
