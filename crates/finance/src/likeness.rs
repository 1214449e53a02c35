//! Whether two texts of a bank can be of the same booking: exports cut, merge and decorate them.

use crate::fold::fold;

/// How much two texts have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// Words that the other has not.
    Different,
    /// One of them has no words, so that nothing speaks against it.
    Unknown,
    /// Most words of one are in the other, or one is a cut of the other.
    Alike,
    /// The same words.
    Same,
}

/// Compares two rows by payee and description.
pub(crate) fn likeness(one: (&str, &str), other: (&str, &str)) -> Likeness {
    if one == other {
        return Likeness::Same;
    }
    let (one, other) = (words(one), words(other));
    if one == other {
        return Likeness::Same;
    }
    if one.is_empty() || other.is_empty() {
        return Likeness::Unknown;
    }
    let (few, many) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    // `WHOLEFDS MKT 10234 CHICA` is cut from `Wholefds Mkt 10234 Chicago IL`.
    let held = few.iter().filter(|word| {
        many.iter()
            .any(|it| it.starts_with(word.as_str()) || (it.len() >= 4 && word.starts_with(it.as_str())))
    });
    if held.count() * 2 > few.len() { Likeness::Alike } else { Likeness::Different }
}

/// The words with letters, each once, in order.
fn words((payee, description): (&str, &str)) -> Vec<String> {
    let mut words: Vec<String> = [fold(payee), fold(description)]
        .iter()
        .flat_map(|text| text.split(' '))
        .filter(|word| word.len() > 1 && word.chars().any(char::is_alphabetic))
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_booking_in_two_exports_is_alike() {
        let of = |one: &str, other: &str| likeness((one, ""), (other, ""));
        assert_eq!(of("WHOLEFDS MKT 10234 CHICA", "Wholefds Mkt 10234 Chicago IL"), Likeness::Alike);
        assert_eq!(of("Blue Bottle", "SQ *BLUE BOTTLE 0123"), Likeness::Alike);
        assert_eq!(of("Blue Bottle", "Kin Soy"), Likeness::Different);
        assert_eq!(of("Blue Bottle", "blue bottle 12"), Likeness::Same);
        assert_eq!(of("", "blue bottle 12"), Likeness::Unknown);
    }
}
