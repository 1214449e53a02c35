//! What stands around a number's digits: its currency, percent, thousands, "about".

use rust_decimal::Decimal;

use super::{
    lexeme::Kind,
    number::{Reader, Unit},
    sign,
    spelled::scale,
};

/// Words before a number that is rounded to its last digit that is no zero.
const ABOUT: &[&str] = &[
    "about",
    "around",
    "roughly",
    "approximately",
    "approx",
    "nearly",
    "almost",
    "over",
    "under",
    "some",
    "circa",
    "ca",
    "than",
    "close",
    "to",
    "etwa",
    "rund",
    "environ",
];
impl Reader<'_> {
    /// The piece where a currency's sign before the digits begins.
    pub(super) fn sign_before(&self, at: usize) -> Option<usize> {
        let mut before = at.checked_sub(1)?;
        if self.pieces[before].is_mark(&['-', '−', '+']) {
            before = before.checked_sub(1)?;
        }
        if self.pieces[before].is(Kind::Space) && !self.pieces[before].text.contains('\n') {
            before = before.checked_sub(1)?;
        }
        let piece = &self.pieces[before];
        if !sign::is_sign(piece.text) {
            return None;
        }
        // `US$`, `R$`
        let letters = before.checked_sub(1).filter(|at| {
            piece.is(Kind::Mark) && self.pieces[*at].is(Kind::Word) && self.pieces[*at].text.len() <= 3
        });
        Some(letters.unwrap_or(before))
    }

    pub(super) fn sign_text(&self, start: usize, at: usize) -> String {
        let pieces = self.pieces[start..at].iter().filter(|piece| !piece.is(Kind::Space));
        pieces.map(|piece| piece.text).filter(|text| !matches!(*text, "-" | "−" | "+")).collect()
    }

    /// What stands behind a number: thousands, percent, a currency; and the piece after it.
    pub(super) fn unit_after(&self, end: usize) -> (Unit, Decimal, usize) {
        let mut factor = Decimal::ONE;
        let mut next = end;
        if let Some((at, scaled)) = self.scale_after(end) {
            (factor, next) = (scaled, at);
        }
        let mut at = next;
        if self.pieces.get(at).is_some_and(|piece| piece.is(Kind::Space) && !piece.text.contains('\n')) {
            at += 1;
        }
        // `12-percent`
        if at == next && self.pieces.get(at).is_some_and(|piece| piece.text == "-") {
            at += 1;
        }
        let Some(piece) = self.pieces.get(at) else { return (Unit::None, factor, next) };
        let text = piece.text.to_lowercase();
        if matches!(text.as_str(), "%" | "percent" | "percentage" | "prozent" | "pct" | "pp") {
            return (Unit::Percent, factor, at + 1);
        }
        if matches!(text.as_str(), "cent" | "cents" | "pence") {
            return (Unit::Money(text), factor * Decimal::new(1, 2), at + 1);
        }
        // A sign that belongs to the next number: `5 €7`.
        let is_next = |at: usize| self.pieces.get(at).is_some_and(|piece| piece.is(Kind::Digits));
        if sign::is_sign(piece.text) && !(piece.is(Kind::Mark) && is_next(at + 1)) {
            return (Unit::Money(piece.text.to_owned()), factor, at + 1);
        }
        (Unit::None, factor, next)
    }

    fn scale_after(&self, end: usize) -> Option<(usize, Decimal)> {
        let piece = self.pieces.get(end)?;
        if piece.is(Kind::Word) {
            return Some((end + 1, Decimal::from(scale(piece.text)?)));
        }
        let word = self.pieces.get(end + 1).filter(|_| piece.is(Kind::Space))?;
        // Of single letters only those that touch the digits mean thousands.
        let scale = scale(word.text).filter(|_| word.text.len() > 1)?;
        Some((end + 2, Decimal::from(scale)))
    }

    pub(super) fn is_about(&self, start: usize) -> bool {
        let mut before = self.pieces[..start].iter().rev().filter(|piece| !piece.is(Kind::Space));
        before.next().is_some_and(|piece| {
            piece.is_mark(&['~', '≈', '∼'])
                || piece.is(Kind::Word) && ABOUT.contains(&piece.text.to_lowercase().as_str())
        })
    }
}
