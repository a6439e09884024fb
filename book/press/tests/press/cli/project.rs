//! `build` outside of the project.

use std::process::Command;

#[test]
fn outside_the_project_it_says_what_it_looked_for() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_press"))
        .arg("build")
        .current_dir(&elsewhere)
        .env_remove("CARGO_MANIFEST_DIR")
        .output()
        .expect("the press starts");
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(
        message.starts_with("error: there is no book.toml in "),
        "{message}"
    );
    assert_eq!(message.lines().count(), 1, "{message}");
}

#[test]
fn the_folder_of_another_book_is_not_the_project() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    std::fs::write(elsewhere.path().join("book.toml"), "[book]\n").expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_press"))
        .arg("build")
        .current_dir(&elsewhere)
        .env_remove("CARGO_MANIFEST_DIR")
        .output()
        .expect("the press starts");
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("is another book's"), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
}
