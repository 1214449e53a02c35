//! What a question wants, read from its words.

use domain::Side;

use super::slots::Slots;
use crate::{
    toolbox::{Grouping, Order},
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
}

/// The words of a question.
pub(super) struct Words<'a> {
    words: Vec<&'a str>,
}

impl<'a> Words<'a> {
    pub fn new(tokens: &'a [Token]) -> Self {
        Self { words: tokens.iter().map(|token| token.text.as_str()).collect() }
    }

    /// One of these words is there.
    pub fn has(&self, any: &[&str]) -> bool {
        self.words.iter().any(|word| any.contains(word))
    }

    /// These words stand side by side.
    pub fn phrase(&self, phrase: &str) -> bool {
        let wanted: Vec<&str> = phrase.split(' ').collect();
        self.words.windows(wanted.len()).any(|window| window == wanted)
    }

    pub fn any_phrase(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.phrase(phrase))
    }

    pub fn starts(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| {
            let wanted: Vec<&str> = phrase.split(' ').collect();
            self.words.starts_with(&wanted)
        })
    }

    /// One of the first words is directly followed by one of the second.
    pub fn pair(&self, first: &[&str], second: &[&str]) -> bool {
        self.words.windows(2).any(|pair| first.contains(&pair[0]) && second.contains(&pair[1]))
    }
}

const SPEND: &[&str] = &[
    "spend",
    "spent",
    "spending",
    "spends",
    "spendings",
    "expense",
    "expenses",
    "expenditure",
    "expenditures",
    "cost",
    "costs",
    "costing",
    "paid",
    "pay",
    "payed",
    "paying",
    "outgoings",
    "outgoing",
    "outflow",
    "outflows",
    "bought",
    "buy",
    "wasted",
    "waste",
    "dropped",
    "blown",
    "charged",
    "ran",
    "run",
    "bills",
    "outlay",
    "outlays",
    "expended",
    "squandered",
    "spended",
    "purchase",
    "purchased",
    "purchases",
    "payment",
    "payments",
    "giving",
    "tab",
    "splurged",
];
const EARN: &[&str] = &[
    "income",
    "earn",
    "earned",
    "earning",
    "earnings",
    "earns",
    "salary",
    "wage",
    "wages",
    "paycheck",
    "paychecks",
    "received",
    "receive",
    "deposited",
    "inflow",
    "inflows",
    "payroll",
    "incomings",
    "revenue",
];
const ROWS: &[&str] = &[
    "transaction",
    "transactions",
    "purchase",
    "purchases",
    "charges",
    "payments",
    "deposits",
    "withdrawals",
    "entries",
    "statement",
    "debits",
    "credits",
    "charge",
    "payment",
    "items",
    "rows",
    "purchased",
    "withdrawal",
    "deposit",
];
const UNITS: [(&str, Grouping); 18] = [
    ("day", Grouping::Day),
    ("days", Grouping::Day),
    ("daily", Grouping::Day),
    ("week", Grouping::Week),
    ("weeks", Grouping::Week),
    ("weekly", Grouping::Week),
    ("month", Grouping::Month),
    ("months", Grouping::Month),
    ("monthly", Grouping::Month),
    ("quarter", Grouping::Quarter),
    ("quarters", Grouping::Quarter),
    ("quarterly", Grouping::Quarter),
    ("year", Grouping::Year),
    ("years", Grouping::Year),
    ("yearly", Grouping::Year),
    ("annual", Grouping::Year),
    ("annually", Grouping::Year),
    ("transaction", Grouping::Transaction),
];

/// Reads what is wanted; none when the words say nothing of the sort.
pub(super) fn read(words: &Words, slots: &Slots) -> Option<Intent> {
    if slots.periods.iter().any(|period| period.is_future) {
        return Some(Intent::Future);
    }
    if is_foreign(words, slots) {
        return Some(Intent::Foreign);
    }
    household(words, slots)
        .or_else(|| ranked(words, slots))
        .or_else(|| averaged(words, slots))
        .or_else(|| compared(words, slots))
        .or_else(|| super::list::read(words, slots))
        .or_else(|| flows(words, slots))
}

/// The side that the words speak of.
pub(super) fn side(words: &Words, slots: &Slots) -> Side {
    let gets_paid = words.any_phrase(&[
        "get paid",
        "got paid",
        "paid me",
        "pays me",
        "getting paid",
        "been paid",
        "was i paid",
        "am i paid",
        "paying me",
        "pay me",
        "getting back",
        "brought in",
        "bring in",
        "coming in",
        "came in",
        "comes in",
    ]);
    let makes = words.pair(&["i", "we"], &["make", "made", "making", "bring", "earn", "get"])
        && !words.has(&["purchase", "purchases", "transaction", "transactions", "payment", "payments"])
        || words.any_phrase(&[
            "am i making",
            "i m making",
            "is my pay",
            "was my pay",
            "my take home",
            "my pay",
        ]);
    let spends = words.has(&[
        "spend",
        "spent",
        "spending",
        "expense",
        "expenses",
        "cost",
        "expenditure",
        "expenditures",
    ]);
    let earns = words.has(EARN) || gets_paid || makes;
    if slots.names_income() || earns && !spends { Side::Income } else { Side::Spending }
}

fn unit_of(words: &Words) -> Option<Grouping> {
    UNITS.iter().find(|(name, _)| words.has(&[name])).map(|(_, unit)| *unit)
}

/// Questions to a bank or to anyone, not to one's own figures.
fn is_foreign(words: &Words, slots: &Slots) -> bool {
    let always = [
        "apr",
        "routing",
        "pin",
        "passcode",
        "password",
        "rewards",
        "reward",
        "redeem",
        "expire",
        "expires",
        "expiration",
        "expired",
        "expiring",
        "validity",
        "checkbook",
        "checkbooks",
        "checks",
        "declined",
        "decline",
        "declining",
        "freeze",
        "frozen",
        "unfreeze",
        "block",
        "blocked",
        "unblock",
        "fraud",
        "fraudulent",
        "stolen",
        "stole",
        "misplaced",
        "replace",
        "replaced",
        "replacement",
        "apply",
        "application",
        "applied",
        "approved",
        "exchange",
        "w2",
        "rollover",
        "401k",
        "topup",
        "verify",
        "verification",
        "identity",
        "activate",
        "activated",
        "activation",
        "virtual",
        "disposable",
        "contactless",
        "swallowed",
        "beneficiary",
        "dispute",
        "language",
        "spell",
        "spelled",
        "spelling",
        "definition",
        "define",
        "meaning",
        "weather",
        "recipe",
        "translate",
        "repeat",
        "bot",
        "robot",
        "overdraft",
        "unauthorised",
        "unauthorized",
        "recognise",
        "recognize",
        "delivery",
        "deliver",
        "pending",
        "reverted",
        "hack",
        "compromised",
        "app",
        "app's",
        "terminate",
        "delete",
        "cancel",
        "cancelled",
        "canceled",
        "refund",
        "refunded",
        "debited",
        "twice",
        "wire",
        "swift",
        "iban",
        "kyc",
        "passport",
        "forecast",
        "predict",
        "invest",
        "stocks",
        "stock",
        "calories",
        "score",
        "rating",
        "factorial",
        "wrong",
        "incorrect",
        "rejected",
        "reject",
        "failed",
        "fail",
        "apple",
        "google",
        "crypto",
        "bitcoin",
        "locked",
        "damaged",
        "broken",
        "loan's",
        "limits",
        "limit",
        "mortgage rate",
        "fees?",
        "w-2",
    ];
    let named: Vec<&str> = slots.text.iter().map(String::as_str).collect();
    let strong = words.has(&["spend", "spent", "spending", "transactions", "expenses", "purchases"]);
    if words.has(&always)
        && !(strong && slots.periods.len() + slots.categories.len() > 0)
        && slots.payee.is_none()
    {
        return true;
    }
    let shapes = [
        "how do i",
        "how can i",
        "how to",
        "how should i",
        "how would i",
        "how do you",
        "how does",
        "how are",
        "what do i do",
        "what should i",
        "should i",
        "is it possible",
        "do you accept",
        "do you support",
        "do you charge",
        "do you offer",
        "do you have",
        "where can i",
        "where do i go",
        "where is",
        "where are",
        "where would",
        "will i be",
        "when will",
        "when do",
        "when can",
        "when is",
        "when should",
        "why",
        "whats the process",
        "what is the process",
        "steps to",
        "ways to",
        "tips",
        "advice",
        "interest rate",
        "interest rates",
        "credit limit",
        "minimum payment",
        "credit score",
        "exchange rate",
        "direct deposit",
        "not working",
        "doesnt work",
        "isnt working",
        "wasnt",
        "hasnt",
        "havent received",
        "didnt",
        "cant",
        "cannot",
        "not been",
        "not showing",
        "not received",
        "not updated",
        "never",
        "i need help",
        "am i able",
        "are you",
        "who are",
        "what are you",
        "who is",
        "can i use",
        "can i pay",
        "can i transfer",
        "can i top",
        "can i add",
        "can i change",
        "can i apply",
        "can i withdraw",
        "can i open",
        "can i order",
        "can i have a",
        "can i exchange",
        "could i",
        "top up",
        "top ups",
        "topping up",
        "need a new",
        "new card",
        "a card",
        "set up",
        "sign up",
        "change my",
        "update my",
        "open an account",
        "close my",
        "my wallet",
        "what happens",
        "what if",
        "is there a fee",
        "are there",
        "fee for",
        "fees for",
        "charge me",
        "charged me",
        "do i get",
        "i want to transfer",
        "transfer money",
        "pay my",
        "pay the",
        "pay a",
        "pay bill",
        "interest on",
        "an extra",
        "i was charged",
        "charged for",
        "was charged",
        "been charged",
        "being charged",
        "what currencies",
        "which currencies",
        "i lost",
        "exchange rates",
        "cash back",
        "i dont",
        "i did not",
        "someone",
        "somebody",
        "what kind of card",
        "my card",
        "my cards",
        "did my transfer",
        "my transfer",
        "my top",
        "is due",
        "due date",
        "bill due",
        "are due",
        "bill is",
        "is my bill",
        "how long",
        "what day",
        "what date",
        "payday",
        "next paycheck",
        "my next",
        "tax return",
        "tax refund",
        "file taxes",
        "my taxes",
        "in taxes",
        "taxes do",
        "owe in taxes",
        "state tax",
        "federal tax",
        "today date",
        "the date",
        "plus",
        "times",
        "divided",
        "square root",
        "a fee",
        "fee to",
        "any fees",
        "what fees",
        "the fees",
        "a charge",
        "extra charge",
        "charge on",
        "insurance plan",
        "insurance policy",
        "health plan",
        "my health",
        "my insurance",
        "benefits",
    ];
    let is_support = words.any_phrase(&shapes);
    if !is_support {
        let orders = [
            "transfer", "send", "move", "wire", "pay", "deposit", "put", "take", "order", "set", "remind",
            "report", "raise", "lower", "call", "buy", "get rid", "block", "add", "complete", "make",
        ];
        let asks = words.starts(&orders)
            && slots.categories.is_empty()
            && !words.has(&["spent", "spend", "spending"]);
        let moves = words.has(&["transfer", "transferred", "send", "move"])
            && words.has(&["from", "to", "between", "into"])
            && words.has(&["account", "accounts", "checking", "savings"])
            && !words.has(&["how", "much", "list", "show", "transactions", "total"]);
        return asks || moves || named.iter().any(|text| matches!(*text, "oos"));
    }
    let own = words.any_phrase(&[
        "did i spend",
        "have i spent",
        "do i spend",
        "i spent",
        "i spend",
        "did i pay",
        "have i paid",
        "do i pay at",
        "do i have",
        "did i earn",
        "do i earn",
        "did i make",
        "do i make",
        "have i earned",
        "my transactions",
        "my recent",
        "recent transactions",
        "my spending",
        "my income",
        "my salary",
        "my balance",
        "balance of",
        "balance on",
        "net worth",
        "my savings",
        "my expenses",
        "last transaction",
        "transactions",
        "how much did",
        "how much have",
        "spending",
        "my purchases",
        "did i buy",
        "i bought",
        "did i save",
        "my net",
        "have i been",
        "account balance",
        "checking balance",
        "savings balance",
        "bank balance",
        "purchases",
        "i earn",
        "i make",
        "months would",
        "money last",
        "savings last",
        "emergency fund",
        "i used",
        "recent purchases",
        "i owe",
        "balance in",
        "my money go",
        "last visit",
    ]);
    let trouble = words.has(&["why", "hasnt", "didnt", "wasnt", "isnt", "doesnt", "cant", "cannot", "wont"])
        || words.any_phrase(&[
            "not updated",
            "not showing",
            "not received",
            "how do i",
            "how can i",
            "how to",
            "when will",
            "when do",
            "top up",
            "new card",
            "is due",
            "i dont",
            "i did not",
            "never",
            "my transfer",
            "can i use",
            "should i",
            "exchange rate",
            "interest rate",
            "pay my",
            "charged for",
            "an extra",
            "a fee",
            "fee for",
            "next paycheck",
            "my taxes",
            "in taxes",
            "are you",
            "someone",
            "are there",
            "minimum payment",
            "change my",
            "what day",
            "what date",
            "when is",
            "payday",
            "my top",
            "a charge",
            "extra charge",
            "charge on",
            "tips",
            "ways to",
            "advice",
            "what are you",
        ]);
    !own || trouble && !words.any_phrase(&["before i pay my", "pay my amazon credit card but"])
}

/// Questions about the household as a whole.
fn household(words: &Words, slots: &Slots) -> Option<Intent> {
    let lasts = words.has(&["last", "survive", "stretch"])
        && words.has(&["savings", "money", "cash", "funds", "reserves", "saving"])
        && (words.any_phrase(&[
            "how long",
            "how many months",
            "how many weeks",
            "how many days",
            "months would",
            "months will",
            "money last",
            "savings last",
        ]));
    if lasts
        || words.has(&["runway"])
        || words.any_phrase(&[
            "emergency fund",
            "live off my savings",
            "live on my savings",
            "without income",
            "without a job",
            "lost my job",
        ])
    {
        return Some(Intent::Runway);
    }
    if words.any_phrase(&[
        "savings rate",
        "saving rate",
        "save rate",
        "savings ratio",
        "percent of my income",
        "percentage of my income",
        "share of my income",
    ]) && !slots.has_name()
    {
        return Some(Intent::Saved { rate: true });
    }
    let saves = words.any_phrase(&[
        "i save",
        "i saved",
        "i saving",
        "we save",
        "we saved",
        "did i put aside",
        "left over",
        "leftover",
        "cash flow",
        "net income",
        "net savings",
        "amount saved",
        "been saving",
        "more than i make",
        "more than i earn",
        "more than i earned",
        "than my income",
        "income minus",
        "income less",
        "money saved",
        "total saved",
        "my surplus",
        "my deficit",
        "income vs expenses",
        "income versus expenses",
        "income vs spending",
        "income versus spending",
        "income and expenses",
        "income and spending",
    ]) || words.has(&["cashflow", "surplus"]);
    if saves && !words.phrase("have saved") {
        return Some(Intent::Saved { rate: false });
    }
    if words.has(&["profile"])
        && words.has(&["income", "salary", "earn", "earnings"])
        && words
            .has(&["compare", "match", "against", "versus", "vs", "with", "fit", "than", "agree", "differ"])
    {
        return Some(Intent::IncomeCheck);
    }
    if words.any_phrase(&[
        "how does my income compare",
        "stated income",
        "expected income",
        "income match",
        "income i stated",
    ]) {
        return Some(Intent::IncomeCheck);
    }
    if words.any_phrase(&[
        "my profile",
        "my age",
        "how old am i",
        "my goals",
        "my financial goals",
        "my goal",
        "risk tolerance",
        "know about me",
        "my employer",
        "my dependents",
        "my retirement age",
        "my marital status",
        "my job",
    ]) && !words.has(&["spend", "spent", "earn", "income", "make"])
    {
        return Some(Intent::Profile);
    }
    if words.any_phrase(&[
        "what changed",
        "what has changed",
        "what have changed",
        "anything changed",
        "what is different",
        "what different",
        "changed since",
        "changes since",
        "changed from",
        "what are the changes",
        "what changes",
        "changed in",
        "changed compared",
        "changed between",
        "has changed",
    ]) && slots.periods.len() < 2
        && !words.has(&["balance", "worth"])
    {
        return Some(Intent::Changes);
    }
    if words.any_phrase(&[
        "net worth",
        "networth",
        "my assets",
        "total assets",
        "assets and liabilities",
        "am i worth",
        "do i own",
        "balance sheet",
    ]) || words.has(&["networth"])
    {
        return Some(Intent::NetWorth { owed: false });
    }
    if words.any_phrase(&[
        "do i owe",
        "my debts",
        "my debt",
        "total debt",
        "i owe",
        "am i in debt",
        "my liabilities",
    ]) {
        return Some(if slots.account.is_some() { Intent::Balance } else { Intent::NetWorth { owed: true } });
    }
    let is_bare = slots.categories.is_empty() && slots.payee.is_none() && slots.text.is_none();
    if words.has(&["accounts"])
        && is_bare
        && words.any_phrase(&[
            "what accounts",
            "which accounts",
            "my accounts",
            "how many accounts",
            "list accounts",
            "all accounts",
            "bank accounts do",
            "show accounts",
            "accounts do i have",
            "accounts are there",
        ])
        && !words.has(&["balance", "balances", "money", "total", "much", "spend", "spent", "value", "sum"])
    {
        return Some(Intent::Accounts);
    }
    if words.any_phrase(&[
        "what categories",
        "which categories",
        "list categories",
        "my categories",
        "all categories",
        "how many categories",
        "categories are there",
        "show categories",
    ]) && !words.has(&["most", "top", "spend", "spent", "spending"])
    {
        return Some(Intent::Categories);
    }
    let sums_up = words.any_phrase(&[
        "how am i doing",
        "about my money",
        "my finances",
        "my financial situation",
        "financial overview",
        "financial summary",
        "give me a summary",
        "give me an overview",
        "overview of my money",
        "financially",
        "summary of",
    ]);
    if is_bare && (sums_up || words.words.len() <= 3 && words.has(&["summary", "overview"])) {
        return Some(Intent::Overview);
    }
    None
}

const MOST: &[&str] = &[
    "most",
    "largest",
    "biggest",
    "highest",
    "top",
    "greatest",
    "maximum",
    "max",
    "priciest",
    "main",
    "best",
    "expensive",
    "heaviest",
    "worst",
];
const LEAST: &[&str] = &["least", "smallest", "lowest", "cheapest", "minimum", "fewest"];

/// The largest, the top, the month with the most.
fn ranked(words: &Words, slots: &Slots) -> Option<Intent> {
    let is_least = words.has(LEAST) && !words.phrase("at least");
    if !(words.has(MOST) || is_least) || words.any_phrase(&["most recent", "at most"]) {
        return None;
    }
    let side = side(words, slots);
    let order = if is_least { Order::Smallest } else { Order::Largest };
    let which = |unit: &str| {
        words.any_phrase(&[
            &format!("which {unit}"),
            &format!("what {unit}"),
            &format!("expensive {unit}"),
            &format!("highest {unit}"),
            &format!("biggest {unit}"),
            &format!("spending {unit}"),
            &format!("best {unit}"),
            &format!("worst {unit}"),
            &format!("cheapest {unit}"),
            &format!("lowest {unit}"),
            &format!("largest {unit}"),
            &format!("income {unit}"),
            &format!("top {unit}"),
        ])
    };
    for (unit, per) in [
        ("day", Grouping::Day),
        ("week", Grouping::Week),
        ("month", Grouping::Month),
        ("quarter", Grouping::Quarter),
        ("year", Grouping::Year),
    ] {
        if which(unit) {
            return Some(Intent::Extreme { side, per, order });
        }
    }
    if words.has(&[
        "payee",
        "payees",
        "merchant",
        "merchants",
        "vendor",
        "vendors",
        "retailer",
        "retailers",
        "store",
        "stores",
        "shops",
        "shop",
        "places",
        "place",
        "companies",
        "company",
        "businesses",
        "business",
        "recipients",
        "sellers",
        "payers",
        "payer",
        "sources",
    ]) && !is_least
    {
        return Some(Intent::Top { by: Grouping::Payee, side });
    }
    if words.has(&["category", "categories"]) {
        return Some(Intent::Top { by: Grouping::Category, side });
    }
    if words.any_phrase(&["most expensive", "least expensive"]) || words.has(&["priciest", "cheapest"]) {
        let side = if side == Side::Income { Side::Income } else { Side::Spending };
        return Some(Intent::Largest {
            side: Some(side),
            order,
            is_plural: words.has(&["transactions", "purchases", "expenses", "things", "payments"]),
        });
    }
    let one = [
        "transaction",
        "expense",
        "purchase",
        "payment",
        "charge",
        "deposit",
        "bill",
        "debit",
        "credit",
        "withdrawal",
        "paycheck",
        "outflow",
        "inflow",
        "spend",
        "cost",
        "amount",
        "item",
        "income",
        "outgoing",
        "expenditure",
    ];
    let several = [
        "transactions",
        "expenses",
        "purchases",
        "payments",
        "charges",
        "deposits",
        "bills",
        "debits",
        "credits",
        "withdrawals",
        "paychecks",
        "things",
        "items",
        "outgoings",
        "spends",
        "costs",
        "expenditures",
        "amounts",
    ];
    let is_plural = words.has(&several);
    if words.any_phrase(&[
        "the most on",
        "most money on",
        "most of my money",
        "spend most on",
        "spent most on",
        "do i spend the most",
        "did i spend the most",
        "spending the most",
        "spend the most",
        "spent the most",
    ]) || words.any_phrase(&["most money"])
    {
        let where_who = words.has(&["where", "who", "whom"]) || words.has(&["at"]) && slots.payee.is_none();
        let by = if where_who || slots.has_name() { Grouping::Payee } else { Grouping::Category };
        return Some(Intent::Top { by, side });
    }
    if words.has(&["who", "whom"]) {
        return Some(Intent::Top { by: Grouping::Payee, side });
    }
    if is_plural || words.has(&one) {
        let is_in = words.has(&[
            "deposit",
            "deposits",
            "income",
            "paycheck",
            "paychecks",
            "credit",
            "credits",
            "inflow",
            "salary",
        ]);
        let is_open =
            words.has(&["transaction", "transactions", "amount", "amounts", "items", "item", "things"])
                && !words.has(&[
                    "spent",
                    "spend",
                    "expense",
                    "expenses",
                    "spending",
                    "paid",
                    "purchase",
                    "purchases",
                ]);
        let side = if is_in {
            Some(Side::Income)
        } else if is_open {
            None
        } else {
            Some(Side::Spending)
        };
        return Some(Intent::Largest { side, order, is_plural });
    }
    if words.has(&["spending", "spent", "spend"]) && words.has(&["top", "biggest", "largest", "highest"]) {
        return Some(Intent::Top { by: Grouping::Category, side });
    }
    None
}

/// Averages, and what a month usually costs.
fn averaged(words: &Words, slots: &Slots) -> Option<Intent> {
    let side = side(words, slots);
    let means = words.has(&[
        "average",
        "averaged",
        "avg",
        "averages",
        "mean",
        "typical",
        "typically",
        "usual",
        "usually",
        "normally",
    ]);
    if words.has(&["usual", "normally"])
        && words.has(&["more", "less", "than"])
        && !words.has(&["average", "avg"])
    {
        return None;
    }
    if words.phrase("i mean") || words.has(&["balance"]) {
        return None;
    }
    let per_phrase = |unit: &str| {
        ["per", "a", "each", "every", "an"].iter().any(|joint| words.phrase(&format!("{joint} {unit}")))
    };
    let per_unit = ["day", "week", "month", "quarter", "year"].iter().find(|unit| per_phrase(unit));
    let is_ago = words.has(&["ago"]);
    if means {
        let per_rows = [
            "purchase",
            "purchases",
            "transaction",
            "transactions",
            "visit",
            "trip",
            "order",
            "payment",
            "expense",
        ];
        let is_per_row = words.has(&per_rows)
            && per_unit.is_none()
            && !words.has(&["monthly", "daily", "weekly", "yearly"]);
        // The unit of "per month" goes before the one of "last year".
        let per = per_unit
            .and_then(|unit| UNITS.iter().find(|(name, _)| name == unit))
            .map(|(_, per)| *per)
            .or_else(|| {
                let adverbs = ["daily", "weekly", "monthly", "quarterly", "yearly", "annual", "annually"];
                adverbs
                    .iter()
                    .find(|word| words.has(&[word]))
                    .and_then(|word| UNITS.iter().find(|(name, _)| name == word))
                    .map(|(_, per)| *per)
            })
            .unwrap_or(if is_per_row {
                Grouping::Transaction
            } else if slots.periods.is_empty() {
                unit_of(words).unwrap_or(Grouping::Month)
            } else {
                Grouping::Month
            });
        return Some(Intent::Average { side, per });
    }
    let asks = words.any_phrase(&["how much"]) || words.has(&["what"]);
    if let (Some(unit), true, false) = (per_unit, asks, is_ago)
        && (words.has(SPEND) || words.has(EARN) || side == Side::Income)
    {
        let per = UNITS.iter().find(|(name, _)| name == unit).map_or(Grouping::Month, |(_, per)| *per);
        return Some(Intent::Average { side, per });
    }
    let spans_one = slots.periods.first().is_some_and(|period| {
        period.period.bounds().is_some_and(|(from, to)| crate::when::months_between(from, to) == 1)
    });
    if words.has(&["monthly", "weekly", "daily"])
        && !spans_one
        && !words.has(&["breakdown", "by", "trend", "chart", "compare", "fee", "report", "list", "show"])
        && (words.has(SPEND) || words.has(EARN) || side == Side::Income)
    {
        return unit_of(words).map(|per| Intent::Average { side, per });
    }
    None
}

/// Two periods side by side.
fn compared(words: &Words, slots: &Slots) -> Option<Intent> {
    let compares = words.has(&[
        "compare",
        "compared",
        "comparing",
        "comparison",
        "versus",
        "vs",
        "difference",
        "differ",
        "increase",
        "increased",
        "decrease",
        "decreased",
        "than",
        "rise",
        "rose",
        "fell",
        "grow",
        "grew",
        "change",
        "changed",
        "differs",
    ]);
    let about_money = words.has(SPEND) || words.has(EARN) || slots.has_name() || slots.periods.len() > 1;
    if words.has(&["balance", "balances"]) || !about_money {
        return None;
    }
    let has_two = slots.periods.len() > 1 || slots.periods.iter().any(|period| period.ends.is_some());
    let before = words.any_phrase(&[
        "month before",
        "year before",
        "week before",
        "quarter before",
        "previous month",
        "previous year",
        "previous quarter",
        "previous period",
        "year earlier",
        "month earlier",
        "than usual",
        "than before",
        "to before",
        "year over year",
        "year on year",
    ]);
    let compares_more = words.any_phrase(&[
        "how much more",
        "how much less",
        "spend more",
        "spent more",
        "spend less",
        "spent less",
        "earn more",
        "earned more",
        "earn less",
        "earned less",
        "more or less",
    ]);
    if (compares || compares_more)
        && (has_two || before || compares_more && slots.periods.len() == 1 && words.has(&["than"]))
    {
        return Some(Intent::Compare { side: side(words, slots) });
    }
    // Two periods that do not touch cannot be one sum.
    (slots.periods.len() > 1 && !words.has(ROWS)).then(|| Intent::Compare { side: side(words, slots) })
}

/// Totals, balances, and bare names.
fn flows(words: &Words, slots: &Slots) -> Option<Intent> {
    let side = side(words, slots);
    let spends = words.has(&[
        "spend",
        "spent",
        "spending",
        "spends",
        "spendings",
        "expense",
        "expenses",
        "expenditure",
        "expenditures",
        "cost",
        "costs",
        "costing",
        "outgoings",
        "outflow",
        "outflows",
        "spended",
        "tab",
    ]);
    let balance = words.has(&["balance", "balances"])
        || !spends
            && words.any_phrase(&[
                "do i have",
                "i have in",
                "is in my",
                "is left",
                "i have left",
                "money left",
                "money is in",
                "is in savings",
                "is in checking",
                "in my account",
                "in my accounts",
                "in the bank",
                "in my checking",
                "in my savings",
                "in checking",
                "in savings",
                "is available",
                "is remaining",
                "my bank accounts",
                "of my accounts",
                "my account have",
                "any money",
                "any cash",
                "have enough",
                "be enough",
                "there enough",
                "enough money",
                "enough in my",
                "account cover",
                "saved up",
                "have saved",
                "i got in",
                "cash do i",
                "bank account",
                "is there left",
                "cover the cost",
                "can i afford",
                "is left of",
                "left on my",
                "i have in my",
                "how much cash",
                "money in my",
                "savings account",
                "checking account",
                "my savings",
                "what i have in",
                "in bank of",
                "amount of money in",
            ])
            && !words.has(&[
                "earn",
                "earned",
                "income",
                "paid",
                "transactions",
                "transaction",
                "deposited",
                "purchases",
            ]);
    if balance && !(spends && !words.has(&["balance"])) {
        return Some(Intent::Balance);
    }
    let by = grouping(words);
    if side == Side::Income
        && (words.has(EARN)
            || words.has(&["make", "made", "making", "paid", "pay", "in", "bring", "brought", "get", "home"])
            || slots.names_income())
    {
        return Some(Intent::Flow { side, by });
    }
    let goes = words.any_phrase(&[
        "money go",
        "money went",
        "went to",
        "go to",
        "goes to",
        "went on",
        "goes on",
        "gone to",
        "money gone",
        "go out to",
        "went out",
        "going out",
    ]);
    if words.has(SPEND) || goes || by.is_some() && !slots.periods.is_empty() {
        let by = by.or_else(|| {
            words
                .any_phrase(&[
                    "money go",
                    "money went",
                    "what did i spend my money on",
                    "what do i spend",
                    "spend my money on",
                    "money on",
                ])
                .then_some(Grouping::Category)
        });
        return Some(Intent::Flow {
            side: if slots.names_income() { Side::Income } else { Side::Spending },
            by,
        });
    }
    let is_named = !slots.categories.is_empty()
        || slots.payee.is_some()
        || slots.account.is_some() && slots.text.is_none();
    let asks = words.has(&["much", "total", "sum", "amount", "totals"]);
    if slots.names_transfer() {
        return Some(Intent::List { side: None, order: Order::Latest, is_one: false });
    }
    if is_named && asks {
        return Some(Intent::Flow { side, by });
    }
    (is_named && slots.unknown.is_empty() && words.words.len() <= 8).then_some(Intent::Named)
}

/// What a breakdown is asked by.
fn grouping(words: &Words) -> Option<Grouping> {
    let by = |unit: &str| {
        ["by", "per", "each", "every", "across"].iter().any(|joint| words.phrase(&format!("{joint} {unit}")))
    };
    let units = [
        ("category", Grouping::Category),
        ("categories", Grouping::Category),
        ("group", Grouping::Group),
        ("payee", Grouping::Payee),
        ("payees", Grouping::Payee),
        ("merchant", Grouping::Payee),
        ("store", Grouping::Payee),
        ("account", Grouping::Account),
        ("accounts", Grouping::Account),
        ("day", Grouping::Day),
        ("week", Grouping::Week),
        ("month", Grouping::Month),
        ("quarter", Grouping::Quarter),
        ("year", Grouping::Year),
    ];
    let found = units.iter().find(|(unit, _)| by(unit)).map(|(_, grouping)| *grouping);
    found.or_else(|| {
        if words.has(&["monthly"]) {
            Some(Grouping::Month)
        } else if words.has(&["weekly"]) {
            Some(Grouping::Week)
        } else if words.has(&["quarterly"]) {
            Some(Grouping::Quarter)
        } else if words.has(&["breakdown", "categories", "category"]) || words.phrase("break down") {
            Some(Grouping::Category)
        } else if words.has(&["trend", "trends", "trending"]) {
            Some(Grouping::Month)
        } else {
            None
        }
    })
}

/// The words for rows of a ledger.
pub(super) fn names_rows(words: &Words) -> bool {
    words.has(ROWS)
}
