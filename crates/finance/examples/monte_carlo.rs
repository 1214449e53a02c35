//! How long a simulated retirement takes, 10,000 paths of 480 months:
//! `cargo run --release -p finance --example monte_carlo`.

#![expect(clippy::print_stdout, reason = "a program that prints")]

use std::time::Instant;

use finance::calculate::{CalculationError, MonteCarloPlan, RetirementPlan, ReturnModel, monte_carlo};
use rust_decimal::Decimal;

fn main() -> Result<(), CalculationError> {
    let plan = MonteCarloPlan {
        plan: RetirementPlan {
            start: Decimal::from(50_000),
            monthly_deposit: Decimal::from(800),
            months_until: 180,
            monthly_withdrawal: Decimal::from(1_200),
            months_in: 300,
            annual_return: Decimal::new(6, 2),
            annual_inflation: Decimal::new(2, 2),
        },
        annual_volatility: Decimal::new(15, 2),
        model: ReturnModel::LogNormal,
        paths: 10_000,
        seed: 7,
    };
    for round in 1..=5 {
        let started = Instant::now();
        let success = monte_carlo(&plan)?.success;
        println!("round {round}: {:?}, {success} of the paths last", started.elapsed());
    }
    Ok(())
}
