//! Standard normal numbers that are the same on every platform.

use std::sync::LazyLock;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Layers of the ziggurat.
const LAYERS: usize = 128;
/// Where the tail begins, and the area of each layer (Doornik, table for 128 layers).
const TAIL: f64 = 3.442_619_855_899;
const AREA: f64 = 9.912_563_035_262_17e-3;

/// The ziggurat of Marsaglia and Tsang in Doornik's form, which takes the layer and the place in it from
/// different bits (<https://www.doornik.com/research/ziggurat.pdf>). Crates that have it call the platform's
/// `exp` and `ln`, whose last digits differ; here they come from libm, and everything else is arithmetic
/// that IEEE 754 fixes.
#[derive(Debug)]
pub(super) struct Ziggurat {
    /// The right edge of each layer, and the share of it that lies under the next.
    layers: [(f64, f64); LAYERS],
    /// The edges once more, with the one after the last.
    edges: [f64; LAYERS + 1],
}

/// The ziggurat, made once.
pub(super) static ZIGGURAT: LazyLock<Ziggurat> = LazyLock::new(Ziggurat::new);

impl Ziggurat {
    fn new() -> Self {
        let mut edges = [0.0; LAYERS + 1];
        let mut density = libm::exp(-0.5 * TAIL * TAIL);
        edges[0] = AREA / density;
        edges[1] = TAIL;
        for at in 2..LAYERS {
            let before = edges[at - 1];
            edges[at] = libm::sqrt(-2.0 * libm::log(AREA / before + density));
            density = libm::exp(-0.5 * edges[at] * edges[at]);
        }
        let layers = std::array::from_fn(|at| (edges[at], edges[at + 1] / edges[at]));
        Self { layers, edges }
    }

    /// The next numbers. Random bits are drawn for all of them at once; one that has to be drawn again takes
    /// what comes after.
    #[inline]
    pub fn fill<const N: usize>(&self, numbers: &mut [f64; N], random: &mut ChaCha8Rng) {
        let mut bits = [[0; 8]; N];
        random.fill_bytes(bits.as_flattened_mut());
        for (number, bits) in numbers.iter_mut().zip(bits) {
            let mut bits = u64::from_le_bytes(bits);
            *number = loop {
                let layer = (bits & (LAYERS as u64 - 1)) as usize;
                let place = 2.0 * fraction(bits) - 1.0;
                let (edge, inside) = self.layers[layer];
                if place.abs() < inside {
                    break place * edge;
                }
                if let Some(number) = self.outside(layer, place, random) {
                    break number;
                }
                bits = random.next_u64();
            };
        }
    }

    /// The hundredth of all cases: the tail, or the wedge between two layers.
    #[cold]
    fn outside(&self, layer: usize, place: f64, random: &mut ChaCha8Rng) -> Option<f64> {
        if layer == 0 {
            return Some(if place < 0.0 { -tail(random) } else { tail(random) });
        }
        let number = place * self.edges[layer];
        let above = |edge: f64| libm::exp(-0.5 * (edge * edge - number * number));
        let (low, high) = (above(self.edges[layer]), above(self.edges[layer + 1]));
        (high + fraction(random.next_u64()) * (low - high) < 1.0).then_some(number)
    }
}

/// From 0 to below 1, of the upper 53 bits.
fn fraction(bits: u64) -> f64 {
    (bits >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
}

/// A number beyond the tail's beginning (Marsaglia 1964).
fn tail(random: &mut ChaCha8Rng) -> f64 {
    // One less the fraction is above zero.
    let mut logarithm = || libm::log(1.0 - fraction(random.next_u64()));
    loop {
        let beyond = logarithm() / TAIL;
        if -2.0 * logarithm() > beyond * beyond {
            return TAIL - beyond;
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn a_million_numbers_are_spread_as_the_normal_distribution() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut numbers = [0.0; 1_000];
        let mut draw = |_| {
            ZIGGURAT.fill(&mut numbers, &mut random);
            numbers
        };
        let numbers: Vec<f64> = (0..1_000).flat_map(&mut draw).collect();
        let moment = |power: i32| numbers.iter().map(|it| it.powi(power)).sum::<f64>() / 1e6;
        // Six standard errors each.
        for (power, expected, error) in
            [(1, 0.0, 0.006), (2, 1.0, 0.0085), (3, 0.0, 0.0233), (4, 3.0, 0.0588)]
        {
            assert!((moment(power) - expected).abs() < error, "{power}: {}", moment(power));
        }
        for (bound, share) in [
            (-3.5, 2.326_291e-4),
            (-2.0, 0.022_750_13),
            (-0.5, 0.308_537_5),
            (1.0, 0.841_344_7),
            (3.0, 0.998_650_1),
        ] {
            let below = numbers.iter().filter(|it| **it < bound).count() as f64 / 1e6;
            let error = 6.0 * (share * (1.0 - share) / 1e6f64).sqrt();
            assert!((below - share).abs() < error, "{bound}: {below}");
        }
    }
}
