//! What is said when there is no figure: why not, and what can be asked instead.

use std::borrow::Cow;

use serde_json::Value;

/// Why there is no figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason {
    /// The words say nothing that is known.
    NotUnderstood,
    /// It is not about the ledger.
    Foreign,
    /// It is about days to come.
    Future,
    /// More unknown words than one.
    UnknownWords(Vec<String>),
    /// No such thing in the ledger, with what there is.
    Told(String),
    /// What would be needed is not here.
    Missing(Missing),
}

/// What a question needs that is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    OtherPeople,
    FiscalYear,
    Payday,
    OwnDate,
    Markets,
    Divisor,
    WeekdayRank,
    OtherPeriod,
    /// Of two times, one within the other, the one that is meant.
    WhichTime,
    Frequency,
    Supposition,
    Arithmetic,
    Statistics,
    Rank,
    Number,
    Picture,
    Price,
    Ahead,
    Gross,
    /// What part of payments was interest.
    InterestPaid,
    OwnReturn,
    Odds,
    Negation,
    CreditLimit,
    InCurrency,
    Kinds,
    PaidBack,
    Refunds,
    /// The other side of the books than the one that is asked for.
    Sides,
    /// How far a sum is from an amount or an average.
    Baseline,
    /// What something is a part of.
    Whole,
    /// What of all there is remains without something.
    Remainder,
    /// A word that changes the figure, and what it means here.
    Qualifier(&'static str),
    NoAccount,
    /// How many days around an earlier day are meant.
    AroundThen,
    /// Where a transfer came from or went to.
    Direction,
    /// What an amount in the question has to do with the sum.
    Amount,
}

impl Missing {
    /// What is missing, in words.
    #[expect(clippy::too_many_lines, reason = "a sentence for each")]
    fn text(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Qualifier(word) => {
                return Cow::Owned(format!(
                    "I don't know what “{word}” changes in that, so I would rather not guess a figure: what it means for the rows to count is missing."
                ));
            }
            Self::AroundThen => {
                "I can't tell how many days “this time” covers: which ones are meant is missing. Name the month, or ask for what was spent by this time last year."
            }
            Self::Direction => {
                "I can't tell transfers by where they went: which way each of them moved is missing in my tools. Ask for all transfers, and I list them."
            }
            Self::Amount => {
                "I can't tell what that amount has to do with the sum: whether rows of that size are meant, larger or smaller ones, is missing. Ask for transactions of it, over it or under it."
            }
            Self::NoAccount => {
                "I can't tell what is left of that: there is no account of it in your data, so what is owed is missing. Ask what was paid on it."
            }
            Self::Refunds => {
                "I can't tell refunds by themselves: which rows are money back is missing in my tools. They are taken off what was spent; I can leave them out: ask for spending without refunds."
            }
            Self::Sides => {
                "I can't tell: spending and income are named there, and which of them to count is missing. Ask for each by itself, or for what share of income something is."
            }
            Self::Baseline => {
                "I can't tell how far a sum is from an amount or an average: that difference is missing in my tools. Ask for the sum and for the average, one by one."
            }
            Self::Whole => {
                "I can't tell that in percent: what it is a part of is missing. I can tell a share of all spending, of income or of a category."
            }
            Self::Remainder => {
                "I can leave something out of spending or income only: what all the rest would be without it is missing. Ask for spending or income without it."
            }
            Self::OtherPeople => {
                "I can't answer that: the data of other people is missing here. I know only the accounts that you imported, and they don't say who in a household spent what."
            }
            Self::FiscalYear => {
                "I don't know when your fiscal year begins, so I would rather not guess. Name its first and last day: from 1 April 2023 to 31 March 2024."
            }
            Self::Payday => {
                "I can't tell your payday: there is no salary in your transactions. Name the day instead."
            }
            Self::OwnDate => {
                "I don't know the date of that: neither your profile nor your transactions say it. Name the day instead."
            }
            Self::Markets => {
                "I can't tell: prices of markets and their future are missing here. I know only the transactions in your own accounts."
            }
            Self::Divisor => {
                "I can't divide by that: how many there are is missing in your transactions. I can give sums, and averages per day, week, month, year or transaction."
            }
            Self::Frequency => {
                "I rank payees and categories by how often, the most first; anything else is missing in my rankings. Ask how many times for one of them."
            }
            Self::WhichTime => {
                "You name two times, one within the other; which of them is meant is missing. Ask for one of them."
            }
            Self::OtherPeriod => {
                "I can tell how something changed between two periods, and the second one is missing. Ask, for example, how much more it was in one month than in another."
            }
            Self::Supposition => {
                "I can't tell what would be: what is missing is everything that would have changed with it. I count what has happened, and can leave things out: ask for spending without rent."
            }
            Self::Arithmetic => {
                "I can't do arithmetic with figures: which numbers are meant is missing. Ask for the figures one by one, or for what share one is of all spending or of income."
            }
            Self::Statistics => {
                "I can give sums, averages, the largest and the smallest; the statistic that you ask for is missing in my tools."
            }
            Self::Rank => {
                "I can name the largest, the smallest, the first and the last; a place between them is missing in my rankings. Ask for the top ones instead."
            }
            Self::Number => "I can't count with that number: a count of at least one is missing.",
            Self::Picture => {
                "I can't read a picture as a name, so I would rather not guess. Name the category or payee in words."
            }
            Self::Price => {
                "I can't tell without a price: it is missing in your question. Ask again with what it costs."
            }
            Self::Ahead => {
                "I can't tell when: what you put aside from now on is missing. Ask how much to save a month to reach the amount by a day."
            }
            Self::Gross => {
                "I can't tell: what was taken off before a payment is missing in your transactions. I know what came in and what went out."
            }
            Self::InterestPaid => {
                "I can't tell the interest that you paid: it is a part of payments, and missing by itself in your transactions. I can tell what was paid on a loan or a card, and what a loan of given numbers costs."
            }
            Self::OwnReturn => {
                "I can't tell a return: what was put in, what came back and what it is worth, each with its day, is missing."
            }
            Self::Odds => {
                "I can't give odds of that: what may happen and how likely is missing. I can forecast a balance, with a band."
            }
            Self::Negation => "I can't count what did not happen: what is missing is what to count instead.",
            Self::CreditLimit => {
                "I can't tell: the card's limit is missing in your transactions. I can tell what you owe on it."
            }
            Self::InCurrency => {
                "I give each sum in the currency that it was booked in; a sum in one currency alone is missing in my answers. Ask without the currency, and each is told."
            }
            Self::Kinds => {
                "I can't tell how many different ones there are in a period: that count is missing in my tools. Ask for the top ones."
            }
            Self::PaidBack => {
                "I can't tell who paid you back: what a payment in is for is missing. Money back from a shop is taken off its spending; ask for that."
            }
            Self::WeekdayRank => {
                "I can't tell what is usual on each of the days of the week. Ask which of them has the most, or for one of them: how much did I spend on Mondays?"
            }
        })
    }
}

/// Why there is no figure, in words.
pub(super) fn opening(reason: &Reason) -> String {
    match reason {
        Reason::NotUnderstood => "I don't understand this as a question about your accounts: what is missing is what to count, such as spending, income or a balance.".to_owned(),
        Reason::Foreign => {
            "I can't help with that: it is missing in the data that I have. I answer questions about the transactions and balances in your own accounts, and I can neither move money nor speak for your bank.".to_owned()
        }
        Reason::Future => "I can't look that far ahead: transactions of the future are missing, and I only count those that have happened.".to_owned(),
        Reason::UnknownWords(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("“{}”", plain(word))).collect();
            format!("I don't know what {} means here, so I would rather not guess a figure.", words.join(" and "))
        }
        Reason::Told(text) => text.clone(),
        Reason::Missing(missing) => missing.text().into_owned(),
    }
}

/// The words that were read as others, so that a wrong reading is seen.
pub(super) fn understood(corrections: &[(String, String)]) -> String {
    let mut told: Vec<String> = Vec::new();
    for (typed, read) in corrections {
        let text = format!("“{}” as {}", plain(typed), plain(read));
        if !typed.eq_ignore_ascii_case(read) && !told.contains(&text) && told.len() < 4 {
            told.push(text);
        }
    }
    if told.is_empty() { String::new() } else { format!("I read {}. ", told.join(" and ")) }
}

/// The questions of a `suggestions` output as a list.
pub(super) fn list(questions: &Value) -> String {
    let asked: Vec<&str> = questions["details"]["questions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if asked.is_empty() {
        return "\n\nThere are no transactions yet. Import a statement of your bank, or add the sample household, and ask again.".to_owned();
    }
    let lines: Vec<String> = asked.iter().map(|question| format!("- {}", plain(question))).collect();
    format!("\n\nYou can ask, for example:\n\n{}", lines.join("\n"))
}

/// Text of the data as markdown that shows exactly it.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if "\\`*_{}[]()<>#+!|~&:/@=\"".contains(c)
            && !matches!(c, ':' | '/' | '(' | ')' | '@' | '=' | '"' | '+' | '#')
        {
            out.push('\\');
        }
        // A name is one line, whatever the bank's file held.
        out.push(if c.is_control() { ' ' } else { c });
    }
    out.replace("://", ":\\//")
}

/// What needs no ledger.
pub(super) struct Talk {
    pub intent: &'static str,
    pub text: String,
}

/// Greetings, thanks, and what the assistant can do.
pub(super) fn small_talk(text: &str) -> Option<Talk> {
    let words: Vec<String> =
        crate::words::tokens(text).into_iter().take(12).map(|token| token.text).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let line = words.join(" ");
    let talk = |intent, text: &str| Some(Talk { intent, text: text.to_owned() });
    if words.is_empty() {
        return talk("none", "Ask me about your money.");
    }
    let greetings = [
        "hello",
        "hi",
        "hey",
        "good morning",
        "good evening",
        "good afternoon",
        "hello there",
        "hi there",
        "hey there",
    ];
    if greetings.contains(&line.as_str()) {
        return talk(
            "greeting",
            "Hello. I answer questions about your own transactions: spending, income, balances, and how they change.",
        );
    }
    if words.len() <= 6 && words.iter().any(|word| matches!(*word, "thanks" | "thank" | "thx")) {
        return talk("thanks", "You're welcome.");
    }
    let helps = [
        "what can you do",
        "what can i ask",
        "what can you help me with",
        "how can you help",
        "help",
        "what do you do",
        "what can i ask you",
        "what questions can i ask",
        "what questions can you answer",
    ];
    if helps.iter().any(|help| line == *help || words.len() <= 9 && help.len() > 6 && line.starts_with(help))
    {
        return talk(
            "help",
            "I answer questions about your own transactions: spending and income by category, payee, account and period, comparisons, averages, the largest payments, balances, and how long your savings would last.",
        );
    }
    None
}
