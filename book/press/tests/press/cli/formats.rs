//! `run --format`: for people, as CSV, and as JSON.

use super::{NOTEBOOK, json, printed};

#[test]
fn the_table_for_people_is_aligned_and_has_four_digits() {
    let table = printed(NOTEBOOK);
    let lines: Vec<&str> = table.lines().collect();
    assert!(
        lines[0].starts_with("deep-signal: seed 0, depth 5"),
        "{table}"
    );
    assert_eq!(lines[2], "layer      mean      std      rms");
    assert_eq!(lines[3], "    0  -0.02408   0.9815   0.9818");
    assert_eq!(lines.len(), 3 + 6);
}

#[test]
fn csv_has_a_header_and_every_digit() {
    let text = printed(&format!("{NOTEBOOK} --format csv"));
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("layer,mean,std,rms"));
    let first: Vec<f64> = lines
        .next()
        .expect("a row")
        .split(',')
        .map(|cell| cell.parse().expect("a number"))
        .collect();
    let table = json(&format!("{NOTEBOOK} --format json"));
    let same: Vec<f64> = (0..4)
        .map(|i| table["rows"][0][i].as_f64().expect("a number"))
        .collect();
    assert_eq!(first, same);
    assert_eq!(lines.count(), 5);
}

#[test]
fn the_format_may_stand_before_the_experiment() {
    assert_eq!(
        printed("run --format csv deep-signal --depth 2 --width 3"),
        printed("run deep-signal --depth 2 --width 3 --format csv")
    );
}
