//! Forecast, goals, what is safe to spend.

use domain::{AccountKind, BalanceAnchor, Currency, FinancialGoal, Ledger, Money, Profile};
use finance::{
    balance_on,
    insight::{
        forecast::{ForecastQuery, forecast},
        goals::{GoalStanding, goals},
        recurring::recurring,
        safe_to_spend::{SafePartKind, safe_to_spend},
    },
    sample_household,
};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use rust_decimal::Decimal;

use super::{
    generated::{UNTIL, labelled},
    household::household,
};
use crate::ledgers::{account, ledger, pending, row};

const DAY: Date = date(2026, 11, 21);

fn query(days: u16) -> ForecastQuery {
    ForecastQuery { account: None, currency: Currency::USD, days }
}

/// A salary, a rent, nothing else, for ten months.
fn plain() -> Ledger {
    let mut own = account(1, "Checking", Currency::USD);
    own.anchor = Some(BalanceAnchor {
        date: date(2026, 10, 20),
        balance: Money::new(Decimal::new(1_000_00, 2), Currency::USD).unwrap(),
    });
    let rows = (1..=10).flat_map(|month| {
        [
            row(month * 2, &own, date(2026, month as i8, 3), -900_00, "Landlord", "Housing:Rent"),
            row(month * 2 + 1, &own, date(2026, month as i8, 15), 1_500_00, "Work", "Income:Salary"),
        ]
    });
    let rows = rows.collect();
    ledger(vec![own.clone()], rows)
}

#[test]
fn recurring_items_alone_make_an_exact_forecast() {
    let found = forecast(&plain(), &query(90), date(2026, 10, 20)).unwrap();
    assert_eq!(found.start.to_string(), "1000.00 USD");
    let on = |day: Date| found.days.iter().find(|it| it.date == day).unwrap();
    for (day, balance) in [
        (date(2026, 11, 2), "1000.00 USD"),
        (date(2026, 11, 3), "100.00 USD"),
        (date(2026, 11, 15), "1600.00 USD"),
        (date(2026, 12, 15), "2200.00 USD"),
    ] {
        let it = on(day);
        assert_eq!(
            (it.expected.to_string().as_str(), it.low_95, it.high_95),
            (balance, it.expected, it.expected)
        );
    }
    assert_eq!(
        (found.lowest.date, found.lowest.expected.to_string()),
        (date(2026, 11, 3), "100.00 USD".to_owned())
    );
    assert_eq!(found.back_test.unwrap().percent.to_string(), "100.0");
}

#[test]
fn a_forecast_adds_up_and_its_bands_lie_in_each_other() {
    for seed in 0..3 {
        let ledger = household(seed, DAY);
        for account in std::iter::once(None).chain(ledger.accounts.iter().map(|it| Some(it.id))) {
            let query = ForecastQuery { account, ..query(90) };
            let found = forecast(&ledger, &query, DAY).unwrap();
            assert_eq!(found, forecast(&ledger, &query, DAY).unwrap());
            let balances: Decimal =
                found.accounts.iter().map(|id| balance_on(&ledger, *id, DAY).amount()).sum();
            assert_eq!(found.start.amount(), balances);
            assert_eq!(found.days.len(), 90);
            let last = found.days.last().unwrap();
            let items: Decimal = found.items.iter().map(|item| item.amount.amount()).sum();
            let mean = |day: Date| {
                found.ordinary[usize::from(day.weekday().to_monday_zero_offset() as u8)].mean.amount()
            };
            let ordinary: Decimal = found.days.iter().map(|it| mean(it.date)).sum();
            // Means are shown rounded to the cent.
            assert!((last.expected.amount() - balances - items - ordinary).abs() < Decimal::ONE);
            for it in &found.days {
                let order =
                    [it.low_95, it.low_80, it.low_50, it.expected, it.high_50, it.high_80, it.high_95];
                assert!(order.windows(2).all(|pair| pair[0].amount() <= pair[1].amount()), "{it:?}");
                assert!(found.lowest.expected.amount() <= it.expected.amount());
            }
        }
    }
}

#[test]
fn the_band_of_eighty_percent_holds_about_as_often() {
    let (mut held, mut days) = (0, 0);
    for seed in 0..6 {
        let test = forecast(&household(seed, DAY), &query(90), DAY).unwrap().back_test.unwrap();
        let eur = ForecastQuery { currency: Currency::EUR, ..query(90) };
        let other = forecast(&labelled(seed).0, &eur, UNTIL).unwrap().back_test.unwrap();
        eprintln!("{seed}: household {} %, generated {} %", test.percent, other.percent);
        held += test.held + other.held;
        days += test.days + other.days;
    }
    let percent = held * 100 / days;
    assert!((65..=97).contains(&percent), "{percent} %");
}

#[test]
fn an_account_without_rows_or_a_foreign_currency_has_no_forecast() {
    assert_eq!(forecast(&Ledger::default(), &query(90), DAY), None);
    assert_eq!(forecast(&plain(), &ForecastQuery { currency: Currency::EUR, ..query(90) }, DAY), None);
    assert_eq!(forecast(&plain(), &query(90), date(2020, 1, 1)), None);
}

fn goal(name: &str, target: i64, by: Option<Date>, priority: u8, saved: Option<i64>) -> FinancialGoal {
    FinancialGoal {
        name: name.to_owned(),
        target_amount: Decimal::from(target),
        target_date: by,
        priority,
        saved_amount: saved.map(Decimal::from),
        account_id: None,
    }
}

#[test]
fn goals_share_what_is_left_over_the_most_urgent_first() {
    let profile = Profile {
        base_currency: Some(Currency::USD),
        financial_goals: vec![
            goal("Boat", 12_000, None, 5, None),
            goal("Trip", 3_000, Some(date(2027, 4, 20)), 1, Some(1_200)),
            goal("Car", 9_000, Some(date(2027, 10, 20)), 2, None),
            goal("Bike", 500, Some(date(2027, 1, 1)), 3, Some(600)),
        ],
        ..Profile::default()
    };
    let told: Vec<_> = goals(&plain(), &profile, date(2026, 10, 20))
        .into_iter()
        .map(|it| (it.goal.name, it.needed_a_month.map(|it| it.to_string()), it.standing, it.expected))
        .collect();
    // 600 a month are left over; the trip needs (3,000 − 1,200) / 6.
    assert_eq!(
        told,
        [
            (
                "Trip".to_owned(),
                Some("300.00 USD".to_owned()),
                GoalStanding::OnTrack,
                Some(date(2027, 1, 20))
            ),
            ("Car".to_owned(), Some("750.00 USD".to_owned()), GoalStanding::Behind, Some(date(2029, 4, 20))),
            ("Bike".to_owned(), Some("0.00 USD".to_owned()), GoalStanding::Reached, Some(date(2026, 10, 20))),
            ("Boat".to_owned(), None, GoalStanding::Open, None),
        ]
    );
}

#[test]
fn goals_on_one_account_share_what_it_holds() {
    let mut known = plain();
    known.accounts[0].anchor = Some(BalanceAnchor {
        date: date(2026, 10, 20),
        balance: Money::new(Decimal::new(5_000_00, 2), Currency::USD).unwrap(),
    });
    let linked = |name, target, priority| FinancialGoal {
        account_id: Some(known.accounts[0].id),
        ..goal(name, target, None, priority, None)
    };
    let profile = Profile {
        base_currency: Some(Currency::USD),
        financial_goals: vec![linked("Trip", 4_000, 2), linked("Car", 3_500, 1)],
        ..Profile::default()
    };
    let told: Vec<_> = goals(&known, &profile, date(2026, 10, 20))
        .into_iter()
        .map(|it| (it.goal.name, it.saved.unwrap().to_string(), it.standing))
        .collect();
    let (car, trip) = ("3500.00 USD".to_owned(), "1500.00 USD".to_owned());
    let expected =
        [("Car".to_owned(), car, GoalStanding::Reached), ("Trip".to_owned(), trip, GoalStanding::Open)];
    assert_eq!(told, expected);
}

#[test]
fn the_last_day_of_a_shorter_month_ends_a_month() {
    let months = |from: Date, by: Date| {
        let profile = Profile {
            base_currency: Some(Currency::USD),
            financial_goals: vec![goal("Trip", 300, Some(by), 1, Some(0))],
            ..Profile::default()
        };
        goals(&plain(), &profile, from)[0].needed_a_month.unwrap().to_string()
    };
    assert_eq!(months(date(2026, 10, 31), date(2027, 2, 28)), "75.00 USD");
    assert_eq!(months(date(2026, 10, 31), date(2027, 2, 27)), "100.00 USD");
    assert_eq!(months(date(2026, 10, 31), date(2027, 1, 31)), "100.00 USD");
}

#[test]
fn goals_in_another_currency_take_nothing_from_what_is_safe_to_spend() {
    let with = |currency| {
        let profile = Profile {
            base_currency: Some(currency),
            financial_goals: vec![goal("Trip", 3_000, Some(date(2027, 4, 20)), 1, None)],
            ..Profile::default()
        };
        safe_to_spend(&plain(), &profile, None, date(2026, 10, 20)).unwrap()
    };
    let has_goals = |found: &finance::insight::safe_to_spend::SafeToSpend| {
        found.parts.iter().any(|part| part.kind == SafePartKind::Goals)
    };
    assert!(has_goals(&with(Currency::USD)));
    let foreign = with(Currency::EUR);
    assert!(!has_goals(&foreign) && foreign.proof.formula.contains("EUR"), "{}", foreign.proof.formula);
}

#[test]
fn a_pending_row_counts_no_more_once_it_is_booked() {
    let day = date(2026, 10, 20);
    let own = plain().accounts[0].clone();
    let with = |is_there: bool| {
        let mut rows: Vec<_> = plain().transactions.iter().cloned().collect();
        for week in 0..30 {
            let bought = date(2026, 3, 20).saturating_add((week * 7).days());
            if is_there {
                rows.push(pending(row(
                    1_000 + week as u64,
                    &own,
                    bought,
                    -45_00,
                    "Shop",
                    "Shopping:Clothing",
                )));
            }
            let mut booked = row(2_000 + week as u64, &own, bought, -45_00, "Shop", "Shopping:Clothing");
            booked.import_id = "00000000-0000-7000-8000-000000000002".parse().unwrap();
            rows.push(booked);
        }
        ledger(vec![own.clone()], rows)
    };
    let (plain, doubled) = (with(false), with(true));
    assert_eq!(forecast(&plain, &query(90), day), forecast(&doubled, &query(90), day));
    assert_eq!(recurring(&plain, day), recurring(&doubled, day));
    let profile = Profile::default();
    assert_eq!(safe_to_spend(&plain, &profile, None, day), safe_to_spend(&doubled, &profile, None, day));
}

#[test]
fn the_parts_of_what_is_safe_to_spend_add_up_to_it() {
    for seed in 0..6 {
        for back in [0, 3, 9, 17, 26] {
            let day = DAY.saturating_sub(back.days());
            let ledger = household(seed, DAY);
            let found = safe_to_spend(&ledger, &sample_household(seed, DAY).profile, None, day).unwrap();
            let sum: Decimal = found.parts.iter().map(|part| part.amount.amount()).sum();
            assert_eq!(found.amount.amount(), sum);
            assert!(found.until > day && found.days <= 31);
            assert!(found.a_day.amount() * Decimal::from(found.days) <= sum.max(Decimal::ZERO));
            let kinds: Vec<_> = found.parts.iter().map(|part| part.kind).collect();
            assert!(kinds.contains(&SafePartKind::Balance) && kinds.contains(&SafePartKind::Cushion));
            assert!(
                !found
                    .parts
                    .iter()
                    .any(|part| part.label == "Harbor Card" && part.kind == SafePartKind::Bill)
            );
        }
    }
}

#[test]
fn what_is_safe_to_spend_is_the_balance_less_what_is_due_before_pay() {
    let mut ledger = plain();
    ledger.accounts[0].kind = AccountKind::Checking;
    let found =
        safe_to_spend(&ledger, &Profile::default(), Some(Decimal::from(50)), date(2026, 10, 20)).unwrap();
    assert_eq!((found.until, found.payer.as_deref()), (date(2026, 11, 15), Some("Work")));
    // 1,000 there, 900 rent on the 3rd, 50 kept.
    assert_eq!(found.amount.to_string(), "50.00 USD");
    assert_eq!(found.a_day.to_string(), "1.92 USD");
}

#[test]
fn what_was_asked_before_answers_no_other_question_nor_another_ledger() {
    let mut known = plain();
    let profile = Profile::default();
    let (first, later) = (date(2026, 8, 20), date(2026, 10, 20));
    for (day, days) in [(later, 30), (first, 30), (first, 60), (later, 30)] {
        assert_eq!(forecast(&known, &query(days), day), forecast(&plain(), &query(days), day));
        assert_eq!(recurring(&known, day), recurring(&plain(), day));
        assert_eq!(safe_to_spend(&known, &profile, None, day), safe_to_spend(&plain(), &profile, None, day));
    }
    let before = (forecast(&known, &query(30), later), recurring(&known, later));
    known.transactions.pop();
    assert_ne!(forecast(&known, &query(30), later), before.0);
    assert_ne!(recurring(&known, later), before.1);
    known.accounts[0].anchor = None;
    assert_eq!(forecast(&known, &query(30), later).unwrap().start.to_string(), "4500.00 USD");
}
