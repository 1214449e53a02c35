use std::collections::HashSet;

use domain::{
    AccountKind, Category, CategoryKind, CategorySource, Currency, Ledger, LeftOut, LeftOuts, Side,
    Transaction, TransactionFilter, TransactionId, TransferChoice,
};
use finance::{GroupBy, balance_on, counted_rows, group, largest, matching, page, total, transfers};
use jiff::civil::{Weekday, date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::ledgers::{account, any_ledger, details, ledger, pending, row, split};

const EVERY_WAY: [GroupBy; 9] = [
    GroupBy::Category,
    GroupBy::CategoryGroup,
    GroupBy::Payee,
    GroupBy::Account,
    GroupBy::Day,
    GroupBy::Week,
    GroupBy::Month,
    GroupBy::Quarter,
    GroupBy::Year,
];

fn any_filter() -> impl Strategy<Value = TransactionFilter> {
    let side = prop_oneof![Just(None), Just(Some(Side::Spending)), Just(Some(Side::Income))];
    let category = prop_oneof![
        Just(None),
        Just(Some(Category::known("Food"))),
        Just(Some(Category::known("Food:Groceries"))),
        Just(Some(Category::TRANSFER))
    ];
    let text =
        prop_oneof![3 => Just(None), 1 => Just(Some("KIO".to_owned())), 1 => Just(Some("É".to_owned()))];
    let days = prop_oneof![Just(None), Just(Some((date(2023, 5, 17), date(2024, 3, 3))))];
    let size =
        || proptest::option::weighted(0.2, (-1_00i64..400_00).prop_map(|cents| Decimal::new(cents, 2)));
    let sizes = (size(), size(), size(), size());
    let weekdays = prop_oneof![
        3 => Just(Vec::new()),
        1 => Just(vec![Weekday::Saturday, Weekday::Sunday]),
        1 => Just(vec![Weekday::Tuesday])
    ];
    let accounts = prop_oneof![
        3 => Just((None, None)),
        1 => Just((Some(account(2, "", Currency::USD).id), None)),
        1 => Just((None, Some(AccountKind::Checking)))
    ];
    let without = proptest::collection::vec(
        prop_oneof![
            Just(LeftOut::Category(Category::known("Food"))),
            Just(LeftOut::Category(Category::known("Income:Salary"))),
            Just(LeftOut::Payee("kiosk".to_owned())),
            Just(LeftOut::Text("É".to_owned())),
            Just(LeftOut::Account(account(1, "", Currency::USD).id)),
            Just(LeftOut::Refunds),
            Just(LeftOut::MoneyIn),
            Just(LeftOut::MoneyOut)
        ],
        0..3,
    );
    (side, category, text, days, sizes, weekdays, accounts, without).prop_map(
        |(
            side,
            category,
            text,
            days,
            (min, max, above, below),
            weekdays,
            (account, account_kind),
            without,
        )| {
            TransactionFilter {
                side,
                category,
                text,
                from: days.map(|(from, _)| from),
                to: days.map(|(_, to)| to),
                min,
                max,
                above,
                below,
                weekdays: weekdays.into_iter().collect(),
                account,
                account_kind,
                without: LeftOuts(without),
                ..TransactionFilter::default()
            }
        },
    )
}

/// Whether a row that counts with an amount meets every condition.
fn meets(filter: &TransactionFilter, ledger: &Ledger, amount: Decimal, row: &Transaction) -> bool {
    let (kind, size) = (row.category.kind(), row.amount.amount().abs());
    let is_in = |it: &Category| row.category == *it || row.category.group() == it.path();
    let has_text = |text: &str| {
        let text = text.to_lowercase();
        row.payee.to_lowercase().contains(&text) || row.description.to_lowercase().contains(&text)
    };
    let is_payee = |payee: &str| row.payee.to_lowercase() == payee.to_lowercase();
    let is_left_out = |left_out: &LeftOut| match left_out {
        LeftOut::Category(category) => is_in(category),
        LeftOut::Payee(payee) => is_payee(payee),
        LeftOut::Account(id) => row.account_id == *id,
        LeftOut::Text(text) => has_text(text),
        LeftOut::Refunds => kind == CategoryKind::Spending && amount >= Decimal::ZERO,
        LeftOut::MoneyIn => amount > Decimal::ZERO,
        LeftOut::MoneyOut => amount < Decimal::ZERO,
    };
    let side = |side| if side == Side::Spending { CategoryKind::Spending } else { CategoryKind::Income };
    filter.from.is_none_or(|from| row.date >= from)
        && filter.to.is_none_or(|to| row.date <= to)
        && filter.account.is_none_or(|account| row.account_id == account)
        && filter.currency.is_none_or(|currency| row.amount.currency() == currency)
        && filter.side.is_none_or(|it| kind == side(it))
        && filter.category.as_ref().is_none_or(is_in)
        && filter.payee.as_deref().is_none_or(is_payee)
        && filter.text.as_deref().is_none_or(has_text)
        && filter.account_kind.is_none_or(|it| ledger.account(row.account_id).unwrap().kind == it)
        && filter.min.is_none_or(|min| size >= min)
        && filter.max.is_none_or(|max| size <= max)
        && filter.above.is_none_or(|above| size > above)
        && filter.below.is_none_or(|below| size < below)
        && (filter.weekdays.is_empty() || filter.weekdays.contains(row.date.weekday()))
        && !filter.without.0.iter().any(is_left_out)
}

/// What counts, told slowly: each row, or each of its parts, with its amount and the row that a
/// filter sees.
fn counted(ledger: &Ledger) -> Vec<(TransactionId, Decimal, Transaction)> {
    let pairs = transfers(ledger).pairs;
    let is_half = |id: TransactionId| pairs.iter().any(|pair| pair.from == id || pair.to == id);
    let mut counted = Vec::new();
    for row in ledger.transactions.iter().filter(|row| !is_booked_since(ledger, row)) {
        let splits = row.details.as_ref().map(|details| details.splits.clone()).unwrap_or_default();
        let mut part = row.clone();
        if is_half(row.id) {
            if row.category.kind() != CategoryKind::Transfer {
                let other = pairs.iter().find(|pair| pair.from == row.id || pair.to == row.id).unwrap();
                let other = if other.from == row.id { other.to } else { other.from };
                let other = ledger.transactions.iter().find(|it| it.id == other).unwrap();
                let is_word = other.category.kind() == CategoryKind::Transfer
                    && other.category != Category::OPENING_BALANCE;
                part.category = if is_word { other.category.clone() } else { Category::TRANSFER };
            }
            counted.push((row.id, row.amount.amount(), part));
        } else if splits.is_empty() {
            counted.push((row.id, row.amount.amount(), part));
        } else {
            for split in splits {
                part.category = split.category;
                counted.push((row.id, split.amount.amount(), part.clone()));
            }
        }
    }
    counted
}

/// Whether a pending row of a random ledger was booked since: those have the booked row's number less 200.
fn is_booked_since(ledger: &Ledger, row: &Transaction) -> bool {
    let is_pending = row.details.as_ref().is_some_and(|details| details.is_pending);
    is_pending && !matching(ledger, &TransactionFilter::default()).any(|it| it.id == row.id)
}

/// Sum and number of rows of what counts in a filter.
fn slow_total(ledger: &Ledger, filter: &TransactionFilter) -> (Decimal, u64) {
    let found: Vec<_> =
        counted(ledger).into_iter().filter(|(_, amount, row)| meets(filter, ledger, *amount, row)).collect();
    let rows: HashSet<TransactionId> = found.iter().map(|(id, ..)| *id).collect();
    (found.iter().map(|(_, amount, _)| amount).sum(), rows.len() as u64)
}

proptest! {
    #[test]
    fn a_total_is_the_sum_of_what_counts_in_the_filter(ledger in any_ledger(), filter in any_filter()) {
        for currency in [Currency::USD, Currency::EUR] {
            let own = TransactionFilter { currency: Some(currency), ..filter.clone() };
            let found = total(&ledger, &filter).into_iter().find(|it| it.currency == currency);
            let found = found.map_or((Decimal::ZERO, 0), |it| (it.total, it.count));
            prop_assert_eq!(found, slow_total(&ledger, &own));
            prop_assert_eq!(matching(&ledger, &own).count() as u64, found.1);
            let rows = counted_rows(&ledger, &own);
            prop_assert_eq!(rows.iter().map(|it| it.counted).sum::<Decimal>(), found.0);
            prop_assert_eq!(rows.len() as u64, found.1);
        }
    }

    #[test]
    fn pages_of_any_size_are_the_rows_newest_first(ledger in any_ledger(), filter in any_filter(), limit in 1usize..9) {
        let mut rows = counted_rows(&ledger, &filter);
        rows.reverse();
        let mut paged = Vec::new();
        let mut before = None;
        loop {
            let part = page(&ledger, &filter, before, limit);
            prop_assert!(part.len() <= limit);
            let Some(last) = part.last() else { break };
            before = Some((last.row.date, last.row.id));
            paged.extend(part);
        }
        prop_assert_eq!(paged, rows);
    }

    #[test]
    fn groups_add_up_to_the_total(ledger in any_ledger(), filter in any_filter()) {
        for by in EVERY_WAY {
            let groups = group(&ledger, &filter, by);
            for whole in total(&ledger, &filter) {
                let parts = groups.iter().filter(|it| it.currency == whole.currency);
                let (sum, count) = parts.fold((Decimal::ZERO, 0), |(sum, count), it| (sum + it.total, count + it.count));
                prop_assert_eq!(sum, whole.total, "{:?}", by);
                // A split row is one row of several categories.
                let is_parted = matches!(by, GroupBy::Category | GroupBy::CategoryGroup);
                prop_assert!(count == whole.count || is_parted && count > whole.count, "{:?}", by);
            }
        }
    }

    #[test]
    fn the_filter_of_a_group_finds_exactly_its_rows(ledger in any_ledger(), filter in any_filter()) {
        for by in EVERY_WAY {
            for found in group(&ledger, &filter, by) {
                prop_assert_eq!(slow_total(&ledger, &found.filter), (found.total, found.count), "{:?} {}", by, found.label);
                let whole: HashSet<_> = matching(&ledger, &filter).map(|row| row.id).collect();
                prop_assert!(matching(&ledger, &found.filter).all(|row| whole.contains(&row.id)));
            }
        }
    }

    #[test]
    fn the_largest_rows_come_first(ledger in any_ledger(), n in 0usize..8) {
        let rows = largest(&ledger, &TransactionFilter::default(), n);
        let all = matching(&ledger, &TransactionFilter::default());
        let mut sizes: Vec<Decimal> = all.map(|row| row.amount.amount().abs()).collect();
        sizes.sort_by(|a, b| b.cmp(a));
        sizes.truncate(n);
        prop_assert_eq!(rows.iter().map(|it| it.counted.abs()).collect::<Vec<_>>(), sizes);
    }
}

#[test]
fn empty_months_between_are_filled_with_zero() {
    let checking = account(1, "Checking", Currency::USD);
    let rows = vec![
        row(10, &checking, date(2023, 11, 30), -10_00, "Market", "Food:Groceries"),
        row(11, &checking, date(2024, 2, 1), -5_00, "Market", "Food:Groceries"),
    ];
    let ledger = ledger(vec![checking], rows);
    let months = group(&ledger, &TransactionFilter::default(), GroupBy::Month);
    let shown: Vec<_> = months.iter().map(|it| (it.label.as_str(), it.total.to_string(), it.count)).collect();
    assert_eq!(
        shown,
        [
            ("2023-11", "-10.00".to_owned(), 1),
            ("2023-12", "0.00".to_owned(), 0),
            ("2024-01", "0.00".to_owned(), 0),
            ("2024-02", "-5.00".to_owned(), 1)
        ]
    );
    assert_eq!(group(&ledger, &TransactionFilter::default(), GroupBy::Quarter).len(), 2);
}

#[test]
fn groups_of_a_period_keep_the_first_and_last_day_of_the_question() {
    let checking = account(1, "Checking", Currency::USD);
    let rows = vec![
        row(10, &checking, date(2024, 1, 10), -10_00, "Market", "Food:Groceries"),
        row(11, &checking, date(2024, 1, 20), -5_00, "Market", "Food:Groceries"),
    ];
    let ledger = ledger(vec![checking], rows);
    let filter = TransactionFilter { from: Some(date(2024, 1, 15)), ..TransactionFilter::default() };
    let months = group(&ledger, &filter, GroupBy::Month);
    assert_eq!(months.len(), 1);
    assert_eq!(
        (months[0].filter.from, months[0].filter.to),
        (Some(date(2024, 1, 15)), Some(date(2024, 1, 31)))
    );
    assert_eq!(months[0].total, Decimal::new(-5_00, 2));
}

#[test]
fn one_name_in_two_groups_is_told_apart_by_its_path() {
    let checking = account(1, "Checking", Currency::USD);
    let rows = vec![
        row(10, &checking, date(2024, 1, 10), -10_00, "A", "Trains:Other"),
        row(11, &checking, date(2024, 1, 10), -5_00, "B", "Boats:Other"),
        row(12, &checking, date(2024, 1, 10), -1_00, "C", "Food:Groceries"),
    ];
    let ledger = ledger(vec![checking], rows);
    let labels: Vec<String> = group(&ledger, &TransactionFilter::default(), GroupBy::Category)
        .into_iter()
        .map(|it| it.label)
        .collect();
    assert_eq!(labels, ["Trains:Other", "Boats:Other", "Groceries"]);
}

#[test]
fn a_refund_reduces_its_category() {
    let card = account(1, "Card", Currency::USD);
    let rows = vec![
        row(10, &card, date(2024, 1, 10), -80_00, "Wren Outfitters", "Shopping:Clothing"),
        row(11, &card, date(2024, 1, 20), 30_00, "Wren Outfitters", "Shopping:Clothing"),
        row(12, &card, date(2024, 1, 21), 900_00, "Card payment", "Transfer:Card payment"),
    ];
    let ledger = ledger(vec![card], rows);
    let spending = TransactionFilter { side: Some(Side::Spending), ..TransactionFilter::default() };
    assert_eq!(total(&ledger, &spending)[0].total, Decimal::new(-50_00, 2));
}

#[test]
fn the_parts_of_a_split_row_count_in_their_own_categories() {
    let checking = account(1, "Checking", Currency::USD);
    let parts = [(-60_00, "Food:Groceries"), (-30_00, "Household:Supplies"), (-10_00, "Transfer")];
    let market = split(row(10, &checking, date(2024, 1, 10), -100_00, "Market", "Food:Groceries"), &parts);
    let ledger = ledger(vec![checking], vec![market]);
    let spending = TransactionFilter { side: Some(Side::Spending), ..TransactionFilter::default() };
    let shown: Vec<_> = group(&ledger, &spending, GroupBy::Category)
        .into_iter()
        .map(|it| (it.label, it.total.to_string(), it.count))
        .collect();
    let expected = [("Groceries", "-60.00", 1), ("Supplies", "-30.00", 1)];
    assert_eq!(shown, expected.map(|(name, sum, count)| (name.to_owned(), sum.to_owned(), count)));
    assert_eq!(
        (total(&ledger, &spending)[0].total, total(&ledger, &spending)[0].count),
        (Decimal::new(-90_00, 2), 1)
    );
    let largest: Vec<_> = largest(&ledger, &spending, 5).iter().map(|it| it.counted).collect();
    assert_eq!(largest, [Decimal::new(-90_00, 2)], "the parts that count");
}

#[test]
fn parts_that_do_not_add_up_make_no_money() {
    let checking = account(1, "Checking", Currency::USD);
    let market = row(10, &checking, date(2024, 1, 10), -100_00, "Market", "Food:Groceries");
    let ledger = ledger(vec![checking], vec![split(market, &[(-60_00, "Food:Groceries")])]);
    assert_eq!(total(&ledger, &TransactionFilter::default())[0].total, Decimal::new(-100_00, 2));
}

#[test]
fn a_pending_row_counts_until_a_later_import_books_it() {
    let card = account(1, "Card", Currency::USD);
    let coffee = |number, day| row(number, &card, date(2024, 1, day), -4_50, "Blue Bottle", "Food:Coffee");
    let on_hold = pending(coffee(10, 10));
    let other_import = |mut row: Transaction| {
        row.import_id = "00000000-0000-7000-8000-000000000077".parse().unwrap();
        row
    };
    let sum = |rows: Vec<Transaction>| {
        let ledger = ledger(vec![card.clone()], rows);
        let totals = total(&ledger, &TransactionFilter::default());
        assert_eq!(balance_on(&ledger, card.id, date(2024, 2, 1)).amount(), totals[0].total);
        totals[0].count
    };
    assert_eq!(sum(vec![on_hold.clone()]), 1);
    assert_eq!(sum(vec![on_hold.clone(), other_import(coffee(20, 12))]), 1, "booked two days later");
    assert_eq!(sum(vec![on_hold.clone(), other_import(coffee(20, 12)), other_import(coffee(21, 12))]), 2);
    assert_eq!(sum(vec![on_hold.clone(), other_import(coffee(9, 10))]), 2, "booked before it was pending");
    assert_eq!(sum(vec![on_hold.clone(), coffee(20, 12)]), 2, "both in one file");
    assert_eq!(sum(vec![on_hold.clone(), other_import(coffee(20, 28))]), 2, "weeks later");
    let other = |number, day| other_import(row(number, &card, date(2024, 1, day), -1_00, "Kiosk", "Food"));
    assert_eq!(sum(vec![on_hold.clone(), other(20, 11), other(21, 24)]), 3, "the two weeks are not over");
    assert_eq!(
        sum(vec![on_hold.clone(), other(20, 11), other(21, 25)]),
        2,
        "they are, and it was not booked"
    );
    assert_eq!(sum(vec![on_hold.clone(), other(20, 12), other(21, 26)]), 3, "perhaps booked on the 11th");
    let mut third = other(21, 25);
    third.import_id = "00000000-0000-7000-8000-000000000078".parse().unwrap();
    assert_eq!(sum(vec![on_hold, other(20, 11), third]), 3, "nobody knows what came between the two files");
}

#[test]
fn a_transfer_that_the_person_denies_is_spending() {
    let checking = account(1, "Checking", Currency::USD);
    let mut rent = row(10, &checking, date(2024, 1, 10), -900_00, "Online transfer", "Transfer");
    rent.details = Some(Box::new(details(|it| it.transfer = Some(TransferChoice::No))));
    let spending = TransactionFilter { side: Some(Side::Spending), ..TransactionFilter::default() };
    let spent =
        |row: &Transaction| total(&ledger(vec![checking.clone()], vec![row.clone()]), &spending).len();
    assert_eq!(spent(&rent), 1);
    rent.category_source = CategorySource::Person;
    assert_eq!(spent(&rent), 0, "the person's own word for it is newer than none");
}
