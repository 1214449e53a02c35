//! How often a year interest is added: "compounded yearly". The calculators add it every month.

use rust_decimal::Decimal;

use super::read::word;
use crate::words::Token;

/// How often a year interest is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::builtin) enum Compounding {
    /// So many times, one at least.
    Times(u32),
    /// The rate is what a year yields, however often it is added: an APY.
    Effective,
    /// Simple interest, or added at times that no calculator counts.
    Other,
}

/// Months of a year.
const MONTHS: u32 = 12;
/// Steps towards a root; each doubles the digits that are right.
const STEPS_MAX: usize = 64;

/// Reads it; none where it is not said, which is every month.
pub(super) fn read(tokens: &[Token]) -> Option<Compounding> {
    let says = |phrase: &str| {
        (0..tokens.len()).any(|at| phrase.split(' ').enumerate().all(|(on, it)| word(tokens, at + on) == it))
    };
    if ["simple interest", "without compounding", "not compounded", "no compounding"].into_iter().any(says) {
        return Some(Compounding::Other);
    }
    if ["apy", "effective annual", "effective rate"].into_iter().any(says) {
        return Some(Compounding::Effective);
    }
    let is_compound = |token: &Token| token.is(&["compounded", "compounding", "compounds", "compound"]);
    let at = tokens.iter().position(is_compound)?;
    after(tokens, at).or_else(|| match word(tokens, at.checked_sub(1)?) {
        // "4 % a year compounded" does not say how often.
        "year" | "month" | "week" | "day" | "quarter" | "half" | "annum" => None,
        before => of_word(before),
    })
}

/// What follows "compounded": "yearly", "once a year", "on a monthly basis", "every 6 months".
fn after(tokens: &[Token], at: usize) -> Option<Compounding> {
    const FILLERS: [&str; 10] = ["interest", "once", "every", "each", "per", "a", "an", "on", "the", "at"];
    let mut next = at + 1;
    while FILLERS.contains(&word(tokens, next)) {
        next += 1;
    }
    let is_counted = word(tokens, next - 1) == "every" || word(tokens, next + 1) == "times";
    match word(tokens, next) {
        "" => None,
        _ if is_counted && tokens[next].number().is_some() => Some(Compounding::Other),
        found => of_word(found),
    }
}

fn of_word(word: &str) -> Option<Compounding> {
    Some(match word {
        "yearly" | "annually" | "annual" | "year" | "annum" => Compounding::Times(1),
        "semi" | "semiannually" | "semiannual" | "half" => Compounding::Times(2),
        "quarterly" | "quarter" => Compounding::Times(4),
        "monthly" | "month" => Compounding::Times(MONTHS),
        "daily" | "day" => Compounding::Times(365),
        "weekly" | "week" | "biweekly" | "fortnightly" | "fortnight" | "biannually" | "biannual"
        | "twice" | "two" | "three" | "four" | "six" | "other" | "second" | "continuously" | "continuous" => {
            Compounding::Other
        }
        _ => return None,
    })
}

impl Compounding {
    /// The nominal rate a year that, with interest added every month, grows as this one does. None where that
    /// depends on what is not said: deposits, or an end, amid the time that earns interest at once.
    pub(super) fn monthly(self, rate: Decimal, n_months: Option<i64>, has_deposits: bool) -> Option<Decimal> {
        let (times, is_clear) = match self {
            Self::Times(MONTHS) => return Some(rate),
            Self::Times(times) if times < MONTHS => {
                let is_whole = n_months.is_none_or(|months| months % i64::from(MONTHS / times) == 0);
                (times, is_whole && !has_deposits)
            }
            Self::Times(times) => (times, true),
            Self::Effective => (1, true),
            Self::Other => return None,
        };
        if !is_clear {
            return None;
        }
        let a_time = Decimal::ONE + rate.checked_div(Decimal::from(times))?;
        let a_month = root_of_year(power(a_time, times)?)?;
        // As many digits as a calculator's input takes.
        Some(((a_month - Decimal::ONE) * Decimal::from(MONTHS)).round_dp(24))
    }
}

fn power(base: Decimal, exponent: u32) -> Option<Decimal> {
    (0..exponent).try_fold(Decimal::ONE, |product, _| product.checked_mul(base))
}

/// The growth of a month from that of a year, by Newton's method.
fn root_of_year(year: Decimal) -> Option<Decimal> {
    let mut root = Decimal::ONE;
    for _ in 0..STEPS_MAX {
        let below = power(root, MONTHS - 1)?;
        let slope = below.checked_mul(Decimal::from(MONTHS))?;
        let step = (below.checked_mul(root)? - year).checked_div(slope)?;
        root -= step;
        if step.abs() < Decimal::new(1, 24) {
            return Some(root);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::tokens;

    #[test]
    fn how_often_is_read_beside_the_word() {
        let cases = [
            ("15000 at 4.2% compounded yearly", Some(Compounding::Times(1))),
            ("15000 at 4.2% a year compounded once a month", Some(Compounding::Times(12))),
            ("15000 with quarterly compounding", Some(Compounding::Times(4))),
            ("15000 at 4% interest compounded on a daily basis", Some(Compounding::Times(365))),
            ("15000 at 4% compounded every 6 months", Some(Compounding::Other)),
            ("15000 at 4% simple interest", Some(Compounding::Other)),
            ("15000 at 4% APY", Some(Compounding::Effective)),
            ("15000 at 4% a year compounded over 8 years", None),
            ("15000 at 4%", None),
        ];
        for (text, found) in cases {
            assert_eq!(read(&tokens(text)), found, "{text}");
        }
    }

    #[test]
    fn a_year_of_months_grows_as_the_year_does() {
        let rate = Decimal::new(42, 3);
        let monthly = Compounding::Times(1).monthly(rate, Some(96), false).unwrap();
        let month = Decimal::ONE + monthly / Decimal::from(MONTHS);
        let (grown, yearly) = (power(month, 96).unwrap(), power(Decimal::ONE + rate, 8).unwrap());
        assert!((grown - yearly).abs() < Decimal::new(1, 18), "{grown}");
        assert_eq!(Compounding::Times(1).monthly(rate, Some(18), false), None);
        assert_eq!(Compounding::Times(1).monthly(rate, Some(96), true), None);
        assert_eq!(Compounding::Times(12).monthly(rate, Some(5), true), Some(rate));
    }
}
