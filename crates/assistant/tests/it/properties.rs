//! Laws: dates and suggestions hold for every input.

use std::sync::Arc;

use assistant::{
    Toolbox, suggestions,
    when::{DayOrder, find, read},
};
use domain::{Ledger, Profile};
use jiff::{ToSpan, civil::Date, civil::date};
use proptest::prelude::*;

use crate::{
    household::{ledger, profile},
    questions::ask_on,
};

fn any_date() -> impl Strategy<Value = Date> {
    (0i32..60_000).prop_map(|days| date(1950, 1, 1).checked_add(days.days()).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_written_day_is_read_back(day in any_date(), today in any_date()) {
        let months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
        let month = months[usize::try_from(day.month() - 1).unwrap()];
        let (number, year) = (day.day(), day.year());
        for text in [
            day.to_string(),
            format!("on {number} {month} {year}"),
            format!("on {month} {number}, {year}"),
            format!("the {number}th of {month} {year}"),
            format!("{:02}/{:02}/{year}", day.month(), number),
        ] {
            let period = read(&text, today, DayOrder::MonthFirst);
            prop_assert_eq!(period.and_then(|it| it.bounds()), Some((day, day)), "{}", text);
        }
    }

    #[test]
    fn a_range_is_read_back(from in any_date(), days in 1i32..900, today in any_date()) {
        let to = from.checked_add(days.days()).unwrap();
        for text in [format!("{from} to {to}"), format!("between {from} and {to}"), format!("from {from} until {to}")] {
            let period = read(&text, today, DayOrder::DayFirst);
            prop_assert_eq!(period.and_then(|it| it.bounds()), Some((from, to)), "{}", text);
        }
    }

    #[test]
    fn a_month_without_a_year_is_the_latest_that_has_begun(today in any_date(), month in 0usize..12) {
        let months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
        let period = read(&format!("in {}", months[month]), today, DayOrder::MonthFirst).unwrap();
        let (from, to) = period.bounds().unwrap();
        prop_assert_eq!(usize::try_from(from.month() - 1).unwrap(), month);
        prop_assert!(from <= today && from.checked_add(1.year()).unwrap() > today, "{} {}", from, today);
        prop_assert_eq!(to, from.last_of_month());
    }

    #[test]
    fn the_last_days_end_today_and_are_as_many_as_asked(today in any_date(), count in 1i32..400) {
        let period = read(&format!("in the last {count} days"), today, DayOrder::MonthFirst).unwrap();
        let (from, to) = period.bounds().unwrap();
        prop_assert_eq!(to, today);
        prop_assert_eq!(from.checked_add((count - 1).days()).unwrap(), today);
    }

    #[test]
    fn a_period_before_touches_the_period(today in any_date(), words in prop_oneof![Just("last month"), Just("last week"), Just("last year"), Just("Q2 2020"), Just("past 6 months")]) {
        let period = read(words, today, DayOrder::MonthFirst).unwrap();
        let before = period.previous().unwrap();
        prop_assert_eq!(before.to.unwrap().tomorrow().unwrap(), period.from.unwrap());
    }

    #[test]
    fn no_text_upsets_the_reader(text in "\\PC{0,80}", today in any_date()) {
        let _ = find(&text, today, DayOrder::DayFirst);
    }

    #[test]
    fn no_run_of_date_words_upsets_the_reader(words in proptest::collection::vec(prop_oneof![
        Just("last"), Just("march"), Just("2014"), Just("15"), Just("to"), Just("between"), Just("and"), Just("of"), Just("the"),
        Just("first"), Just("week"), Just("q1"), Just("-"), Just("end"), Just("since"), Just("until"), Just("1st"), Just("months"),
        Just("ago"), Just("may"), Just("year"), Just("2014-02-30"), Just("29"), Just("february"), Just("weekend"), Just("'14"),
    ], 0..12), today in any_date()) {
        for mention in find(&words.join(" "), today, DayOrder::MonthFirst) {
            let _ = (mention.period.phrase(), mention.period.previous());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_suggestion_is_answered_with_a_figure(first in 0usize..130, length in 1usize..140, today in 0i32..900, with_profile: bool) {
        let whole = ledger();
        let rows = whole.transactions.iter().skip(first).take(length).cloned().collect();
        let part = Arc::new(Ledger { accounts: whole.accounts.clone(), transactions: rows });
        let profile = if with_profile { profile() } else { Profile::default() };
        let today = date(2022, 12, 1).checked_add(today.days()).unwrap();
        let toolbox = Toolbox::new(Arc::clone(&part), profile.clone(), today);
        for question in suggestions(&part, &profile, today, 20) {
            let (answer, _) = ask_on(&toolbox, &question, Vec::new());
            prop_assert!(!answer.summary.figures.is_empty(), "{} on {}", question, today);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_is_answered_or_declined(text in "\\PC{0,60}", words in proptest::collection::vec(prop_oneof![
        Just("how much"), Just("spend"), Just("did i"), Just("and"), Just("without"), Just("except"), Just("rent"), Just("Kin Thai"), Just("grocerys"),
        Just("over"), Just("between"), Just("a grand"), Just("two hundred"), Just("5%"), Just("$300k"), Just("30 years"), Just("mortgage"),
        Just("pay off"), Just("save a month"), Just("by June 2027"), Just("on mondays"), Just("weekends"), Just("since payday"), Just("the 4 weeks before"),
        Just("christmas"), Just("last summer"), Just("?"), Just("why"), Just("as a chart"), Just("than"), Just("compared to"), Just("the year before"),
        Just("balance"), Just("in 30 days"), Just("next"), Just("due"), Just("999999999999999999999"), Just("percent of my income"), Just("per"), Just("-"),
        Just("subscriptions"), Just("can i afford"), Just("the 31st"), Just("0"), Just("year 9999"), Just("2 fridays ago"), Just("1.5m"), Just("€"),
    ], 0..10), leads in proptest::bool::ANY) {
        let toolbox = Toolbox::new(ledger(), profile(), date(2024, 3, 31));
        let history = if leads { crate::corpus::history("How much did I spend on groceries in March 2024?") } else { Vec::new() };
        for text in [text.as_str(), &words.join(" ")] {
            let (answer, _) = ask_on(&toolbox, text, history.clone());
            prop_assert!(!crate::questions::markdown(&answer).trim().is_empty(), "{:?}", text);
        }
    }
}

#[test]
fn an_empty_ledger_suggests_nothing() {
    assert!(suggestions(&Ledger::default(), &Profile::default(), date(2024, 3, 31), 5).is_empty());
}
