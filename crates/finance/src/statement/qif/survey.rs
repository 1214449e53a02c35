//! What only the whole of a file tells: the dates' order, the decimal mark, its own lists.

use super::{
    super::{DateOrder, csv},
    category::Lists,
    date,
    record::{Entries, Entry, Section, Switch},
};

/// What a file's bookings have in common.
pub(super) struct Survey<'t> {
    pub(super) date_order: DateOrder,
    pub(super) decimal_mark: char,
    pub(super) lists: Lists<'t>,
}

pub(super) fn survey(text: &str) -> Survey<'_> {
    let mut lists = Lists::default();
    let (mut dates, mut amounts, mut stated) = (Vec::new(), Vec::new(), None);
    for entry in Entries::new(text) {
        match entry {
            Entry::Record(Section::Bookings(_) | Section::Investments, record) => {
                dates.extend(record.field('D').map(|field| field.value));
                let is_amount = |code: char| matches!(code, 'T' | 'U' | '$');
                amounts.extend(
                    record.fields.iter().filter(|field| is_amount(field.code)).map(|field| field.value),
                );
            }
            Entry::Record(Section::Categories, record) => {
                lists.categories.insert(record.value('N'));
            }
            Entry::Record(Section::Classes, record) => {
                lists.classes.insert(record.value('N'));
            }
            Entry::Switch(Switch::Option(value)) => stated = stated.or(stated_order(value)),
            Entry::Section(..) | Entry::Switch(Switch::EndOfList) | Entry::Record(..) => {}
        }
    }
    let decimal_mark = csv::decimal_mark(amounts.iter().copied());
    let date_order = stated.unwrap_or_else(|| date::order(&dates, decimal_mark));
    Survey { date_order, decimal_mark, lists }
}

/// `!Option:MDY`
fn stated_order(value: &str) -> Option<DateOrder> {
    match value.to_ascii_uppercase().as_str() {
        "MDY" => Some(DateOrder::MonthDayYear),
        "DMY" => Some(DateOrder::DayMonthYear),
        "YMD" => Some(DateOrder::YearMonthDay),
        _ => None,
    }
}
