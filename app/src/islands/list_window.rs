//! Which rows of a long list a page holds.

use std::ops::Range;

/// Rows beyond what is seen, on either side: a turn of the wheel shows rows that are there.
const BEYOND: usize = 40;
/// Rows come and go in steps of this many, so that a slow scroll does not ask for each.
const STEP: usize = 20;

/// The rows to hold while those from `above_px` on are seen, `view_px` of them.
pub(super) fn wanted(total: usize, row_px: f64, above_px: f64, view_px: f64) -> Range<usize> {
    let first = (above_px / row_px).max(0.0) as usize;
    let seen = (view_px / row_px).max(0.0) as usize + 2;
    let start = first.min(total).saturating_sub(BEYOND) / STEP * STEP;
    let end = (first.saturating_add(seen + BEYOND)).div_ceil(STEP).saturating_mul(STEP);
    start..end.min(total)
}

/// What to ask for, to come from the rows that are held to those that are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lack {
    /// Rows that follow those held.
    After(Range<usize>),
    /// Rows before those held.
    Before(Range<usize>),
    /// Others in their place.
    Instead(Range<usize>),
}

/// What lacks; none when every row that is wanted is held.
pub(super) fn lacking(held: &Range<usize>, wanted: &Range<usize>) -> Option<Lack> {
    if wanted.is_empty() {
        return None;
    }
    if wanted.start > held.end || wanted.end < held.start || held.is_empty() {
        return Some(Lack::Instead(wanted.clone()));
    }
    if wanted.end > held.end {
        return Some(Lack::After(held.end..wanted.end));
    }
    (wanted.start < held.start).then_some(Lack::Before(wanted.start..held.start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_rows_are_wanted_at_the_ends() {
        assert_eq!(wanted(100_000, 50.0, 0.0, 900.0), 0..60);
        assert_eq!(wanted(100_000, 50.0, 99_990.0 * 50.0, 900.0), 99_940..100_000);
        assert_eq!(wanted(7, 50.0, 0.0, 900.0), 0..7);
        assert_eq!(wanted(0, 50.0, 0.0, 900.0), 0..0);
    }

    #[test]
    fn whatever_is_seen_is_wanted_and_little_else() {
        for first in (0..100_000).step_by(777) {
            let rows = wanted(100_000, 52.5, first as f64 * 52.5, 1000.0);
            assert!(rows.start <= first && (first + 20).min(100_000) <= rows.end, "{first}: {rows:?}");
            assert!(rows.len() <= 160, "{rows:?}");
        }
    }

    #[test]
    fn only_what_lacks_is_asked_for() {
        assert_eq!(lacking(&(0..100), &(20..100)), None);
        assert_eq!(lacking(&(0..100), &(60..160)), Some(Lack::After(100..160)));
        assert_eq!(lacking(&(60..160), &(0..100)), Some(Lack::Before(0..60)));
        assert_eq!(lacking(&(0..100), &(5000..5100)), Some(Lack::Instead(5000..5100)));
        assert_eq!(lacking(&(0..100), &(100..160)), Some(Lack::After(100..160)));
        assert_eq!(lacking(&(0..0), &(0..60)), Some(Lack::Instead(0..60)));
    }
}
