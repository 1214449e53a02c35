//! Currency conversion by dated rates.

use domain::Currency;
use finance::calculate::{CalculationError, Conversion, DatedRate, convert};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

fn rate(day: Date, from: &str, to: &str, rate: &str) -> DatedRate {
    DatedRate { date: day, from: currency(from), to: currency(to), rate: rate.parse().unwrap() }
}

fn rates() -> Vec<DatedRate> {
    vec![
        rate(date(2024, 1, 2), "EUR", "USD", "1.10"),
        rate(date(2024, 2, 1), "USD", "EUR", "0.8"),
        rate(date(2024, 2, 1), "EUR", "USD", "1.20"),
        rate(date(2024, 1, 5), "EUR", "CHF", "0.95"),
        rate(date(2023, 1, 5), "GBP", "CHF", "1.1"),
        rate(date(2023, 6, 5), "GBP", "USD", "1.25"),
    ]
}

fn converted(from: &str, to: &str, day: Date) -> Result<Conversion, CalculationError> {
    convert(Decimal::ONE_HUNDRED, currency(from), currency(to), day, &rates())
}

#[test]
fn the_day_s_rate_is_taken_or_the_latest_before_it() {
    let on = |day| converted("EUR", "USD", day).map(|it| (it.amount.to_string(), it.rates[0].rate.date));
    assert_eq!(on(date(2024, 1, 2)), Ok(("110.00".into(), date(2024, 1, 2))));
    assert_eq!(on(date(2024, 1, 31)), Ok(("110.00".into(), date(2024, 1, 2))));
    assert_eq!(on(date(2024, 2, 1)), Ok(("120.00".into(), date(2024, 2, 1))));
    let missing = on(date(2024, 1, 1)).unwrap_err();
    assert_eq!(missing.to_string(), "there is no exchange rate from EUR to USD on or before 2024-01-01");
}

#[test]
fn a_rate_leads_both_ways_and_the_direct_one_is_preferred() {
    let direct = converted("USD", "EUR", date(2024, 3, 1)).unwrap();
    assert_eq!(direct.amount, Decimal::from(80));
    assert!(!direct.rates[0].is_inverse);
    let inverse = converted("USD", "EUR", date(2024, 1, 31)).unwrap();
    assert_eq!(inverse.amount.round_dp(4).to_string(), "90.9091");
    assert!(inverse.rates[0].is_inverse);
}

#[test]
fn without_a_rate_between_them_two_go_through_the_common_currency_with_the_newer_rates() {
    let crossed = converted("GBP", "EUR", date(2024, 3, 1)).unwrap();
    let days: Vec<Date> = crossed.rates.iter().map(|used| used.rate.date).collect();
    assert_eq!(days, [date(2023, 6, 5), date(2024, 2, 1)], "through USD, not CHF");
    assert_eq!(crossed.amount.normalize().to_string(), "100");
    assert!(converted("GBP", "JPY", date(2024, 3, 1)).is_err());
}

#[test]
fn a_currency_in_itself_needs_no_rate() {
    let same = converted("JPY", "JPY", date(1999, 1, 1)).unwrap();
    assert_eq!((same.amount, same.rates.len()), (Decimal::ONE_HUNDRED, 0));
}
