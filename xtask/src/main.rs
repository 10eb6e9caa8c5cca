//! Set-up and automation.

fn main() {}
