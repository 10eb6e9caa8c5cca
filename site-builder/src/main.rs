//! The command line: `site-builder build | import | check`.

fn main() {}
