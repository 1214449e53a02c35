//! The calculators beside numpy-financial and pyxirr, wherever `../shared/data` lies beside the repository.

use std::path::Path;

use finance::calculate::{
    CalculationError, LoanTerms, Rounding, SavingsPlan, When, future_value, loan, payoff, xirr,
};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// The rows of an oracle, without its heading; none where the data is absent.
fn oracle(file: &str) -> Option<Vec<Vec<String>>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/oracles").join(file);
    let text = std::fs::read_to_string(path).ok()?;
    Some(text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect())
}

fn number(text: &str) -> Decimal {
    text.parse().or_else(|_| Decimal::from_scientific(text)).unwrap()
}

/// Floats of 15 digits and ours agree far below a cent.
#[track_caller]
fn agrees(ours: Decimal, theirs: &str, what: &[String]) {
    let theirs = number(theirs);
    let bound = Decimal::new(1, 6) + theirs.abs() * Decimal::new(1, 12);
    assert!((ours - theirs).abs() < bound, "{ours} {theirs} {what:?}");
}

#[test]
fn loans_equal_numpy_financial() {
    let Some(rows) = oracle("tvm_loans_numpy_financial.csv") else { return };
    for row in &rows {
        let n_months = row[1].parse().unwrap();
        let plan = loan(&LoanTerms::new(number(&row[2]), number(&row[0]), n_months)).unwrap();
        agrees(plan.payment, &row[3], row);
        agrees(plan.total_paid, &row[4], row);
        agrees(plan.total_interest, &row[5], row);
        agrees(plan.rows[0].interest, &row[6], row);
        agrees(plan.rows.last().unwrap().interest, &row[7], row);
        let half = n_months as usize / 2 - 1;
        agrees(plan.rows[half].balance, &row[8], row);
        let cents = plan.rows_in(2);
        assert!((cents[half].balance - plan.rows[half].balance).abs() <= Decimal::new(1, 2), "{row:?}");
    }
    assert_eq!(rows.len(), 112);
}

#[test]
fn months_to_pay_off_equal_numpy_financial() {
    let Some(rows) = oracle("tvm_payoff_nper_numpy_financial.csv") else { return };
    for row in &rows {
        let ours = payoff(number(&row[1]), number(&row[0]), number(&row[2]), Rounding::Exact);
        if row[3] == "never" {
            assert!(matches!(ours, Err(CalculationError::NeverPaysOff { .. })), "{row:?}");
            continue;
        }
        let ours = ours.unwrap();
        assert!((ours.months - number(&row[3])).abs() < Decimal::new(1, 9), "{} {row:?}", ours.months);
        assert_eq!(Decimal::from(ours.payments), ours.months.ceil(), "{row:?}");
    }
    assert_eq!(rows.len(), 50);
}

#[test]
fn future_values_equal_numpy_financial() {
    let Some(rows) = oracle("tvm_savings_fv_numpy_financial.csv") else { return };
    for row in &rows {
        for (when, theirs) in [(When::End, &row[4]), (When::Begin, &row[5])] {
            let ours = future_value(&SavingsPlan {
                start: number(&row[2]),
                monthly_deposit: number(&row[3]),
                annual_rate: number(&row[0]),
                n_months: row[1].parse().unwrap(),
                when,
            });
            agrees(ours.unwrap(), theirs, row);
        }
    }
    assert_eq!(rows.len(), 216);
}

#[test]
fn internal_rates_of_return_equal_pyxirr() {
    let Some(rows) = oracle("xirr_pyxirr.csv") else { return };
    for row in &rows {
        let flows: Vec<(Date, Decimal)> = row[1]
            .split(';')
            .map(|flow| {
                let (date, amount) = flow.split_once(':').unwrap();
                (date.parse().unwrap(), number(amount))
            })
            .collect();
        let ours = xirr(&flows).unwrap();
        assert!((ours - number(&row[2])).abs() < Decimal::new(1, 9), "{ours} {row:?}");
        let worth: f64 = flows
            .iter()
            .map(|(date, amount)| {
                let years = f64::from((*date - flows[0].0).get_days()) / 365.0;
                f64::try_from(*amount).unwrap() * 1.05f64.powf(-years)
            })
            .sum();
        assert!((worth - row[3].parse::<f64>().unwrap()).abs() < 1e-6, "{row:?}");
    }
    assert_eq!(rows.len(), 30);
}
