//! Laws of the calculators: formulas equal simulations, columns add up.

use finance::calculate::{
    Debt, LoanTerms, MONTHS_MAX, PayoffOrder, Rounding, SavingsPlan, When, future_value, level_payment, loan,
    pay_off_debts, payoff, round_money, xirr,
};
use jiff::{ToSpan, civil::date};
use proptest::prelude::*;
use rust_decimal::Decimal;

proptest! {
    #[test]
    fn the_closed_form_is_the_simulation(cents in 100i64..100_000_000, basis in 0i64..4_000, n in 1u32..481) {
        let (principal, rate) = (Decimal::new(cents, 2), Decimal::new(basis, 4));
        let payment = level_payment(principal, rate, n, Decimal::ZERO).unwrap();
        let mut balance = principal;
        let monthly = rate / Decimal::from(12);
        let mut worst = Decimal::ONE;
        for _ in 0..n {
            balance = balance + balance * monthly - payment;
            worst *= Decimal::ONE + monthly;
        }
        // Rounding of the 28th digit grows with the interest.
        prop_assert!(balance.abs() < Decimal::new(1, 9) * worst, "{balance}");
        let plan = SavingsPlan { start: principal, monthly_deposit: payment, annual_rate: rate, n_months: n, when: When::Begin };
        let mut saved = principal;
        for _ in 0..n {
            saved = (saved + payment) * (Decimal::ONE + monthly);
        }
        prop_assert_eq!(round_money(saved, 4), round_money(future_value(&plan).unwrap(), 4));
    }

    #[test]
    fn a_schedule_adds_up(cents in 100i64..100_000_000, basis in 0i64..4_000, n in 1u32..481, extra in 0i64..50_000, bank: bool) {
        // Beyond, cents outgrow a loan at 40 %, and it is refused.
        let n = if bank { n.min(360) } else { n };
        let rounding = if bank { Rounding::Digits(2) } else { Rounding::Exact };
        let terms = LoanTerms { extra_monthly: Decimal::new(extra, 2), rounding, ..LoanTerms::new(Decimal::new(cents, 2), Decimal::new(basis, 4), n) };
        let plan = loan(&terms).unwrap();
        let rows = plan.rows_in(2);
        prop_assert_eq!(rows.iter().map(|row| row.principal).sum::<Decimal>(), terms.principal);
        prop_assert_eq!(rows.iter().map(|row| row.payment).sum::<Decimal>(), round_money(plan.total_paid, 2));
        prop_assert_eq!(rows.iter().map(|row| row.interest).sum::<Decimal>(), round_money(plan.total_interest, 2));
        let mut balance = terms.principal;
        for (row, exact) in rows.iter().zip(&plan.rows) {
            prop_assert_eq!(row.payment, row.interest + row.principal);
            balance -= row.principal;
            prop_assert_eq!(row.balance, balance);
            prop_assert!((row.balance - exact.balance).abs() <= Decimal::new(1, 2));
        }
        prop_assert_eq!(balance, Decimal::ZERO);
        if bank {
            prop_assert_eq!(rows, plan.rows);
        }
    }

    #[test]
    fn a_payoff_in_cents_is_what_counting_cents_gives(balance in 1i64..10_000_000, basis in 0i64..4_000, payment in 100i64..1_000_000) {
        let rounding = Rounding::Digits(2);
        let plan = payoff(Decimal::new(balance, 2), Decimal::new(basis, 4), Decimal::new(payment, 2), rounding);
        if let Ok(plan) = plan {
            let (mut owed, mut payments, mut paid) = (balance, 0, 0);
            while owed > 0 {
                // Half a cent and more rounds up: rate / 12 is basis / 120,000.
                owed += (owed * basis * 2 + 120_000) / 240_000;
                let part = owed.min(payment);
                owed -= part;
                paid += part;
                payments += 1;
            }
            prop_assert_eq!((plan.payments, plan.total_paid), (payments, Decimal::new(paid, 2)));
        }
    }

    #[test]
    fn one_debt_in_any_order_is_a_payoff(balance in 1i64..10_000_000, basis in 0i64..4_000, payment in 100i64..1_000_000) {
        let (owed, rate, paid) = (Decimal::new(balance, 2), Decimal::new(basis, 4), Decimal::new(payment, 2));
        let debts = [Debt { name: String::new(), balance: owed, annual_rate: rate, minimum: Decimal::ZERO }];
        if let Ok(single) = payoff(owed, rate, paid, Rounding::Digits(2)) && single.payments <= MONTHS_MAX {
            let plan = pay_off_debts(&debts, paid, &PayoffOrder::Snowball, 2).unwrap();
            prop_assert_eq!((plan.months, plan.total_interest), (single.payments, single.total_interest));
        }
    }

    #[test]
    fn avalanche_is_never_dearer_than_snowball_by_more_than_rounding(
        list in prop::collection::vec((1_000i64..1_000_000, 0i64..3_000), 1..6), more in 1_000i64..200_000,
    ) {
        let debts: Vec<Debt> = list.iter().map(|(balance, basis)| Debt {
            name: String::new(), balance: Decimal::new(*balance, 2), annual_rate: Decimal::new(*basis, 4), minimum: Decimal::ONE,
        }).collect();
        let budget = Decimal::from(debts.len()) + Decimal::new(more, 2);
        let plan = |order| pay_off_debts(&debts, budget, &order, 2);
        if let (Ok(avalanche), Ok(snowball)) = (plan(PayoffOrder::Avalanche), plan(PayoffOrder::Snowball)) {
            // A month's interest on each debt is rounded by up to half a cent.
            let rounding = Decimal::new(1, 2) * Decimal::from(debts.len() as u32 * snowball.months);
            prop_assert!(avalanche.total_interest <= snowball.total_interest + rounding);
            prop_assert_eq!(avalanche.total_paid - avalanche.total_interest, debts.iter().map(|debt| debt.balance).sum::<Decimal>());
        }
    }

    #[test]
    fn xirr_brings_one_payment_and_its_return_together(days in 1i32..3_650, basis in -5_000i32..5_000, cents in 1_000_000i64..1_000_000_000) {
        let years = f64::from(days) / 365.0;
        let back = (cents as f64 * (1.0 + f64::from(basis) / 10_000.0).powf(years)).round();
        let start = date(2000, 1, 1);
        let flows = [(start, Decimal::new(-cents, 2)), (start.saturating_add(days.days()), Decimal::new(back as i64, 2))];
        let found = f64::try_from(xirr(&flows).unwrap()).unwrap();
        let again = cents as f64 * (1.0 + found).powf(years);
        prop_assert!((again / back - 1.0).abs() < 1e-10, "{found} {basis}");
    }
}
