//! Pages as programs and sites make them: what of a page is its document, what the rest is said to
//! be, and what numbers, lists and tables a reader of the page sees.

use crate::support::{assert_idempotent, import, refusal, title_and_body, try_import_as};
use importer::{DecisionKind, Format, Imported};

/// Imports a page, and compares the text and the messages of its decisions.
fn check(page: &str, text: &str, decisions: &[&str]) {
    let imported = try_import_as(Format::Html, page, "en").expect("a page");
    let (_, body) = title_and_body(&imported.text);
    assert_eq!(body.trim(), text.trim(), "{page}");
    let messages = imported.decisions.iter();
    let messages = messages.filter(|decision| decision.kind != DecisionKind::NoTitle);
    let messages: Vec<&str> = messages.map(|decision| decision.message.as_str()).collect();
    assert_eq!(messages, decisions, "{page}");
    assert_idempotent(&imported.text, "en", page);
}

fn title(imported: &Imported) -> String {
    title_and_body(&imported.text).0
}

const LONG: &str = "We keep what you order, where it goes and how you paid for three years, and then we delete all of it.";

#[test]
fn what_stands_around_the_document_is_left_out_and_told() {
    for (open, close) in [
        ("<main>", "</main>"),
        ("<div role=main>", "</div>"),
        ("<article>", "</article>"),
        ("<div class='post entry-content'>", "</div>"),
    ] {
        let page = format!(
            "<body><div class=top><a href=/>Shop</a></div>{open}<h1>Privacy</h1><p>{LONG}</p>{close}<div>All rights reserved</div>"
        );
        check(
            &page,
            LONG,
            &[
                "left out: what stands around the document (`1` words: `Shop`)",
                "left out: what stands around the document (`3` words: `All rights reserved`)",
            ],
        );
    }
    let frames = [
        "<nav>Home Shop</nav>",
        "<footer>Home Shop</footer>",
        "<div role=navigation>Home Shop</div>",
        "<div class=site-footer>Home Shop</div>",
        "<div id=MainMenu>Home Shop</div>",
        "<div class='share-links'><a href='https://x.example'>Home</a> Shop</div>",
        "<div class=cookie-banner>Home Shop<button></button></div>",
        "<form>Home <button>Shop</button></form>",
        "<dl class='comments'><dt><a href='https://x.example'>Home Shop</a></dl>",
    ];
    for frame in frames {
        let imported = import(
            format!("<body><h1>Privacy</h1><p>{LONG}</p>{frame}</body>"),
            "en",
        );
        let (_, body) = title_and_body(&imported.text);
        assert_eq!(body.trim(), LONG, "{frame}");
        let decision = imported.decisions.first().expect("a decision");
        assert_eq!(decision.kind, DecisionKind::LeftOut, "{frame}");
        assert!(
            decision.message.ends_with("(`2` words: `Home Shop`)"),
            "{}",
            decision.message
        );
    }
}

#[test]
fn a_document_that_only_has_the_name_of_a_frame_stays() {
    for part in [
        "<div class=cookie-policy>{}</div>",
        "<form>{}</form>",
        "<div id=footer>{}</div>",
        "<section id=cookies><h2>Cookies</h2><p>We set <a href='https://x.example'>two</a>.</p></section>{}",
        "<h2 class=menu>Cookies</h2>{}",
        "<blockquote>Said.<footer>A judge</footer></blockquote>{}",
    ] {
        let page = part.replace("{}", &format!("<p>{LONG}</p>"));
        let imported = import(format!("<body><h1>Privacy</h1>{page}</body>"), "en");
        assert_eq!(imported.decisions, [], "{part}");
        assert!(imported.text.contains(LONG), "{part}");
    }
}

#[test]
fn the_only_heading_of_the_first_level_is_the_title_in_any_language() {
    let page = "<html><title>Boutique</title><ul><li>Accueil</li><li>Contact</li></ul><h1>Vos données</h1><h3>Introduction</h3><p>Un texte.</p><h3>Droits</h3><p>Un autre.</p>";
    let imported = import(page, "fr");
    assert_eq!(title(&imported), "Vos données");
    let outside = format!(
        "<body><div class=head><h1>Datenschutz</h1><a href=/>x</a></div><main><h2>1. Zweck</h2><p>{LONG}</p></main>"
    );
    assert_eq!(title(&import(&outside, "de")), "Datenschutz");
    for heading in [
        "<p class=MsoTitle>Terms</p>",
        "<div class='t-title'>Terms</div>",
        "<div role=heading aria-level=1>Terms</div>",
    ] {
        assert_eq!(
            title(&import(format!("<div>{heading}</div><p>{LONG}</p>"), "en")),
            "Terms"
        );
    }
}

#[test]
fn tables_of_contents_are_left_out() {
    let links = "<a href='#a'>One</a> {} <a href='#b'>Two</a> {} <a href='#c'>Three</a>";
    let text = format!("<h2 id=a>One</h2><p>{LONG}</p><h2 id=b>Two</h2><p>{LONG}</p>");
    for contents in [
        format!("<ul><li>{}</li></ul>", links.replace("{}", "</li><li>")),
        format!("<p>{}</p>", links.replace("{}", "</p><p>")),
        format!("<div class=toc>{}</div>", links.replace("{}", "")),
        "<p class=MsoToc1>One Two 1</p><p class=MsoToc2>Three</p>".to_owned(),
    ] {
        let imported = import(
            format!("<body><h1>Privacy</h1>{contents}{text}</body>"),
            "en",
        );
        let kinds: Vec<DecisionKind> = imported
            .decisions
            .iter()
            .map(|decision| decision.kind)
            .collect();
        assert_eq!(kinds, [DecisionKind::LeftOut], "{contents}");
        assert!(!imported.text.contains("Three"), "{contents}");
    }
}

#[test]
fn changes_that_nobody_accepted_are_told() {
    let deleted = |words: &str| {
        format!("`{words}` is deleted as a change that nobody has accepted yet: left out")
    };
    let struck = |words: &str| format!("`{words}` is struck out: left out");
    for (page, messages) in [
        (
            "<p>Due in 15 days<del cite=mailto:a@b.example> at most</del>.",
            vec![deleted("at most")],
        ),
        (
            "<p>Due in <span class=msoDel>30 </span>15 days.",
            vec![deleted("30")],
        ),
        ("<p>Due in <s>30</s> 15 days.", vec![struck("30")]),
        ("<p>Due in <strike>30</strike> 15 days.", vec![struck("30")]),
        (
            "<p>Due in <span style='text-decoration: line-through'>30</span> 15 days.",
            vec![struck("30")],
        ),
        (
            "<style>.c5 { text-decoration: line-through }</style><p>Due in <span class=c5>30</span> 15 days.",
            vec![struck("30")],
        ),
        (
            "<p>Due in 15 days.</p><del><p>Or 30.</p></del>",
            vec![deleted("Or 30.")],
        ),
    ] {
        let page = page.replace("at most</del>.", "at most.</del>");
        let messages: Vec<String> = messages
            .into_iter()
            .map(|message| message.replace("most`", "most.`"))
            .collect();
        let imported = import(format!("<html><body>{page}</body></html>"), "en");
        assert!(imported.text.contains("Due in 15 days"), "{page}");
        assert!(!imported.text.contains("30"), "{page}");
        let changes = imported
            .decisions
            .iter()
            .filter(|decision| decision.kind == DecisionKind::Change);
        let found: Vec<&str> = changes.map(|decision| decision.message.as_str()).collect();
        assert_eq!(found, messages, "{page}");
    }
    check(
        "<h1>A</h1><p>Due in <ins>15</ins> days.",
        "Due in 15 days.",
        &["`15` is inserted as a change that nobody has accepted yet: kept"],
    );
}

#[test]
fn hidden_words_are_left_out_and_told() {
    for hidden in [
        "<p style='display:none'>A draft.</p>",
        "<p style='DISPLAY: None !important'>A draft.</p>",
        "<p style='visibility:hidden'>A draft.</p>",
        "<p hidden>A draft.</p>",
        "<p><span style='mso-hide:all'>A draft.</span></p>",
        "<template><p>A draft.</p></template>",
        "<noscript>A draft.</noscript>",
        "<dialog>A draft.</dialog>",
        "<style>/* x{} */ @media screen { p { color: red } } div .draft, #x { display: none }</style><div><p class='a draft'>A draft.</p></div>",
    ] {
        check(
            &format!("<body><h1>A</h1><p>{LONG}</p>{hidden}</body>"),
            LONG,
            &["`A draft.` is hidden in the document: left out"],
        );
    }
}

#[test]
fn words_that_readers_can_open_stay() {
    for shown in [
        "<details><summary>More</summary>Details.</details>",
        "<p aria-hidden=true>Details.</p>",
        "<style>@media print { p { display: none } }</style><p>Details.</p>",
        "<style>.a { display: none } p.a.b { display: block }</style><p class='a b'>Details.</p>",
    ] {
        let imported = import(format!("<body><h1>A</h1><p>{LONG}</p>{shown}</body>"), "en");
        assert!(imported.text.contains("Details."), "{shown}");
        assert_eq!(imported.decisions, [], "{shown}");
    }
    let panel = "<style>.panel { display: none }</style><h1>A</h1><button class=accordion>General</button><div class=panel>Details.</div>";
    let imported = import(format!("<body>{panel}<p>{LONG}</p>"), "en");
    assert!(
        imported.text.contains("## General\n\nDetails.\n"),
        "{}",
        imported.text
    );
    assert_eq!(imported.decisions.len(), 1);
    let all = import(
        "<body><h1>A</h1><div style='display:none'><p>All of it.</p></div>",
        "en",
    );
    assert!(all.text.contains("All of it."));
    assert_eq!(all.decisions.len(), 1);
}

#[test]
fn comments_in_the_margin_are_left_out_and_told() {
    for (mark, comment) in [
        (
            "<span class=MsoCommentReference><a class=msocomanchor href='#_msocom_1'>[A1]</a></span>",
            "<div style='mso-element:comment-list'><div style='mso-element:comment'><p class=MsoCommentText>[A1]Is it so?</p></div></div>",
        ),
        (
            "<sup><a href='#cmnt1' id=cmnt_ref1>[A1]</a></sup>",
            "<div><p><a href='#cmnt_ref1' id=cmnt1>[A1]</a><span>Is it so?</span></p></div>",
        ),
    ] {
        check(
            &format!("<h1>A</h1><p>We keep it.{mark}</p>{comment}"),
            "We keep it.",
            &["a comment was left out: `[A1]Is it so?`"],
        );
    }
}

#[test]
fn footnotes_are_notes_whatever_program_writes_them() {
    for (mark, note) in [
        (
            "<a href='#_ftn1' name='_ftnref1'><span class=MsoFootnoteReference>[1]</span></a>",
            "<div style='mso-element:footnote-list'><hr><div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a href='#_ftnref1' name='_ftn1'>[1]</a> By law.</p></div></div>",
        ),
        (
            "<a class=sdfootnoteanc name=sdfootnote1anc href='#sdfootnote1sym'><sup>1</sup></a>",
            "<div id=sdfootnote1><p class=sdfootnote><a class=sdfootnotesym name=sdfootnote1sym href='#sdfootnote1anc'>1</a>By law.</p></div>",
        ),
        (
            "<sup><a href='#ftnt1' id=ftnt_ref1>[1]</a></sup>",
            "<hr><div><p><a href='#ftnt_ref1' id=ftnt1>[1]</a><span>&nbsp;By law.</span></p></div>",
        ),
        (
            "<a href='#fn1' class=footnote-ref id=fnref1><sup>1</sup></a>",
            "<section id=footnotes><hr><ol><li id=fn1><p>By law.<a href='#fnref1' class=footnote-back>↩︎</a></p></li></ol></section>",
        ),
        (
            "<sup id=cite_ref-1><a href='#cite_note-1'>[1]</a></sup>",
            "<ol><li id=cite_note-1><a href='#cite_ref-1'>↑</a> By law.</li></ol>",
        ),
    ] {
        check(
            &format!("<h1>A</h1><p>We keep it{mark} for years.</p>{note}<p>The end.</p>"),
            "We keep it[^1] for years.\n\nThe end.\n\n[^1]: By law.",
            &[],
        );
    }
}

#[test]
fn lists_have_the_numbers_that_a_browser_shows() {
    for (list, items) in [
        ("<ol start=3><li>a<li>b</ol>", "3. a\n4. b"),
        ("<ol><li value=7>a</ol>", "7. a"),
        ("<ol type=a start=26><li>a<li>b</ol>", "- z. a\n- aa. b"),
        ("<ol type=A><li>a<li>b</ol>", "- A. a\n- B. b"),
        ("<ol type=I><li>a<li>b</ol>", "- I. a\n- II. b"),
        (
            "<ol style='list-style: lower-roman inside'><li>a<li>b</ol>",
            "i. a\nii. b",
        ),
        (
            "<style>ol.x{list-style-type:upper-alpha}</style><ol class=x><li>a</ol>",
            "- A. a",
        ),
        (
            "<ol style='list-style-type: lower-greek'><li>a</ol>",
            "- α. a",
        ),
        ("<ol style='list-style: none'><li>a</ol>", "- a"),
        ("<ol><li hidden>x<li>a</ol>", "1. a"),
    ] {
        let imported = import(format!("<body><h1>A</h1><p>{LONG}</p>{list}"), "en");
        let (_, body) = title_and_body(&imported.text);
        assert_eq!(body.trim(), format!("{LONG}\n\n{items}"), "{list}");
    }
    let imported = import(
        "<body><h1>A</h1><ol style='list-style: klingon'><li>a</ol>",
        "en",
    );
    let decision = imported.decisions.first().expect("a decision");
    assert_eq!(decision.kind, DecisionKind::ListNumbers);
}

#[test]
fn numbers_that_a_style_sheet_makes_are_those_that_readers_see() {
    let nested = "ol{counter-reset:item}li{counter-increment:item}li::before{content:counters(item,'.') '. '}";
    check(
        &format!(
            "<style>{nested}</style><h1>A</h1><ol><li><b>One</b><ol><li>We sell.<li>You buy.</ol><li><b>Two</b><ol><li>By card.</ol></ol>"
        ),
        "## 1. One\n\n1.1. We sell.\n\n1.2. You buy.\n\n## 2. Two\n\n2.1. By card.",
        &[],
    );
    let headings = "body{counter-reset:s}h2{counter-increment:s}h2:before{content:counter(s) '. '}";
    check(
        &format!(
            "<style>{headings}</style><body><h1>A</h1><h2>One</h2><p>We sell.</p><h2>Two</h2><p>You buy.</p>"
        ),
        "## 1. One\n\nWe sell.\n\n## 2. Two\n\nYou buy.",
        &[],
    );
    let letters = ".x>li{counter-increment:c}.x>li:before{content:'(' counter(c, lower-latin) ')'}";
    check(
        &format!(
            "<style>{letters}</style><h1>A</h1><p>We keep:</p><ol class=x><li>names;<li>mails.</ol>"
        ),
        "We keep:\n\n(a) names;\n(b) mails.",
        &[],
    );
}

#[test]
fn nested_items_are_clauses_if_the_text_refers_to_one() {
    let page = |reference: &str| {
        format!(
            "<h1>A</h1><ol><li><p><b>General</b></p><ol><li><p>We sell.</p></li><li><p>You buy:</p><ol><li>bread;</li><li>milk.</li></ol></li></ol></li><li><p><b>Payment</b></p><ol><li><p>{reference}</p></li></ol></li></ol>"
        )
    };
    check(
        &page("As clause 1.2 says."),
        "## 1. General\n\n1.1. We sell.\n\n1.2. You buy:\n\n1.2.1. bread;\n\n1.2.2. milk.\n\n## 2. Payment\n\n2.1. As clause 1.2 says.",
        &[],
    );
    check(
        &page("By card."),
        "## 1. General\n\n1. We sell.\n2. You buy:\n   1. bread;\n   2. milk.\n\n## 2. Payment\n\n1. By card.",
        &[
            "`5` items of lists inside of numbered sections may be clauses, the first one `1.1`; no text refers to one",
        ],
    );
}

#[test]
fn cells_keep_the_borders_of_what_stands_in_them() {
    check(
        "<h1>A</h1><table><tr><th>Why<br>we do<th>What</tr><tr><td>Orders<td><ul><li>name<li>street, house<li>phone</ul></tr><tr><td>News<td><p>mail</p><p>town.</p><p>phone</p></tr></table>",
        "| Why we do | What |\n| --- | --- |\n| Orders | name; street, house; phone |\n| News | mail; town. phone |",
        &[],
    );
}

#[test]
fn tables_that_only_place_parts_of_a_page_are_paragraphs() {
    for table in [
        "<table><tr><td><p>One.</p><p>Two.</p></table>",
        "<table role=presentation><tr><td>One.<td>Two.</table>",
    ] {
        check(&format!("<h1>A</h1>{table}"), "One.\n\nTwo.", &[]);
    }
    let page = format!(
        "<h1>A</h1><table><tr><td>Logo<td><h2>1. One</h2><p>{LONG}</p><table><tr><th>a<th>b<tr><td>c<td>d</table><p>{LONG}</p></table>"
    );
    check(
        &page,
        &format!("Logo\n\n## 1. One\n\n{LONG}\n\n| a | b |\n| --- | --- |\n| c | d |\n\n{LONG}"),
        &[],
    );
}

#[test]
fn links_keep_their_addresses() {
    check(
        "<html><base href='https://shop.example/legal/'><h1>A</h1><p>See <a href='terms'>terms</a>, <a href='https://x.example/'>https://x.example/</a>, <a href='mailto:a@x.example'>a@x.example</a>, <a href='#b'>below</a>, <a href='javascript:x()'>all</a>, <a>none</a>.",
        "See [terms](https://shop.example/legal/terms), <https://x.example/>, [a@x.example](mailto:a@x.example), below, all, none.",
        &[],
    );
}

#[test]
fn small_markup_changes_no_word() {
    check(
        "<h1>A</h1><p>A <q>quoted</q> w<b>or</b>d, H<sub>2</sub>O, 20 m<sup>2</sup>, <bdo dir=rtl>abc</bdo>, super<wbr>mar&shy;ket, <abbr title=x>GDPR</abbr>, a&lt;b &amp c &#8364;&nbsp;5.",
        "A “quoted” w**or**d, H2O, 20 m², abc, supermarket, GDPR, a\\<b & c € 5.",
        &[],
    );
    check(
        "<h1>A</h1><div>First line.<br><br>Second line.<br>- one;<br>- two.<br><br>Third.</div>",
        "First line.\n\nSecond line.\n\n- one;\n- two.\n\nThird.",
        &[],
    );
}

#[test]
fn code_of_templates_never_becomes_words() {
    for page in [
        "@extends('layout')\n@section('content')\n{}\n@endsection\n",
        "<?php if ($a > 1) { echo 'x'; } ?>\n{}\n<?php include 'x.php';\n",
        "<%@ page language=\"java\" %>\n<% if (a > 1) { %>\n{}\n<% } %>\n",
        "{% extends \"base.html\" %}\n{% block content %}\n{}\n{% endblock %}\n",
        "@model Page\n@{ Layout = \"x\"; }\n{}\n",
        "import Link from './link'\n\nexport default function Page() {\n  return (\n    <>\n{}\n    </>\n  );\n}\n",
        "<template>\n{}\n</template>\n<script>export default {}</script>\n",
    ] {
        let body = "<h1>Privacy</h1>\n<p>We keep <b>all</b> of it.</p>";
        let imported = import(page.replace("{}", body), "en");
        assert_eq!(title(&imported), "Privacy", "{page}");
        let (_, body) = title_and_body(&imported.text);
        assert_eq!(body.trim(), "We keep **all** of it.", "{page}");
        let told = imported
            .decisions
            .iter()
            .filter(|decision| decision.kind == DecisionKind::LeftOut);
        assert_eq!(
            told.count(),
            usize::from(!page.starts_with("<template>")),
            "{page}"
        );
    }
}

#[test]
fn words_that_a_template_puts_in_are_told_where_they_are_missing() {
    for code in [
        "<?= $name ?>",
        "{{ $name }}",
        "{!! $name !!}",
        "<%= name %>",
        "${page.name}",
    ] {
        let imported = import(
            format!("<html><h1>A</h1>\n<p>We, {code}, keep it.</p>"),
            "en",
        );
        let decision = imported.decisions.first().expect("a decision");
        assert_eq!(
            (decision.kind, decision.line),
            (DecisionKind::Placeholder, 2),
            "{code}"
        );
        assert!(decision.message.contains(code), "{}", decision.message);
        assert!(
            imported.text.contains("We, , keep it."),
            "{}",
            imported.text
        );
    }
    let imported = import(
        "<html><h1>A</h1><script>a(`${x} {{ y z }}`)</script><p>{{ operator.name }} keeps it.",
        "en",
    );
    assert_eq!(imported.decisions, []);
    assert!(imported.text.contains("{{ operator.name }} keeps it."));
}

#[test]
fn pages_without_words_of_their_own_are_refused() {
    for page in [
        "<html><body><div id=app></div><script src=app.js></script></body></html>",
        "<template><div v-html=\"$t('policy')\"></div></template><script>export default {}</script>",
        "<?php return ['title' => 'Policy', 'text' => '<p>We keep it.</p>'];",
        "<html><frameset><frame src='a.html'></frameset></html>",
    ] {
        assert!(refusal(page).starts_with("the page has no words"), "{page}");
    }
}

#[test]
fn the_ending_of_a_name_says_what_a_file_is() {
    for (name, format) in [
        ("a/privacy.HTML", Format::Html),
        ("privacy.blade.php", Format::Html),
        ("Privacy.tsx", Format::Html),
        ("privacy.md", Format::Auto),
        ("privacy", Format::Auto),
        ("html/privacy", Format::Auto),
    ] {
        assert_eq!(Format::of_file_name(name), format, "{name}");
    }
    let fragment =
        "<div><b>1. General</b><br><br>\n1.1. We keep:<br>\n- names;<br>\n- mails.<br>\n</div>\n";
    let text = "## 1. General\n\n1.1. We keep:\n\n- names;\n- mails.";
    check(fragment, text, &[]);
    let found = import(fragment, "en");
    assert_eq!(title_and_body(&found.text).1.trim(), text);
    // Markdown in a file with the wrong ending.
    let imported =
        try_import_as(Format::Html, "# Privacy\n\n- one\n- two\n", "en").expect("a text");
    assert_eq!(title(&imported), "Privacy");
}
