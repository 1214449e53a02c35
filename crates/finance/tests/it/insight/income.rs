use domain::{Currency, Profile};
use finance::insight::income::{income_streams, next_pay_day};
use jiff::civil::date;

use super::household::household;
use crate::ledgers::{account, ledger, row};

#[test]
fn pay_comes_before_other_income_and_names_its_next_day() {
    let day = date(2026, 11, 21);
    let ledger = household(3, day);
    let streams = income_streams(&ledger, &Profile::default(), day);
    let pay: Vec<_> = streams
        .iter()
        .filter(|it| it.is_pay)
        .map(|it| (it.recurring.payee.as_str(), it.recurring.usual.to_string(), it.recurring.next.unwrap()))
        .collect();
    assert_eq!(pay.len(), 3, "{pay:?}");
    assert!(pay.contains(&("Fernhill Studio", "2392.60 USD".to_owned(), date(2026, 11, 30))), "{pay:?}");
    assert!(streams[..3].iter().all(|it| it.is_pay));
    let (next, by) = next_pay_day(&streams, day).unwrap();
    assert_eq!((next, by.recurring.payee.as_str()), (date(2026, 11, 28), "Alderbrook School"));
}

#[test]
fn the_largest_regular_income_is_pay_where_no_category_says_so() {
    let own = account(1, "Giro", Currency::EUR);
    let rows = (1..=8).flat_map(|month| {
        let day = |day| date(2026, month, day);
        [
            row(
                month as u64 * 2,
                &own,
                day(27),
                2_800_00 + i64::from(month) * 3_00,
                "Holz GmbH",
                "Income:Other",
            ),
            row(month as u64 * 2 + 1, &own, day(3), 250_00, "Kasse", "Income:Other"),
        ]
    });
    let ledger = ledger(vec![own.clone()], rows.collect());
    let streams = income_streams(&ledger, &Profile::default(), date(2026, 9, 1));
    let pay: Vec<_> = streams.iter().map(|it| (it.recurring.payee.as_str(), it.is_pay)).collect();
    assert_eq!(pay, [("Holz GmbH", true), ("Kasse", false)]);
    assert_eq!(next_pay_day(&streams, date(2026, 9, 1)).unwrap().0, date(2026, 9, 27));
}
