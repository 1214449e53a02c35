//! Field 86 in free words: labels such as `NAAM:` and `TYT.:`, and how card payments are told.

use super::details::Texts;

/// Labels before a name, before what the payer wrote, and before the rest.
const NAMES: [&str; 4] = ["NAAM:", "OD:", "DLA:", "NAME:"];
const TOLD: [&str; 3] = ["OMSCHRIJVING:", "TYT.:", "REMI:"];
const OTHERS: [&str; 12] = [
    "REK:",
    "IBAN:",
    "BIC:",
    "KENMERK:",
    "MACHTIGING:",
    "INCASSANT:",
    "Z RACH.:",
    "NA RACH.:",
    "TNR:",
    "ID IPH:",
    "VALUTADATUM:",
    "DATUM/TIJD:",
];

/// The texts of a free field: all of it, and a name where one is told.
pub(super) fn read(text: &str) -> Texts {
    let labels = found(text);
    let value = |wanted: &[&str]| {
        let at = labels.iter().position(|(_, label)| wanted.contains(label))?;
        let end = labels.get(at + 1).map_or(text.len(), |(start, _)| *start);
        let (start, label) = labels[at];
        let value =
            text[start + label.len()..end].trim_matches(|c: char| c.is_whitespace() || "/;".contains(c));
        (!value.is_empty()).then_some(value)
    };
    // An address may stand behind two spaces.
    let first_column = |name: &str| name.split("  ").next().unwrap_or_default().to_owned();
    let payee =
        value(&NAMES).map(first_column).or_else(|| card(text)).or_else(|| column(text)).unwrap_or_default();
    let description = value(&TOLD).filter(|_| !payee.is_empty()).unwrap_or(text);
    Texts { payee, description: description.to_owned() }
}

/// The labels in a text with their places, each at the start of a word.
fn found(text: &str) -> Vec<(usize, &'static str)> {
    let upper = text.to_ascii_uppercase();
    let mut found: Vec<(usize, &str)> = NAMES
        .iter()
        .chain(&TOLD)
        .chain(&OTHERS)
        .filter_map(|label| {
            let is_word = |at: &usize| !upper[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '.');
            Some((upper.match_indices(label).map(|(at, _)| at).find(is_word)?, *label))
        })
        .collect();
    found.sort_unstable();
    found
}

/// `BEA   NR:XXX1234   21.05.11/12.54 SHOP,PAS999`: a card at a till or a machine.
fn card(text: &str) -> Option<String> {
    if !["BEA ", "GEA ", "BEA,", "GEA,"].iter().any(|start| text.starts_with(start)) {
        return None;
    }
    let (at, _) = text.match_indices('/').find(|(at, _)| {
        let around = text.get(at.saturating_sub(8)..at + 6).unwrap_or_default();
        around.len() == 14 && around.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '/'))
    })?;
    let behind = text.get(at + 6..)?;
    let shop = behind.split(",PAS").next().unwrap_or(behind).trim();
    (!shop.is_empty()).then(|| shop.to_owned())
}

/// `GIRO   428428 KPN     TEXT` and `52.89.39.882      SHOP`: an account, then a name in a column.
fn column(text: &str) -> Option<String> {
    let (account, behind) = match text.strip_prefix("GIRO ") {
        Some(rest) => rest.trim_start().split_once(' ')?,
        None => text.split_once("  ")?,
    };
    let digits = account.bytes().filter(u8::is_ascii_digit).count();
    let is_account = digits >= 4 && account.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let name = behind.trim().split("  ").next().unwrap_or_default();
    (is_account && !name.is_empty()).then(|| name.to_owned())
}
