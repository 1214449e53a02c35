//! Words of a text as rules and tables know them: lower case, without accents and punctuation.

/// Appends the words of `text` to `out`, each after one space but the first.
///
/// Apostrophes and an `&` inside a word vanish (`McDonald's` is `mcdonalds`, `H&M` is `hm`);
/// everything else that is no letter or digit parts words.
pub(crate) fn fold_into(text: &str, out: &mut String) {
    let mut at_gap = true;
    let mut chars = text.chars().peekable();
    let mut previous = ' ';
    while let Some(c) = chars.next() {
        match c {
            'a'..='z' | '0'..='9' | 'A'..='Z' => {
                push_gap(&mut at_gap, out);
                out.push(c.to_ascii_lowercase());
            }
            '\'' | '’' | '‘' | '`' | '&'
                if previous.is_alphanumeric() && chars.peek().is_some_and(|next| next.is_alphanumeric()) => {}
            // Combining accents of decomposed text.
            '\u{300}'..='\u{36f}' => {}
            _ if !c.is_ascii() && c.is_alphanumeric() => {
                push_gap(&mut at_gap, out);
                push_plain(c, out);
            }
            _ => at_gap = true,
        }
        previous = c;
    }
}

/// The words of a text, parted by one space.
pub(crate) fn fold(text: &str) -> String {
    if is_folded(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Most words of the tables are folded as they stand.
fn is_folded(text: &str) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let mut after_letter = false;
    text.bytes().all(|byte| {
        let is_fit = is_plain(&byte) || byte == b' ' && after_letter;
        after_letter = byte != b' ';
        is_fit
    }) && after_letter
}

fn push_gap(at_gap: &mut bool, out: &mut String) {
    if std::mem::take(at_gap) && !out.is_empty() {
        out.push(' ');
    }
}

fn push_plain(c: char, out: &mut String) {
    for lower in c.to_lowercase() {
        let plain = match lower {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' => "a",
            'ç' | 'ć' | 'č' => "c",
            'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => "e",
            'ì' | 'í' | 'î' | 'ï' => "i",
            'ł' => "l",
            'ñ' | 'ń' => "n",
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => "o",
            'ś' | 'š' => "s",
            'ß' => "ss",
            'ù' | 'ú' | 'û' | 'ü' | 'ů' => "u",
            'ý' | 'ÿ' => "y",
            'ź' | 'ż' | 'ž' => "z",
            'æ' => "ae",
            'œ' => "oe",
            other => {
                out.push(other);
                continue;
            }
        };
        out.push_str(plain);
    }
}

/// A word without its plural ending. Not always a word of the language, but the same text for
/// singular and plural.
pub(crate) fn singular(word: &str) -> String {
    let stem = |ending: usize| word[..word.len() - ending].to_owned();
    if word.len() < 4 || !word.is_ascii() {
        word.to_owned()
    } else if word.ends_with("ies") {
        stem(3) + "y"
    } else if word.ends_with("ie") {
        stem(2) + "y"
    } else if ["ches", "shes", "sses", "xes"].iter().any(|ending| word.ends_with(ending)) {
        stem(2)
    } else if word.ends_with('s') && !["ss", "us", "is"].iter().any(|ending| word.ends_with(ending)) {
        stem(1)
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_accents_and_punctuation() {
        assert_eq!(fold("McDonald's  #12, Zürich"), "mcdonalds 12 zurich");
        assert_eq!(fold("H&M / AT&T & Co."), "hm att co");
        assert_eq!(fold("FOOD_AND_DRINK"), "food and drink");
        assert_eq!(fold("Cafe\u{301} Löwe"), "cafe lowe");
        assert_eq!(fold("…"), "");
        assert_eq!(fold(" a  b "), "a b");
    }

    #[test]
    fn singular_and_plural_are_one_word() {
        for (one, many) in [
            ("grocery", "groceries"),
            ("movie", "movies"),
            ("tax", "taxes"),
            ("lunch", "lunches"),
            ("restaurant", "restaurants"),
            ("expense", "expenses"),
            ("class", "classes"),
        ] {
            assert_eq!(singular(one), singular(many));
        }
        assert_eq!(singular("gas"), "gas");
        assert_eq!(singular("bus"), "bus");
    }
}
