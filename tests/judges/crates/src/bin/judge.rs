//! `judge FOLDER`: judges a log in files; the exit code is 0 when it is right.

fn main() -> std::process::ExitCode {
    let folder = std::env::args().nth(1).expect("a folder is named");
    match judges::judge::judge(folder.as_ref()) {
        Ok(verdict) => {
            println!("tlog_tiles, signed_note: {verdict:?}");
            std::process::ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("tlog_tiles, signed_note: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
