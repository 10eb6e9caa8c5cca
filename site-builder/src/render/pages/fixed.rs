//! The pages that every site has, whatever its policies: choice of language, start page, choices,
//! "not found", and the operator's page.

use super::Renderer;
use crate::content::host::Host;
use crate::model::links::LANGUAGES;
use crate::model::site::{self, Policy};
use crate::render::context::LocaleContext;
use crate::render::view::{Alternate, HostView, HostsView, Page, PolicyCard};
use domain::is_in_domain;
use minijinja::Value;

impl Renderer<'_> {
    pub(super) fn language(&self, context: &LocaleContext) -> Page {
        let mut page = self.titled_page(context, "language", LANGUAGES.to_owned());
        page.description = self
            .text(context, "language.description")
            .replace("{operator}", &context.operator.name);
        page.alternates = self.alternates(context, |locale| format!("/{locale}/"), |_| true);
        page.x_default = page.canonical.clone();
        page.menu = Value::from(Vec::<Value>::new());
        page.banner = None;
        page.banner_html = Value::from("");
        page.script = String::new();
        page
    }

    /// The operator's page. It is not indexed, linked or announced, and runs no script of the
    /// visitors' pages, because the operator enters a token there.
    pub(super) fn admin(&self, context: &LocaleContext) -> Page {
        let path = format!("/{}/admin/", context.locale);
        let mut page = self.titled_page(context, "admin", path);
        page.indexed = false;
        page.alternates = self.admin_alternates(context);
        page.menu = Value::from(Vec::<Value>::new());
        page.banner = None;
        page.banner_html = Value::from("");
        page.script = String::new();
        page.essential = String::new();
        page.admin = Some(self.site_context.admin.clone());
        page
    }

    pub(super) fn admin_language(&self, context: &LocaleContext) -> Page {
        let mut page = self.language(context);
        page.path = "/admin/".to_owned();
        page.canonical = format!("{}/admin/", self.site_context.site.url);
        page.essential = String::new();
        page.alternates = self.admin_alternates(context);
        page.x_default = String::new();
        page.indexed = false;
        page
    }

    fn admin_alternates(&self, context: &LocaleContext) -> Vec<Alternate> {
        self.alternates(context, |locale| format!("/{locale}/admin/"), |_| false)
    }

    pub(super) fn not_found(&self, context: &LocaleContext, path: &str) -> Page {
        let mut page = self.titled_page(context, "not_found", path.to_owned());
        page.indexed = false;
        page.alternates = self.alternates(context, |locale| format!("/{locale}/"), |_| false);
        page
    }

    pub(super) fn index(&self, context: &LocaleContext) -> Page {
        let mut page = self.titled_page(context, "index", format!("/{}/", context.locale));
        page.description = self
            .text(context, "index.description")
            .replace("{host}", &self.site_context.site.host);
        page.alternates = self.alternates(context, |locale| format!("/{locale}/"), |_| true);
        if self.site.settings.has_choice_of_language() {
            page.x_default = format!("{}{LANGUAGES}", self.site_context.site.url);
        }
        let today = self.site_context.today;
        let mut policies: Vec<&Policy> = self.site.policies.iter().collect();
        // Those that are in force no more stand at the end.
        policies.sort_by_key(|policy| policy.retired(today).is_some());
        page.policies = policies
            .into_iter()
            .filter_map(|policy| self.card(context, policy))
            .collect();
        page
    }

    fn card(&self, context: &LocaleContext, policy: &Policy) -> Option<PolicyCard> {
        let edition = site::current(
            policy.editions_or_fallback(&context.locale, self.order()),
            self.site_context.today,
        )?;
        let front = &edition.front;
        Some(PolicyCard {
            title: front.title.clone(),
            description: front.description.clone(),
            path: format!("/{}/{}/", context.locale, policy.slug),
            effective: context.dates.view(edition.effective),
            retired: policy
                .retired(self.site_context.today)
                .map(|end| context.dates.view(end.day)),
            other_language: self.other_language(context, &edition.locale),
        })
    }

    pub(super) fn choices(&self, context: &LocaleContext) -> Page {
        let mut page = self.titled_page(context, "choices", context.links.choices.clone());
        page.description = self.text(context, "choices.description");
        page.date_forms = context.dates.forms();
        page.alternates = self.alternates_in(
            self.site_context.all_locales(),
            context,
            |locale| format!("/{locale}/choices/"),
            |_| true,
        );
        page.hosts = self.hosts();
        page
    }

    /// Where the choice of the page of choices counts, if other hosts embed the banner.
    fn hosts(&self) -> Option<HostsView> {
        let settings = &self.site.settings;
        let domain = settings
            .cookie_domain
            .as_ref()
            .map(|domain| domain.get_ref().ascii());
        let (sharing, apart): (Vec<Host>, Vec<Host>) = settings
            .origins()
            .partition(|host| domain.is_some_and(|domain| is_in_domain(host.ascii(), domain)));
        let own = settings.host.get_ref().clone();
        let view = |host: Host| HostView {
            shown: host.shown().to_owned(),
            ascii: host.ascii().to_owned(),
        };
        (!settings.origins.is_empty()).then(|| HostsView {
            sharing: std::iter::once(own).chain(sharing).map(view).collect(),
            apart: apart.into_iter().map(view).collect(),
        })
    }
}
