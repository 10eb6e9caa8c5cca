//! The owner's face: `[brand]`, and themes that change only what differs.

use crate::support::{Project, Report, SITE, repository};
use site_builder::report::diagnostic::{Code, Severity};
use std::fs;

const SETTINGS: &str = "content/example.kz/site.toml";

const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 90 30\"><path d=\"M0 0h90v30H0z\"/></svg>";

const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 30 30\"><path d=\"M0 0h30v30H0z\"/></svg>";

/// A black PNG.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    let pixels = vec![0; usize::try_from(width * height).unwrap()];
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    bytes
}

/// The good site in the default theme with these lines of `[brand]`.
fn with_brand(lines: &str) -> Project {
    let project = Project::in_default_theme();
    let brand = format!("[brand]\n{lines}\n[operator]\n");
    project.replace(SETTINGS, "[operator]\n", &brand);
    project
}

fn built(project: &Project) -> Report {
    let report = project.build();
    let mut found = report.diagnostics.iter();
    assert!(
        found.all(|one| one.severity == Severity::Warning),
        "{}",
        report.text
    );
    report
}

/// The only diagnostic.
fn only(project: &Project, code: Code) -> String {
    let report = project.build();
    let mut errors = report
        .diagnostics
        .iter()
        .filter(|one| one.severity == Severity::Error);
    let first = errors.next().unwrap_or_else(|| panic!("{}", report.text));
    assert_eq!(first.code, code, "{}", report.text);
    assert!(errors.next().is_none(), "{}", report.text);
    report.text
}

#[test]
fn five_lines_give_every_page_its_owners_face() {
    let project = with_brand(
        "logo = \"logo.svg\"\nicon = \"icon.svg\"\nshare_image = \"share.png\"\naccent = \"#7a1f5c\"\nhome = \"https://www.example.kz/\"\n\
         [[brand.links]]\ntext = { en = \"Imprint\" }\nurl = \"https://example.kz/imprint\"\n",
    );
    project.write(&format!("{SITE}/brand/logo.svg"), LOGO);
    project.write(&format!("{SITE}/brand/icon.svg"), ICON);
    project.write(&format!("{SITE}/brand/share.png"), png(1200, 630));
    built(&project);
    let files = project.snapshot("dist/example.kz");
    let pages = files
        .iter()
        .filter(|(path, _)| path.ends_with(".html") && !path.contains("admin"));
    let mut count = 0;
    for (path, bytes) in pages {
        let page = str::from_utf8(bytes).unwrap();
        for wanted in [
            "<img class=\"masthead__logo\" src=\"/assets/brand/logo.",
            "width=\"90\" height=\"30\"",
            "<link rel=\"icon\" type=\"image/svg+xml\" href=\"/assets/brand/icon.",
            "<link rel=\"apple-touch-icon\" href=\"/assets/apple-touch-icon.",
            "<meta name=\"theme-color\" media=\"(prefers-color-scheme: light)\" content=\"#7a1f5c\">",
            "<meta name=\"theme-color\" media=\"(prefers-color-scheme: dark)\" content=\"#",
            "<meta property=\"og:title\" content=\"",
            "<meta property=\"og:url\" content=\"https://example.kz/",
            "<meta property=\"og:image\" content=\"https://example.kz/assets/brand/share.",
            "<meta property=\"og:image:width\" content=\"1200\">",
            "<meta name=\"twitter:card\" content=\"summary_large_image\">",
            "<a href=\"https://www.example.kz/\">www.example.kz</a>",
            "<a href=\"https://example.kz/imprint\">Imprint</a>",
            "<li><a href=\"/en/privacy/\"",
            "<li><a href=\"/en/feed.xml\">",
        ] {
            assert!(page.contains(wanted), "{path}: {wanted}");
        }
        // Every picture that a page names is a file.
        for address in page
            .split(['"', ' '])
            .filter(|word| word.starts_with("/assets/"))
        {
            assert!(
                files.contains_key(address.trim_start_matches('/')),
                "{path}: {address}"
            );
        }
        count += 1;
    }
    assert!(count > 5, "{count}");
    assert!(files["favicon.ico"].starts_with(&[0, 0, 1, 0]));
    // The banner on pages of others has the colour too.
    let colours = files.iter().filter(|(path, bytes)| {
        let text = String::from_utf8_lossy(bytes);
        path.starts_with("assets/") && text.contains("#7a1f5c") && !text.contains("#0a5a63")
    });
    let names: Vec<_> = colours
        .map(|(path, _)| path.split('.').next().unwrap())
        .collect();
    assert_eq!(names, ["assets/markup", "assets/question", "assets/site"]);
}

#[test]
fn without_a_brand_the_site_has_the_icons_of_the_theme() {
    let project = Project::in_default_theme();
    built(&project);
    let files = project.snapshot("dist/example.kz");
    assert!(files.contains_key("favicon.ico"));
    let page = project.read("dist/example.kz/en/privacy/index.html");
    assert!(page.contains("<svg class=\"masthead__mark\""), "{page}");
    assert!(page.contains("content=\"#0a5a63\""), "{page}");
    assert!(!page.contains("og:image"), "{page}");
}

#[test]
fn an_icon_may_be_a_png() {
    let project = with_brand("icon = \"icon.png\"");
    project.write(&format!("{SITE}/brand/icon.png"), png(512, 512));
    built(&project);
    let page = project.read("dist/example.kz/en/privacy/index.html");
    assert!(
        page.contains("<link rel=\"icon\" type=\"image/png\" href=\"/assets/brand/icon."),
        "{page}"
    );
    project.write(&format!("{SITE}/brand/icon.png"), png(179, 179));
    let told = only(&project, Code::InvalidPicture);
    assert!(
        told.contains("179 × 179") && told.contains("180 × 180"),
        "{told}"
    );
    project.write(&format!("{SITE}/brand/icon.png"), &png(512, 512)[..300]);
    let told = only(&project, Code::InvalidPicture);
    assert!(told.contains("no whole PNG"), "{told}");
}

#[test]
fn a_changed_picture_is_on_every_page_of_the_next_build() {
    let project = with_brand("logo = \"logo.svg\"");
    let logo = format!("{SITE}/brand/logo.svg");
    project.write(&logo, LOGO);
    project.run(&["build"]);
    let before = project.read("dist/example.kz/en/privacy/index.html");
    project.write(&logo, LOGO.replace("h90", "h60"));
    project.run(&["build"]);
    let after = project.read("dist/example.kz/en/privacy/index.html");
    assert_ne!(before, after);
}

#[test]
fn a_colour_that_can_not_be_read_is_told_with_the_nearest_that_can() {
    let told = only(&with_brand("accent = \"#0a5\""), Code::LowContrast);
    // The colour itself is right for dark pages.
    assert!(
        told.contains("`accent = { light = \"#007c3e\", dark = \"#00aa55\" }`"),
        "{told}"
    );
    built(&with_brand(
        "accent = { light = \"#007c3e\", dark = \"#00aa55\" }",
    ));
    let told = only(
        &with_brand("accent = { light = \"#007c3e\", dark = \"#333\" }"),
        Code::LowContrast,
    );
    assert!(
        told.contains("on dark pages") && !told.contains("on light pages"),
        "{told}"
    );
}

#[test]
fn what_can_not_be_a_brand_is_told() {
    for (lines, message) in [
        ("accent = \"teal\"", "`brand.accent` is no colour"),
        ("accent = \"#12345\"", "`brand.accent` is no colour"),
        (
            "home = \"www.example.kz\"",
            "`brand.home` can't be `www.example.kz`",
        ),
        ("home = \"http://example.kz/\"", "`brand.home` can't be"),
        ("home = \"https://a@example.kz/\"", "`brand.home` can't be"),
        (
            "logo = \"../logo.svg\"",
            "`brand.logo` can't be `../logo.svg`",
        ),
        ("logo = \"logo.gif\"", "`brand.logo` can't be `logo.gif`"),
        (
            "links = [{ text = { en = \"a\" }, url = \"javascript:a\" }]",
            "`brand.links.url` can't be",
        ),
    ] {
        let told = only(&with_brand(lines), Code::InvalidFact);
        assert!(told.contains(message), "{told}");
    }
    let told = only(&with_brand("logo = \"logo.svg\""), Code::UnreadableFile);
    assert!(told.contains("brand/logo.svg"), "{told}");
    let project = Project::good();
    project.write(&format!("{SITE}/brand/old.svg"), LOGO);
    let report = built(&project);
    assert_eq!(
        report.diagnostics[0].code,
        Code::StrayFile,
        "{}",
        report.text
    );
}

/// The good site in a theme of these files, with the default one beside it.
fn in_overlay(files: &[(&str, &str)]) -> Project {
    let project = Project::in_default_theme();
    project.replace(SETTINGS, "theme = \"default\"", "theme = \"rose\"");
    for (name, text) in files {
        project.write(&format!("themes/rose/{name}"), text);
    }
    project
}

#[test]
fn a_theme_of_five_lines_changes_its_colours_and_nothing_else() {
    let text = fs::read_to_string(repository().join("tests/themes/rose/theme.toml")).unwrap();
    assert_eq!(text.lines().count(), 5);
    let project = in_overlay(&[("theme.toml", &text)]);
    built(&project);
    let files = project.snapshot("dist/example.kz");
    let base = Project::in_default_theme();
    built(&base);
    let with_default = base.snapshot("dist/example.kz");
    assert_eq!(files.len(), with_default.len());
    for (path, bytes) in files
        .iter()
        .filter(|(path, _)| path.starts_with("assets/site."))
    {
        let (_, other) = with_default
            .iter()
            .find(|(path, _)| path.starts_with("assets/site."))
            .unwrap();
        let other = str::from_utf8(other).unwrap();
        let expected = other
            .replace("#0a5a63", "#9b1b5a")
            .replace("#7cc9cf", "#f2a3cb");
        assert_eq!(str::from_utf8(bytes).unwrap(), expected, "{path}");
    }
}

#[test]
fn a_theme_has_a_file_of_its_own_in_place_of_that_of_its_base() {
    let project = in_overlay(&[
        ("theme.toml", "base = \"default\"\n"),
        (
            "templates/partials/masthead.html",
            "<header>{{ site.host }}</header>",
        ),
        ("site.css", ".rose { color: #900; background: #fff }"),
        ("assets/extra.js", "/**/"),
    ]);
    built(&project);
    let page = project.read("dist/example.kz/en/privacy/index.html");
    assert!(page.contains("<header>example.kz</header>"), "{page}");
    assert!(page.contains("<footer class=\"footer\">"), "{page}");
    let files = project.snapshot("dist/example.kz");
    let text = |start: &str| {
        let (_, bytes) = files
            .iter()
            .find(|(path, _)| path.starts_with(start))
            .unwrap();
        str::from_utf8(bytes).unwrap().to_owned()
    };
    assert!(text("assets/site.").ends_with(".rose { color: #900; background: #fff }"));
    assert_eq!(text("assets/extra."), "/**/");
    // A mistake is told with the place in the theme's own file.
    project.write(
        "themes/rose/templates/partials/masthead.html",
        "<header onclick=\"a()\"></header>",
    );
    let told = only(&project, Code::InlineCode);
    assert!(
        told.contains("themes/rose/templates/partials/masthead.html:1:9"),
        "{told}"
    );
    fs::remove_dir_all(project.path().join("themes/rose/templates")).unwrap();
    project.write(
        "themes/rose/site.css",
        "a { color: #aaa; background: #fff }",
    );
    let told = only(&project, Code::LowContrast);
    assert!(told.contains("themes/rose/site.css:1:12"), "{told}");
}

#[test]
fn five_lines_of_strings_change_five_words_and_no_other() {
    let settings = ("theme.toml", "base = \"default\"\n");
    let strings = "[page]\nmenu = \"Documents\"\n[policy]\ncontents = \"In this document\"\n";
    let project = in_overlay(&[
        settings,
        ("strings/visitor/en.toml", strings),
        // As in English, and in the list of the overlay, which adds to that of the base.
        ("strings/names.toml", "names = [\"Documents\"]"),
    ]);
    built(&project);
    let base = Project::in_default_theme();
    built(&base);
    let page = |project: &Project| project.read("dist/example.kz/en/privacy/index.html");
    // Addresses of the archived words follow from the words.
    let plain = |text: &str| {
        let hashes = regex::Regex::new("[0-9a-f]{16,64}").unwrap();
        hashes.replace_all(text, "#").into_owned()
    };
    let expected = page(&base)
        .replace("Policies</summary>", "Documents</summary>")
        .replace("aria-label=\"Policies\"", "aria-label=\"Documents\"")
        .replace(">Contents<", ">In this document<")
        .replace("aria-label=\"Contents\"", "aria-label=\"In this document\"");
    assert_ne!(page(&base), expected);
    assert_eq!(plain(&page(&project)), plain(&expected));

    for (name, text, message, help) in [
        (
            "visitor/en.toml",
            "[page]\nmenus = \"Documents\"",
            "the base has no string `page.menus`",
            "did you mean `page.menu`?",
        ),
        (
            "visitor/en.toml",
            "page = \"Documents\"",
            "the base has no string `page`",
            "",
        ),
        (
            "visitor/en.toml",
            "[page]\nmenu = 5",
            "`page.menu` is no text",
            "a string stands in quotes",
        ),
        (
            "visitor/en.toml",
            "[plural.days]\nfew = \"{n} days\"",
            "the base has no string `plural.days.few`",
            "",
        ),
        (
            "admin/en.toml",
            "[admin]\nnothing = \"x\"",
            "the base has no string `admin.nothing`",
            "",
        ),
    ] {
        let name = format!("strings/{name}");
        let project = in_overlay(&[settings, (&name, text)]);
        let told = only(&project, Code::InvalidFact);
        assert!(told.contains(message) && told.contains(help), "{told}");
        assert!(told.contains(&format!("themes/rose/{name}:")), "{told}");
    }
    let text = "[index]\ntitle = \"Texts of {operator}\"\nlead = \"What {site} does.\"";
    let project = in_overlay(&[settings, ("strings/visitor/en.toml", text)]);
    let report = project.build();
    let told = report.text;
    for message in [
        "`index.title` has `{operator}`, unlike the English string",
        "`index.lead` lacks `{host}`, unlike the English string",
        "`index.lead` has `{site}`, unlike the English string",
    ] {
        assert!(told.contains(message), "{told}");
    }
    let broken = in_overlay(&[settings, ("strings/visitor/en.toml", "[page")]);
    assert!(
        broken
            .build()
            .text
            .contains("themes/rose/strings/visitor/en.toml:1")
    );
}

#[test]
fn a_language_that_only_an_overlay_has_is_written_in_full() {
    let project = in_overlay(&[("theme.toml", "base = \"default\"\n")]);
    let english = project.read("themes/default/strings/visitor/en.toml");
    fs::rename(
        project
            .path()
            .join("themes/default/strings/visitor/en.toml"),
        project.path().join("themes/default/strings/en.toml"),
    )
    .unwrap();
    project.write("themes/rose/strings/visitor/en.toml", &english);
    built(&project);
    let text = english.replacen("menu = ", "menü = ", 1);
    project.write("themes/rose/strings/visitor/en.toml", text);
    assert!(!project.build().diagnostics.is_empty());
}

#[test]
fn a_base_is_another_theme_that_stands_on_its_own() {
    for (settings, message) in [
        ("base = \"nothing\"", "`nothing` is no other theme"),
        ("base = \"rose\"", "`rose` is no other theme"),
        ("base = \"../default\"", "`../default` is no other theme"),
        ("base = \"second\"", "`second` has a base itself"),
        (
            "base = \"default\"\n[light]\npapier = \"#fff\"",
            "no colour `--papier`",
        ),
        (
            "base = \"default\"\n[light]\nmeasure = \"#fff\"",
            "no colour `--measure`",
        ),
        (
            "base = \"default\"\n[dark]\npaper = \"red;}\"",
            "`red;}` is no colour",
        ),
    ] {
        let project = in_overlay(&[("theme.toml", settings)]);
        project.write("themes/second/theme.toml", "base = \"default\"");
        let told = only(&project, Code::InvalidFact);
        assert!(
            told.contains(message) && told.contains("themes/rose/theme.toml"),
            "{told}"
        );
    }
}

#[test]
fn colours_of_the_default_theme_are_checked_on_all_that_they_stand_on() {
    let project = in_overlay(&[(
        "theme.toml",
        "base = \"default\"\n[dark]\nmark = \"#666\"\n",
    )]);
    let report = project.build();
    let told: Vec<&str> = report
        .diagnostics
        .iter()
        .map(|one| one.message.as_str())
        .collect();
    assert_eq!(told.len(), 2, "{}", report.text);
    assert!(
        told.iter().all(|one| one.contains("on dark pages")),
        "{told:?}"
    );
    assert!(
        told[0].starts_with("`--accent`") || told[1].starts_with("`--accent`"),
        "{told:?}"
    );
}

#[test]
fn a_colour_needs_a_theme_that_says_what_it_stands_on() {
    let project = Project::good();
    project.replace(
        SETTINGS,
        "[operator]\n",
        "[brand]\naccent = \"#036\"\n[operator]\n",
    );
    let told = only(&project, Code::InvalidFact);
    assert!(told.contains("has no `--accent`"), "{told}");
    let style = "themes/tiny/assets/site.css";
    project.write(style, ":root { --accent: #024; --paper: #fff }");
    let told = only(&project, Code::InvalidFact);
    assert!(
        told.contains("doesn't say what `--accent` stands on"),
        "{told}"
    );
    let contrast = "[[contrast]]\ntext = [\"accent\"]\non = [\"paper\"]\n";
    project.write("themes/tiny/theme.toml", contrast);
    built(&project);
}
