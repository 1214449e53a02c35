//! What a question wants, read from its words.

use domain::Side;
use jiff::civil::Date;

use super::{
    amounts,
    calculate::Calculator,
    compared,
    decline::Missing,
    foreign, household, insight,
    insight::Insight,
    list, missing, ranked,
    slots::{PARTS, Slots},
};
use crate::{
    toolbox::{Direction, Grouping, Order},
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
    /// Two categories of one time side by side.
    CompareThings {
        side: Side,
        is_less: bool,
    },
    /// How far a sum is from what is usual.
    Usual {
        side: Side,
    },
    Changes,
    Top {
        by: Grouping,
        side: Side,
    },
    /// Where less could be spent: what most goes to of late.
    Cuts,
    /// How many payees or categories there are.
    Kinds {
        by: Grouping,
        side: Side,
    },
    /// Payees or categories by how often.
    Often {
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
    /// How often in a day, a week or a month.
    Frequency {
        side: Option<Side>,
        per: Grouping,
    },
    /// What was moved into an account, or out of it.
    Moved {
        direction: Direction,
    },
    Balance,
    NetWorth {
        owed: bool,
    },
    Saved {
        rate: bool,
        /// On average, by this unit.
        per: Option<Grouping>,
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
    /// Asks for all but something that it does not name.
    Without,
    /// What part of income or spending something is.
    Share {
        side: Side,
        of_income: bool,
    },
    /// A calculator works it out.
    Calculate(Calculator),
    /// What comes again, what is to come, how plans stand.
    Insight(Insight),
    /// Why an answer is what it is.
    Why,
    /// Asks for what this data does not hold.
    Declined(Missing),
}

impl Intent {
    /// Whether another question can go on from it.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Foreign | Self::Future | Self::Declined(_) | Self::Why)
    }

    /// Whether it counts rows of a period.
    pub fn takes_period(self) -> bool {
        !matches!(
            self,
            Self::Balance
                | Self::NetWorth { .. }
                | Self::Runway
                | Self::Profile
                | Self::Accounts
                | Self::Foreign
                | Self::Future
                | Self::Calculate(_)
                | Self::Insight(_)
                | Self::Declined(_)
        )
    }
}

/// The words of a question. Word lists are written apart by spaces, phrases by bars.
pub(super) struct Words<'a> {
    words: Vec<&'a str>,
}

impl<'a> Words<'a> {
    pub fn new(tokens: &'a [Token]) -> Self {
        Self { words: tokens.iter().map(|token| token.text.as_str()).collect() }
    }

    /// The words without those of names.
    pub fn without(tokens: &'a [Token], named: &[std::ops::Range<usize>]) -> Self {
        let text = |at: usize| {
            if named.iter().any(|place| place.contains(&at)) { "•" } else { tokens[at].text.as_str() }
        };
        Self { words: (0..tokens.len()).map(text).collect() }
    }

    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// The word at a place; none behind the last.
    pub fn at(&self, place: usize) -> &str {
        self.words.get(place).copied().unwrap_or_default()
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

    /// The number before one of these words: `30` of `in 30 days`.
    pub fn counted(&self, units: &str) -> Option<i32> {
        self.words.windows(2).find_map(|pair| {
            let is_unit = units.split_whitespace().any(|unit| unit == pair[1]);
            let number =
                crate::words::number_word(pair[0]).filter(|_| is_unit && !matches!(pair[0], "a" | "an"))?;
            i32::try_from(number).ok()
        })
    }

    /// The question opens with one of these phrases.
    pub fn opens(&self, phrases: &str) -> bool {
        phrases.split('|').any(|phrase| {
            let length = phrase.split_whitespace().count();
            self.words.len() >= length && phrase.split_whitespace().eq(self.words[..length].iter().copied())
        })
    }

    /// One of the first words, then any of the middle ones, then one of the last.
    pub fn follows(&self, first: &str, middle: &str, last: &str) -> bool {
        let is_one = |word: &str, any: &str| any.split_whitespace().any(|it| it == word);
        (1..self.words.len()).filter(|&at| is_one(self.words[at], last)).any(|at| {
            let mut before = at - 1;
            while before > 0 && is_one(self.words[before], middle) && !is_one(self.words[before], first) {
                before -= 1;
            }
            is_one(self.words[before], first)
        })
    }

    /// One of the last words stands at most so many words after one of the first.
    pub fn near(&self, first: &str, last: &str, gap: usize) -> bool {
        let is_one = |word: &str, any: &str| any.split_whitespace().any(|it| it == word);
        let near = |at: usize| self.words[at + 1..].iter().take(gap).any(|word| is_one(word, last));
        (0..self.words.len()).any(|at| is_one(self.words[at], first) && near(at))
    }

    /// The words after this one.
    pub fn after(&self, word: &str) -> impl Iterator<Item = &str> {
        self.words.windows(2).filter(move |pair| pair[0] == word).map(|pair| pair[1])
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
pub(super) fn read(words: &Words, slots: &Slots, as_of: Date) -> Option<Intent> {
    if let Some(calculation) = &slots.calculation {
        return Some(Intent::Calculate(calculation.tool));
    }
    if let Some(missing) = missing::read(words, slots).or_else(|| ranked::untold(words, slots)) {
        return Some(Intent::Declined(missing));
    }
    // Before words of a service desk and of what is safe to spend.
    if let Some(intent) = household::asked_openly(words, slots).or_else(|| ranked::to_cut(words, slots)) {
        return Some(intent);
    }
    if let Some(insight) = insight::read(words, slots, as_of) {
        return Some(Intent::Insight(insight));
    }
    if slots.periods.iter().any(|period| period.reach == Reach::Future) {
        return Some(Intent::Future);
    }
    if words.opens("why|how come|what is the reason|whats the reason|what explains")
        && words.len() <= 8
        && !slots.has_name()
        && slots.periods.is_empty()
        && !words.has("card transfer payment account declined charged")
    {
        return Some(Intent::Why);
    }
    if let Some(intent) = list::latest_ago(words, slots) {
        return Some(checked(intent, words, slots));
    }
    if let Some(intent) = foreign::read(words, slots) {
        return Some(intent);
    }
    let leaves_out = words.has("excluding except exclude excludes")
        || words.says("other than|not counting|leaving out|apart from|aside from|not including");
    if leaves_out && slots.without.is_empty() && slots.has_name() {
        return Some(Intent::Without);
    }
    wanted(words, slots).map(|intent| checked(intent, words, slots))
}

/// What is asked of the ledger, by the readers in turn: the earlier are the narrower.
fn wanted(words: &Words, slots: &Slots) -> Option<Intent> {
    amounts::frequency(words, slots)
        .or_else(|| ranked::kinds(words, slots))
        .or_else(|| amounts::usual(words, slots))
        .or_else(|| list::moved(words, slots))
        .or_else(|| list::transfers(words, slots))
        .or_else(|| ranked::balances_compared(words, slots))
        .or_else(|| household::read(words, slots))
        .or_else(|| share(words, slots))
        .or_else(|| ranked::read(words, slots))
        .or_else(|| list::current(words, slots))
        .or_else(|| amounts::average(words, slots))
        .or_else(|| compared::comparison(words, slots))
        .or_else(|| list::read(words, slots))
        .or_else(|| amounts::flow(words, slots))
        .or_else(|| {
            (slots.chart && (slots.has_name() || !slots.periods.is_empty()))
                .then_some(Intent::Flow { side: side(words, slots), by: None })
        })
}

/// The intent, unless the question has a word that its tool has no place for: the figure would answer another one.
fn checked(intent: Intent, words: &Words, slots: &Slots) -> Intent {
    let is_of_rows = matches!(
        intent,
        Intent::Flow { .. } | Intent::Named | Intent::Average { .. } | Intent::Count { .. } | Intent::Balance
    );
    let missing = match intent {
        Intent::Saved { per, .. } if ranked::is_broken_up(words) => {
            let is_mean = per.is_some() && !ranked::is_rank(words) && !ranked::is_difference(words);
            (!is_mean).then_some(Missing::Statistics)
        }
        // "The cheapest shop per visit" ranks means.
        Intent::Largest { .. } if words.pairs("per", "visit trip purchase transaction order") => {
            Some(Missing::Statistics)
        }
        // Months and rows in the order of time have no places.
        _ if slots.place.is_some() && !matches!(intent, Intent::Largest { .. } | Intent::Top { .. }) => {
            Some(Missing::Rank)
        }
        Intent::NetWorth { owed: false } if !slots.categories.is_empty() => Some(Missing::Arithmetic),
        // What is saved is neither spent nor earned.
        Intent::Average { .. } | Intent::Extreme { .. } | Intent::Top { .. } | Intent::Compare { .. }
            if words.has(household::KEEPS)
                && !slots.has_name()
                && ![SPENT, PAID, EARNED].iter().any(|any| words.has(any)) =>
        {
            Some(Missing::Statistics)
        }
        // "How many coffees" wants no money.
        Intent::Flow { .. } | Intent::Average { .. }
            if words.says("how many") && !words.has(MONEY)
                || words.says("how many days|how many weeks|how many months") && words.has(SPENT) =>
        {
            Some(Missing::Frequency)
        }
        // Wages are not all income, where the ledger has no name for them.
        Intent::Flow { side: Side::Income, .. }
            if words.has("wage wages") && !slots.names_income() && slots.payee.is_none() =>
        {
            Some(Missing::Statistics)
        }
        // "My last 3 coffees" are rows, which are not summed up.
        Intent::Flow { .. } | Intent::Named | Intent::Average { .. } | Intent::Share { .. }
            if slots.n.is_some_and(|n| n > 1) && ranked::picks_rows(words) =>
        {
            Some(Missing::Statistics)
        }
        _ => (is_of_rows && ranked::is_rank(words)).then_some(Missing::Statistics),
    };
    missing.map_or(intent, Intent::Declined)
}

/// Words for money that can be counted.
pub(super) const MONEY: &str =
    "dollar dollars buck bucks euro euros pound pounds quid cent cents francs yen grand money much";

/// What part something is: "what share of my income goes to rent".
fn share(words: &Words, slots: &Slots) -> Option<Intent> {
    let asks = words.has(PARTS) || words.says("how much of my income|how much of my spending|how much of my salary|part of my income|part of my spending|how much of our income");
    if !asks || words.has("rate apr shares") {
        return None;
    }
    // What is held is no part of what was spent.
    if words.says("of my money|of our money|of my net worth|of my assets|of my cash|of my wealth|of my balance|of my total money") && !words.has(SPENT) {
        return Some(Intent::Declined(Missing::Whole));
    }
    let is_named = !slots.categories.is_empty()
        || slots.payee.is_some()
        || slots.account.is_some()
        || slots.text.is_some()
        || !slots.weekdays.is_empty();
    let of_income = words.says("of my income|of our income|of my salary|of my pay|of my earnings|of what i earn|of what i earned|of what i make|of my paycheck|of my total income|of income|of my take home");
    let is_earned = slots.names_income() || words.says("comes from|came from") && words.has(EARNED);
    let side = if is_earned { Side::Income } else { Side::Spending };
    (is_named || of_income && words.has(SPENT))
        .then_some(Intent::Share { side, of_income: of_income || is_earned })
}

/// The side that the words speak of.
pub(super) fn side(words: &Words, slots: &Slots) -> Side {
    let gets_paid = words.says(
        "get paid|got paid|paid me|pays me|pay me|paying me|send me|sent me|gave me|getting paid|been paid|was i paid|am i paid|getting back \
         from work|brought in|bring in|coming in|came in|comes in|do i get from|did i get from|take home|am i making",
    );
    let rows = "purchase purchases transaction transactions payment payments";
    let makes = words.pairs("i we", "make made making bring earn") && !words.has(rows)
        || words.says("is my pay|was my pay|my pay for");
    let is_spent = words.has("spend spent spending expense expenses cost expenditure expenditures");
    let is_earned = words.has(EARNED) || gets_paid || makes;
    if slots.names_income() || is_earned && !is_spent { Side::Income } else { Side::Spending }
}
