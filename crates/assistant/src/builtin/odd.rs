//! Questions that sound like those for a ledger and ask for something else: what would be, a rank
//! further down, a median, arithmetic, another currency.

use super::{
    amounts,
    decline::Missing,
    intent::Words,
    slots::{Quantity, Slots, Unit},
};
use crate::{when, words::Token};

/// What the words as they were typed say, before spelling is mended: `divided` is no dividend.
pub(super) fn as_typed(text: &str, tokens: &[Token]) -> Option<Missing> {
    let words = Words::new(tokens);
    let computes = words.says(
        "divided by|multiplied by|half of my|half of our|a third of|a quarter of my|a quarter of our|two thirds of|double my|twice my|triple my|\
         times two|times 2|squared|square root|to the power of|minus my|plus my",
    );
    if computes {
        return Some(Missing::Arithmetic);
    }
    let counts = "last past previous next top first bottom day week month";
    let is_counted = |at: usize| {
        let before = at.checked_sub(1).map_or("", |at| tokens[at].text.as_str());
        counts.split(' ').any(|word| word == before)
    };
    let is_nothing = |(at, token): (usize, &Token)| {
        let is_negative = token.gap.ends_with('-') && token.gap.starts_with(' ') && token.number().is_some();
        is_counted(at) && (token.text == "0" || is_negative)
    };
    if tokens.iter().enumerate().any(is_nothing) {
        return Some(Missing::Number);
    }
    // Pictures are no words; what they stand for is not guessed.
    let is_picture = |c: char| matches!(u32::from(c), 0x1F300..=0x1FAFF | 0x2600..=0x27BF);
    text.chars().any(is_picture).then_some(Missing::Picture)
}

/// What is missing, if the question is for one of these.
pub(super) fn read(words: &Words, slots: &Slots) -> Option<Missing> {
    if supposes(words) {
        return Some(Missing::Supposition);
    }
    if leaves_out_time(words) {
        return Some(Missing::Qualifier("not"));
    }
    if words.has("median percentile quartile variance skewness") || words.says("standard deviation") {
        return Some(Missing::Statistics);
    }
    if is_ranked_below(words) {
        return Some(Missing::Rank);
    }
    let has_price = slots.quantities.iter().any(|it| it.unit == Unit::Money || it.unit == Unit::None);
    if words.says("can i afford|could i afford|can we afford|could we afford")
        && !has_price
        && slots.account.is_none()
    {
        return Some(Missing::Price);
    }
    if words.says("when will i have|when would i have|how long until i have|how long till i have")
        && has_price
    {
        return Some(Missing::Ahead);
    }
    if words.says("gross salary|gross income|gross pay|gross wage|gross wages|before tax|before taxes|pre tax|gross spending|gross earnings|deducted from my") {
        return Some(Missing::Gross);
    }
    let charges = words.has("pay paid paying charged charge cost") && words.has("interest");
    if charges && slots.names_income() {
        return Some(Missing::InterestPaid);
    }
    if words.says("return on my|return on our|yield on my|yield of my|interest rate on my|rate of return") {
        return Some(Missing::OwnReturn);
    }
    if words.has("odds probability likelihood")
        || words.says("what are the chances|what is the chance|whats the chance")
    {
        return Some(Missing::Odds);
    }
    if words.opens(
        "was it not|is it not|was that not|is that not|were they not|wasnt it|isnt it|wasnt that|isnt that",
    ) && slots.periods.is_empty()
    {
        return Some(Missing::Negation);
    }
    if words.says("not spend|didnt i spend|did i not|not spent|havent i spent") {
        return Some(Missing::Negation);
    }
    if words.says("can i still charge|i still charge|available credit|credit left|can i still put") {
        return Some(Missing::CreditLimit);
    }
    // Before what is odd is taken for what is out of the ordinary.
    if words.pairs("odd even", "day days date dates week weeks month months numbered") {
        return Some(Missing::Qualifier(if words.has("odd") { "odd" } else { "even" }));
    }
    // "15% of my income" is a product, not a share that is asked for.
    let is_percent = |it: &Quantity| it.unit == Unit::Percent && words.at(it.end) == "of";
    if slots.quantities.iter().any(is_percent) {
        return Some(Missing::Arithmetic);
    }
    if is_distance(words, slots) {
        return Some(Missing::Baseline);
    }
    let in_currency = "in euros|in eur|in dollars|in usd|in us dollars|in pounds|in gbp|in yen|in jpy|in francs|in chf|in sterling|in rupees|in zloty|in foreign currency";
    if words.says(in_currency) && !slots.quantities.iter().any(|it| it.unit == Unit::Money) {
        return Some(Missing::InCurrency);
    }
    if words.says("how many categories|how many payees|how many merchants|how many shops|how many stores")
        && words.has("did spend spent different use used")
        && super::ranked::kinds(words, slots).is_none()
    {
        return Some(Missing::Kinds);
    }
    let is_sequence = words.has("transaction transactions purchase payment buy bought")
        && words.says("before the|after the|right before|right after");
    if is_sequence && slots.has_name() && slots.periods.is_empty() {
        return Some(Missing::Rank);
    }
    if words.says("pay me back|paid me back|pay us back|paid us back|pay me off") {
        return Some(Missing::PaidBack);
    }
    let asks_worth = words.says("net worth of|worth of") && words.has("net");
    let is_anothers = slots.payee.is_some() || slots.text.is_some() || !slots.unknown.is_empty();
    if (asks_worth || words.says("net worth")) && is_anothers {
        return Some(Missing::OtherPeople);
    }
    words.says("did you cost|do you cost|you cost").then_some(Missing::OtherPeople)
}

/// "Not on Fridays", "but not in May": days that are not to count.
fn leaves_out_time(words: &Words) -> bool {
    let is_time = |word: &str| {
        when::weekday(word).is_some()
            || when::month_number(word).is_some()
            || matches!(word, "weekend" | "weekends" | "weekday" | "weekdays" | "last" | "this")
            || word.len() == 4 && word.starts_with("20") && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    (0..words.len()).any(|at| {
        let next = words.at(at + 1);
        let behind = if matches!(next, "on" | "in" | "during" | "counting" | "including") {
            words.at(at + 2)
        } else {
            next
        };
        words.at(at) == "not" && is_time(behind)
    })
}

/// What would be, not what was.
fn supposes(words: &Words) -> bool {
    words.opens("pretend|assume|assuming|suppose|supposing|imagine|say that|say i|repeat after|hypothetically|if i had|if i hadnt|if i did|if i didnt|if my|if rent|ignore all|ignore previous|ignore the")
        || words.says(
            "would i have spent|would my balance|would my net worth|would i save if|would i have saved|if i stopped|if i stop|if i quit|if i had|\
             if i hadnt|had i not|if i did not|if i didnt|if i never|were to double|had not bought|quit my job",
        )
}

/// How far a sum is from an amount or an average: "how much over 400", "above my monthly average".
fn is_distance(words: &Words, slots: &Slots) -> bool {
    let own = "my the our monthly weekly daily yearly annual usual own";
    if amounts::usual(words, slots).is_some() {
        return false;
    }
    let is_of_average = words.follows(
        "above below under beyond than exceed exceeds exceeded over",
        own,
        "average averages avg mean",
    );
    let asks_how_far = words.says("how far over|how far above|how far below|how far under|how far past");
    // "How much over Christmas" is a sum.
    let is_from_amount = (slots.is_bounded() || slots.is_threshold)
        && words.says(
            "how much over|how much above|how much under|how much below|how much beyond|how much more than|how much less than|by how much did|by how much do|by how much have",
        );
    (is_of_average || asks_how_far || is_from_amount) && !words.has("budget budgets budgeted")
}

/// The second largest, the 5th transaction, the last but one.
fn is_ranked_below(words: &Words) -> bool {
    const PLACES: &str = "second third fourth fifth sixth seventh eighth ninth tenth 2nd 3rd 4th 5th 6th 7th 8th 9th 10th next";
    words.pairs(PLACES, "last latest transaction purchase expense payment deposit")
        || words.pairs("next", "largest biggest highest greatest smallest lowest cheapest priciest most")
        || words.says("last but one|next to last|one before the last|second to last")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::tokens;

    fn typed(text: &str) -> Option<Missing> {
        as_typed(text, &tokens(text))
    }

    #[test]
    fn what_is_no_number_of_days_is_told() {
        for text in
            ["spending in the last 0 days", "spending in the last -5 days", "top -3 payees", "day 0 of March"]
        {
            assert_eq!(typed(text), Some(Missing::Number), "{text}");
        }
        assert_eq!(typed("spending 2024-03-01 - 2024-03-05"), None);
        assert_eq!(typed("a loan of 0 at 5%"), None);
    }

    #[test]
    fn a_picture_is_no_category() {
        assert_eq!(typed("how much did I spend on 🍕"), Some(Missing::Picture));
        assert_eq!(typed("what did I spend at Café Émile?"), None);
    }
}
