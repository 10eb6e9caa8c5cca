//! Lists the files of `data/`, so that a further language is a further file.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("data");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut locales = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str());
        locales.push((name.ok_or("a name that is no text")?.to_owned(), path));
    }
    locales.sort();
    let mut list = format!("static FILES: [(&str, &str); {}] = [\n", locales.len());
    for (locale, path) in &locales {
        writeln!(list, "({locale:?}, include_str!({path:?})),")?;
    }
    list.push_str("];\n");
    let target = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(Path::new(&target).join("files.rs"), list)?;
    Ok(())
}
