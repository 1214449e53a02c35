//! The days that a file and earlier imports both speak of.

use std::collections::HashMap;

use domain::{ImportId, Transaction};
use jiff::civil::Date;

use crate::statement::StatementRow;

/// First and last day of the file, and of each import that the account has rows of.
pub(super) struct Ranges {
    file: (Date, Date),
    imports: Vec<(Date, Date)>,
}

impl Ranges {
    pub(super) fn new(existing: &[&Transaction], rows: &[StatementRow]) -> Self {
        let first = rows.iter().map(|row| row.date).min().unwrap_or(Date::MAX);
        let last = rows.iter().map(|row| row.date).max().unwrap_or(Date::MIN);
        let mut imports: HashMap<ImportId, (Date, Date)> = HashMap::new();
        for row in existing {
            let range = imports.entry(row.import_id).or_insert((row.date, row.date));
            *range = (range.0.min(row.date), range.1.max(row.date));
        }
        Self { file: (first, last), imports: imports.into_values().collect() }
    }

    /// Both speak of the day.
    pub(super) fn covers(&self, day: Date) -> bool {
        self.both(day).next().is_some()
    }

    /// Both speak of the day, and one of them of the days before and after too, so that it has the
    /// whole day. A file of what came since the last one shares no more than that day's rest.
    pub(super) fn is_inside(&self, day: Date) -> bool {
        let inside = |(first, last): (Date, Date)| first < day && day < last;
        self.both(day).any(|import| inside(import) || inside(self.file))
    }

    /// Both speak of the day, and one of them has it whole, or is of nothing but that day.
    pub(super) fn has_whole(&self, day: Date) -> bool {
        let is_all = |range: (Date, Date)| range == (day, day);
        self.is_inside(day) || self.both(day).any(|import| is_all(import) || is_all(self.file))
    }

    fn both(&self, day: Date) -> impl Iterator<Item = (Date, Date)> + '_ {
        let within = move |(first, last): (Date, Date)| first <= day && day <= last;
        self.imports.iter().copied().filter(move |import| within(*import) && within(self.file))
    }
}
