use super::*;

const START: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 40 20\">";

/// A drawing with something in it.
fn svg(inside: &str) -> Result<Picture, Fault> {
    check(Format::Svg, format!("{START}{inside}</svg>").into_bytes())
}

#[test]
fn what_drawing_programs_export_is_shown() {
    for good in [
        "",
        "<title>Muster</title><path d=\"M0 0h40v20H0z\" fill=\"#0a5\"/>",
        "<style>.a{fill:#0a5}@media (prefers-color-scheme:dark){.a{fill:#fff}}</style><path class=\"a\" d=\"M0 0h4v4z\"/>",
        "<defs><linearGradient id=\"a\"><stop offset=\"0\"/></linearGradient></defs><rect width=\"9\" height=\"9\" fill=\"url(#a)\"/>",
        "<defs><g id=\"a\"><circle r=\"3\"/></g></defs><use href=\"#a\"/><use xlink:href=\"#a\" style=\"filter:url('#b')\"/>",
        "<metadata><r:RDF xmlns:r=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" r:about=\"\"/></metadata>",
    ] {
        let picture = svg(good).unwrap_or_else(|fault| panic!("{good}: {fault:?}"));
        assert_eq!((picture.width, picture.height), (40, 20), "{good}");
    }
    let with_doctype = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- Generator -->\n\
        <!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">\n\
        <svg version=\"1.1\" xmlns=\"http://www.w3.org/2000/svg\" width=\"30px\" height=\"10px\"><path d=\"M0 0h4v4z\"/></svg>";
    let picture = check(Format::Svg, with_doctype.as_bytes().to_vec()).unwrap();
    assert_eq!((picture.width, picture.height), (30, 10));
}

#[test]
fn what_runs_or_loads_is_refused_with_its_place() {
    for (bad, place) in [
        ("<script>alert(1)</script>", "<script"),
        (
            "<x:script xmlns:x=\"http://www.w3.org/1999/xhtml\">a</x:script>",
            "<x:scri",
        ),
        ("<foreignObject/>", "<foreignObject"),
        ("<a href=\"#x\"/>", "<a"),
        ("<image href=\"#x\"/>", "<image"),
        ("<animate attributeName=\"href\"/>", "<animate"),
        ("<set attributeName=\"onload\"/>", "<set"),
        ("<text>Muster</text>", "<text"),
        ("<g onclick=\"a()\"/>", "onclick=\"a()\""),
        ("<g ONload=\"a()\"/>", "ONload=\"a()\""),
        (
            "<use href=\"https://a.example/#b\"/>",
            "href=\"https://a.example/#b\"",
        ),
        (
            "<use xlink:href=\"data:image/svg+xml,a\"/>",
            "xlink:href=\"data:image/svg+xml,a\"",
        ),
        ("<g xml:base=\"//a.example\"/>", "xml:base=\"//a.example\""),
        (
            "<g fill=\"url(https://a.example/#b)\"/>",
            "fill=\"url(https://a.example/#b)\"",
        ),
        (
            "<g style=\"fill:URL( //a )\"/>",
            "style=\"fill:URL( //a )\"",
        ),
        (
            "<g style=\"fill:u\\72l(//a)\"/>",
            "style=\"fill:u\\72l(//a)\"",
        ),
        ("<style>@import 'a.css';</style>", "@import 'a.css';"),
        (
            "<style>a{b:image-set('a' 1x)}</style>",
            "a{b:image-set('a' 1x)}",
        ),
        (
            "<?xml-stylesheet href=\"a.css\"?>",
            "<?xml-stylesheet href=\"a.css\"?>",
        ),
    ] {
        let fault = svg(bad).unwrap_err();
        let start = START.len();
        let at = fault
            .place
            .clone()
            .unwrap_or_else(|| panic!("{bad}: {fault:?}"));
        let found = bad.get(at.start - start..at.end - start);
        assert_eq!(found, Some(place), "{fault:?}");
    }
}

#[test]
fn bombs_are_refused_before_they_cost_anything() {
    let deep = "<g>".repeat(20_000);
    let wide = "<g/>".repeat(12_000);
    let entities = "<!DOCTYPE svg [<!ENTITY a \"aaaa\">]><svg/>";
    let circle = "<g id=\"a\"><use href=\"#a\"/></g><use href=\"#a\"/>";
    assert!(svg(&deep).unwrap_err().message.contains("nested"));
    assert!(svg(&wide).is_err());
    assert!(
        check(Format::Svg, entities.into())
            .unwrap_err()
            .message
            .contains("entities")
    );
    // Drawn as far as it goes.
    svg(circle).unwrap();
    let large = vec![b' '; MAX_SVG + 1];
    assert!(
        check(Format::Svg, large)
            .unwrap_err()
            .message
            .contains("64 KiB")
    );
}

#[test]
fn what_is_no_drawing_is_refused() {
    for bad in [
        "",
        "<svg/>",
        "<p>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"",
        "\u{0}",
    ] {
        assert!(check(Format::Svg, bad.into()).is_err(), "{bad}");
    }
    assert!(
        check(Format::Svg, vec![0xff])
            .unwrap_err()
            .message
            .contains("UTF-8")
    );
}

/// A PNG of one colour.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(::png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    let row = vec![0; usize::try_from(width * height).unwrap()];
    writer.write_image_data(&row).unwrap();
    drop(writer);
    bytes
}

#[test]
fn a_png_is_whole_and_no_larger_than_pages_need() {
    let whole = png(30, 20);
    let picture = check(Format::Png, whole.clone()).unwrap();
    assert_eq!((picture.width, picture.height), (30, 20));
    for at in [0, 8, 20, whole.len() / 2, whole.len() - 20] {
        let cut = whole[..at].to_vec();
        assert!(check(Format::Png, cut).is_err(), "{at}");
    }
    let large = check(Format::Png, png(2401, 1)).unwrap_err();
    assert!(large.message.contains("2401 × 1"), "{large:?}");
    let heavy = vec![0; MAX_PNG + 1];
    assert!(
        check(Format::Png, heavy)
            .unwrap_err()
            .message
            .contains("1024 KiB")
    );
}
