use domain::{Currency, Side, TransactionFilter};
use finance::{
    GroupBy, balance_on,
    insight::{
        cash_flow::{average_saving, cash_flow},
        net_worth::net_worth,
    },
    total,
};
use jiff::{ToSpan, civil::date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::ledgers::{account, any_ledger, first_day, ledger, row};

#[test]
fn transfers_are_left_out_and_refunds_reduce_spending() {
    let own = account(1, "Checking", Currency::USD);
    let rows = vec![
        row(10, &own, date(2026, 1, 5), 2_000_00, "Work", "Income:Salary"),
        row(11, &own, date(2026, 1, 6), -600_00, "Landlord", "Housing:Rent"),
        row(12, &own, date(2026, 1, 7), -500_00, "Savings", "Transfer:Savings"),
        row(13, &own, date(2026, 1, 9), -80_00, "Shoes", "Shopping:Clothing"),
        row(14, &own, date(2026, 1, 12), 80_00, "Shoes", "Shopping:Clothing"),
        row(15, &own, date(2026, 3, 2), -100_00, "Shoes", "Shopping:Clothing"),
    ];
    let ledger = ledger(vec![own], rows);
    let flows = cash_flow(&ledger, &TransactionFilter::default(), GroupBy::Month, date(2026, 3, 10));
    let told: Vec<_> = flows
        .iter()
        .map(|it| {
            (
                it.label.as_str(),
                it.net.to_string(),
                it.savings_rate.map(|rate| rate.to_string()),
                it.is_partial,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("2026-01", "1400.00 USD".to_owned(), Some("70.0".to_owned()), false),
            ("2026-02", "0.00 USD".to_owned(), None, false),
            ("2026-03", "-100.00 USD".to_owned(), None, true),
        ]
    );
    let average = average_saving(&ledger, Currency::USD, date(2026, 3, 31), 6).unwrap();
    assert_eq!((average.a_month.to_string(), average.months), ("-50.00 USD".to_owned(), 2));
}

proptest! {
    #[test]
    fn periods_add_up_to_the_totals(ledger in any_ledger(), days in 0..900i32) {
        let day = first_day().saturating_add(days.days());
        for by in [GroupBy::Week, GroupBy::Month, GroupBy::Quarter, GroupBy::Year] {
            let flows = cash_flow(&ledger, &TransactionFilter::default(), by, day);
            for currency in [Currency::USD, Currency::EUR] {
                let own: Vec<_> = flows.iter().filter(|flow| flow.net.currency() == currency).collect();
                let sum = |side| {
                    let filter = TransactionFilter {
                        side: Some(side), to: Some(day), currency: Some(currency), ..TransactionFilter::default()
                    };
                    total(&ledger, &filter).first().map_or(Decimal::ZERO, |it| it.total)
                };
                prop_assert_eq!(own.iter().map(|it| it.income.amount()).sum::<Decimal>(), sum(Side::Income));
                prop_assert_eq!(own.iter().map(|it| -it.spending.amount()).sum::<Decimal>(), sum(Side::Spending));
                for flow in own {
                    prop_assert_eq!(flow.net.amount(), flow.income.amount() - flow.spending.amount());
                    let found: Decimal = total(&ledger, &flow.spending_rows).iter().map(|it| it.total).sum();
                    prop_assert_eq!(found, -flow.spending.amount());
                }
            }
        }
    }

    #[test]
    fn net_worth_is_the_sum_of_balances(ledger in any_ledger(), days in 0..900i32) {
        let day = first_day().saturating_add(days.days());
        for point in net_worth(&ledger, None, day) {
            let currency = point.net.currency();
            let of = ledger.accounts.iter().filter(|account| account.currency == currency);
            let balances: Decimal = of.map(|account| balance_on(&ledger, account.id, point.date).amount()).sum();
            prop_assert_eq!(point.net.amount(), balances);
            prop_assert_eq!(point.assets.amount() - point.debts.amount(), balances);
            prop_assert!(point.assets.amount() >= Decimal::ZERO && point.debts.amount() >= Decimal::ZERO);
        }
    }
}
