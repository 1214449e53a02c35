//! Monte Carlo: the same figures for a seed, and the figures that theory gives.

use finance::calculate::{
    MonteCarlo, MonteCarloPlan, RetirementPlan, ReturnModel, monte_carlo, retirement, round_money,
};
use rust_decimal::Decimal;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn plan() -> MonteCarloPlan {
    MonteCarloPlan {
        plan: RetirementPlan {
            start: d("50000"),
            monthly_deposit: d("800"),
            months_until: 180,
            monthly_withdrawal: d("1200"),
            months_in: 300,
            annual_return: d("0.06"),
            annual_inflation: d("0.02"),
        },
        annual_volatility: d("0.15"),
        model: ReturnModel::LogNormal,
        paths: 500,
        seed: 7,
    }
}

fn simulated(change: impl FnOnce(&mut MonteCarloPlan)) -> MonteCarlo {
    let mut plan = plan();
    change(&mut plan);
    monte_carlo(&plan).unwrap()
}

#[test]
fn a_seed_gives_the_same_figures_everywhere() {
    let first = simulated(|_| ());
    assert_eq!(first, simulated(|_| ()));
    assert_ne!(first, simulated(|plan| plan.seed = 8));
    // Of every platform and number of threads: a change of these is a change of everybody's answers.
    let pinned = [first.success, first.at_retirement.p5, first.at_retirement.p50, first.at_end.p95];
    assert_eq!(
        pinned.map(|it| it.to_string()),
        ["0.506", "136305.42607051", "254809.12371277", "1282889.22928259"]
    );
}

#[test]
fn markets_that_do_not_vary_are_the_plain_calculation() {
    for model in [ReturnModel::LogNormal, ReturnModel::Normal] {
        let still =
            simulated(|plan| (plan.annual_volatility, plan.paths, plan.model) = (Decimal::ZERO, 10, model));
        let plain = retirement(&plan().plan).unwrap();
        for (simulated, plain) in [
            (still.at_retirement.p5, plain.at_retirement),
            (still.at_retirement.p95, plain.at_retirement),
            (still.at_end.p50, plain.at_end),
        ] {
            assert_eq!(round_money(simulated, 4), round_money(plain, 4));
        }
        assert_eq!(still.success, Decimal::from(u8::from(plain.months_paid == 300)));
    }
}

#[test]
fn the_spread_of_one_amount_is_that_of_the_lognormal_distribution() {
    // 1 for ten years at a real return of 0 and 20 %: ln is normal with n·μ and √n·σ.
    let spread = simulated(|it| {
        it.plan = RetirementPlan {
            start: Decimal::ONE,
            monthly_deposit: Decimal::ZERO,
            months_until: 120,
            monthly_withdrawal: Decimal::ZERO,
            months_in: 1,
            annual_return: Decimal::ZERO,
            annual_inflation: Decimal::ZERO,
        };
        (it.annual_volatility, it.paths) = (d("0.2"), 10_000);
    });
    let variance = (0.04f64 / 12.0).ln_1p();
    let at = |z: f64| (z * (120.0 * variance).sqrt() - 60.0 * variance).exp();
    let found = spread.at_retirement;
    for (found, z) in
        [(found.p5, -1.644_854), (found.p25, -0.674_49), (found.p50, 0.0), (found.p95, 1.644_854)]
    {
        let found = f64::try_from(found).unwrap();
        assert!((found / at(z) - 1.0).abs() < 0.04, "{found} {}", at(z));
    }
}

#[test]
fn spending_less_succeeds_more_often() {
    let share = |withdrawal: i64| simulated(|it| it.plan.monthly_withdrawal = withdrawal.into()).success;
    assert!(share(900) > share(1_200) && share(1_200) > share(1_800));
    assert_eq!(share(0), Decimal::ONE);
    let marks = simulated(|_| ()).marks;
    let months: Vec<u32> = marks.iter().map(|(month, _)| *month).collect();
    assert_eq!(months, [48, 96, 144, 180, 192, 240, 288, 336, 384, 432, 480]);
}

#[test]
fn what_cannot_be_simulated_is_refused_with_the_field() {
    let refused = |change: fn(&mut MonteCarloPlan)| {
        let mut plan = plan();
        change(&mut plan);
        monte_carlo(&plan).unwrap_err().to_string()
    };
    assert!(refused(|plan| plan.paths = 0).starts_with("paths"));
    assert!(refused(|plan| plan.paths = 1_000_000).starts_with("paths"));
    assert!(refused(|plan| plan.annual_volatility = Decimal::TEN).starts_with("annual_volatility"));
    assert!(refused(|plan| plan.plan.months_in = 0).starts_with("months_in"));
}
