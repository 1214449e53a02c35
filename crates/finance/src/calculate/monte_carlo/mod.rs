//! Retirement on markets that vary: many random paths of monthly returns from one seed.

mod exponential;
mod normal;

use std::{num::NonZero, thread};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rust_decimal::{Decimal, prelude::FromPrimitive, prelude::ToPrimitive};

use self::{exponential::exponentials, normal::ZIGGURAT};
use super::{CalculationError, RetirementPlan};

/// More paths than this add no digit that means something.
const PATHS_MAX: u32 = 100_000;
/// Points in time of which the spread is told.
const MARKS_MAX: u32 = 12;
/// Random numbers that are drawn at once.
const BATCH: usize = 64;
/// Below this many months in all, a second thread costs more than it does.
const ALONE_MONTHS: u64 = 200_000;

/// How a month's real return is spread around its mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReturnModel {
    /// Its logarithm is normal: money never falls below nothing.
    #[default]
    LogNormal,
    /// It is normal itself; a loss of more than everything counts as everything.
    Normal,
}

/// What is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonteCarloPlan {
    /// The retirement; its annual return is the mean.
    pub plan: RetirementPlan,
    /// Standard deviation of the return of a year, as a fraction; a month has it over the root of twelve.
    pub annual_volatility: Decimal,
    /// How returns are spread.
    pub model: ReturnModel,
    /// How many paths.
    pub paths: u32,
    /// The same seed gives the same figures, on every platform and on any number of threads.
    pub seed: u64,
}

/// How an amount is spread over the paths: so many percent of them end below. In today's prices, with eight
/// digits after the mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentiles {
    /// 5 %.
    pub p5: Decimal,
    /// 25 %.
    pub p25: Decimal,
    /// Half.
    pub p50: Decimal,
    /// 75 %.
    pub p75: Decimal,
    /// 95 %.
    pub p95: Decimal,
}

/// What the paths come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonteCarlo {
    /// Share of the paths on which every withdrawal is paid in full.
    pub success: Decimal,
    /// What is there when retirement begins.
    pub at_retirement: Percentiles,
    /// What is left at the end.
    pub at_end: Percentiles,
    /// What is there on the way: the month, and the spread; about a dozen.
    pub marks: Vec<(u32, Percentiles)>,
}

/// Simulates a retirement month by month in today's prices, as [`retirement`](super::retirement()) does, with a
/// random real return each month: mean `g − 1` of the plan's real factor `g`, standard deviation
/// `annual_volatility / √12`, months independent. Lognormal returns have the same mean and deviation
/// (<https://en.wikipedia.org/wiki/Log-normal_distribution#Arithmetic_moments>).
///
/// Random numbers are `ChaCha8`, a stream for each path, so that neither threads nor their order matter.
/// Amounts are `f64`: an amount's rounding error is below 1e-12 of it, far below the sampling error, which
/// for a success of one half is 0.5 % with 10,000 paths.
pub fn monte_carlo(plan: &MonteCarloPlan) -> Result<MonteCarlo, CalculationError> {
    let market = Market::of(plan)?;
    let paths = plan.paths as usize;
    let width = market.marks.len() + 1;
    // Each path's amounts at the marks, then 1 when every withdrawal was paid.
    let mut outcomes = vec![0.0; paths * width];
    let months = u64::from(market.months) * u64::from(plan.paths);
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(2);
    if threads == 1 || months < ALONE_MONTHS {
        market.run(plan.seed, 0, &mut outcomes);
    } else {
        let (first, second) = outcomes.split_at_mut(paths / 2 * width);
        thread::scope(|scope| {
            scope.spawn(|| market.run(plan.seed, 0, first));
            market.run(plan.seed, (paths / 2) as u64, second);
        });
    }
    market.summed_up(&outcomes)
}

/// The plan in floats.
#[derive(Debug)]
struct Market {
    start: f64,
    deposit: f64,
    withdrawal: f64,
    months_until: u32,
    months: u32,
    model: ReturnModel,
    /// Of the return, or of its logarithm.
    mean: f64,
    deviation: f64,
    /// Months after which the amount is kept: some years, the beginning of retirement, the end.
    marks: Vec<u32>,
}

impl Market {
    fn of(plan: &MonteCarloPlan) -> Result<Self, CalculationError> {
        let retirement = &plan.plan;
        retirement.check()?;
        if plan.paths == 0 || plan.paths > PATHS_MAX {
            return Err(CalculationError::out_of_range("paths", "a whole number from 1 to 100000"));
        }
        if plan.annual_volatility < Decimal::ZERO || plan.annual_volatility > Decimal::TWO {
            return Err(CalculationError::out_of_range(
                "annual_volatility",
                "a fraction from 0 to 2, such as 0.15 for 15 %",
            ));
        }
        let float = |value: Decimal| value.to_f64().ok_or(CalculationError::TooLarge);
        let factor = float(retirement.real_factor()?)?;
        let deviation = float(plan.annual_volatility)? / libm::sqrt(12.0);
        let (mean, deviation) = match plan.model {
            ReturnModel::Normal => (factor - 1.0, deviation),
            ReturnModel::LogNormal => {
                let relative = deviation / factor;
                let variance = libm::log1p(relative * relative);
                (libm::log(factor) - variance / 2.0, libm::sqrt(variance))
            }
        };
        let months = retirement.months_until + retirement.months_in;
        let years = months.div_ceil(12).div_ceil(MARKS_MAX) as usize;
        let mut marks: Vec<u32> = (12..months).step_by(12).skip(years - 1).step_by(years).collect();
        marks.extend([retirement.months_until, months]);
        marks.sort_unstable();
        marks.dedup();
        Ok(Self {
            start: float(retirement.start)?,
            deposit: float(retirement.monthly_deposit)?,
            withdrawal: float(retirement.monthly_withdrawal)?,
            months_until: retirement.months_until,
            months,
            model: plan.model,
            mean,
            deviation,
            marks,
        })
    }

    /// Simulates the paths from `first` on, as many as there is room for.
    fn run(&self, seed: u64, first: u64, outcomes: &mut [f64]) {
        let seeded = ChaCha8Rng::seed_from_u64(seed);
        for (path, outcome) in (first..).zip(outcomes.chunks_exact_mut(self.marks.len() + 1)) {
            let mut random = seeded.clone();
            random.set_stream(path);
            match self.model {
                ReturnModel::Normal => self.path(outcome, &mut |returns| {
                    ZIGGURAT.fill(returns, &mut random);
                    for it in returns {
                        *it = (1.0 + self.mean + self.deviation * *it).max(0.0);
                    }
                }),
                ReturnModel::LogNormal => self.path(outcome, &mut |returns| {
                    ZIGGURAT.fill(returns, &mut random);
                    for it in &mut *returns {
                        *it = self.mean + self.deviation * *it;
                    }
                    exponentials(returns);
                }),
            }
        }
    }

    /// One path; `draw` fills in the next months' real factors.
    #[inline]
    fn path(&self, outcome: &mut [f64], draw: &mut impl FnMut(&mut [f64; BATCH])) {
        let mut factors = [0.0; BATCH];
        let (mut balance, mut is_paid, mut month) = (self.start, true, 0);
        let mut factor = |month: u32| {
            let at = month as usize % BATCH;
            if at == 0 {
                draw(&mut factors);
            }
            factors[at]
        };
        for (mark, kept) in self.marks.iter().zip(outcome.iter_mut()) {
            while month < (*mark).min(self.months_until) {
                balance = balance * factor(month) + self.deposit;
                month += 1;
            }
            while month < *mark {
                is_paid &= balance >= self.withdrawal;
                balance = (balance - self.withdrawal).max(0.0) * factor(month);
                month += 1;
            }
            *kept = balance;
        }
        if let Some(last) = outcome.last_mut() {
            *last = f64::from(u8::from(is_paid));
        }
    }

    fn summed_up(&self, outcomes: &[f64]) -> Result<MonteCarlo, CalculationError> {
        let width = self.marks.len() + 1;
        let paths = outcomes.len() / width;
        let column = |at: usize| outcomes.iter().skip(at).step_by(width).copied();
        let spread: Vec<Percentiles> =
            (0..self.marks.len()).map(|at| percentiles(column(at).collect())).collect::<Result<_, _>>()?;
        let marks: Vec<(u32, Percentiles)> = self.marks.iter().copied().zip(spread).collect();
        let at = |month| marks.iter().find(|(mark, _)| *mark == month).map(|(_, spread)| *spread);
        let paid = column(width - 1).filter(|paid| *paid > 0.0).count();
        Ok(MonteCarlo {
            success: Decimal::from(paid) / Decimal::from(paths),
            at_retirement: at(self.months_until).ok_or(CalculationError::TooLarge)?,
            at_end: at(self.months).ok_or(CalculationError::TooLarge)?,
            marks,
        })
    }
}

/// The percentiles by nearest rank (<https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method>).
fn percentiles(mut amounts: Vec<f64>) -> Result<Percentiles, CalculationError> {
    amounts.sort_unstable_by(f64::total_cmp);
    let rank = |percent: usize| {
        let place = (amounts.len() * percent).div_ceil(100).max(1) - 1;
        Decimal::from_f64(amounts[place]).map(|amount| amount.round_dp(8)).ok_or(CalculationError::TooLarge)
    };
    Ok(Percentiles { p5: rank(5)?, p25: rank(25)?, p50: rank(50)?, p75: rank(75)?, p95: rank(95)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_the_same_in_one_run_and_in_two() {
        let plan = RetirementPlan {
            start: Decimal::ONE_THOUSAND,
            monthly_deposit: Decimal::TEN,
            months_until: 70,
            monthly_withdrawal: Decimal::TEN,
            months_in: 70,
            annual_return: Decimal::new(5, 2),
            annual_inflation: Decimal::new(2, 2),
        };
        for model in [ReturnModel::LogNormal, ReturnModel::Normal] {
            // Some months are beyond what the series of the exponential is good for.
            let annual_volatility = Decimal::ONE;
            let market =
                Market::of(&MonteCarloPlan { plan, annual_volatility, model, paths: 20, seed: 3 }).unwrap();
            let width = market.marks.len() + 1;
            let (mut whole, mut parts) = (vec![0.0; 20 * width], vec![0.0; 20 * width]);
            market.run(3, 0, &mut whole);
            let (first, second) = parts.split_at_mut(7 * width);
            market.run(3, 7, second);
            market.run(3, 0, first);
            assert_eq!(whole, parts);
        }
    }
}
