//! Hosts in other scripts than Latin: shown to readers, in ASCII wherever machines compare them.

use crate::support::{EDITION, Project, SITE, front_matter, script_data};
use std::fs;

#[test]
fn a_host_in_another_script_is_shown_and_converted_inside() {
    let project = Project::in_default_theme();
    let (host, ascii) = ("құжат.қаз", "xn--80al1b2zud.xn--80ao21a");
    let folder = format!("content/{ascii}");
    fs::rename(project.path().join(SITE), project.path().join(&folder)).unwrap();
    let settings = format!("{folder}/site.toml");
    project.replace(
        &settings,
        "host = \"example.kz\"",
        &format!("host = \"{host}\"\ncookie_domain = \"{host}\"\norigins = [\"https://дүкен.{host}\", \"https://bücher.example\"]"),
    );
    project.write(
        &format!("{folder}/en/privacy/2026-01-01.md"),
        format!("{}\n## 1. A\n\n1.1. {{{{ site.host }}}}, {{{{ site.url }}}}, [own](https://{host}/en/), [form](https://{{{{site.host}}}}/en/choices/).\n", front_matter(&Project::good().read(EDITION))),
    );
    assert_eq!(project.build().text, "");
    let page = project.read(&format!("dist/{ascii}/en/privacy/index.html"));
    for part in [
        format!("· {host}</title>"),
        format!("<link rel=\"canonical\" href=\"https://{ascii}/en/privacy/\">"),
        format!("{host}, <a href=\"https://{ascii}\">https://{host}</a>"),
        format!("<a href=\"https://{ascii}/en/choices/\">form</a>"),
        format!("\"name\":\"{host}\",\"url\":\"https://{ascii}/\""),
    ] {
        assert!(page.contains(&part), "{part}\n{page}");
    }
    let own = page.split_once(">own<").unwrap().0;
    assert!(
        !own.rsplit_once("<a ").unwrap().1.contains("external"),
        "{own}"
    );
    let dist = |file: &str| project.read(&format!("dist/{ascii}/{file}"));
    let manifest: serde_json::Value = serde_json::from_str(&dist("manifest.json")).unwrap();
    assert_eq!(manifest["site"], ascii);
    assert_eq!(manifest["cookie_domain"], ascii);
    let origins = manifest["origins"].as_array().unwrap();
    assert_eq!(origins.len(), 2);
    assert!(
        origins
            .iter()
            .all(|origin| origin.as_str().unwrap().is_ascii()),
        "{origins:?}"
    );
    for file in [
        "_headers",
        "sitemap.xml",
        "robots.txt",
        "en/feed.xml",
        "_redirects",
    ] {
        let text = dist(file);
        for address in text.split("://").skip(1) {
            let host: String = address
                .chars()
                .take_while(|letter| !"/\"<> ;\n".contains(*letter))
                .collect();
            assert!(host.is_ascii(), "{file}: {host}");
        }
    }
    // Scripts know a host in ASCII only, and name it to readers.
    let names = &script_data(&dist("embed.js"))["hosts"];
    assert_eq!(names[ascii], host);
    assert_eq!(names["xn--bcher-kva.example"], "bücher.example");
    assert_eq!(names.as_object().unwrap().len(), 3);
    let choices = dist("en/choices/index.html");
    assert!(
        choices.contains(&format!("{host}, дүкен.{host}")),
        "{choices}"
    );
    assert!(
        choices.contains("<a href=\"https://xn--bcher-kva.example/#kelisim\">bücher.example</a>")
    );
}

#[test]
fn the_folder_of_a_host_is_named_in_ascii_and_may_be_asked_for_in_its_script() {
    let project = Project::good();
    let ascii = "xn--bcher-kva.example";
    let to = |folder: &str| format!("content/{folder}");
    fs::rename(
        project.path().join(SITE),
        project.path().join(to("bücher.example")),
    )
    .unwrap();
    let settings = format!("{}/site.toml", to("bücher.example"));
    project.replace(
        &settings,
        "host = \"example.kz\"",
        "host = \"bücher.example\"",
    );
    let report = project.build();
    assert!(
        report
            .text
            .contains(&format!("name the folder after the host: `{ascii}`")),
        "{}",
        report.text
    );
    fs::rename(
        project.path().join(to("bücher.example")),
        project.path().join(to(ascii)),
    )
    .unwrap();
    let output = project.run(&["build", "--site", "bücher.example"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        project
            .path()
            .join("dist")
            .join(ascii)
            .join("manifest.json")
            .is_file()
    );
}

#[test]
fn hosts_of_services_may_be_in_any_script() {
    let project = Project::in_default_theme();
    let register = format!("{SITE}/services.toml");
    project.write(
        &register,
        project.read(&register)
            + r#"
[[service]]
id = "map"
kind = "iframe"
name = "Map"
category = "functional"
tag = "https://карта.қаз/view"
provider = "Карта"
country = "KZ"
transfer = "none"
privacy_url = "https://карта.қаз/privacy"
data = { en = "address of the device", ru = "адрес устройства" }
purpose = { en = "Shows a map.", ru = "Показывает карту." }
[service.hosts]
frame = ["https://*.карта.қаз"]
[[service.cookie]]
name = "map"
domain = "карта.қаз"
days = 1
purpose = { en = "the last view", ru = "последний вид" }
"#,
    );
    assert_eq!(project.build().text, "");
    let ascii = "xn--80aa2azak.xn--80ao21a";
    let headers = project.read("dist/example.kz/_headers");
    for origin in [format!(" https://{ascii};"), format!(" https://*.{ascii} ")] {
        assert!(headers.contains(&origin), "{origin}: {headers}");
    }
    assert!(headers.is_ascii(), "{headers}");
    let page = project.read("dist/example.kz/en/choices/index.html");
    assert!(page.contains("map (карта.қаз)"), "{page}");
}

#[test]
fn letters_of_two_scripts_are_no_host_of_a_service() {
    let project = Project::good();
    project.replace(
        &format!("{SITE}/services.toml"),
        "[[service.cookie]]\nname = \"_counter\"",
        "[service.hosts]\nscript = [\"https://cdn.аpple.com\"]\n[[service.cookie]]\nname = \"_counter\"",
    );
    let told = project.build().text;
    assert!(
        told.contains("`https://cdn.аpple.com` is no origin"),
        "{told}"
    );
}
