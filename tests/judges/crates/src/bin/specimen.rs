//! `specimen FOLDER`: writes a log for the judges.

fn main() {
    let folder = std::env::args().nth(1).expect("a folder is named");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    judges::specimen::write(folder.as_ref(), 65_537, 70_000);
}
