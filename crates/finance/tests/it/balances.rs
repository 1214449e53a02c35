use domain::{BalanceAnchor, Currency, Money, TransactionFilter};
use finance::{balance_on, balance_series, running_balances, total};
use jiff::{ToSpan, civil::date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::ledgers::{account, any_ledger, first_day, ledger, row};

proptest! {
    #[test]
    fn the_last_running_balance_is_the_balance_on_the_last_day(ledger in any_ledger()) {
        for account in &ledger.accounts {
            let mut rows = ledger.transactions.iter().filter(|row| row.account_id == account.id);
            let Some(last) = rows.next_back() else { continue };
            let running = running_balances(&ledger, account.id);
            prop_assert_eq!(running.last().unwrap(), &(last.id, balance_on(&ledger, account.id, last.date).amount()));
        }
    }

    #[test]
    fn a_stated_balance_holds_on_its_day(ledger in any_ledger()) {
        for account in &ledger.accounts {
            if let Some(anchor) = account.anchor {
                prop_assert_eq!(balance_on(&ledger, account.id, anchor.date), anchor.balance);
            }
        }
    }

    #[test]
    fn balances_of_two_days_differ_by_the_rows_between(ledger in any_ledger(), a in 0i32..740, b in 0i32..740) {
        let (from, to) = (first_day().saturating_add(a.min(b).days()), first_day().saturating_add(a.max(b).days()));
        for account in &ledger.accounts {
            let between = TransactionFilter {
                from: Some(from.tomorrow().unwrap()),
                to: Some(to),
                account: Some(account.id),
                ..TransactionFilter::default()
            };
            let moved = total(&ledger, &between).first().map_or(Decimal::ZERO, |it| it.total);
            let before = balance_on(&ledger, account.id, from).amount();
            prop_assert_eq!(before + moved, balance_on(&ledger, account.id, to).amount());
        }
    }

    #[test]
    fn a_series_is_the_sum_of_the_accounts_balances(ledger in any_ledger(), a in 0i32..740, b in 0i32..740) {
        let (from, to) = (first_day().saturating_add(a.min(b).days()), first_day().saturating_add(a.max(b).days()));
        let series = balance_series(&ledger, None, Currency::USD, from, to);
        prop_assert_eq!(series.last().unwrap().0, to);
        for (day, balance) in series {
            let accounts = ledger.accounts.iter().filter(|it| it.currency == Currency::USD);
            let sum: Decimal = accounts.map(|it| balance_on(&ledger, it.id, day).amount()).sum();
            prop_assert_eq!(balance, sum);
        }
    }
}

#[test]
fn a_series_has_each_month_s_end_and_the_last_day() {
    let checking = account(1, "Checking", Currency::USD);
    let rows = vec![row(10, &checking, date(2024, 1, 31), 10_00, "A", "Income:Other")];
    let ledger = ledger(vec![checking.clone()], rows);
    let series =
        balance_series(&ledger, Some(checking.id), Currency::USD, date(2024, 1, 5), date(2024, 3, 9));
    let days: Vec<_> = series.iter().map(|(day, balance)| (*day, balance.to_string())).collect();
    assert_eq!(
        days,
        [
            (date(2024, 1, 31), "10.00".to_owned()),
            (date(2024, 2, 29), "10.00".to_owned()),
            (date(2024, 3, 9), "10.00".to_owned())
        ]
    );
}

#[test]
fn without_a_stated_balance_an_account_starts_at_zero() {
    let checking = account(1, "Checking", Currency::USD);
    let rows = vec![row(10, &checking, date(2024, 1, 31), 10_00, "A", "Income:Other")];
    let ledger = ledger(vec![checking.clone()], rows);
    assert_eq!(balance_on(&ledger, checking.id, date(2024, 1, 30)), Money::zero(Currency::USD));
    assert_eq!(balance_on(&ledger, checking.id, date(2024, 1, 31)).to_string(), "10.00 USD");
}

#[test]
fn days_before_and_after_a_stated_balance_are_counted_from_it() {
    let mut checking = account(1, "Checking", Currency::USD);
    let stated = Money::new(Decimal::new(100_00, 2), Currency::USD).unwrap();
    checking.anchor = Some(BalanceAnchor { date: date(2024, 1, 15), balance: stated });
    let rows = vec![
        row(10, &checking, date(2024, 1, 10), -20_00, "A", "Food:Groceries"),
        row(11, &checking, date(2024, 1, 20), -5_00, "B", "Food:Groceries"),
    ];
    let ledger = ledger(vec![checking.clone()], rows);
    let on = |day| balance_on(&ledger, checking.id, day).to_decimal_string();
    assert_eq!(on(date(2024, 1, 9)), "120.00");
    assert_eq!(on(date(2024, 1, 10)), "100.00");
    assert_eq!(on(date(2024, 1, 31)), "95.00");
}
