//! Field 86 in words between slashes, as the Netherlands and SWIFT have it: `/NAME/…/REMI/…`.

use super::details::Texts;

/// Words that begin a part.
const WORDS: [&str; 40] = [
    "ACCW", "ADDR", "BENM", "BIC", "BO", "BUSP", "CHGS", "CNTP", "CSID", "EREF", "EXCH", "IBAN", "ID",
    "INFO", "INST", "INTC", "ISDT", "KREF", "MARF", "NAME", "NRTX", "OCMT", "OM", "OMCH", "ORDP", "PREF",
    "PURP", "PY", "REMI", "RETN", "RFB", "ROC", "RTRN", "SVCL", "SWOC", "TRCD", "TRTP", "ULTB", "ULTC",
    "ULTD",
];

/// The texts, where the field is in words between slashes.
pub(super) fn read(text: &str, is_out: bool) -> Option<Texts> {
    let text = text.trim_start();
    let parts = split(text)?;
    let value = |word: &str| {
        parts.iter().find(|(found, value)| *found == word && !value.is_empty()).map(|(_, value)| *value)
    };
    // Both sides may be named: the beneficiary counts where money goes out.
    let side = if is_out { "BENM" } else { "ORDP" };
    let of_side = || {
        let (start, (_, own)) = parts.iter().enumerate().find(|(_, (word, _))| *word == side)?;
        let named = parts[start..].iter().find(|(word, value)| *word == "NAME" && !value.is_empty());
        named.map(|(_, name)| *name).or((!own.is_empty()).then_some(*own))
    };
    // Account, bank, name, city.
    let counterparty = || value("CNTP")?.split('/').nth(2);
    let payee = of_side().or_else(|| value("NAME")).or_else(counterparty).unwrap_or_default();
    let description = value("REMI").or_else(|| value("PURP")).or_else(|| value("TRTP")).unwrap_or_default();
    let description = ["USTD//", "STRD/CUR/", "STRD/ISO/"]
        .iter()
        .find_map(|kind| description.strip_prefix(kind))
        .unwrap_or(description);
    Some(Texts { payee: payee.to_owned(), description: description.trim_matches('/').to_owned() })
}

fn split(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut starts: Vec<(usize, &str)> = Vec::new();
    let mut from = 0;
    while let Some(slash) = text[from..].find('/').map(|at| from + at) {
        let behind = &text[slash + 1..];
        let word = behind.split('/').next().filter(|word| word.len() < behind.len() && WORDS.contains(word));
        match word {
            Some(word) => {
                starts.push((slash, word));
                // The slash behind the word may begin the next one.
                from = slash + 1 + word.len();
            }
            None => from = slash + 1,
        }
    }
    if starts.first()?.0 > 0 {
        return None;
    }
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([text.len()]);
    let value = |(start, word): &(usize, &'_ str), end: usize| {
        let from = (start + word.len() + 2).min(end);
        text[from..end].trim_matches(|c: char| c == '/' || c.is_whitespace())
    };
    Some(starts.iter().zip(ends).map(|(start, end)| (start.1, value(start, end))).collect())
}
