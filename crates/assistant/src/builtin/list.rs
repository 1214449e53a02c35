//! Questions for single transactions: lists, the latest, how many.

use domain::Side;

use super::{
    decline::Missing,
    intent::{Intent, PAID, ROWS, SPENT, Words, side},
    ranked,
    slots::Slots,
};
use crate::{
    toolbox::{Direction, Order},
    vocabulary,
    when::Reach,
};

/// Reads a question for a list or a count.
pub(super) fn read(words: &Words, slots: &Slots) -> Option<Intent> {
    let is_in = words.has("deposits deposit paychecks paycheck credits incoming");
    let is_out = words.has("purchases purchase expenses purchased buy bought spend spent");
    let one_side = match (is_in, is_out) {
        (true, _) => Some(Side::Income),
        (false, true) => Some(Side::Spending),
        (false, false) => None,
    };
    let counts = words.says("how many times|how often|number of transactions|number of purchases|number of times|number of payments")
        || words.says("how many") && words.has(ROWS)
        || words.has("count");
    let counts = counts
        || words.says("how many")
            && (words.has("paychecks") || slots.payee.is_some() && words.has("visits trips orders"));
    let counts = counts || counts_things(words, slots);
    if counts {
        // Who counts visits counts what was paid; "how many times?" goes on from what was asked.
        let is_of_visits = words
            .says("how many times|how often|number of times|how many visits|how many trips|how many orders")
            && words.len() > 4;
        let visited = (is_of_visits && !slots.names_transfer()).then(|| side(words, slots));
        if visited == Some(Side::Income) && !slots.has_name() {
            return Some(Intent::Declined(Missing::Frequency));
        }
        return Some(Intent::Count { side: one_side.or(visited) });
    }
    // Rows are asked for, whatever came back of them.
    if slots.is_bounded()
        && words.says("have i ever|did i ever|have we ever|did we ever|i ever spent|i ever paid")
    {
        return Some(Intent::List { side: one_side, order: Order::Latest, is_one: false });
    }
    let is_one = words.says(
        "last transaction|latest transaction|most recent transaction|last purchase|latest purchase|last thing|most recent purchase|\
         last payment|latest payment|most recent payment|recent transaction looked|last charge|last visit|did i last|\
         last time i|last pay me|last paid me|last pay us|last send me|last sent me|last charge me|last charged me|last bill me|last billed me|last paycheck|last deposit|latest deposit|last withdrawal",
    );
    let is_first = is_first(words);
    let is_one = is_one
        || is_first && slots.n.is_none_or(|n| n == 1)
        || words.says("buy last|bought last")
            && !words
                .says("last month|last year|last week|last quarter|last weekend|last summer|last winter")
        || words.pairs("last latest", "•")
        || words.near(
            "last latest",
            "bill payment purchase visit transaction order charge invoice paycheck deposit",
            3,
        ) && !words.says("last month|last year|last week|last quarter");
    let order = if is_first { Order::Earliest } else { Order::Latest };
    // "Spending since my last paycheck" asks for a sum.
    let is_sum = words.has("spend spent spending")
        && slots.periods.iter().any(|period| period.reach == crate::when::Reach::Since);
    // "My last 3 coffees."
    let sums_up = words.says("how much|how many|what amount|add up|on my last|on the last|for my last")
        || [SPENT, "average avg total sum cost costs paid pay"].iter().any(|any| words.has(any));
    if slots.n.is_some_and(|n| n > 1) && slots.has_name() && ranked::picks_rows(words) && !sums_up {
        let order = if words.has("first earliest oldest") { Order::Earliest } else { Order::Latest };
        return Some(Intent::List { side: one_side, order, is_one: false });
    }
    if asks_whether_paid(words, slots) {
        return Some(Intent::List { side: None, order: Order::Latest, is_one: slots.periods.is_empty() });
    }
    if is_one && !is_sum {
        let side = if side(words, slots) == Side::Income { Some(Side::Income) } else { one_side };
        return Some(Intent::List { side, order, is_one: true });
    }
    let sums = words.says(
        "how much|what amount|dollar amount|total amount|was the amount|did i spend|i spent|i spend|have i spent|total i|total of|sum of",
    );
    let is_bounded = slots.is_bounded();
    let names_rows = words.has("transaction transactions purchases charges entries activity items withdrawals deposits purchased debits credits")
        || words.says("did i buy|i bought|have i bought|my payments|payments to|recently charged|transaction statement|current statement")
        || words.has("payments") && !words.has("what how");
    let shows = words.has(
        "show list see view display find get give which what any all look pull bring read check retrieve open let recent latest \
         last tell search hear need access help may put my",
    );
    let is_asked = shows || is_bounded || !slots.periods.is_empty() || slots.has_name();
    let is_any = is_bounded
        && (words.has("anything something everything expenses")
            || words.opens("over|above|under|more than|less than|between|show|list|find|any"))
        && !words.has("total sum");
    if (names_rows || is_any || is_bounded && words.has(ROWS)) && !sums && is_asked {
        let side = if words.has("transaction transactions") { None } else { one_side };
        return Some(Intent::List { side, order, is_one: false });
    }
    None
}

/// "How many days since I last bought fuel", "how long ago was my last order": the latest row, which tells.
pub(super) fn latest_ago(words: &Words, slots: &Slots) -> Option<Intent> {
    let asks = words.says("days since|weeks since|how long since|how long has it been since|how long ago|long is it since|time since|how many days ago|how many weeks ago");
    let is_row = slots.has_name() || words.has("purchase purchases paycheck payday");
    // "Since my last paycheck" is a period, too.
    let is_timeless = slots.periods.iter().all(|period| period.reach == Reach::Since);
    (asks && is_row && is_timeless && !words.has("first average avg much total")).then(|| Intent::List {
        side: Some(side(words, slots)).filter(|_| !slots.names_transfer()),
        order: Order::Latest,
        is_one: true,
    })
}

/// "Has the gym been charged", "did my rent go out": its rows tell.
fn asks_whether_paid(words: &Words, slots: &Slots) -> bool {
    let is_named = slots.categories.len() == 1 || slots.payee.is_some();
    is_named
        && words.opens("did|has|have|was|were")
        && (slots.periods.is_empty() && words.says("arrive|arrived|come in|came in|been paid|paid yet|land|landed|hit my account")
            || words.says("go out|gone out|been charged|was charged|get charged|come out|been taken|was taken|been debited|go through|gone through"))
        && !words.has("why how much refund refunded twice again wrong fee fees i")
}

/// "How many coffees did I buy", "number of taxi rides": what was paid for them is counted.
fn counts_things(words: &Words, slots: &Slots) -> bool {
    const ACTS: &str = "buy bought purchase purchased have had get got gotten take took taken order ordered make made do did go went done been eat ate";
    let is_named = (slots.categories.len() == 1 || slots.payee.is_some()) && slots.more_payees.is_empty();
    let is_thing = words.after("many").any(|word| !vocabulary::is_known(word));
    let is_number = words.says("number of") && !words.has("average avg per each every");
    is_named
        && !slots.names_income()
        && !words.has("account accounts more less left")
        && !words.says("how many months|how many weeks|how many days|how many years")
        && (words.says("how many") && is_thing && (words.has(ACTS) || is_dated(words, slots)) || is_number)
}

/// "How many coffees in July."
fn is_dated(words: &Words, slots: &Slots) -> bool {
    words.opens("how many") && !slots.periods.is_empty()
}

/// `the first thing I bought`, `the first 5 transactions`; the first of March is none.
fn is_first(words: &Words) -> bool {
    const THINGS: &str = "transaction transactions purchase purchases payment payments thing things bill charge visit order deposit \
        paycheck expense expenses time •";
    !words.pairs("first", "day days week weeks weekend month months half quarter quarters year years of")
        && (words.near("first earliest oldest", THINGS, 2)
            || words.says("did i first|did we first|when i first"))
}

/// Reads a question for what something costs now: of what comes again that is its last row, and neither all
/// that was ever paid nor a mean over it.
pub(super) fn current(words: &Words, slots: &Slots) -> Option<Intent> {
    let is_now = words.says("these days|at the moment|at present") || words.has("now currently nowadays");
    if let Some(intent) = price(words, slots) {
        return Some(intent);
    }
    let is_until = words.opens("now")
        || words.says("have i|have we|i have|did i|did we|just now|until now|till now|up to now|to now|by now|and now|from now");
    let [category] = slots.categories.as_slice() else { return None };
    if !is_now || is_until || !slots.periods.is_empty() || slots.is_bounded() || slots.account.is_some() {
        return None;
    }
    let is_fixed = is_fixed(category);
    let is_plain = !words.has("average avg more less compare compared versus vs than spend spent spending");
    if is_fixed && is_plain {
        return Some(Intent::List { side: Some(side(words, slots)), order: Order::Latest, is_one: true });
    }
    (words.has(SPENT) || words.has(PAID) || words.has("is are"))
        .then_some(Intent::Declined(Missing::Statistics))
}

/// Whether a category is paid again and again at about the same price.
fn is_fixed(category: &str) -> bool {
    const FIXED: [&str; 8] = [
        "Housing",
        "Utilities",
        "Insurance",
        "Subscriptions",
        "Debt",
        "Family:Childcare",
        "Health:Fitness",
        "Income:Salary",
    ];
    let is_in = |path: &&str| {
        category.strip_prefix(*path).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    };
    FIXED.iter().any(is_in)
}

/// "What is my rent", "what does Tunestream cost": the price of what is paid again and again is its last payment.
fn price(words: &Words, slots: &Slots) -> Option<Intent> {
    let asks = words.opens("what is my|whats my|how much is my|how much is the|what does|how much does|how much is our|what is our|what is the|whats the|how much is|what are my|how much are my")
        && words.len() <= 8;
    let is_other = words.has(
        "average avg typical usual total all spent spend spending balance annually yearly monthly weekly daily annual per by more less compare compared vs versus left owe owed bill bills \
         share percent percentage and or each every up down been worth on in at get",
    ) || words.says("a month|a week|a year|a day|per month");
    let is_one = match (slots.categories.as_slice(), &slots.payee) {
        ([category], None) => is_fixed(category),
        ([], Some(_)) => slots.more_payees.is_empty() && words.has("cost costs"),
        _ => false,
    };
    let is_plain = slots.periods.is_empty()
        && slots.account.is_none()
        && slots.text.is_none()
        && slots.without.is_empty()
        && !slots.is_bounded();
    (asks && !is_other && is_one && is_plain).then(|| Intent::List {
        side: Some(side(words, slots)),
        order: Order::Latest,
        is_one: true,
    })
}

/// Reads a question for what was moved into an account of one's own, or out of it.
pub(super) fn moved(words: &Words, slots: &Slots) -> Option<Intent> {
    const INTO: &str = "put into|put in|move to|move into|moved to|moved into|transfer to|transfer into|transferred to|\
        transferred into|transfers to|transfers into|add to|added towards|paid toward|\
        pay towards|pay toward|paid off|paid down|pay off|payments to|payment to|payments made to|pay my|paid my|pay the|paid the|paid to|\
        card payment|card payments|card bill|sent to|send to";
    const OUT: &str = "out of|withdraw from|withdrew from|withdrawn from|withdrawals from|withdrawal from|taken from|took from|take from|\
        moved from|move from|transfer from|transferred from|transfers from|pulled from";
    let is_account = |path: &String| matches!(path.as_str(), "Transfer:Card payment" | "Transfer:Savings");
    let is_of_transfers = slots.categories.iter().all(|path| path.starts_with("Transfer"));
    let is_of_account = slots.account.is_some() || slots.categories.iter().any(is_account);
    // "Transfer to Rainy Day" is what banks call it.
    let is_transfer = |name: &String| name.to_ascii_lowercase().starts_with("transfer");
    let is_plain = slots.payee.as_ref().is_none_or(is_transfer)
        && slots.text.as_ref().is_none_or(is_transfer)
        && slots.unknown.is_empty()
        && slots.without.is_empty()
        && slots.weekdays.is_empty()
        && slots.n.is_none()
        && slots.loose.is_none()
        && !slots.is_bounded();
    let asks = words.says("how much|what did i|what have i|what was my|what was the|what amount|sum of")
        || words.has("total altogether");
    let is_other = words.has(SPENT)
        || ranked::is_rank(words)
        || words.has(
            "purchases transactions charges fee fees balance interest average avg usually normally typical more less compare compared \
             versus vs percent percentage share per each every monthly weekly many often count when first latest need should must \
             will can could would if left owe save long",
        )
        || words.says("only card payments|just card payments|all card payments|last transfer|last payment|did i last|last time");
    let direction = match (words.says(INTO), words.says(OUT)) {
        (true, false) => Direction::In,
        (false, true) => Direction::Out,
        _ => return None,
    };
    let is_asked = asks || slots.is_bare && words.has("payment payments transfer transfers");
    // "From checking to savings": of both ends one is known of each row.
    let other_end = if direction == Direction::In { "from" } else { "to into" };
    let is_of_both = (0..words.len()).any(|at| {
        let is_day = slots.periods.iter().any(|period| period.tokens.contains(&at));
        !is_day && other_end.split(' ').any(|word| words.at(at) == word)
    });
    (is_of_account && is_of_transfers && is_plain && is_asked && !is_other && !is_of_both)
        .then_some(Intent::Moved { direction })
}

/// Reads a question for money moved between own accounts. It is neither spent nor earned, and the rows of its two
/// accounts cancel out: they are listed, but only those of one name have a sum.
pub(super) fn transfers(words: &Words, slots: &Slots) -> Option<Intent> {
    let is_transfer =
        |name: &String| name.split_whitespace().any(|word| word.to_ascii_lowercase().starts_with("transfer"));
    let names_payee = slots.payee.as_ref().is_some_and(is_transfer);
    let is_named = slots.names_transfer() || names_payee;
    let says = words.has("transfer transfers transferred transferring");
    let pays_card = slots.account.is_some()
        && slots.categories.is_empty()
        && slots.payee.is_none()
        && slots.text.is_none()
        && !words.has("transactions charges purchases balance")
        && words.says(
            "pay off|paid off|pay down|paid down|paid to my|paid towards|paid toward|pay towards|pay toward|pay into|\
             payments to my|payment to my|pay my|paid my|pay back|paid back",
        );
    if !(says || is_named || pays_card)
        || !slots.without.is_empty()
        || words.has("fee fees")
        || words.has(SPENT)
    {
        return None;
    }
    let untold = Some(Intent::Declined(Missing::Statistics));
    let list = |order, is_one| Some(Intent::List { side: None, order, is_one });
    if !is_named
        || words
            .has("average avg more less compare compared versus vs difference percent percentage share per")
    {
        return untold;
    }
    // Rows of an account are known, but not which way a transfer went.
    let is_of_account =
        slots.account.is_some() || slots.categories.iter().any(|path| path.starts_with("Transfer:"));
    if is_of_account && words.near("transfer transfers", "to into from out", 3) {
        return Some(Intent::Declined(Missing::Direction));
    }
    let is_one = slots.n.is_none_or(|n| n == 1);
    if ranked::is_rank(words) {
        let is_least = words.has("least smallest lowest cheapest fewest");
        return list(if is_least { Order::Smallest } else { Order::Largest }, is_one);
    }
    if words.says("how many|how often|number of") || words.has("count") {
        return if names_payee { Some(Intent::Count { side: None }) } else { untold };
    }
    if words.near("last latest recent", "transfer payment bill •", 3) || words.says("did i last|last time")
    {
        return list(Order::Latest, true);
    }
    if is_first(words) {
        return list(Order::Earliest, is_one);
    }
    let sums =
        words.says("how much|what amount|amount of|sum of") || words.has("total totals sum net altogether");
    if sums && !names_payee { untold } else { list(Order::Latest, false) }
}
