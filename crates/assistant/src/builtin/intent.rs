//! What a question wants, read from its words.

use domain::Side;

use super::{amounts, foreign, household, list, ranked, slots::Slots};
use crate::{
    toolbox::{Grouping, Order},
    when::Reach,
    words::Token,
};

/// What a question wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    Flow {
        side: Side,
        by: Option<Grouping>,
    },
    /// A name or a period and nothing else: spending, unless it goes on from another question.
    Named,
    Average {
        side: Side,
        per: Grouping,
    },
    Compare {
        side: Side,
        /// "how much less": what the second has more than the first.
        is_less: bool,
    },
    Changes,
    Top {
        by: Grouping,
        side: Side,
    },
    Extreme {
        side: Side,
        per: Grouping,
        order: Order,
    },
    Largest {
        side: Option<Side>,
        order: Order,
        is_plural: bool,
    },
    List {
        side: Option<Side>,
        order: Order,
        is_one: bool,
    },
    Count {
        side: Option<Side>,
    },
    Balance,
    NetWorth {
        owed: bool,
    },
    Saved {
        rate: bool,
    },
    Overview,
    Runway,
    IncomeCheck,
    Profile,
    Accounts,
    Categories,
    /// Asks for something, but not about the ledger.
    Foreign,
    /// Asks for something ahead.
    Future,
    /// Asks for all but something.
    Without,
}

/// The words of a question. Word lists are written apart by spaces, phrases by bars.
pub(super) struct Words<'a> {
    words: Vec<&'a str>,
}

impl<'a> Words<'a> {
    pub fn new(tokens: &'a [Token]) -> Self {
        Self { words: tokens.iter().map(|token| token.text.as_str()).collect() }
    }

    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// One of these words is there.
    pub fn has(&self, any: &str) -> bool {
        any.split_whitespace().any(|word| self.words.contains(&word))
    }

    /// One of these phrases is there, word beside word.
    pub fn says(&self, phrases: &str) -> bool {
        phrases.split('|').any(|phrase| {
            let length = phrase.split_whitespace().count();
            self.words
                .windows(length.max(1))
                .any(|window| phrase.split_whitespace().eq(window.iter().copied()))
        })
    }

    /// The question opens with one of these phrases.
    pub fn opens(&self, phrases: &str) -> bool {
        phrases.split('|').any(|phrase| {
            let length = phrase.split_whitespace().count();
            self.words.len() >= length && phrase.split_whitespace().eq(self.words[..length].iter().copied())
        })
    }

    /// One of the first words is directly followed by one of the second.
    pub fn pairs(&self, first: &str, second: &str) -> bool {
        let is_one = |word: &str, any: &str| any.split_whitespace().any(|it| it == word);
        self.words.windows(2).any(|pair| is_one(pair[0], first) && is_one(pair[1], second))
    }
}

/// Words for money that went out.
pub(super) const SPENT: &str = "spend spent spending spends spendings spended expense expenses expenditure \
    expenditures cost costs costing outgoings outgoing outflow outflows outlay outlays tab";
/// Words that mean money out, if the question asks how much or what.
pub(super) const PAID: &str = "paid pay payed paying bought buy wasted waste dropped blown charged charge ran run bills \
    expended squandered purchase purchased purchases payment payments giving splurged";
/// Words for money that came in.
pub(super) const EARNED: &str = "income earn earned earning earnings earns salary wage wages paycheck paychecks \
    received receive deposited inflow inflows payroll incomings revenue";
/// Words for rows of the ledger.
pub(super) const ROWS: &str = "transaction transactions purchase purchases charges payments deposits withdrawals \
    entries statement debits credits charge payment items rows purchased withdrawal deposit";

/// Reads what is wanted; none when the words say nothing of the sort.
pub(super) fn read(words: &Words, slots: &Slots) -> Option<Intent> {
    if slots.periods.iter().any(|period| period.reach == Reach::Future) {
        return Some(Intent::Future);
    }
    if let Some(intent) = foreign::read(words, slots) {
        return Some(intent);
    }
    let leaves_out = words.has("excluding except exclude excludes")
        || words.says("other than|not counting|leaving out|apart from");
    if leaves_out && slots.has_name() {
        return Some(Intent::Without);
    }
    household::read(words, slots)
        .or_else(|| ranked::read(words, slots))
        .or_else(|| amounts::average(words, slots))
        .or_else(|| amounts::comparison(words, slots))
        .or_else(|| list::read(words, slots))
        .or_else(|| amounts::flow(words, slots))
}

/// The side that the words speak of.
pub(super) fn side(words: &Words, slots: &Slots) -> Side {
    let gets_paid = words.says(
        "get paid|got paid|paid me|pays me|pay me|paying me|getting paid|been paid|was i paid|am i paid|getting back \
         from work|brought in|bring in|coming in|came in|comes in|do i get from|did i get from|take home|am i making",
    );
    let rows = "purchase purchases transaction transactions payment payments";
    let makes = words.pairs("i we", "make made making bring earn") && !words.has(rows)
        || words.says("is my pay|was my pay|my pay for");
    let is_spent = words.has("spend spent spending expense expenses cost expenditure expenditures");
    let is_earned = words.has(EARNED) || gets_paid || makes;
    if slots.names_income() || is_earned && !is_spent { Side::Income } else { Side::Spending }
}
