use std::collections::BTreeMap;

use finance::insight::recurring::{Cadence, RecurringKind, recurring};
use jiff::{ToSpan, civil::date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    generated::{Known, UNTIL, labelled},
    household::{EITHER, RECURRING, household},
};
use crate::ledgers::{account, any_ledger, ledger, row};

/// Found rightly, found wrongly, not found.
#[derive(Debug, Default)]
struct Score {
    right: usize,
    wrong: Vec<String>,
    missing: Vec<String>,
}

impl Score {
    fn check(&self) {
        let found = self.right + self.wrong.len();
        let known = self.right + self.missing.len();
        eprintln!("{} right, {} wrong, {} missing", self.right, self.wrong.len(), self.missing.len());
        assert!(self.right * 100 >= found * 95, "precision {}/{found}: {:?}", self.right, self.wrong);
        assert!(self.right * 100 >= known * 90, "recall {}/{known}: {:?}", self.right, self.missing);
    }
}

#[test]
fn what_comes_again_in_the_sample_household_is_found() {
    let mut score = Score::default();
    for until in [date(2025, 7, 1), date(2026, 11, 21), date(2027, 12, 31)] {
        for seed in 0..6 {
            let all = recurring(&household(seed, until), until);
            let mut left: BTreeMap<_, usize> = RECURRING
                .iter()
                .map(|(payee, category, is_out, cadence, count)| {
                    ((*payee, *category, *is_out, *cadence), *count)
                })
                .collect();
            for found in &all {
                let key =
                    (found.payee.as_str(), found.category.path(), found.usual.is_outflow(), found.cadence);
                match left.get_mut(&key) {
                    Some(count) if *count > 0 => {
                        *count -= 1;
                        score.right += 1;
                    }
                    _ if EITHER.contains(&key.0) || key.1.starts_with("Fees") => {}
                    _ => score.wrong.push(format!("{seed} {until} {key:?} {}", found.count)),
                }
            }
            let missing = left.into_iter().filter(|(_, count)| *count > 0);
            score.missing.extend(missing.map(|(key, _)| format!("{seed} {until} {key:?}")));
        }
    }
    score.check();
}

#[test]
fn what_was_put_into_random_ledgers_is_found() {
    let mut score = Score::default();
    let (mut ends, mut rises) = ((0, 0), (0, 0));
    for seed in 0..60 {
        let (ledger, known) = labelled(seed);
        let mut left: Vec<Known> = known;
        for found in recurring(&ledger, UNTIL) {
            let of = left.iter().position(|it| it.payee == found.payee && it.cadence == found.cadence);
            let Some(at) = of else {
                score.wrong.push(format!("{seed} {} {:?} {}", found.payee, found.cadence, found.count));
                continue;
            };
            let known = left.remove(at);
            score.right += 1;
            ends = (ends.0 + usize::from(known.is_ended != found.is_active()), ends.1 + 1);
            rises = (rises.0 + usize::from(found.price_changes.len() == known.rises), rises.1 + 1);
        }
        score.missing.extend(left.into_iter().map(|it| format!("{seed} {it:?}")));
    }
    eprintln!("ends {ends:?}, rises {rises:?}");
    score.check();
    assert!(ends.0 * 100 >= ends.1 * 97, "ended or not: {ends:?}");
    assert!(rises.0 * 100 >= rises.1 * 97, "rises: {rises:?}");
}

#[test]
fn a_price_rise_tells_old_new_and_since() {
    let card = account(1, "Card", domain::Currency::EUR);
    let cents = |month: i8| if month < 5 { -9_99 } else { -11_99 };
    let rows = (1..=8).map(|month| {
        row(
            10 + month as u64,
            &card,
            date(2026, month, 14),
            cents(month),
            "Filmhaus",
            "Subscriptions:Streaming",
        )
    });
    let ledger = ledger(vec![card.clone()], rows.collect());
    let found = recurring(&ledger, date(2026, 8, 20));
    assert_eq!(found.len(), 1);
    let it = &found[0];
    assert_eq!(
        (it.kind, it.cadence, it.next),
        (RecurringKind::Subscription, Cadence::Monthly, Some(date(2026, 9, 14)))
    );
    assert_eq!(it.usual.to_string(), "-11.99 EUR");
    let change = it.price_changes[0];
    assert_eq!(
        (change.old.to_string(), change.new.to_string(), change.since, change.is_rise()),
        ("-9.99 EUR".to_owned(), "-11.99 EUR".to_owned(), date(2026, 5, 14), true)
    );
    assert_eq!(it.proof.rows.len(), 8);
    assert!(
        !recurring(&ledger, date(2026, 8, 20))[0]
            .due_between(date(2026, 8, 21), date(2026, 11, 30))
            .is_empty()
    );
}

#[test]
fn the_last_day_of_a_month_stays_the_last_day() {
    let own = account(1, "Checking", domain::Currency::EUR);
    let days =
        [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)];
    let rows = (10..).zip(days).map(|(id, day)| row(id, &own, day, 2_500_00, "Werk AG", "Income:Salary"));
    let ledger = ledger(vec![own.clone()], rows.collect());
    let found = &recurring(&ledger, date(2026, 6, 5))[0];
    assert_eq!(
        found.due_between(date(2026, 6, 6), date(2026, 9, 1)),
        [date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31)]
    );
}

#[test]
fn a_subscription_among_purchases_at_the_same_shop_is_found() {
    let card = account(1, "Card", domain::Currency::USD);
    let mut rows = Vec::new();
    let mut draws = super::generated::Draws(5);
    for month in 1..=12 {
        rows.push(row(100 + month as u64, &card, date(2025, month, 9), -14_99, "Warehouse", "Uncategorised"));
        for number in 0..4 {
            let day = date(2025, month, draws.whole(1, 28) as i8);
            let cents = -draws.whole(5_00, 120_00);
            rows.push(row(200 + month as u64 * 10 + number, &card, day, cents, "Warehouse", "Uncategorised"));
        }
    }
    let found = recurring(&ledger(vec![card], rows), date(2025, 12, 20));
    assert_eq!(found.iter().map(|it| it.usual.to_string()).collect::<Vec<_>>(), ["-14.99 USD"]);
}

proptest! {
    #[test]
    fn any_ledger_is_taken_and_no_row_is_used_twice(ledger in any_ledger(), day in 0..900i32) {
        let day = crate::ledgers::first_day().saturating_add(day.days());
        let found = recurring(&ledger, day);
        let mut ids: Vec<_> = found.iter().flat_map(|it| &it.proof.rows).collect();
        let all = ids.len();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), all);
        for it in &found {
            prop_assert!(it.least.amount().abs() <= it.most.amount().abs());
            prop_assert!(it.last <= day && it.count == it.proof.rows.len());
        }
    }
}

#[test]
fn other_ids_change_nothing_but_ids() {
    for seed in 0..12 {
        let (mut shuffled, _) = labelled(seed);
        let before = recurring(&shuffled, UNTIL);
        let mut ids: Vec<_> = shuffled.transactions.iter().map(|row| row.id).collect();
        let turn = seed as usize * 7 % ids.len();
        ids.rotate_left(turn);
        for (row, id) in shuffled.transactions.iter_mut().zip(ids) {
            row.id = id;
        }
        shuffled.transactions.sort_by_key(|row| (row.date, row.id));
        let after = recurring(&shuffled, UNTIL);
        let figures = |of: &[finance::insight::recurring::Recurring]| {
            of.iter()
                .map(|it| (it.payee.clone(), it.cadence, it.usual, it.next, it.count))
                .collect::<Vec<_>>()
        };
        assert_eq!(figures(&before), figures(&after));
    }
}

#[test]
fn four_hundred_years_later_all_is_the_same() {
    for seed in 0..12 {
        let (mut later, _) = labelled(seed);
        let before = recurring(&later, UNTIL);
        later.transactions.iter_mut().for_each(|row| row.date = row.date.saturating_add(400.years()));
        let after = recurring(&later, UNTIL.saturating_add(400.years()));
        assert_eq!(before.len(), after.len());
        for (a, b) in before.iter().zip(&after) {
            assert_eq!((a.cadence, a.usual, a.count), (b.cadence, b.usual, b.count));
            assert_eq!(a.next.map(|next| next.saturating_add(400.years())), b.next);
        }
    }
}

#[test]
fn twice_the_amounts_are_twice_the_figures() {
    for seed in 0..12 {
        let (mut twice, _) = labelled(seed);
        let before = recurring(&twice, UNTIL);
        twice.transactions.iter_mut().for_each(|row| {
            let amount = row.amount.amount() * Decimal::TWO;
            row.amount = domain::Money::new(amount, row.amount.currency()).unwrap();
        });
        let after = recurring(&twice, UNTIL);
        let usual = |of: &[finance::insight::recurring::Recurring]| {
            of.iter().map(|it| (it.payee.clone(), it.least.amount())).collect::<Vec<_>>()
        };
        let doubled: Vec<_> =
            usual(&before).into_iter().map(|(payee, amount)| (payee, amount * Decimal::TWO)).collect();
        assert_eq!(doubled, usual(&after));
    }
}
