//! Tools' names for people.

/// A tool's name for people: `top_payees` is `Top payees`. Of a remote tool its server is told beside it.
pub fn tool_title(name: &str) -> String {
    if matches!(name, "xirr" | "twr") {
        return name.to_ascii_uppercase();
    }
    let own = name.split_once("__").map_or(name, |(_, own)| own);
    let words = own.replace('_', " ");
    let words = words.trim();
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_words() {
        for (name, expected) in [
            ("top_payees", "Top payees"),
            ("xirr", "XIRR"),
            ("loan", "Loan"),
            ("weather__next_days", "Next days"),
            ("shop__", "shop__"),
        ] {
            assert_eq!(tool_title(name), expected);
        }
    }
}
