//! Many exponentials at once, the same on every platform.

use super::BATCH;

/// `e` to the power of each: by the first terms of its series where all are small, as monthly returns are, which
/// compilers turn into vector instructions; the first term left out is below 1e-16.
pub(super) fn exponentials(numbers: &mut [f64; BATCH]) {
    const SERIES: [f64; 12] = [
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ];
    let largest = numbers.iter().fold(0.0f64, |largest, it| largest.max(it.abs()));
    if largest > 0.25 {
        for it in numbers {
            *it = libm::exp(*it);
        }
        return;
    }
    for it in numbers {
        let power = *it;
        *it = SERIES.iter().fold(0.0, |sum, term| sum * power + term);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_of_the_exponential_is_exact() {
        let numbers: [f64; BATCH] = std::array::from_fn(|at| (at as f64 - 31.5) / 126.0);
        let mut powers = numbers;
        exponentials(&mut powers);
        for (number, power) in numbers.iter().zip(powers) {
            assert!((power / libm::exp(*number) - 1.0).abs() < 1e-15, "{number}");
        }
    }
}
