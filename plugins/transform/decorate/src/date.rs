//! Dates, which a guest has no library for.

use std::time::Duration;

/// The date of a time since 1970-01-01 UTC: "2026-11-24".
pub fn text(since_epoch: Duration) -> String {
    let (year, month, day) = civil(since_epoch.as_secs() / 86_400);
    let mut out = String::with_capacity(10);
    for (n, size) in [(year, 4), (month, 2), (day, 2)] {
        if !out.is_empty() {
            out.push('-');
        }
        for k in (0..size).rev() {
            out.push(char::from(b'0' + (n / 10_u64.pow(k) % 10) as u8));
        }
    }
    out
}

/// Year, month and day of a day since 1970-01-01. Years begin in March here, so that a leap day is a year's last and months
/// have 31 and 30 days in turn, five of them 153.
fn civil(day: u64) -> (u64, u64, u64) {
    let day = day + 719_468; // since 0000-03-01
    let era = day / 146_097; // 400 years
    let of_era = day % 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153; // March is 0
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    (era * 400 + year, month, of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leap(year: u64) -> bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// All days until 2600 follow one another as a calendar says.
    #[test]
    fn days_follow_one_another() {
        let days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let mut n = 0;
        for year in 1970..2600 {
            for month in 1..=12 {
                for day in 1..=days[month as usize - 1] + u64::from(month == 2 && leap(year)) {
                    assert_eq!(civil(n), (year, month, day), "day {n}");
                    n += 1;
                }
            }
        }
    }

    #[test]
    fn texts_have_all_digits() {
        for (seconds, want) in [(0, "1970-01-01"), (86_399, "1970-01-01"), (1_795_478_400, "2026-11-24")] {
            assert_eq!(text(Duration::from_secs(seconds)), want);
        }
    }
}
