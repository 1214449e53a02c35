//! Questions that go on from the one before.

use jiff::{ToSpan, civil::Date};

use super::{Against, Parsed, Slots};
use crate::{
    builtin::{
        amounts, calculate,
        decline::Missing,
        intent::{Intent, Words},
    },
    model::ModelContext,
    toolbox::{Grouping, day_order},
    vocabulary,
    when::{self, Mention, Period, Reach},
    words::{number_word, tokens},
};

/// How a question goes on from the one before.
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that the words say or not")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::builtin) struct Hints {
    /// The same, so many units earlier: "and the year before?".
    pub shift: Option<Shift>,
    /// Only a part of it: "only card payments".
    pub narrows: bool,
    /// What the answer was made of: "why?", "list them".
    pub refers: bool,
    /// Compared with what was named before.
    pub compares: bool,
    /// Says which side of the books.
    pub is_sided: bool,
    /// A whole question, that only leaves the period out.
    pub is_whole: bool,
    /// Names and dates, and nothing that asks.
    pub is_plain: bool,
    /// "by month".
    pub by: Option<Grouping>,
    /// "per month".
    pub per: Option<Grouping>,
}

/// Months or days back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::builtin) enum Shift {
    Months(i32),
    Days(i32),
    /// As long as the period itself.
    Own,
}

impl Hints {
    pub fn of(words: &Words, slots: &Slots) -> Self {
        let shift = shift(words);
        Self {
            shift,
            narrows: words.has("only just without except excluding minus"),
            refers: words.says(REFERS) || words.opens("why|how come") || words.has("them those these"),
            compares: words.has("compare compared versus vs than comparison") && slots.periods.len() < 2,
            is_whole: words.says("how much|what did i|how many|what do i|what was my|what is my")
                && words.has("spend spent earn earned income balance make save")
                && words.len() > 4
                && !words.says("of that|of it|of those|of them|of this"),
            is_plain: slots.is_bare && !words.has("balance spending"),
            by: amounts::grouping(words).filter(|_| words.has("by per each every breakdown break trend")),
            per: amounts::unit_after(words, "per a each every").filter(|_| !words.has("ago earlier before")),
            is_sided: words
                .has("spend spent spending expenses income earn earned earnings make made expense"),
        }
    }
}

/// Phrases for what the answer before was about.
const REFERS: &str = "of it|of that|of this|of them|of those|that by|it by|this by|it down|that down|is that|was that|is it|plot it|chart it|\
    graph it|show it|chart that|graph that|plot that|show that|list it|that as|it as|this as|the same|that is|that was|was it|in it|which ones|\
    the transactions|what transactions|which transactions";

/// "the year before", "a month earlier", "the previous quarter", "same month last year".
fn shift(words: &Words) -> Option<Shift> {
    let units = [
        ("year", Shift::Months(12)),
        ("quarter", Shift::Months(3)),
        ("month", Shift::Months(1)),
        ("fortnight", Shift::Days(14)),
        ("week", Shift::Days(7)),
        ("day", Shift::Days(1)),
    ];
    if words.says("same month last year|same period last year|same time last year|same quarter last year|same week last year|same days last year") {
        return Some(Shift::Months(12));
    }
    if words.says("period before|previous period|period earlier|one before|before that|preceding period")
        && !words.has("year month week quarter day")
    {
        return Some(Shift::Own);
    }
    units.into_iter().find_map(|(unit, by)| {
        // "Last year before the bonus" is no year before another.
        let is_named =
            words.says(&format!("last {unit} before")) || words.says(&format!("this {unit} before"));
        let ends = words.pairs(unit, "before earlier prior") && !is_named
            || words.pairs("previous preceding prior", unit);
        let is_last = words.says("before last|before yesterday|year to")
            || words.says("before christmas|before easter");
        (ends && !is_last).then_some(by)
    })
}

/// Openings of a question that goes on from the last one.
const OPENINGS: [&str; 36] = [
    "and ",
    "what if",
    "with ",
    "over ",
    "what about",
    "how about",
    "same ",
    "the same",
    "also ",
    "now ",
    "or ",
    "then ",
    "but ",
    "ok ",
    "okay ",
    "only ",
    "just ",
    "without ",
    "excluding ",
    "except ",
    "minus ",
    "why",
    "how come",
    "as a ",
    "by ",
    "per ",
    "instead",
    "no, ",
    "i meant",
    "i mean",
    "make it",
    "make that",
    "not ",
    "compared ",
    "versus ",
    "vs ",
];

/// Words of a question that says only how the answer is wanted.
const MANNER: &str = "as a an chart graph plot diagram bars bar line pie table list by per each month week day year quarter category payee \
    merchant account monthly weekly daily yearly quarterly break breakdown it that this them those down show me draw give please in total \
    average on of the only just largest biggest smallest one ones many how and what whats was were is which transactions again more detail \
    details why come can you could i see get for now same instead trend trends categories payees merchants accounts my all did spend much to with rank sort \
    visualise visualize before earlier previous last prior before that period times often visits visualisation";

/// Whether a question only makes sense after another.
pub(in crate::builtin) fn leans_on_earlier(text: &str, context: &ModelContext) -> bool {
    let lower = text.trim().to_lowercase();
    let words = tokens(&lower);
    if words.is_empty() || words.len() > 12 {
        return false;
    }
    let all = Words::new(&words);
    let mentions = when::find_in(&words, context.as_of, day_order(context.locale.as_deref()));
    if OPENINGS.iter().any(|opening| lower.starts_with(opening) || lower == opening.trim()) {
        let is_by_date = lower.starts_with("by ") && !mentions.is_empty();
        return !is_by_date;
    }
    let is_dated = |at: usize| mentions.iter().any(|mention| mention.tokens.contains(&at));
    // "in April?", "last month", "as a chart", "the year before"
    let joints = ["in", "on", "for", "the", "during", "of", "at", "from", "please", "and", "year", "month"];
    if !mentions.is_empty() && words.iter().enumerate().all(|(at, word)| is_dated(at) || word.is(&joints)) {
        return true;
    }
    let is_manner = |at: usize| is_dated(at) || MANNER.split_whitespace().any(|word| words[at].text == word);
    let asks_itself = all.has("spend spent") && (all.says("how much|did i") || words.len() > 6);
    if words.len() <= 9 && (0..words.len()).all(is_manner) && !asks_itself && !lists_rows(&all) {
        return true;
    }
    if all.says("of that|of it|of those|of them|is that more|is that less|was that more|was that less|which of those|in it") {
        return true;
    }
    // "restaurants?", "Kin Thai": names and nothing that asks.
    words.len() <= 4
        && words.iter().all(|word| {
            !vocabulary::is_known(&word.text)
                || number_word(&word.text).is_none()
                    && word.is(&["the", "my", "at", "on", "for", "and", "or"])
        })
}

/// "what about …", "how about …".
pub(in crate::builtin) fn asks_what_about(text: &str) -> bool {
    Words::new(&tokens(text)).opens("what about|how about|and what about")
}

/// A question that only a ledger answers, whatever stands around it.
pub(in crate::builtin) fn asks_of_ledger(text: &str) -> bool {
    Words::new(&tokens(text)).says(
        "how much did i|how much have i|did i spend|have i spent|what did i spend|what did i earn|how much do i|what is my|whats my|show my|show me|list my|my spending|my income|how many times",
    )
}

/// "show me all my transactions" stands by itself.
fn lists_rows(words: &Words) -> bool {
    words.has("transactions accounts categories payees merchants") && words.has("my all")
        || words.says("last transaction|latest transaction|how many accounts|which accounts")
}

/// A follow-up on top of the question before: what it names replaces what was named.
pub(in crate::builtin) fn follow(before: Parsed, next: Parsed) -> Parsed {
    if !before.intent.is_some_and(Intent::is_open) {
        return next;
    }
    let is_own = next.slots.calculation.is_some();
    if let Some(calculation) = before.slots.calculation.as_ref().filter(|_| !is_own)
        && let Some(updated) = calculate::update(calculation, &next.words, &next.slots, next.as_of)
    {
        let intent = Some(Intent::Calculate(updated.tool));
        let slots = Slots { calculation: Some(updated), ..next.slots };
        return Parsed { intent, slots, ..next };
    }
    if is_own {
        return next;
    }
    let hints = next.hints;
    let new = next.slots;
    if hints.is_whole && next.intent.is_some() {
        let periods = if new.periods.is_empty() { before.slots.periods } else { new.periods.clone() };
        return Parsed { slots: Slots { periods, ..new }, ..next };
    }
    let mut slots = before.slots;
    let is_new_time = !new.periods.is_empty() || hints.shift.is_some();
    // "And than last year?" after what was more this month takes the year for both.
    let is_beside_now = slots.against.is_some() && new.against.is_some();
    // "And did I spend more in February?" is more than what was named before.
    let compares = hints.compares || new.against == Some(Against::Open);
    let mut is_pair = compares && new.periods.len() == 1 && slots.periods.len() == 1 && !is_beside_now;
    if let Some(shift) = hints.shift.filter(|_| new.periods.is_empty() || hints_shift_wins(&new.periods)) {
        let shifted: Vec<Mention> =
            slots.periods.iter().filter_map(|mention| shifted(mention, shift)).collect();
        if hints.compares {
            is_pair = slots.periods.len() == 1 && shifted.len() == 1;
            slots.periods.extend(shifted);
        } else if !shifted.is_empty() {
            slots.periods = shifted;
        }
    } else if is_pair {
        slots.periods.extend(new.periods);
    } else if !new.periods.is_empty() {
        slots.periods = new.periods;
    }
    let has_what = !new.categories.is_empty() || new.payee.is_some() || new.text.is_some();
    let only_narrows = hints.narrows || hints.refers;
    if has_what && !only_narrows {
        (slots.categories, slots.payee, slots.more_payees, slots.text) =
            (new.categories, new.payee, new.more_payees, new.text);
    } else if has_what {
        if !new.categories.is_empty() {
            slots.categories = new.categories;
        }
        if new.payee.is_some() {
            (slots.payee, slots.more_payees) = (new.payee, new.more_payees);
        }
        slots.text = new.text.or(slots.text);
    }
    slots.without.extend(new.without);
    // What is asked for by name is no longer left out.
    let (categories, payee) = (slots.categories.clone(), slots.payee.clone());
    slots.without.retain(|name| !categories.contains(name) && payee.as_ref() != Some(name));
    if !new.weekdays.is_empty() {
        slots.weekdays = new.weekdays;
    }
    if new.min.or(new.max).or(new.above).or(new.below).is_some() {
        (slots.min, slots.max, slots.above, slots.below) = (new.min, new.max, new.above, new.below);
    }
    if new.account.is_some() {
        (slots.account, slots.more_accounts) = (new.account, new.more_accounts);
    }
    slots.n = new.n.or(slots.n);
    // Without a time of its own, "did I spend more?" is of the one before.
    let against = new.against.filter(|_| is_new_time || slots.periods.is_empty());
    slots.against = if is_pair { None } else { against.or(slots.against.filter(|_| !is_new_time)) };
    slots.unknown = new.unknown;
    slots.chart = new.chart;
    slots.lacks_payday = new.lacks_payday;
    slots.corrections = new.corrections;
    slots.quantities = new.quantities;
    slots.is_bare = new.is_bare;
    let own = next.intent.filter(|intent| !hints.is_plain || matches!(intent, Intent::Why));
    let intent = followed(before.intent, own, hints, &slots, is_pair);
    Parsed { intent, slots, hints, words: next.words, as_of: next.as_of }
}

/// A period that reads as counted from today, but means "before what was asked".
fn hints_shift_wins(periods: &[Mention]) -> bool {
    periods.len() == 1
}

/// What is asked: the follow-up's own intent, else the one before.
fn followed(
    before: Option<Intent>,
    next: Option<Intent>,
    hints: Hints,
    slots: &Slots,
    is_pair: bool,
) -> Option<Intent> {
    let kept = match (before, slots.has_name()) {
        // A balance knows accounts only: "and Netflix?" asks for what was spent there.
        (
            Some(
                Intent::Balance
                | Intent::NetWorth { .. }
                | Intent::Profile
                | Intent::Accounts
                | Intent::Overview,
            ),
            true,
        ) if !slots.categories.is_empty() || slots.payee.is_some() => next.or(before),
        (Some(Intent::Foreign | Intent::Future | Intent::Declined(_)) | None, _) => next,
        (before, _) => before,
    };
    match (kept, next) {
        (Some(kept), _) if is_pair => Some(as_comparison(kept)),
        (Some(kept), Some(Intent::Named | Intent::Flow { .. } | Intent::Average { .. }) | None)
            if hints.by.or(hints.per).is_some() && !hints.is_sided =>
        {
            Some(spread(kept, hints))
        }
        (Some(kept), Some(Intent::Flow { .. }) | None) if slots.chart && !hints.is_sided => {
            let side = side_of(kept).unwrap_or(domain::Side::Spending);
            let is_flow = matches!(
                kept,
                Intent::Flow { .. }
                    | Intent::Named
                    | Intent::List { .. }
                    | Intent::Count { .. }
                    | Intent::Largest { .. }
            );
            Some(if is_flow { Intent::Flow { side, by: None } } else { kept })
        }
        (_, Some(Intent::Named) | None) => kept,
        (Some(kept), Some(Intent::Compare { side, is_less })) if !hints.is_sided => {
            Some(Intent::Compare { side: side_of(kept).unwrap_or(side), is_less })
        }
        // "by month" breaks down what was asked.
        (Some(Intent::Flow { side, .. }), Some(Intent::Flow { by, .. })) if !hints.is_sided => {
            Some(Intent::Flow { side, by })
        }
        (Some(kept), Some(Intent::Average { side, per })) if !hints.is_sided => {
            Some(Intent::Average { side: side_of(kept).unwrap_or(side), per })
        }
        (Some(kept), Some(Intent::Largest { side, order, is_plural })) => {
            Some(Intent::Largest { side: side_of(kept).or(side), order, is_plural })
        }
        (Some(kept), Some(Intent::List { .. })) if hints.narrows && !hints.refers => Some(kept),
        (Some(kept), Some(Intent::List { side, order, is_one })) => {
            Some(Intent::List { side: side.or(side_of(kept)), order, is_one })
        }
        (Some(kept), Some(Intent::Count { side })) => Some(Intent::Count { side: side.or(side_of(kept)) }),
        (Some(kept), Some(Intent::Top { by, side })) if !hints.is_sided => {
            Some(Intent::Top { by, side: side_of(kept).unwrap_or(side) })
        }
        (Some(kept), Some(Intent::Why)) => Some(match kept {
            Intent::Changes => Intent::Changes,
            kept => Intent::Compare { side: side_of(kept).unwrap_or(domain::Side::Spending), is_less: false },
        }),
        (_, next) => next,
    }
}

/// What was asked, broken down or averaged.
fn spread(kept: Intent, hints: Hints) -> Intent {
    let side = side_of(kept).unwrap_or(domain::Side::Spending);
    match (kept, hints.per, hints.by) {
        (Intent::Balance | Intent::NetWorth { .. } | Intent::Saved { .. }, _, _) => kept,
        (_, Some(per), _) => Intent::Average { side, per },
        (
            Intent::Top { .. } | Intent::Extreme { .. },
            _,
            Some(by @ (Grouping::Category | Grouping::Payee)),
        ) => Intent::Top { by, side },
        (_, None, by) => Intent::Flow { side, by },
    }
}

/// What leads up to a question is said for it too: "In March 2024. How much did I spend?".
pub(in crate::builtin) fn take_over(before: &Slots, next: &mut Slots) {
    if next.periods.is_empty() {
        next.periods.clone_from(&before.periods);
    }
    next.without.extend(before.without.iter().cloned());
    if !next.has_name() && before.text.is_none() {
        next.categories.clone_from(&before.categories);
        next.payee.clone_from(&before.payee);
        next.more_payees.clone_from(&before.more_payees);
        next.account.clone_from(&before.account);
        next.more_accounts.clone_from(&before.more_accounts);
    }
}

/// "And what did it cost", "and how much did I spend there": the second half of a question is about what the first one
/// names. Where the first names it by its answer only, the second has nothing to count.
pub(in crate::builtin) fn take_names(before: &Parsed, next: &mut Parsed, text: &str) {
    let tokens = crate::words::tokens(text);
    let words = Words::new(&tokens);
    let counts = matches!(
        next.intent,
        Some(
            Intent::Flow { side: domain::Side::Spending, .. }
                | Intent::Average { .. }
                | Intent::Count { .. }
                | Intent::Largest { .. }
                | Intent::List { .. }
        )
    );
    if !counts || next.slots.has_name() || !next.slots.unknown.is_empty() {
        return;
    }
    let points = words.has("it there that them those");
    let is_of_rows = matches!(
        before.intent,
        Some(Intent::Count { .. } | Intent::Frequency { .. } | Intent::List { .. } | Intent::Largest { .. })
    );
    let goes_on = points || is_of_rows && !words.has("everything overall altogether all");
    match before.intent {
        Some(Intent::Often { .. } | Intent::Top { .. } | Intent::Balance | Intent::NetWorth { .. })
            if points =>
        {
            next.intent =
                Some(Intent::Declined(Missing::Qualifier(if words.has("there") { "there" } else { "it" })));
        }
        _ if goes_on && before.slots.has_name() => take_over(&before.slots, &mut next.slots),
        _ => {}
    }
    // One row that was told has one price.
    if let (Some(Intent::List { is_one: true, .. }), Some(Intent::Flow { .. })) = (before.intent, next.intent)
        && next.slots.has_name()
        && next.slots.periods.is_empty()
    {
        next.intent = before.intent;
    }
}

fn as_comparison(intent: Intent) -> Intent {
    Intent::Compare { side: side_of(intent).unwrap_or(domain::Side::Spending), is_less: false }
}

/// The side that an intent is about.
fn side_of(intent: Intent) -> Option<domain::Side> {
    match intent {
        Intent::Flow { side, .. }
        | Intent::Average { side, .. }
        | Intent::Compare { side, .. }
        | Intent::Usual { side }
        | Intent::Top { side, .. }
        | Intent::Often { side, .. }
        | Intent::Kinds { side, .. }
        | Intent::Extreme { side, .. }
        | Intent::Share { side, .. } => Some(side),
        Intent::Largest { side, .. }
        | Intent::List { side, .. }
        | Intent::Count { side }
        | Intent::Frequency { side, .. } => side,
        Intent::Named => Some(domain::Side::Spending),
        _ => None,
    }
}

fn shifted(mention: &Mention, shift: Shift) -> Option<Mention> {
    let period = match shift {
        Shift::Own => mention.period.previous()?,
        Shift::Days(days) => {
            let (from, to) = mention.period.bounds()?;
            Period::between(from.checked_sub(days.days()).ok()?, to.checked_sub(days.days()).ok()?)
        }
        Shift::Months(months) => earlier(mention.period, months)?,
    };
    Some(Mention { period, ends: None, point: None, reach: Reach::Whole, ..mention.clone() })
}

/// The same days so many months before; a month's end stays one.
fn earlier(period: Period, months: i32) -> Option<Period> {
    let (from, to) = period.bounds()?;
    let back = |date: Date| date.checked_sub(months.months()).ok();
    let end = back(to)?;
    let end = if to == to.last_of_month() { end.last_of_month() } else { end };
    Some(Period::between(back(from)?, end))
}
