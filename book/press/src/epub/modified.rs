//! When the book was changed last: a date that does not depend on when it is printed.

use std::env;
use std::path::Path;
use std::process::Command;

/// Seconds from 1970 to the change that is printed: what `SOURCE_DATE_EPOCH` says, as reproducible builds have it, or the last commit. A
/// copy of the sources that tells neither is as old as its archive can be.
pub(crate) fn last_change(root: &Path) -> u64 {
    const FIRST_OF_1980: u64 = 315_532_800;
    let told = env::var("SOURCE_DATE_EPOCH").ok();
    let seconds = |text: String| text.trim().parse().ok();
    told.and_then(seconds)
        .or_else(|| last_commit(root).and_then(seconds))
        .unwrap_or(FIRST_OF_1980)
}

fn last_commit(root: &Path) -> Option<String> {
    let mut git = Command::new("git");
    git.current_dir(root).args(["log", "-1", "--format=%ct"]);
    let output = git.output().ok()?;
    String::from_utf8(output.stdout).ok()
}

/// `2026-11-29T00:00:00Z`, in the Gregorian calendar.
pub(super) fn timestamp(seconds: u64) -> String {
    const DAY: u64 = 86_400;
    let (mut days, time) = (seconds / DAY, seconds % DAY);
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    format!(
        "{year}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z",
        days + 1
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_dates_of_the_calendar() {
        // By `date --utc --date=@951782400`, and so on.
        for (seconds, date) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (1_798_761_599, "2026-12-31T23:59:59Z"),
        ] {
            assert_eq!(timestamp(seconds), date);
        }
    }
}
