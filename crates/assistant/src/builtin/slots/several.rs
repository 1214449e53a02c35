//! Several names in one question: two things side by side, and what they come to together.

use super::{Slots, shares::Named};
use crate::{builtin::intent::Words, toolbox::MatchKind, words::Token};

/// Whether a category and a payee are named one after the other, with nothing but "and" between them.
pub(super) fn are_side_by_side(words: &[Token], names: &[Named]) -> bool {
    let mut placed: Vec<&Named> = names.iter().collect();
    placed.sort_by_key(|name| name.place.start);
    placed.windows(2).any(|pair| {
        let between = words.get(pair[0].place.end..pair[1].place.start).unwrap_or_default();
        let is_listed = match between {
            [] => words.get(pair[1].place.start).is_some_and(|word| word.gap.contains([',', '&', '+'])),
            [joint] => joint.is(&["and", "plus"]),
            _ => false,
        };
        let kinds = [pair[0].kind, pair[1].kind];
        is_listed && kinds.contains(&MatchKind::Category) && kinds.contains(&MatchKind::Payee)
    })
}

/// "Coffee and fuel together", "a total of rent and power"; what is paid at a shop for one thing is no two names.
pub(super) fn are_together(words: &Words, slots: &Slots) -> bool {
    let is_of_one_kind = slots.payee.is_none() || slots.categories.is_empty() || slots.is_side_by_side;
    words.has("together combined")
        || is_of_one_kind && (words.has("altogether total totals") || words.says("sum of|add up to"))
}
