use std::collections::HashSet;

use domain::{AccountKind, Category, CategorySource, ProfileDraft};
use finance::{RowFacts, categories, categorise, clean_payee, sample_household};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use rust_decimal::Decimal;

const DAYS: [Date; 4] = [date(2024, 2, 29), date(2025, 7, 1), date(2026, 11, 21), date(2027, 12, 31)];

#[test]
fn the_same_seed_and_day_give_the_same_household() {
    assert_eq!(sample_household(7, DAYS[2]), sample_household(7, DAYS[2]));
    assert_ne!(sample_household(7, DAYS[2]), sample_household(8, DAYS[2]));
}

#[test]
fn two_years_end_on_the_day() {
    for until in DAYS {
        for seed in 0..5 {
            let household = sample_household(seed, until);
            let rows: Vec<_> =
                household.statement.accounts.iter().flat_map(|account| &account.rows).collect();
            assert!((1_200..=2_500).contains(&rows.len()), "{} rows", rows.len());
            let first = rows.iter().map(|row| row.date).min().unwrap();
            assert!(rows.iter().all(|row| row.date <= until));
            assert!(until.saturating_sub(24.months()) < first && first < until.saturating_sub(23.months()));
            assert_eq!(household.statement.accounts.len(), 3);
        }
    }
}

#[test]
fn every_account_opens_closes_and_never_leaves_its_bounds() {
    for until in DAYS {
        for seed in 0..5 {
            for account in sample_household(seed, until).statement.accounts {
                assert_eq!(account.closing_date, Some(until));
                let moved: Decimal = account.rows.iter().map(|row| row.amount).sum();
                assert_eq!(account.opening_balance.unwrap() + moved, account.closing_balance.unwrap());
                assert!(account.rows.windows(2).all(|pair| pair[0].date <= pair[1].date));
                let balances: Vec<Decimal> = account.rows.iter().filter_map(|row| row.balance).collect();
                let (low, high) = (balances.iter().min().unwrap(), balances.iter().max().unwrap());
                let (floor, ceiling) = match account.kind {
                    AccountKind::CreditCard => (-9_000, 100),
                    AccountKind::Savings => (2_000, 90_000),
                    _ => (0, 20_000),
                };
                assert!(
                    *low >= Decimal::from(floor) && *high <= Decimal::from(ceiling),
                    "{} from {low} to {high}, seed {seed}, {until}",
                    account.name
                );
            }
        }
    }
}

#[test]
fn every_row_is_categorised_by_its_statement() {
    let known: HashSet<&Category> = categories().iter().collect();
    for account in sample_household(1, DAYS[2]).statement.accounts {
        for row in &account.rows {
            let (category, source) = categorise(&RowFacts {
                payee: &row.payee,
                description: &row.description,
                amount: row.amount,
                statement_category: row.category.as_deref(),
                account_kind: account.kind,
            });
            assert_eq!(source, CategorySource::Statement);
            assert_eq!(Some(category.path()), row.category.as_deref());
            assert!(known.contains(&category), "{category:?}");
            assert_eq!(clean_payee(&row.payee), row.payee);
        }
    }
}

#[test]
fn money_between_own_accounts_adds_up_to_nothing() {
    for seed in 0..5 {
        let household = sample_household(seed, DAYS[2]);
        let rows = household.statement.accounts.iter().flat_map(|account| &account.rows);
        let moved =
            rows.filter(|row| row.category.as_deref().is_some_and(|path| path.starts_with("Transfer")));
        assert_eq!(moved.map(|row| row.amount).sum::<Decimal>(), Decimal::ZERO);
    }
}

#[test]
fn some_purchases_are_sent_back() {
    let household = sample_household(2024, DAYS[2]);
    let card = &household.statement.accounts[2];
    let refunds = card.rows.iter().filter(|row| row.description == "Refund").count();
    assert!((3..40).contains(&refunds), "{refunds} refunds");
}

#[test]
fn the_profile_is_one_that_a_person_could_save() {
    for until in DAYS {
        let profile = sample_household(2024, until).profile;
        assert_eq!(ProfileDraft::from(&profile).validate(until), Ok(profile));
    }
}
