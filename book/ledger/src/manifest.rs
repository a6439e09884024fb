//! What of the workspace's manifest decides a number.

/// Tables that decide none: how code is linted, which examples, tests and benchmarks there are, and what a registry shows.
const ASIDE: [&str; 6] = [
    "[[bench]]",
    "[[example]]",
    "[[test]]",
    "[lints]",
    "[package.metadata",
    "[workspace.lints",
];

/// Tables with a line for each package.
const BY_PACKAGE: [&str; 2] = ["[profile.dev.package]", "[workspace.dependencies]"];

/// The lines that may decide a number; of those about one package, those whose package is among these, each `name version checksum`.
///
/// What is not known is kept: a line too many makes a table stale, and one too few would keep a wrong one.
pub(crate) fn deciding(manifest: &str, packages: &[String]) -> String {
    let is_reached = |name: &str| {
        let mut packages = packages.iter();
        packages.any(|package| package.split(' ').next() == Some(name))
    };
    let mut table = "";
    let mut out = String::new();
    for line in manifest.lines() {
        if line.trim_start().starts_with('[') {
            table = line;
        }
        let name = line.split([' ', '.', '=']).next().unwrap_or_default();
        let is_of_other = BY_PACKAGE.contains(&table)
            && name.starts_with(char::is_alphanumeric)
            && !line.contains("package")
            && !is_reached(name);
        let is_aside = ASIDE.iter().any(|aside| table.starts_with(aside));
        if !is_of_other && !is_aside && !line.is_empty() && !line.starts_with('#') {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_compiled_into_a_number_is_left_out() {
        let manifest = r#"
[workspace]
members = ["."]

[workspace.dependencies]
# The functions.
libm = "0.2"
axum = "0.8"
"quoted" = "1"
other = { package = "libm", version = "0.1" }
walkdir.version = "2"
[workspace.lints.clippy]
pedantic = "warn"
[profile.dev]
opt-level = 1
[profile.dev.package]
libm = { opt-level = 3 }
axum = { opt-level = 1 }
[[example]]
name = "a"
[features]
a = []
[[test]]
name = "b"
"#;
        let packages = ["libm 0.2.1 a".to_owned(), "unit-variance 0.1.0 ".to_owned()];
        assert_eq!(
            deciding(manifest, &packages),
            r#"[workspace]
members = ["."]
[workspace.dependencies]
libm = "0.2"
"quoted" = "1"
other = { package = "libm", version = "0.1" }
[profile.dev]
opt-level = 1
[profile.dev.package]
libm = { opt-level = 3 }
[features]
a = []
"#
        );
    }
}
