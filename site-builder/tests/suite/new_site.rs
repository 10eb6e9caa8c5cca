//! `site-builder new` from a pack of the repository, called without a terminal.

use crate::support::{self, files_below, repository, stderr};
use scraper::Html;
use std::collections::BTreeMap;
use std::fs;
use std::ops::Deref;
use std::process::Output;

/// A project without any site, and one pack.
struct Project(support::Project);

impl Deref for Project {
    type Target = support::Project;

    fn deref(&self) -> &support::Project {
        &self.0
    }
}

/// Everything that has to be known of an operator.
const FACTS: [&str; 14] = [
    "--country=KZ",
    "--name=«Пример»",
    "--name-lang=ru",
    "--registration=bin=250440000004",
    "--address=kk=Алматы, Үлгі көшесі, 1",
    "--address=ru=Алматы, улица Улги, 1",
    "--address=en=1 Ulgi Street, Almaty",
    "--phone=+77000000000",
    "--email=privacy@example.kz",
    "--dpo-email=dpo@example.kz",
    "--service=google-analytics-4=G-ABC123",
    "--service=yandex-metrica=12345678",
    "--date=2026-12-01",
    "--languages=kk,ru,en",
];

impl Project {
    fn new() -> Self {
        let project = support::Project::empty();
        for folder in ["content/_kz", "themes/default"] {
            project.copy_from_repository(folder);
        }
        for file in ["content/glossary.toml", "wrangler.toml"] {
            fs::copy(repository().join(file), project.path().join(file)).unwrap();
        }
        Self(project)
    }

    fn run(&self, words: &[&str]) -> Output {
        self.program(words).output().unwrap()
    }

    fn make(&self, host: &str, facts: &[&str]) -> Output {
        self.run(&[&["new", host], facts].concat())
    }

    fn files(&self) -> Vec<String> {
        files_below(&self.path()).into_keys().collect()
    }
}

/// The facts without those of some options.
fn without(options: &[&str]) -> Vec<&'static str> {
    let is_kept = |fact: &&str| !options.iter().any(|option| fact.starts_with(option));
    FACTS.into_iter().filter(is_kept).collect()
}

#[test]
fn a_script_gets_a_site_from_options_alone() {
    let project = Project::new();
    let output = project.make("example.kz", &FACTS);
    assert!(output.status.success(), "{}", stderr(&output));
    insta::assert_snapshot!("new_report", stderr(&output));
    for (name, file) in [
        ("new_settings", "site.toml"),
        ("new_register", "services.toml"),
        ("new_review", "REVIEW.en.md"),
    ] {
        insta::assert_snapshot!(name, project.read(&format!("content/example.kz/{file}")));
    }
    // Each language has a template of its own.
    for locale in ["kk", "ru", "en"] {
        let review = project.read(&format!("content/example.kz/REVIEW.{locale}.md"));
        for fact in ["example.kz", "2026-12-01", "`G-ABC123`", "+77000000000"] {
            assert!(review.contains(fact), "{locale}: {fact}");
        }
        for variable in ["{host}", "{date}", "{services}", "{facts}"] {
            assert!(!review.contains(variable), "{locale}: {variable}");
        }
    }
}

#[test]
fn a_new_site_is_built_without_a_warning_and_not_deployed_before_it_is_read() {
    for locales in [&["kk", "ru", "en"][..], &["en", "ru"], &["kk"]] {
        let project = Project::new();
        let is_needed = |fact: &&str| {
            let address = fact.strip_prefix("--address=");
            let locale = address.and_then(|text| text.split('=').next());
            locale.is_none_or(|locale| locales.contains(&locale))
        };
        let mut facts: Vec<&str> = without(&["--languages"])
            .into_iter()
            .filter(is_needed)
            .collect();
        let languages = format!("--languages={}", locales.join(","));
        facts.push(&languages);
        let output = project.make("example.kz", &facts);
        assert!(output.status.success(), "{}", stderr(&output));

        let words = ["--site", "example.kz", "--today", "2026-12-01", "--deny"];
        let built = project.run(&[&["build"], &words[..], &["warnings"]].concat());
        assert!(built.status.success(), "{}", stderr(&built));
        let deployed = project.run(&[&["check"], &words[..], &["drafts"]].concat());
        assert_eq!(deployed.status.code(), Some(1));
        assert!(stderr(&deployed).contains("error[undecided]"));

        // Any of the languages will do.
        for locale in ["kk", "ru", "en"] {
            let review = format!("content/example.kz/REVIEW.{locale}.md");
            let is_there = project.path().join(&review).exists();
            assert_eq!(is_there, locales.contains(&locale), "{review}");
        }
        let review = format!("content/example.kz/REVIEW.{}.md", locales[0]);
        let ticked = project.read(&review).replace("- [ ] **", "- [x] **");
        fs::write(project.path().join(&review), ticked).unwrap();
        let deployed = project.run(&[&["check"], &words[..], &["drafts"]].concat());
        assert!(stderr(&deployed).contains("error[unarchived-edition]"));
        let archived = project.run(&[&["archive"], &words[..4]].concat());
        assert!(archived.status.success(), "{}", stderr(&archived));
        let deployed = project.run(&[&["check"], &words[..], &["drafts"]].concat());
        assert!(deployed.status.success(), "{}", stderr(&deployed));

        let register = project.read("content/example.kz/services.toml");
        let settings = project.read("content/example.kz/site.toml");
        let has_kazakh = register.contains("kk =") || settings.contains("kk =");
        assert_eq!(has_kazakh, locales.contains(&"kk"));
    }
}

#[test]
fn a_pack_without_one_of_its_files_is_an_error_that_names_the_file() {
    for file in ["pack.toml", "more-services.toml", "REVIEW.ru.md"] {
        let project = Project::new();
        let path = format!("content/_kz/{file}");
        fs::remove_file(project.path().join(&path)).unwrap();
        let output = project.make("example.kz", &FACTS);
        assert_eq!(output.status.code(), Some(1));
        let error = format!("error[unreadable-file]: `{path}` can't be read");
        assert!(stderr(&output).contains(&error), "{}", stderr(&output));
    }
}

#[test]
fn a_site_without_services_names_none() {
    let project = Project::new();
    let output = project.make("example.kz", &without(&["--service"]));
    assert!(output.status.success(), "{}", stderr(&output));
    let register = project.read("content/example.kz/services.toml");
    assert_eq!(register.matches("[[service]]").count(), 1);
    let settings = project.read("content/example.kz/site.toml");
    assert!(!settings.contains("Google") && settings.contains("counters of visits"));
}

#[test]
fn whatever_is_wrong_or_missing_is_needed_at_once_and_nothing_is_written() {
    let project = Project::new();
    let before = project.files();
    let wrong = [
        "--name=",
        "--name-lang=Russian",
        "--legal-name=ru=ТОО Пример",
        "--country=Kazakhstan",
        "--registration=bin=250440000005",
        "--address=kk=Алматы",
        "--address=de=Almaty",
        "--phone=87000000000",
        "--email=privacy",
        "--dpo-email=dpo@localhost",
        "--service=google-analytics-4=UA-1",
        "--service=hotjar=1",
        "--languages=kk,ru,de",
    ];
    let output = project.make("example.kz", &wrong);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("new_wrong", stderr(&output));
    // Standard input is no terminal here: nobody waits for an answer.
    let output = project.make("example.kz", &[]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("new_missing", stderr(&output));
    assert_eq!(project.files(), before);
}

/// What the build would warn of is refused before a site is made.
#[test]
fn an_id_shorter_than_any_of_its_vendor_is_refused_with_the_cure() {
    let project = Project::new();
    let facts = without(&["--service=google-analytics-4"]);
    let short = "--service=google-analytics-4=G-ABC";
    for (language, expected) in [
        ("en", "`G-ABC` is shorter than any id that the vendor gives"),
        ("de", "kürzer"),
    ] {
        let more = [short, "--ui-language", language];
        let output = project.make("example.kz", &[&facts[..], &more].concat());
        assert_eq!(output.status.code(), Some(1));
        let told = stderr(&output);
        assert!(told.contains(expected), "{told}");
        assert!(told.contains("--service google-analytics-4"), "{told}");
        assert!(!told.contains("doubtful-tag"), "{told}");
    }
    assert!(!project.path().join("content/example.kz").exists());
}

#[test]
fn a_host_that_is_none_or_has_a_site_is_refused() {
    let project = Project::new();
    for host in ["example", "https://example.kz", "../example.kz", ".new"] {
        let output = project.make(host, &FACTS);
        assert_eq!(output.status.code(), Some(1), "{host}");
        assert!(
            stderr(&output).contains("is no host name"),
            "{}",
            stderr(&output)
        );
    }
    assert!(project.make("example.kz", &FACTS).status.success());
    let before = files_below(&project.path());
    let again = project.make("example.kz", &FACTS);
    assert_eq!(again.status.code(), Some(1));
    assert!(stderr(&again).contains("is there already"));
    // A site that has only an environment is refused as well.
    let known = project.make("smartustaz.kz", &FACTS);
    assert_eq!(known.status.code(), Some(1));
    assert!(stderr(&known).contains("has an environment for `smartustaz.kz` already"));
    assert!(files_below(&project.path()) == before);
}

#[test]
fn the_environment_is_that_of_the_other_sites_under_its_own_name() {
    let project = Project::new();
    assert!(project.make("example.kz", &FACTS).status.success());
    let before = support::read(&repository().join("wrangler.toml"));
    let after = project.read("wrangler.toml");
    assert!(
        after.starts_with(before.trim_end()),
        "what was there is touched"
    );
    let wrangler: toml::Table = after.parse().unwrap();
    let environment = |name: &str| wrangler["env"][name].to_string();
    let expected = environment("smartustaz")
        .replace("smartustaz", "example")
        .replace("4102", "4105")
        .replace("4104", "4106")
        // That site has one policy, a new one two.
        .replace(
            "\"/privacy/\"",
            "\"/privacy/\", \"/cookies\", \"/cookies/\"",
        );
    assert_eq!(environment("example"), expected);
    // A second site with that first label gets another name.
    assert!(project.make("example.org", &FACTS).status.success());
    let wrangler: toml::Table = project.read("wrangler.toml").parse().unwrap();
    let vars = &wrangler["env"]["example-org"];
    assert_eq!(vars["vars"]["SITE"].as_str(), Some("example.org"));
    let ids = ["4107", "4108"].map(Some);
    let limits = &vars["ratelimits"];
    assert_eq!(
        [0, 1].map(|place| limits[place]["namespace_id"].as_str()),
        ids
    );
}

#[test]
fn without_wrangler_toml_the_environment_is_needed() {
    let project = Project::new();
    fs::remove_file(project.path().join("wrangler.toml")).unwrap();
    let output = project.make("example.kz", &FACTS);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("SITE = \"example.kz\""));
    assert!(!project.path().join("wrangler.toml").exists());
}

/// The pages of a built site, without the archive of what all visitors anywhere are asked.
fn pages(project: &Project, host: &str) -> BTreeMap<String, String> {
    let files = files_below(&project.path().join("dist").join(host));
    let pages = files
        .into_iter()
        .filter(|(name, _)| name.ends_with(".html"));
    pages
        .map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap()))
        .collect()
}

/// An operator, and what the pages of its site say.
struct NewOperator {
    host: &'static str,
    facts: &'static [&'static str],
    /// Words that stand on a page.
    expected: &'static [&'static str],
    /// Words that stand on none.
    foreign: &'static [&'static str],
}

#[test]
fn operators_of_all_kinds_get_sites_without_a_word_of_the_law_of_another_country() {
    /// Words by which the law of Kazakhstan is known.
    const KAZAKH: &[&str] = &[
        "BIN",
        "Kazakhstan",
        "Kasachstan",
        "Казахстан",
        "Қазақстан",
        "94-V",
    ];
    /// Words by which the law of the European Union is known.
    const EUROPEAN: &[&str] = &["DSGVO", "RGPD", "Datenschutz-Grundverordnung"];
    let project = Project::new();
    for pack in ["content/_eu", "content/_intl"] {
        project.copy_from_repository(pack);
    }
    let operators = [
        NewOperator {
            host: "muster.de",
            facts: &[
                "--country=DE",
                "--languages=de,en",
                "--name=Muster GmbH",
                "--registration=commercial-register=HRB 12345, Amtsgericht Charlottenburg",
                "--phone=+49 30 23125000",
                "--address=de=Musterstraße 1, 10115 Berlin",
            ],
            expected: &[
                "Muster GmbH",
                "HRB 12345",
                "Berliner Beauftragte",
                "+49 30 23125000",
            ],
            foreign: KAZAKH,
        },
        // An association without a number.
        NewOperator {
            host: "exemple.fr",
            facts: &[
                "--country=FR",
                "--languages=fr",
                "--name=Association Exemple",
                "--address=fr=1 rue de l’Exemple, 75001 Paris",
            ],
            expected: &[
                "Association Exemple",
                "Commission nationale de l’informatique et des libertés",
            ],
            foreign: KAZAKH,
        },
        // A sole trader.
        NewOperator {
            host: "trader.at",
            facts: &[
                "--country=Austria",
                "--languages=de",
                "--name=Erika Muster",
                "--address=de=Mustergasse 1, 1010 Wien",
            ],
            expected: &["Erika Muster"],
            foreign: KAZAKH,
        },
        // A host in Cyrillic letters.
        NewOperator {
            host: "құжат.қаз",
            facts: &[
                "--country=KZ",
                "--languages=kk",
                "--name=«Құжат»",
                "--registration=bin=250440000004",
                "--address=kk=Алматы, Үлгі көшесі, 1",
                "--dpo-name=Үлгі Үлгіқызы",
            ],
            expected: &["құжат.қаз", "«Құжат»", "Үлгі Үлгіқызы"],
            foreign: EUROPEAN,
        },
        // Neutral texts, and the authority and the kinds of registration of the operator's country.
        NewOperator {
            host: "neutral.de",
            facts: &[
                "--country=DE",
                "--pack=_intl",
                "--subdivision=DE-HH",
                "--languages=en",
                "--name=Muster GmbH",
                "--registration=commercial-register=HRB 12345, Amtsgericht Hamburg",
                "--address=en=Musterstraße 1, 20095 Hamburg",
            ],
            expected: &["Hamburg Commissioner for Data Protection"],
            foreign: KAZAKH,
        },
        NewOperator {
            host: "example.co.uk",
            facts: &[
                "--country=GB",
                "--languages=en",
                "--name=Example Ltd",
                "--registration=company-number=01234567",
                "--address=en=1 Example Street, London",
            ],
            expected: &["Information Commissioner’s Office (ICO)", "ico.org.uk"],
            foreign: KAZAKH,
        },
        NewOperator {
            host: "muster.ch",
            facts: &[
                "--country=CH",
                "--languages=en",
                "--name=Muster AG",
                "--address=en=Musterstrasse 1, 8001 Zürich",
            ],
            expected: &["Federal Data Protection and Information Commissioner (FDPIC)"],
            foreign: KAZAKH,
        },
        // A country without a pack.
        NewOperator {
            host: "namuna.uz",
            facts: &[
                "--country=UZ",
                "--languages=ru,en",
                "--name=Namuna",
                "--address=ru=Ташкент, улица Примерная, 1",
            ],
            expected: &["Namuna"],
            foreign: KAZAKH,
        },
    ];
    for operator in operators {
        let NewOperator {
            host,
            facts,
            expected,
            foreign,
        } = operator;
        let common = ["--yes", "--date=2026-12-01", "--email=info@example.org"];
        let output = project.make(host, &[&common, facts].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        let settings = files_below(&project.path().join("content"));
        let folder = settings.keys().find_map(|path| {
            let folder = path.strip_suffix("/site.toml")?;
            (!folder.starts_with('_')).then(|| folder.to_owned())
        });
        let folder = folder.unwrap();
        let words = [
            "build",
            "--site",
            &folder,
            "--today",
            "2026-12-01",
            "--deny",
            "warnings",
        ];
        let built = project.run(&words);
        assert!(built.status.success(), "{}", stderr(&built));
        let pages = pages(&project, &folder);
        for words in expected {
            let is_there = pages.values().any(|page| page.contains(words));
            assert!(is_there, "{host}: {words}");
        }
        for (name, page) in &pages {
            // What rules apply where, with the law of each country, stands on a page of its own.
            if name.contains("regimes") {
                continue;
            }
            let text: String = Html::parse_document(page).root_element().text().collect();
            for words in foreign {
                assert!(!text.contains(words), "{host}: {name}: {words}");
            }
        }
        fs::remove_dir_all(project.path().join("content").join(&folder)).unwrap();
    }
}
