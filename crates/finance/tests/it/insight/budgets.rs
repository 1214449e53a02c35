use domain::{Budget, Category, Currency, Ledger, Money, TransactionFilter};
use finance::insight::budgets::{BudgetStanding, budgets, suggest_budgets};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::household::household;
use crate::ledgers::{account, any_ledger, first_day, ledger, row, split};

fn budget(number: u64, category: &str, amount: i64, from: Date, rollover: bool) -> Budget {
    Budget {
        id: format!("00000000-0000-7000-8000-{number:012}").parse().unwrap(),
        category: Category::new(category).unwrap(),
        amount: Money::new(Decimal::from(amount), Currency::USD).unwrap(),
        from,
        until: None,
        rollover,
    }
}

fn spending() -> Ledger {
    let own = account(1, "Checking", Currency::USD);
    let rows = vec![
        row(10, &own, date(2026, 1, 5), -80_00, "Market", "Food:Groceries"),
        row(11, &own, date(2026, 2, 5), -130_00, "Market", "Food:Groceries"),
        row(12, &own, date(2026, 2, 9), 10_00, "Market", "Food:Groceries"),
        row(13, &own, date(2026, 3, 3), -30_00, "Market", "Food:Groceries"),
        row(14, &own, date(2026, 3, 9), -20_00, "Bistro", "Food:Restaurants"),
    ];
    ledger(vec![own], rows)
}

#[test]
fn what_is_left_or_spent_too_much_rolls_over() {
    let all = [
        budget(1, "Food:Groceries", 100, date(2026, 1, 1), true),
        budget(2, "Food", 200, date(2026, 3, 1), false),
    ];
    let told = budgets(&spending(), &all, date(2026, 3, 1), date(2026, 3, 10));
    let figures: Vec<_> = told
        .iter()
        .map(|it| {
            let figures = [it.budgeted, it.carried, it.spent, it.left, it.projected];
            (it.budget.category.path().to_owned(), figures.map(domain::Money::to_decimal_string))
        })
        .collect();
    // January leaves 20, February takes 20 too much. Ten of 31 days are over.
    assert_eq!(
        figures,
        [
            ("Food".to_owned(), ["200.00", "0.00", "50.00", "150.00", "155.00"].map(str::to_owned)),
            ("Food:Groceries".to_owned(), ["100.00", "0.00", "30.00", "70.00", "93.00"].map(str::to_owned)),
        ]
    );
    assert!(told.iter().all(|it| it.standing == BudgetStanding::Within));
    let february = &budgets(&spending(), &all, date(2026, 2, 1), date(2026, 3, 10))[0];
    assert_eq!(
        (february.carried.to_string(), february.standing),
        ("20.00 USD".to_owned(), BudgetStanding::Within)
    );
    assert_eq!(february.left.to_string(), "0.00 USD");
}

#[test]
fn a_later_budget_takes_the_place_of_an_earlier_one() {
    let all = [
        budget(1, "Food:Groceries", 100, date(2026, 1, 1), false),
        budget(2, "Food:Groceries", 20, date(2026, 3, 1), false),
    ];
    let told = budgets(&spending(), &all, date(2026, 3, 1), date(2026, 3, 10));
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].budgeted.amount(), told[0].standing), (Decimal::from(20), BudgetStanding::Over));
}

#[test]
fn a_suggestion_is_the_median_of_six_months() {
    let day = date(2026, 11, 21);
    let ledger = household(1, day);
    let told = suggest_budgets(&ledger, &[], Currency::USD, day);
    let rent = &told[0];
    assert_eq!((rent.category.path(), rent.amount.to_string()), ("Housing:Rent", "1840.00 USD".to_owned()));
    assert!(told.iter().all(|it| it.months.len() == 6 && it.amount.amount() > Decimal::ZERO));
    let has = budget(1, "Housing", 2_000, date(2026, 1, 1), false);
    assert!(
        suggest_budgets(&ledger, &[has], Currency::USD, day)
            .iter()
            .all(|it| it.category.group() != "Housing")
    );
}

#[test]
fn of_a_split_bill_only_the_part_counts_in_a_projection() {
    let own = account(1, "Checking", Currency::USD);
    let bill = |month: i8| {
        let bill = row(month as u64, &own, date(2026, month, 5), -1_000_00, "Landlord", "Housing:Rent");
        split(bill, &[(-600_00, "Housing:Rent"), (-400_00, "Utilities:Heating")])
    };
    let known = ledger(vec![own.clone()], (1..=6).map(bill).collect());
    let all = [budget(1, "Housing:Rent", 600, date(2026, 1, 1), false)];
    let on = |day| {
        let told = &budgets(&known, &all, day, day)[0];
        (told.spent.to_string(), told.projected.to_string(), told.standing)
    };
    let whole = || "600.00 USD".to_owned();
    assert_eq!(on(date(2026, 6, 10)), (whole(), whole(), BudgetStanding::Within));
    assert_eq!(on(date(2026, 7, 2)), ("0.00 USD".to_owned(), whole(), BudgetStanding::Within));
}

#[test]
fn a_budget_in_another_currency_leaves_room_for_a_suggestion() {
    let day = date(2026, 11, 21);
    let ledger = household(1, day);
    let euros = Budget {
        amount: Money::new(Decimal::from(2_000), Currency::EUR).unwrap(),
        ..budget(1, "Housing", 2_000, date(2026, 1, 1), false)
    };
    let told = suggest_budgets(&ledger, &[euros], Currency::USD, day);
    assert_eq!(told[0].category.path(), "Housing:Rent");
}

proptest! {
    #[test]
    fn what_rolls_over_adds_up(ledger in any_ledger(), months in 0..20i32, days in 0..600i32, amount in 1..400i64) {
        use jiff::ToSpan;
        let from = first_day().saturating_add(months.months());
        let day = from.saturating_add(days.days());
        let all = [budget(1, "Food", amount, from, true)];
        let told = budgets(&ledger, &all, day, day);
        let it = &told[0];
        // All that was budgeted so far, less all that was spent so far.
        let month_count = (day.year() - from.year()) * 12 + i16::from(day.month() - from.month()) + 1;
        let food = TransactionFilter {
            from: Some(from),
            to: Some(day),
            currency: Some(Currency::USD),
            category: Some(Category::known("Food")),
            ..TransactionFilter::default()
        };
        let spent = finance::total(&ledger, &food).first().map_or(Decimal::ZERO, |it| -it.total);
        prop_assert_eq!(it.left.amount(), Decimal::from(amount * i64::from(month_count)) - spent);
        prop_assert_eq!(it.left.amount(), it.budgeted.amount() + it.carried.amount() - it.spent.amount());
    }
}
