use domain::{Currency, Ledger, Profile, Transaction};
use finance::insight::anomalies::{Anomaly, AnomalyKind, Severity, anomalies};
use jiff::{
    ToSpan,
    civil::{Date, date},
};

use super::household::household;
use crate::ledgers::{account, ledger, pending, row};

const DAY: Date = date(2026, 11, 21);

fn last_year(ledger: &Ledger, day: Date) -> Vec<Anomaly> {
    anomalies(ledger, &Profile::default(), day.saturating_sub(1.year()), day)
}

/// The household with some of its rows changed.
fn household_with(change: impl FnOnce(&mut Vec<Transaction>)) -> Ledger {
    let mut made = household(3, DAY);
    change(&mut made.transactions);
    made.transactions.sort_by_key(|row| (row.date, row.id));
    made
}

#[test]
fn a_quiet_household_raises_few_alarms() {
    let mut told = 0;
    for seed in 0..10 {
        for until in [DAY, date(2025, 7, 1)] {
            let all = last_year(&household(seed, until), until);
            // Rent, daycare, streaming and the like did rise, and a bank did take a fee.
            let alarms: Vec<_> = all
                .iter()
                .filter(|it| !matches!(it.kind, AnomalyKind::PriceRise | AnomalyKind::BankFee))
                .map(|it| format!("{:?} {} {} {}", it.kind, it.subject, it.date, it.reason))
                .collect();
            eprintln!("{seed} {until}: {} rises and fees, {alarms:?}", all.len() - alarms.len());
            assert!(all.len() - alarms.len() <= 9 && alarms.len() <= 4, "{alarms:?}");
            told += alarms.len();
        }
    }
    assert!(told <= 25, "{told} alarms in 20 years");
}

#[test]
fn a_bill_twice_as_high_is_told() {
    let ledger = household_with(|rows| {
        let bill = rows.iter_mut().rfind(|row| &*row.payee == "Brightwater Electric").unwrap();
        bill.amount = domain::Money::new(rust_decimal::Decimal::new(-312_40, 2), Currency::USD).unwrap();
    });
    let found = anomalies(&ledger, &Profile::default(), DAY.saturating_sub(60.days()), DAY);
    let it = found.iter().find(|it| it.kind == AnomalyKind::HighBill).unwrap();
    assert_eq!((it.subject.as_str(), it.severity), ("Brightwater Electric", Severity::Alert));
    assert_eq!((it.amount.to_string(), it.proof.rows.len()), ("312.40 USD".to_owned(), 1));
}

#[test]
fn a_charge_taken_twice_is_told_and_one_that_came_back_is_not() {
    let twice = |comes_back: bool| {
        household_with(|rows| {
            let card = rows.iter().find(|row| &*row.payee == "Hearth & Nook").unwrap().clone();
            for (number, (day, cents)) in [(10, -84_17), (11, -84_17), (15, 84_17)].into_iter().enumerate() {
                if cents < 0 || comes_back {
                    let mut made = card.clone();
                    made.id =
                        format!("00000000-0000-7000-8000-{:012}", 900_000_000 + number).parse().unwrap();
                    made.date = date(2026, 11, day);
                    made.amount =
                        domain::Money::new(rust_decimal::Decimal::new(cents, 2), Currency::USD).unwrap();
                    rows.push(made);
                }
            }
        })
    };
    let doubles = |ledger: &Ledger| {
        let found = anomalies(ledger, &Profile::default(), DAY.saturating_sub(30.days()), DAY);
        found
            .into_iter()
            .filter(|it| it.kind == AnomalyKind::DoubleCharge)
            .map(|it| it.amount.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(doubles(&twice(false)), ["84.17 USD"]);
    assert!(doubles(&twice(true)).is_empty());
}

#[test]
fn a_pending_charge_and_its_booking_are_one_charge() {
    let own = account(1, "Checking", Currency::USD);
    let mut booked = row(50, &own, date(2026, 11, 12), -45_00, "Shop", "Shopping:Clothing");
    booked.import_id = "00000000-0000-7000-8000-000000000002".parse().unwrap();
    let charge = row(40, &own, date(2026, 11, 10), -45_00, "Shop", "Shopping:Clothing");
    let doubles = |rows: Vec<Transaction>| {
        let found = last_year(&ledger(vec![own.clone()], rows), DAY);
        found.iter().filter(|it| it.kind == AnomalyKind::DoubleCharge).count()
    };
    assert_eq!(doubles(vec![charge.clone(), booked.clone()]), 1);
    assert_eq!(doubles(vec![pending(charge), booked]), 0);
}

#[test]
fn a_subscription_first_seen_pending_is_told_by_the_row_that_was_booked() {
    let own = account(1, "Checking", Currency::USD);
    let old = row(10, &own, date(2026, 1, 5), -9_00, "Shop", "Shopping:Clothing");
    let charge =
        |number, day| row(number, &own, date(2026, 11, day), -15_00, "Films", "Subscriptions:Streaming");
    let mut booked = charge(50, 12);
    booked.import_id = "00000000-0000-7000-8000-000000000002".parse().unwrap();
    let found =
        last_year(&ledger(vec![own.clone()], vec![old, pending(charge(40, 10)), booked.clone()]), DAY);
    let new: Vec<_> = found.iter().filter(|it| it.kind == AnomalyKind::NewSubscription).collect();
    assert_eq!(new.iter().map(|it| it.date).collect::<Vec<_>>(), [booked.date]);
}

#[test]
fn money_moved_twice_between_own_accounts_is_no_charge() {
    let (from, to) = (account(1, "Checking", Currency::USD), account(2, "Savings", Currency::USD));
    let mut rows = Vec::new();
    for day in [10, 11] {
        let number = 10 * day as u64;
        rows.push(row(number, &from, date(2026, 11, day), -500_00, "Transfer to Savings", "Uncategorised"));
        rows.push(row(
            number + 1,
            &to,
            date(2026, 11, day),
            500_00,
            "Transfer from Checking",
            "Uncategorised",
        ));
    }
    let told = last_year(&ledger(vec![from, to], rows), DAY);
    assert!(told.iter().all(|it| it.kind != AnomalyKind::DoubleCharge), "{told:?}");
}

#[test]
fn pay_that_does_not_come_is_told() {
    let ledger = household_with(|rows| {
        rows.retain(|row| &*row.payee != "Alderbrook School" || row.date < date(2026, 10, 20));
    });
    let found = anomalies(&ledger, &Profile::default(), DAY.saturating_sub(60.days()), DAY);
    let it = found.iter().find(|it| it.kind == AnomalyKind::MissingIncome).unwrap();
    assert_eq!(
        (it.subject.as_str(), it.date, it.severity),
        ("Alderbrook School", date(2026, 10, 28), Severity::Alert)
    );
}

#[test]
fn a_new_subscription_and_a_rise_are_told() {
    let card = account(1, "Card", Currency::USD);
    let mut rows: Vec<Transaction> = (1..=11)
        .map(|month| {
            row(
                month as u64,
                &card,
                date(2026, month, 4),
                -9_00 - i64::from(month / 10) * 2_00,
                "Mail",
                "Subscriptions:Software",
            )
        })
        .collect();
    rows.extend((8..=11).map(|month| {
        row(50 + month as u64, &card, date(2026, month, 9), -15_00, "Films", "Subscriptions:Streaming")
    }));
    let ledger = ledger(vec![card], rows);
    let told: Vec<_> = anomalies(&ledger, &Profile::default(), date(2026, 8, 1), DAY)
        .into_iter()
        .map(|it| (it.kind, it.subject, it.date))
        .collect();
    assert!(told.contains(&(AnomalyKind::PriceRise, "Mail".to_owned(), date(2026, 10, 4))), "{told:?}");
    assert!(told.contains(&(AnomalyKind::NewSubscription, "Films".to_owned(), date(2026, 8, 9))), "{told:?}");
    assert_eq!(told.len(), 2);
}

#[test]
fn far_more_than_usual_in_a_category_is_told() {
    let ledger = household_with(|rows| {
        let mut made = rows.iter().find(|row| row.category.name() == "Restaurants").unwrap().clone();
        made.id = "00000000-0000-7000-8000-000900000000".parse().unwrap();
        made.date = date(2026, 11, 18);
        made.amount = domain::Money::new(rust_decimal::Decimal::new(-740_00, 2), Currency::USD).unwrap();
        rows.push(made);
    });
    let found = anomalies(&ledger, &Profile::default(), date(2026, 11, 1), DAY);
    let it = found.iter().find(|it| it.kind == AnomalyKind::HighSpending).unwrap();
    assert_eq!((it.subject.as_str(), it.date), ("Restaurants", DAY));
}
