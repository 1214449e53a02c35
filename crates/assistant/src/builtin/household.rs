//! Questions about the household as a whole: savings, worth, profile, what there is.

use domain::Side;

use super::{
    amounts, compared,
    decline::Missing,
    intent::{Intent, SPENT, Words, side},
    ranked,
    slots::{PARTS, Slots},
};
use crate::toolbox::Grouping;

/// Reads a question about the household.
pub(super) fn read(words: &Words, slots: &Slots) -> Option<Intent> {
    grown_most(words, slots)
        .or_else(|| savings(words, slots))
        .or_else(|| person(words))
        .or_else(|| worth(words, slots))
        .or_else(|| contents(words, slots))
}

/// How the household does, and why it spends more.
pub(super) fn asked_openly(words: &Words, slots: &Slots) -> Option<Intent> {
    let is_overview = words.says(
        "how are my finances|how are our finances|how do my finances look|state of my finances|my financial health|how is my money",
    );
    let overview = is_overview && !slots.has_name();
    overview.then_some(Intent::Overview).or_else(|| why_more(words, slots))
}

/// "Why did I spend more last month": what there is more of tells.
fn why_more(words: &Words, slots: &Slots) -> Option<Intent> {
    const MORE: &str = "spend so much|spent so much|spend more|spent more|spending so much|spending more|spending higher|spending so high|\
        spending up|spending go up|expenses higher|expenses so high|expenses up|spend less|spent less|spending less|spending lower";
    let is_of_all = !slots.has_name() && slots.without.is_empty() && !slots.is_bounded();
    (words.opens("why|how come") && words.says(MORE) && slots.periods.len() == 1 && is_of_all)
        .then_some(Intent::Changes)
}

/// What grew the most: what changed names the categories, and of two times only; a rank of sums is no answer.
fn grown_most(words: &Words, slots: &Slots) -> Option<Intent> {
    let grew = words.has("grow grows grew grown climbed jumped risen increased increases increase growth")
        || words.has("rose") && slots.payee.is_none()
        || words.says(compared::RISES);
    if !grew || !(ranked::is_rank(words) || words.has("fastest")) {
        return None;
    }
    let is_of_categories = !slots.has_name()
        && slots.periods.len() < 2
        && slots.periods.iter().all(|mention| mention.ends.is_none())
        && side(words, slots) == Side::Spending
        && !words.has("payee payees merchant merchants store stores shop shops")
        && !words.pairs("which what", "day week month quarter year");
    Some(if is_of_categories { Intent::Changes } else { Intent::Declined(Missing::OtherPeriod) })
}

/// Whether money is to last, and no last month is spoken of: "will my savings last", "last me a year".
fn is_lasting(words: &Words) -> bool {
    const ON: [&str; 13] = [
        "me", "us", "until", "till", "if", "for", "through", "at", "without", "in", "forever", "and", "long",
    ];
    words.has("survive stretch")
        || words.has("last")
            && (words.after("last").next().is_none()
                || words.after("last").any(|next| ON.contains(&next))
                || words.has("will would could"))
}

/// Words for what is kept of income.
pub(super) const KEEPS: &str = "save saved saving savings";

fn savings(words: &Words, slots: &Slots) -> Option<Intent> {
    let lasts = is_lasting(words)
        && words.has("savings money cash funds reserves saving")
        && words.says(
            "how long|how many months|how many weeks|how many days|months would|months will|months of|money last|savings last",
        );
    let is_without = words.says(
        "emergency fund|live off my savings|live on my savings|without income|without a job|without an income|lost my job|months of expenses",
    );
    if lasts || words.has("runway") || is_without {
        return Some(Intent::Runway);
    }
    let shares = "savings rate|saving rate|save rate|savings ratio|percent of my income|percentage of my income|share of my income";
    if words.says(shares) && !slots.has_name() && !words.has("spend spent spending") {
        return Some(Intent::Saved { rate: true, per: None });
    }
    let saves = words.says(
        "i save|i saved|i saving|we save|we saved|did i put aside|left over|cash flow|came in and went out|in and went out|in and out|left of my salary|left of my income|left of my pay|net income|net savings|amount saved|my net for|my net in|my net this|my net last|did i net|\
         been saving|more than i make|more than i earn|more than i spend|more than i spent|less than i earn|less than i spend|less than i spent|more than i earned|less than i earned|more than i made|less than i made|more than we earned|less than we earned|than my income|income minus|income less|\
         money saved|total saved|my surplus|my deficit|income vs expenses|income versus expenses|income vs spending|\
         income versus spending|income and expenses|income and spending|earned and spent|spent and earned",
    ) || words.has("cashflow surplus leftover")
        || is_left_of_income(words)
        || words.opens("net for|net in|net this|net last|net over");
    // "A better year for savings": each of the years is told.
    let sets_beside = slots.periods.len() > 1
        && slots.account.is_none()
        && words.has(KEEPS)
        && words.has("better worse more less than compare compared comparing vs versus difference")
        && !words.has(SPENT)
        && !words.says("do i have|did i have|i had");
    let per = saved_per(words, slots);
    if !(saves || sets_beside || per.is_some()) || words.says("have saved") {
        return None;
    }
    let is_supposed = words.opens("if|what if")
        || words.pairs("would could might id", "i we save")
        || per.is_some() && words.has("should would could might can must need will")
        || words.says("if i|if we");
    if is_supposed {
        return Some(Intent::Declined(Missing::Supposition));
    }
    // Which of the months were like that is not told by their sum.
    let is_of_some = words.pairs(
        "any which what some single every many",
        "day days week weeks month months quarter quarters year years",
    );
    Some(if is_of_some { Intent::Declined(Missing::Statistics) } else { Intent::Saved { rate: false, per } })
}

/// "Did my income cover my spending", "how much of my pay was left".
fn is_left_of_income(words: &Words) -> bool {
    words.has("income salary pay paycheck earnings wages")
        && (words.has("cover covers covered") && words.has(SPENT)
            || words.says("was left|is left|were left|left of my|left from my|left in|left at the end"))
}

/// The unit that savings are asked for on average by: "how much do I save a week", "my average savings".
fn saved_per(words: &Words, slots: &Slots) -> Option<Grouping> {
    const USUAL: &str = "average averaged avg averages typical typically usual usually normally";
    let is_other = words.has("account accounts balance goal goals rate interest enough last")
        || words.says("in savings|in my savings|do i have|did i have")
        || words.has(SPENT);
    let keeps = words.near("i we", KEEPS, 3)
        || words.has("savings saved")
        || words.says("put away|put aside|putting away|putting aside|set aside");
    if !keeps || is_other || slots.account.is_some() || slots.has_name() || slots.periods.len() > 1 {
        return None;
    }
    let is_usual = words.has(USUAL) || words.says("the mean");
    // "What did I save each month in 2023" wants the months.
    let is_each = words.has("each every") && !slots.periods.is_empty() && !is_usual;
    let unit = amounts::unit_after(words, "per a each every an").filter(|_| !words.has("ago"));
    let unit = unit.or_else(|| amounts::adverb(words));
    unit.filter(|_| !is_each).or(is_usual.then_some(Grouping::Month))
}

fn person(words: &Words) -> Option<Intent> {
    let is_income = words.has("income salary earn earnings");
    let is_beside = words.has("compare match against versus vs with fit than agree differ");
    if words.has("profile") && is_income && is_beside
        || words.says("how does my income compare|stated income|expected income|income match|income i stated")
    {
        return Some(Intent::IncomeCheck);
    }
    let is_profile = words.says(
        "my profile|my age|how old am i|my goals|my financial goals|my goal|risk tolerance|know about me|my employer|\
         my dependents|my retirement age|my marital status|my job",
    );
    let is_flow = words.has("spend spent earn earned income make made salary much paid pay");
    if is_profile && !is_flow {
        return Some(Intent::Profile);
    }
    None
}

fn worth(words: &Words, slots: &Slots) -> Option<Intent> {
    let changed = words.says(
        "what changed|what has changed|what have changed|anything changed|what is different|what different|changed since|\
         changes since|changed from|what are the changes|what changes|changed in|changed compared|changed between|has changed|\
         spending changed|spending change",
    );
    if changed && slots.periods.len() < 2 && !words.has("balance worth") && !slots.has_name() {
        return Some(Intent::Changes);
    }
    if words.has(PARTS) && words.says("net worth|my assets|my money") {
        return Some(Intent::Declined(Missing::Whole));
    }
    let worth = "net worth|my assets|total assets|assets and liabilities|am i worth|do i own|balance sheet";
    if words.says(worth) || words.has("networth") {
        return Some(Intent::NetWorth { owed: false });
    }
    if let Some(intent) = debt(words, slots) {
        return Some(intent);
    }
    let owes = "do i owe|i owe|is owed";
    if words.says(owes) {
        let names_bill = !slots.categories.is_empty() || slots.payee.is_some() || slots.text.is_some();
        if names_bill || words.has("bill bills you") {
            return Some(Intent::Foreign);
        }
        return Some(if slots.account.is_some() { Intent::Balance } else { Intent::NetWorth { owed: true } });
    }
    None
}

/// What is owed over all accounts, by the words debt and liability: how it changed, how long it lasts and what was
/// paid on it is told by other tools or by none.
fn debt(words: &Words, slots: &Slots) -> Option<Intent> {
    let is_debt = words.has("debt debts liabilities indebted");
    if is_debt && words.has("ratio") {
        return Some(Intent::Declined(Missing::Arithmetic));
    }
    let is_of_flow = words.has(SPENT) || words.has("pay paid pays paying payment payments interest");
    let is_other = words
        .has("free consolidate settle collector collectors bad income when should avalanche snowball plan");
    if !is_debt || is_of_flow || is_other || !slots.categories.is_empty() || slots.payee.is_some() {
        return None;
    }
    let changes = words.says(compared::RISES)
        || slots.against.is_some()
        || words.has("changed change grow grew grown rise risen rose increase increased decrease decreased fallen fell more less");
    if changes || ranked::is_broken_up(words) || !slots.without.is_empty() {
        return Some(Intent::Declined(Missing::Statistics));
    }
    let is_asked =
        words.has("how what whats much total show tell any all do am my our are is list which have");
    if !is_asked || slots.text.is_some() {
        return None;
    }
    Some(if slots.account.is_some() { Intent::Balance } else { Intent::NetWorth { owed: true } })
}

fn contents(words: &Words, slots: &Slots) -> Option<Intent> {
    let is_plain = slots.categories.is_empty() && slots.payee.is_none() && slots.text.is_none();
    let lists_accounts = words.says(
        "what accounts|which accounts|my accounts|how many accounts|list accounts|all accounts|bank accounts do|show accounts|\
         accounts do i have|accounts are there|my bank accounts|all my bank accounts",
    );
    let counts_money =
        words.has("balance balances money total much spend spent value sum amount funds remaining left cash");
    let shows = words.has("what which show list many see view display");
    if lists_accounts
        && is_plain
        && shows
        && !counts_money
        && !words.has("transfer transfers transferred moved movements")
        && !words.says(
            "in my bank accounts|is in my|is the|of my bank accounts|of my accounts|between my accounts|across my accounts|\
             between all my accounts|across all my accounts|from my accounts|to my accounts|into my accounts|on my accounts|in my accounts",
        )
    {
        return Some(Intent::Accounts);
    }
    let lists_categories = words.says(
        "what categories|which categories|list categories|my categories|all categories|how many categories|categories are there|show categories",
    );
    if lists_categories && !words.has("most top spend spent spending") {
        return Some(Intent::Categories);
    }
    let sums_up = words.says(
        "how am i doing|about my money|my finances|my financial health|financial picture|financial check|my financial situation|financial overview|financial summary|give me a summary|\
         give me an overview|overview of my money|financially|summary of",
    );
    (is_plain && (sums_up || words.len() <= 3 && words.has("summary overview"))).then_some(Intent::Overview)
}
