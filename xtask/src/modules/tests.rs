//! The module graphs of the workspace are acyclic, the layers of the site builder are kept, unused
//! dependencies are found; and each kind of reference can close a circle.

use std::collections::BTreeSet;

use super::*;

/// Dependencies that no source names: they turn on a feature of another crate.
const FOR_A_FEATURE: &[(&str, &str)] = &[("site-builder", "icu_provider")];

fn workspace() -> Project {
    Project::find().unwrap()
}

fn graph_of(base: &Path, root_file: &str) -> Graph {
    Graph::new(&Tree::read(base, Path::new(root_file)).unwrap())
}

/// A crate of the files `(path, source)`.
fn fixture(files: &[(&str, &str)]) -> Graph {
    let folder = tempfile::tempdir().unwrap();
    for (path, source) in files {
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, source).unwrap();
    }
    graph_of(folder.path(), "lib.rs")
}

/// The modules of the only circle.
fn circle(graph: &Graph) -> String {
    let circles = graph.circles();
    assert_eq!(circles.len(), 1, "{circles:#?}");
    circles.first().unwrap().modules.join(" ")
}

fn assert_no_circle(graph: &Graph) {
    let circles = graph.circles();
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn no_crate_has_a_circle() {
    let project = workspace();
    let crates = crates(&project.root).unwrap();
    assert!(crates.len() > 5, "{crates:?}");
    let circles: Vec<String> = crates
        .iter()
        .flat_map(|member| {
            let tree = Tree::read(&project.root, &member.root_file).unwrap();
            Graph::new(&tree)
                .circles()
                .into_iter()
                .map(|circle| format!("{}: {circle}", member.label()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

/// The modules that the numbered list at the top of the site builder's `lib.rs` names, in order.
fn documented_layers(source: &str) -> Vec<String> {
    let numbered = |line: &&str| {
        let text = line.trim_start_matches("//! ");
        text.starts_with(|first: char| first.is_ascii_digit())
    };
    source
        .lines()
        .filter(numbered)
        .flat_map(|line| line.split("[`").skip(1))
        .filter_map(|after| Some(after.split_once("`]")?.0.to_owned()))
        .collect()
}

#[test]
fn each_layer_of_the_site_builder_refers_only_to_lower_ones() {
    let project = workspace();
    let root_file = Path::new("site-builder/src/lib.rs");
    let layers = documented_layers(&std::fs::read_to_string(project.root.join(root_file)).unwrap());
    let tree = Tree::read(&project.root, root_file).unwrap();
    let modules: BTreeSet<&String> = tree.module(Tree::ROOT).children.keys().collect();
    assert_eq!(
        modules,
        layers.iter().collect(),
        "lib.rs documents other modules than it has"
    );
    let depth = |name: &str| layers.iter().position(|layer| layer == name);
    let upward: Vec<String> = Graph::new(&tree)
        .top_level()
        .iter()
        .filter(|edge| depth(&edge.from) >= depth(&edge.to))
        .map(ToString::to_string)
        .collect();
    assert!(upward.is_empty(), "{}", upward.join("\n"));
}

/// The circles of a copy of `domain`, in which `category` refers to no other module, after lines
/// were added to files.
fn planted(additions: &[(&str, &str)]) -> Vec<String> {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&workspace().root.join("domain/src"), copy.path());
    for (file, lines) in additions {
        let file = copy.path().join(file);
        let source = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{source}\n{lines}\n")).unwrap();
    }
    graph_of(copy.path(), "lib.rs")
        .circles()
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Whether these additions make a circle of `category` that names the added line.
fn closes_a_circle(additions: &[(&str, &str)]) -> bool {
    let has = |circles: &[String]| {
        circles
            .iter()
            .any(|circle| circle.contains("\n  category -> regime  category.rs:"))
    };
    assert!(!has(&planted(&[])), "the crate has it already");
    has(&planted(additions))
}

#[test]
fn a_qualified_path_closes_a_circle() {
    let function = "fn planted() -> usize { crate::regime::Regime::ALL.len() }";
    assert!(closes_a_circle(&[("category.rs", function)]));
}

#[test]
fn a_path_in_a_macro_closes_a_circle() {
    let function = "fn planted() { println!(\"{:?}\", [crate::regime::Regime::ALL]); }";
    assert!(closes_a_circle(&[("category.rs", function)]));
}

#[test]
fn a_path_through_a_re_export_closes_a_circle() {
    let function = "fn planted(_: crate::Planted) {}";
    let facade = "pub use regime::Regime as Planted;";
    assert!(closes_a_circle(&[
        ("category.rs", function),
        ("lib.rs", facade)
    ]));
}

#[test]
fn a_path_refers_to_the_facade_too() {
    let graph = fixture(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use crate::b::C; pub fn f() {}"),
        ("b.rs", "pub use crate::c::C; fn g() { crate::a::f() }"),
        ("c.rs", "pub struct C;"),
    ]);
    assert_eq!(circle(&graph), "a b");
}

#[test]
fn a_path_in_a_serde_attribute_closes_a_circle() {
    let structure = "struct Planted { #[serde(default = \"crate::regime::usual\")] field: u8 }";
    assert!(closes_a_circle(&[("category.rs", structure)]));
}

#[test]
fn a_path_behind_a_glob_closes_a_circle() {
    let graph = fixture(&[
        ("lib.rs", "mod a; mod b; pub use b::*;"),
        ("a.rs", "use super::*; pub struct A(B);"),
        ("b.rs", "pub struct B; fn of(_: crate::a::A) {}"),
    ]);
    assert_eq!(circle(&graph), "a b");
}

#[test]
fn a_macro_without_a_path_closes_a_circle() {
    let graph = fixture(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "macro_rules! list { () => { $crate::b::B } }"),
        ("b.rs", "pub struct B; fn of() { list!(); }"),
    ]);
    assert_eq!(circle(&graph), "a b");
}

#[test]
fn a_circle_between_folders_is_found() {
    let graph = fixture(&[
        ("lib.rs", "mod a; mod b;"),
        ("a/mod.rs", "mod upper; pub mod lower;"),
        ("a/upper.rs", "use crate::b::upper as other;"),
        ("a/lower.rs", ""),
        ("b.rs", "pub mod upper; mod lower;"),
        ("b/upper.rs", ""),
        (
            "b/lower.rs",
            "const VALUE: u8 = { use crate::a; a::lower::VALUE };",
        ),
    ]);
    assert_eq!(circle(&graph), "a b");
}

#[test]
fn a_circle_inside_a_folder_is_found() {
    let graph = fixture(&[
        ("lib.rs", "mod a;"),
        ("a.rs", "mod b { use super::c::{self, C}; } mod c;"),
        ("a/c.rs", "type C = super::b::B;"),
    ]);
    assert_eq!(circle(&graph), "b c");
}

#[test]
fn every_edge_of_a_circle_names_a_line() {
    let graph = fixture(&[
        ("lib.rs", "mod a;\nmod b;"),
        ("a.rs", "\nuse crate::b::B;\nfn again(_: B) {}"),
        ("b.rs", "fn of() {\n    crate::a::f();\n}"),
    ]);
    let circles: Vec<String> = graph.circles().iter().map(ToString::to_string).collect();
    assert_eq!(
        circles,
        ["circle of 2 modules in `crate`: a, b\n  a -> b  a.rs:2\n  b -> a  b.rs:2"]
    );
}

#[test]
fn parent_and_child_may_refer_to_each_other() {
    assert_no_circle(&fixture(&[
        ("lib.rs", "mod a; fn f() -> a::A { a::child::f() }"),
        (
            "a.rs",
            "pub mod child; pub struct A(child::C); use crate::f;",
        ),
        (
            "a/child.rs",
            "pub struct C; use super::A; fn g() { crate::f(); crate::a::f() }",
        ),
    ]));
}

#[test]
fn what_is_compiled_for_tests_only_does_not_count() {
    assert_no_circle(&fixture(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B;"),
        (
            "b.rs",
            "pub struct B; #[cfg(test)] mod tests; #[cfg(test)] use crate::a::A; #[cfg(all(unix, test))] fn f() { crate::a::f() } \
             impl B { #[cfg(test)] fn g() { crate::a::f() } } mod inline { #[test] fn h() { crate::a::f() } }",
        ),
        ("b/tests.rs", "use crate::a::A;"),
    ]));
}

#[test]
fn names_of_other_crates_variables_and_fields_are_no_references() {
    assert_no_circle(&fixture(&[
        ("lib.rs", "mod a; mod b; pub use a::{a, f};"),
        ("a.rs", "use crate::b::B; pub fn a() {} pub fn f() {}"),
        (
            "b.rs",
            "use super::*; use ::a::X; pub struct B { a: u8 } fn g(a: B) { a.a; other::a(); println!(\"{}\", a.f()); ::a::f() }",
        ),
    ]));
}

#[derive(Deserialize)]
struct Manifests {
    packages: Vec<Manifest>,
}

#[derive(Deserialize)]
struct Manifest {
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `dev` or `build`; none for what the crate itself needs.
    kind: Option<String>,
}

#[test]
fn every_dependency_is_named_in_the_source() {
    let project = workspace();
    let crates = crates(&project.root).unwrap();
    let manifests: Manifests = metadata(&project.root).unwrap();
    let mut unused = Vec::new();
    for manifest in &manifests.packages {
        let named: BTreeSet<String> = crates
            .iter()
            .filter(|member| member.package == manifest.name)
            .flat_map(|member| {
                let tree = Tree::read(&project.root, &member.root_file).unwrap();
                first_names(&tree)
            })
            .collect();
        let all_sources = sources(manifest.manifest_path.parent().unwrap());
        for dependency in &manifest.dependencies {
            let name = dependency.name.replace('-', "_");
            let is_named = match dependency.kind {
                None => named.contains(&name),
                Some(_) => all_sources.contains(&name),
            };
            if !is_named && !FOR_A_FEATURE.contains(&(&manifest.name, &dependency.name)) {
                unused.push(format!("{}: {}", manifest.name, dependency.name));
            }
        }
    }
    assert!(unused.is_empty(), "unused dependencies: {unused:?}");
}

/// The first segments of all paths, in which names of other crates stand.
fn first_names(tree: &Tree) -> BTreeSet<String> {
    tree.ids()
        .flat_map(|id| &tree.module(id).references)
        .filter_map(|reference| reference.path.first().cloned())
        .collect()
}

/// The texts of all Rust files of a package.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text.push_str(&sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
    text
}
