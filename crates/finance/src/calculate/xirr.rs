//! XIRR: the yearly rate at which dated flows of money are worth nothing in all.

use domain::Money;
use jiff::civil::Date;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::CalculationError;

/// The search covers rates a year from −99.9999999 % to 100,000,000,000 %: logarithms of the yearly factor
/// from −20.72 to 20.72.
const LOGARITHM_MAX: f64 = 20.723_265_836_946_41;
/// Brackets of the search when flows change sign more than once. Two roots in one bracket, a hundredth of
/// their size apart, would be missed.
const BRACKETS: u32 = 4_096;

/// The internal rate of return of dated flows (money put in below zero, money got back above), an effective
/// rate a year as a fraction with twelve digits: the `r` with `Σ a(k) · (1 + r)^(−days(k) / 365) = 0`, days
/// counted from the first flow, Actual/365 fixed
/// (<https://support.microsoft.com/office/xirr-function-de1242ec-6477-445b-b11b-a303ad9adc9d>).
///
/// Solved in `f64` for the logarithm of `1 + r` by Newton's method, kept inside a bracket that is halved
/// whenever a step leaves it; the error is below 1e-12 of `1 + r`. Flows that change sign once have at most one
/// rate (Descartes). With more changes the whole range is searched: one rate is returned, several are an
/// error that lists them.
pub fn xirr(flows: &[(Date, Decimal)]) -> Result<Decimal, CalculationError> {
    let worth = Worth::of(flows)?;
    let root = if worth.sign_changes == 1 {
        worth.root_between(-LOGARITHM_MAX, LOGARITHM_MAX)
    } else {
        let mut roots = worth.roots().into_iter();
        let first = roots.next();
        let others: Vec<f64> = roots.collect();
        if let (Some(first), false) = (first, others.is_empty()) {
            let rates = std::iter::once(first).chain(others);
            let rates = rates.map(|root| format!("{:.2} %", libm::expm1(root) * 100.0)).collect();
            return Err(CalculationError::SeveralRates { rates });
        }
        first
    };
    let rate = root.and_then(|root| Decimal::from_f64_retain(libm::expm1(root)));
    rate.map(|rate| rate.round_dp(12).normalize()).ok_or(CalculationError::NoRate)
}

/// What the flows are worth as a function of the logarithm of the yearly factor.
struct Worth {
    /// Years since the first flow, and the amount as a share of the largest.
    flows: Vec<(f64, f64)>,
    years: f64,
    sign_changes: usize,
}

impl Worth {
    fn of(flows: &[(Date, Decimal)]) -> Result<Self, CalculationError> {
        if flows.len() > 10_000 {
            return Err(CalculationError::out_of_range("flows", "a list of at most 10,000 flows"));
        }
        if flows.iter().any(|(_, amount)| amount.abs() > Money::MAX) {
            return Err(CalculationError::out_of_range("amount", "at most 999,999,999,999,999"));
        }
        let mut sorted: Vec<(Date, Decimal)> =
            flows.iter().filter(|(_, amount)| !amount.is_zero()).copied().collect();
        sorted.sort_by_key(|(date, _)| *date);
        // Flows of one day are one flow.
        sorted.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        if sorted.len() == 1 {
            return Err(CalculationError::OneDay);
        }
        sorted.retain(|(_, amount)| !amount.is_zero());
        let signs: Vec<bool> = sorted.iter().map(|(_, amount)| amount.is_sign_negative()).collect();
        let sign_changes = signs.windows(2).filter(|pair| pair[0] != pair[1]).count();
        let (Some((first, _)), true) = (sorted.first().copied(), sign_changes > 0) else {
            return Err(CalculationError::OneSided);
        };
        let largest = sorted.iter().map(|(_, amount)| amount.abs()).max().unwrap_or(Decimal::ONE);
        let share = |amount: Decimal| amount.to_f64().unwrap_or(0.0) / largest.to_f64().unwrap_or(1.0);
        let flows: Vec<(f64, f64)> = sorted
            .iter()
            .map(|(date, amount)| (f64::from((*date - first).get_days()) / 365.0, share(*amount)))
            .collect();
        let years = flows.last().map_or(0.0, |(years, _)| *years);
        Ok(Self { flows, years, sign_changes })
    }

    /// The worth and its slope at a logarithm, both times a factor above zero that keeps every power below
    /// one: for negative logarithms the flows are counted from the last day instead of the first.
    fn at(&self, logarithm: f64) -> (f64, f64) {
        let origin = if logarithm < 0.0 { self.years } else { 0.0 };
        let (mut worth, mut slope) = (0.0, 0.0);
        for (years, amount) in &self.flows {
            let part = amount * libm::exp(-logarithm * (years - origin));
            worth += part;
            slope -= (years - origin) * part;
        }
        (worth, slope)
    }

    /// The root between two logarithms whose worths differ in sign.
    fn root_between(&self, mut low: f64, mut high: f64) -> Option<f64> {
        let (at_low, at_high) = (self.at(low).0, self.at(high).0);
        if at_low == 0.0 {
            return Some(low);
        }
        if at_high == 0.0 {
            return Some(high);
        }
        if (at_low < 0.0) == (at_high < 0.0) {
            return None;
        }
        let is_low = |worth: f64| (worth < 0.0) == (at_low < 0.0);
        // Ten percent a year, where it is inside.
        let mut guess = if low < 0.095 && 0.095 < high { 0.095 } else { f64::midpoint(low, high) };
        for _ in 0..200 {
            let (worth, slope) = self.at(guess);
            if worth == 0.0 {
                return Some(guess);
            }
            if is_low(worth) {
                low = guess;
            } else {
                high = guess;
            }
            let newton = guess - worth / slope;
            let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
            if (next - guess).abs() <= 1e-15 * guess.abs().max(1e-3) {
                return Some(next);
            }
            guess = next;
        }
        Some(guess)
    }

    /// Every root of the range that a bracket shows.
    fn roots(&self) -> Vec<f64> {
        let step = 2.0 * LOGARITHM_MAX / f64::from(BRACKETS);
        let edge = |at: u32| -LOGARITHM_MAX + step * f64::from(at);
        let mut found = Vec::new();
        let mut before = self.at(edge(0)).0;
        for at in 1..=BRACKETS {
            let after = self.at(edge(at)).0;
            if before == 0.0 {
                found.push(edge(at - 1));
            } else if after != 0.0 && (before < 0.0) != (after < 0.0) {
                found.extend(self.root_between(edge(at - 1), edge(at)));
            }
            before = after;
        }
        found
    }
}
