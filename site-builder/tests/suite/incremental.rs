//! Incremental builds write the same bytes as full ones, whatever changed in between, and render
//! less.

use crate::support::{Project, SITE, stderr, stdout};
use proptest::prelude::*;
use std::fs;
use std::process::Output;
use std::time::{Duration, SystemTime};

const POLICIES: [&str; 3] = ["privacy", "cookies", "terms"];
const LOCALES: [&str; 2] = ["en", "ru"];
const DAYS: [&str; 3] = ["2026-01-01", "2026-03-01", "2027-01-01"];

/// What happens to a site between two builds.
#[derive(Debug, Clone)]
enum Step {
    /// An edition is created or replaced: policy, locale, day, number of clauses, title,
    /// `material`.
    Write(usize, usize, usize, usize, String, bool),
    /// It is written again with the same bytes.
    Touch(usize, usize, usize),
    Delete(usize, usize, usize),
    /// It comes into force on another day.
    Rename(usize, usize, usize, usize),
    /// A policy is listed or not.
    List(usize, bool),
    Operator(String),
    Template(String),
    /// A word of the theme.
    Word(String),
    /// Whether there is something to ask visitors.
    Ask(bool),
    /// A page of the output is damaged, or gone.
    Damage(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let text = || (0..3_usize, 0..2_usize, 0..3_usize);
    let word = || "[a-z]{1,8}";
    prop_oneof![
        6 => (text(), 1..4_usize, word(), any::<bool>()).prop_map(|((policy, locale, day), clauses, title, material)| {
            Step::Write(policy, locale, day, clauses, title, material)
        }),
        1 => text().prop_map(|(policy, locale, day)| Step::Touch(policy, locale, day)),
        1 => text().prop_map(|(policy, locale, day)| Step::Delete(policy, locale, day)),
        1 => (text(), 0..3_usize).prop_map(|((policy, locale, from), to)| Step::Rename(policy, locale, from, to)),
        1 => (1..3_usize, any::<bool>()).prop_map(|(policy, listed)| Step::List(policy, listed)),
        1 => word().prop_map(Step::Operator),
        1 => word().prop_map(Step::Template),
        1 => word().prop_map(Step::Word),
        1 => any::<bool>().prop_map(Step::Ask),
        1 => any::<bool>().prop_map(Step::Damage),
    ]
}

/// A site whose files are old enough to be stable, each with a time of its own.
struct StableSite {
    project: Project,
    clock: u64,
    listed: [bool; 3],
    services: String,
}

impl StableSite {
    fn new() -> Self {
        let project = Project::good();
        let services = project.read(&format!("{SITE}/services.toml"));
        let mut site = Self {
            project,
            clock: 0,
            listed: [true; 3],
            services,
        };
        for policy in 0..POLICIES.len() {
            for locale in 0..LOCALES.len() {
                site.edition(policy, locale, 0, 3, "title", true);
            }
        }
        site.list();
        site
    }

    fn write(&mut self, file: &str, text: &str) {
        self.project.write(file, text);
        self.clock += 1;
        let path = self.project.path().join(file);
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + self.clock);
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(long_ago).unwrap();
    }

    fn path(policy: usize, locale: usize, day: usize) -> String {
        format!(
            "{SITE}/{}/{}/{}.md",
            LOCALES[locale], POLICIES[policy], DAYS[day]
        )
    }

    fn edition(
        &mut self,
        policy: usize,
        locale: usize,
        day: usize,
        clauses: usize,
        title: &str,
        material: bool,
    ) {
        let mut text = format!(
            "+++\ntitle = \"{title}\"\npublished = {}\nmaterial = {material}\n+++\n\n",
            DAYS[0]
        );
        for clause in 1..=clauses {
            text.push_str(&format!(
                "## {clause}. {title}\n\n{clause}.1. {{{{ operator.name }}}}, [{title}](@privacy).\n\n"
            ));
        }
        self.write(&Self::path(policy, locale, day), &text);
    }

    fn list(&mut self) {
        let names: Vec<String> = POLICIES
            .iter()
            .zip(self.listed)
            .filter(|(_, listed)| *listed)
            .map(|(name, _)| format!("\"{name}\""))
            .collect();
        let file = format!("{SITE}/site.toml");
        let text = self.project.read(&file);
        let lines = text.lines().map(|line| match line.split(" = ").next() {
            Some("policies") => format!("policies = [{}]\n", names.join(", ")),
            Some("locales") => "locales = [\"en\", \"ru\"]\n".to_owned(),
            _ => format!("{line}\n"),
        });
        let text: String = lines.collect();
        self.write(&file, &text);
    }

    fn exists(&self, file: &str) -> bool {
        self.project.path().join(file).exists()
    }

    fn apply(&mut self, step: &Step) {
        match step {
            Step::Write(policy, locale, day, clauses, title, material) => {
                self.edition(*policy, *locale, *day, *clauses, title, *material);
            }
            Step::Touch(policy, locale, day) => {
                let file = Self::path(*policy, *locale, *day);
                if self.exists(&file) {
                    let text = self.project.read(&file);
                    self.write(&file, &text);
                }
            }
            Step::Delete(policy, locale, day) => {
                let path = self.project.path().join(Self::path(*policy, *locale, *day));
                if path.exists() {
                    fs::remove_file(path).unwrap();
                }
            }
            Step::Rename(policy, locale, from, to) => {
                let root = self.project.path();
                let before = root.join(Self::path(*policy, *locale, *from));
                if before.exists() {
                    fs::rename(before, root.join(Self::path(*policy, *locale, *to))).unwrap();
                }
            }
            Step::List(policy, listed) => {
                self.listed[*policy] = *listed;
                self.list();
            }
            Step::Operator(name) => {
                let file = format!("{SITE}/site.toml");
                let text = self.project.read(&file);
                let lines = text
                    .lines()
                    .map(|line| match line.starts_with("name = \"") {
                        true => format!("name = \"«{name}»\"\n"),
                        false => format!("{line}\n"),
                    });
                let text: String = lines.collect();
                self.write(&file, &text);
            }
            Step::Template(word) => {
                let file = "themes/tiny/templates/policy.html";
                let text = self.project.read(file);
                self.write(file, &format!("{text}<!-- {word} -->\n"));
            }
            Step::Word(word) => {
                for locale in LOCALES {
                    let file = format!("themes/tiny/strings/visitor/{locale}.toml");
                    let text = self.project.read(&file);
                    let own = text.split("\n[test_word]").next().unwrap().to_owned();
                    self.write(&file, &format!("{own}\n[test_word]\nword = \"{word}\"\n"));
                }
            }
            Step::Ask(asks) => {
                let all = self.services.clone();
                let essential = all.split("[[service]]").next().unwrap();
                let text = if *asks { &all } else { essential }.to_owned();
                self.write(&format!("{SITE}/services.toml"), &text);
            }
            Step::Damage(gone) => {
                let page = self
                    .project
                    .path()
                    .join("dist/example.kz/en/privacy/index.html");
                match (page.exists(), *gone) {
                    (false, _) => {}
                    (true, true) => fs::remove_file(page).unwrap(),
                    (true, false) => fs::write(page, "damaged").unwrap(),
                }
            }
        }
    }

    /// Builds both ways, and compares outputs and reports.
    fn check(&self) {
        let next = self.project.run(&["build", "--format", "json"]);
        let full = self
            .project
            .run(&["build", "--format", "json", "--full", "--out", "full"]);
        assert_eq!(next.status.code(), full.status.code(), "{}", stdout(&next));
        assert_eq!(stdout(&next), stdout(&full));
        if full.status.success() {
            let pages = |out: &str| self.project.snapshot(&format!("{out}/example.kz"));
            assert!(pages("dist") == pages("full"), "the output differs");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, ..ProptestConfig::default() })]

    #[test]
    fn incremental_and_full_builds_write_the_same_bytes(steps in prop::collection::vec(step(), 1..6)) {
        let mut site = StableSite::new();
        site.check();
        for step in &steps {
            site.apply(step);
            site.check();
        }
    }
}

fn written(output: &Output) -> String {
    let report = stderr(output);
    let (_, counts) = report.lines().last().unwrap().split_once(": ").unwrap();
    counts.rsplit_once(", ").unwrap().0.to_owned()
}

#[test]
fn a_changed_body_writes_its_own_pages_and_what_lists_their_words() {
    let mut site = StableSite::new();
    // Without a banner: the revision, which a changed text changes, would be on every page.
    site.apply(&Step::Ask(false));
    site.write("themes/tiny/templates/partials/banner.html", "");
    site.project.run(&["build"]);
    let before = site.project.snapshot("dist/example.kz");
    assert_eq!(
        written(&site.project.run(&["build"])),
        format!(
            "{} files, 0 written, {0} unchanged, 0 deleted",
            before.len()
        )
    );
    site.edition(1, 0, 0, 3, "title", true);
    let file = StableSite::path(1, 0, 0);
    let text = site
        .project
        .read(&file)
        .replace("1.1. ", "1.1. Other words: ");
    site.write(&file, &text);
    site.project.run(&["build"]);
    let after = site.project.snapshot("dist/example.kz");
    let changed: Vec<&str> = after
        .iter()
        .filter(|(name, bytes)| before.get(*name) != Some(bytes))
        .map(|(name, _)| name.as_str())
        .filter(|name| name.starts_with("en/") || name.starts_with("ru/"))
        .filter(|name| !name.contains("choices"))
        .collect();
    assert_eq!(
        changed,
        ["en/cookies/2026-01-01/index.html", "en/cookies/index.html"]
    );
}

#[test]
fn the_cache_is_not_published_and_no_other_program_uses_it() {
    let site = StableSite::new();
    site.project.run(&["build"]);
    let cache = site.project.path().join("dist/.example.kz.cache");
    let version = env!("CARGO_PKG_VERSION").as_bytes();
    // The length of the name of the program, then the name.
    let names_this_program = |bytes: &[u8]| bytes.get(1..).unwrap().starts_with(version);
    let mut bytes = fs::read(&cache).unwrap();
    assert!(names_this_program(&bytes));
    bytes[1] = b'x';
    // A cache that is used and equivalent isn't stored again.
    fs::write(&cache, bytes).unwrap();
    site.check();
    assert!(names_this_program(&fs::read(&cache).unwrap()));
}
