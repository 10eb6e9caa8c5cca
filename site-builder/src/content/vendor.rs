//! Facts about each kind of service: the form of its id, the hosts it needs, the cookies it sets.
//!
//! The register is checked against them and the content security policy is derived from them;
//! `docs/services.md` has to agree (`tests/suite/services.rs`). The loaders are in the theme,
//! `js/services/<kind>.js`.

mod kind;
mod tag;

pub use kind::ServiceKind;
pub use tag::{Alphabet, Tag, is_host, origin};

/// Facts about a kind of service.
#[derive(Debug)]
pub struct Vendor {
    /// What `tag` has to be.
    pub tag: Tag,
    /// Origins it needs, from the vendors' documentation on content security policies.
    pub hosts: VendorHosts,
    /// Trusted Types policies that its scripts need.
    pub trusted: &'static [&'static str],
    /// Cookies it always sets on the site's own domain, whatever the settings of the vendor's
    /// account.
    pub cookies: &'static [VendorCookie],
}

/// Origins by the directive that has to allow them.
#[derive(Debug)]
pub struct VendorHosts {
    /// `script-src`
    pub script: &'static [&'static str],
    /// `connect-src`
    pub connect: &'static [&'static str],
    /// `img-src`
    pub image: &'static [&'static str],
    /// `frame-src`
    pub frame: &'static [&'static str],
}

/// A cookie that a vendor sets.
#[derive(Debug)]
pub struct VendorCookie {
    /// Its name, with `*` for any ending.
    pub name: &'static str,
    /// How long it lives.
    pub lifetime: Lifetime,
}

/// Who decides how long a vendor's cookie lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// The vendor, in days: the register can't name fewer.
    Fixed(u32),
    /// The register: the loader hands its figure to the vendor.
    Register,
}

const NO_HOSTS: VendorHosts = VendorHosts {
    script: &[],
    connect: &[],
    image: &[],
    frame: &[],
};

/// A kind without known hosts and cookies.
const fn plain(tag: Tag, trusted: &'static [&'static str]) -> Vendor {
    Vendor {
        tag,
        hosts: NO_HOSTS,
        trusted,
        cookies: &[],
    }
}

const fn fixed(name: &'static str, days: u32) -> VendorCookie {
    VendorCookie {
        name,
        lifetime: Lifetime::Fixed(days),
    }
}

/// Google's scripts create a policy of their own. If a page has two of them, the second one assigns
/// strings, which needs `default`.
const GOOGLE: &[&str] = &["default", "goog#html"];

/// The policy that accepts strings as URLs of scripts if their origin is one that a loader lists.
const DEFAULT: &[&str] = &["default"];

// https://developers.google.com/tag-platform/security/guides/csp
static GOOGLE_ANALYTICS_4: Vendor = Vendor {
    tag: Tag::Id {
        start: "G-",
        alphabet: Alphabet::Capitals,
    },
    hosts: VendorHosts {
        script: &["https://www.googletagmanager.com"],
        connect: &[
            "https://www.googletagmanager.com",
            "https://analytics.google.com",
            "https://*.analytics.google.com",
            "https://*.google-analytics.com",
        ],
        image: &[
            "https://www.googletagmanager.com",
            "https://*.google-analytics.com",
        ],
        frame: &[],
    },
    trusted: GOOGLE,
    cookies: &[
        VendorCookie {
            name: "_ga",
            lifetime: Lifetime::Register,
        },
        VendorCookie {
            name: "_ga_*",
            lifetime: Lifetime::Register,
        },
    ],
};

static GOOGLE_ADS: Vendor = Vendor {
    tag: Tag::Id {
        start: "AW-",
        alphabet: Alphabet::Digits,
    },
    hosts: VendorHosts {
        script: &[
            "https://www.googletagmanager.com",
            "https://www.googleadservices.com",
            "https://googleads.g.doubleclick.net",
        ],
        connect: &[
            "https://www.googletagmanager.com",
            "https://www.google.com",
            "https://www.googleadservices.com",
            "https://googleads.g.doubleclick.net",
            "https://pagead2.googlesyndication.com",
        ],
        image: &[
            "https://www.googletagmanager.com",
            "https://www.google.com",
            "https://googleads.g.doubleclick.net",
        ],
        frame: &[
            "https://www.googletagmanager.com",
            "https://td.doubleclick.net",
        ],
    },
    trusted: GOOGLE,
    cookies: &[fixed("_gcl_au", 90)],
};

static GOOGLE_TAG_MANAGER: Vendor = Vendor {
    tag: Tag::Id {
        start: "GTM-",
        alphabet: Alphabet::Capitals,
    },
    hosts: VendorHosts {
        script: &["https://www.googletagmanager.com"],
        connect: &["https://www.googletagmanager.com", "https://www.google.com"],
        image: &["https://www.googletagmanager.com"],
        frame: &["https://www.googletagmanager.com"],
    },
    trusted: GOOGLE,
    cookies: &[],
};

// https://yandex.com/support/metrica/en/code/install-counter-csp, without the hosts of Session
// Replay.
static YANDEX_METRICA: Vendor = Vendor {
    tag: Tag::Id {
        start: "",
        alphabet: Alphabet::Digits,
    },
    hosts: VendorHosts {
        script: &[
            "https://mc.yandex.ru",
            "https://mc.yandex.com",
            "https://yastatic.net",
        ],
        connect: &[
            "https://mc.yandex.ru",
            "https://mc.yandex.com",
            "https://mc.yandex.kz",
        ],
        image: &[
            "https://mc.yandex.ru",
            "https://mc.yandex.com",
            "https://mc.yandex.kz",
        ],
        frame: &[],
    },
    trusted: DEFAULT,
    cookies: &[fixed("_ym_uid", 365), fixed("_ym_d", 365)],
};

static META_PIXEL: Vendor = Vendor {
    tag: Tag::Id {
        start: "",
        alphabet: Alphabet::Digits,
    },
    hosts: VendorHosts {
        script: &["https://connect.facebook.net"],
        connect: &["https://www.facebook.com"],
        image: &["https://www.facebook.com"],
        frame: &[],
    },
    trusted: DEFAULT,
    cookies: &[fixed("_fbp", 90)],
};

static MICROSOFT_UET: Vendor = Vendor {
    tag: Tag::Id {
        start: "",
        alphabet: Alphabet::Digits,
    },
    hosts: VendorHosts {
        script: &["https://bat.bing.com"],
        connect: &["https://bat.bing.com"],
        image: &["https://bat.bing.com"],
        frame: &[],
    },
    trusted: DEFAULT,
    cookies: &[fixed("_uetsid", 1), fixed("_uetvid", 390)],
};

// https://learn.microsoft.com/clarity/setup-and-installation/clarity-csp
static MICROSOFT_CLARITY: Vendor = Vendor {
    tag: Tag::Id {
        start: "",
        alphabet: Alphabet::Small,
    },
    hosts: VendorHosts {
        script: &["https://www.clarity.ms", "https://scripts.clarity.ms"],
        connect: &["https://*.clarity.ms"],
        image: &["https://*.clarity.ms", "https://c.bing.com"],
        frame: &[],
    },
    trusted: DEFAULT,
    cookies: &[fixed("_clck", 365), fixed("_clsk", 1)],
};

/// The consent cookie.
static RECORD: Vendor = Vendor {
    tag: Tag::None,
    hosts: NO_HOSTS,
    trusted: &[],
    cookies: &[VendorCookie {
        name: domain::COOKIE_NAME,
        lifetime: Lifetime::Register,
    }],
};

static SCRIPT: Vendor = plain(Tag::Address, DEFAULT);
static ADDRESS: Vendor = plain(Tag::Address, &[]);
static LISTED: Vendor = plain(Tag::None, &[]);

/// The facts about a kind.
pub fn of(kind: ServiceKind) -> &'static Vendor {
    match kind {
        ServiceKind::GoogleAnalytics4 => &GOOGLE_ANALYTICS_4,
        ServiceKind::GoogleAds => &GOOGLE_ADS,
        ServiceKind::GoogleTagManager => &GOOGLE_TAG_MANAGER,
        ServiceKind::YandexMetrica => &YANDEX_METRICA,
        ServiceKind::MetaPixel => &META_PIXEL,
        ServiceKind::MicrosoftUet => &MICROSOFT_UET,
        ServiceKind::MicrosoftClarity => &MICROSOFT_CLARITY,
        ServiceKind::Script => &SCRIPT,
        ServiceKind::Pixel | ServiceKind::Iframe => &ADDRESS,
        ServiceKind::ConsentRecord => &RECORD,
        ServiceKind::External => &LISTED,
    }
}
