//! What something is a part of: `what share of food spending was coffee`, `rent vs income`.

use std::ops::Range;

use domain::{Category, CategoryKind, Side};

use super::{Against, Slots, is_one};
use crate::{
    builtin::{
        decline::Missing,
        intent::{EARNED, Intent, SPENT, Words},
    },
    toolbox::MatchKind,
    words::Token,
};

/// Words for a part in percent.
pub(in crate::builtin) const PARTS: &str = "percentage percent share proportion fraction portion";
/// Words that tell a change in percent from a part.
const CHANGES: &str = "increase increased increasing decrease decreased decreasing rise rises rose risen fall falls fell fallen grow grows grew \
    grown drop drops dropped change changed jump jumped climb climbed shrink shrank more less higher lower than";
const RISES: &str = "go up|goes up|went up|gone up|going up|go down|goes down|went down|gone down|going down|is up|are up|was up|is down|are down|was down";
const INCOME: &str = "income salary pay earnings wage wages paycheck paychecks revenue takehome";
const SPENDING: &str =
    "spending spend spendings expenses expenditure expenditures costs outgoings outlays money";
/// Words between `of` and what follows it.
const FILLERS: &str = "my our the all total overall whole entire annual yearly monthly combined net";

/// Words that tell what the whole is made of: "what share of food was coffee".
const IS: &str = "is are was were be went go goes going did do does comes came spent";

/// A name that the question takes, and where it stands.
pub(super) struct Named {
    pub place: Range<usize>,
    pub kind: MatchKind,
    pub value: String,
}

/// A question's words with the names in it.
pub(super) struct Spoken<'a> {
    pub words: &'a [Token],
    pub names: &'a [Named],
}

/// What a share is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whole {
    /// All spending or all income.
    Side(Side),
    /// One of the names.
    Name(usize),
}

impl Spoken<'_> {
    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.text.as_str())
    }

    /// What stands at a word, behind articles and dates.
    fn whole_at(&self, start: usize, slots: &Slots) -> Option<Whole> {
        let is_dated = |at: usize| slots.periods.iter().any(|mention| mention.tokens.contains(&at));
        let mut at = start;
        while is_one(self.word(at), FILLERS) || is_dated(at) {
            at += 1;
        }
        if let Some(name) = self.names.iter().position(|name| name.place.start == at) {
            return Some(Whole::Name(name));
        }
        let (word, next) = (self.word(at), (self.word(at + 1), self.word(at + 2)));
        let makes =
            |words: &str| is_one(word, "what everything") && is_one(next.0, "i we") && is_one(next.1, words);
        if is_one(word, INCOME) || word == "take" && next.0 == "home" || makes("earn earned make made") {
            return Some(Whole::Side(Side::Income));
        }
        (is_one(word, SPENDING) || makes("spend spent paid pay")).then_some(Whole::Side(Side::Spending))
    }

    /// What the first `of` behind a word for a part leads to; outer none without one.
    #[expect(clippy::option_option, reason = "a whole that nobody knows is no missing one")]
    fn whole(&self, slots: &Slots) -> Option<Option<Whole>> {
        let opens = |at: &usize| {
            self.word(*at) == "of"
                && (is_one(self.word(at - 1), PARTS) || is_one(self.word(at - 1), "part much cent"))
        };
        let at = (1..self.words.len()).find(opens)?;
        Some(self.whole_at(at + 1, slots))
    }

    /// A side that stands behind the name of a part: "the share of rent in my spending".
    fn side_after(&self, name: &Named, slots: &Slots) -> Option<Side> {
        let mut joints = (name.place.end..self.words.len()).filter(|at| is_one(self.word(*at), "in of to"));
        joints.find_map(|at| match self.whole_at(at + 1, slots) {
            Some(Whole::Side(side)) => Some(side),
            _ => None,
        })
    }

    /// Of the name behind "share of" and the others, the whole, and whether a category is the part. "The share of
    /// groceries in my food spending" names the part first: what holds the other is the whole.
    fn part_of<'a>(&self, named: &'a Named, others: &[&'a Named]) -> Option<(&'a Named, bool)> {
        let is_category = |name: &&&Named| name.kind == MatchKind::Category;
        let categories: Vec<&Named> = others.iter().filter(is_category).copied().collect();
        let leads_in = |other: &Named| {
            let between = named.place.end..other.place.start;
            !between.is_empty()
                && between.clone().any(|at| is_one(self.word(at), "in of within among out"))
                && !between.clone().any(|at| is_one(self.word(at), IS))
        };
        match (named.kind, categories.as_slice()) {
            (MatchKind::Category, []) => Some((named, false)),
            (MatchKind::Category, [other]) if is_inside(&named.value, &other.value) => {
                leads_in(other).then_some((*other, true))
            }
            // Of two that hold neither the other a share is none, unless one is told as a share of the other.
            (MatchKind::Category, parts) => {
                let is_told = |part: &&Named| {
                    is_inside(&part.value, &named.value)
                        || kind(&part.value) != kind(&named.value)
                        || part.place.start < named.place.start
                };
                parts.iter().all(is_told).then_some((named, true))
            }
            // "The share of Corner Market in my groceries."
            (MatchKind::Payee, [other]) if others.len() == 1 && leads_in(other) => Some((*other, false)),
            _ => None,
        }
    }

    /// A group that stands behind a category of its own, and what leads to it.
    fn group_behind(&self) -> Option<&str> {
        let [part, group] = self.names else { return None };
        let mut between = (part.place.end..group.place.start).map(|at| self.word(at));
        let are_one = part.kind == MatchKind::Category
            && group.kind == MatchKind::Category
            && is_inside(&part.value, &group.value);
        (are_one && between.any(|word| is_one(word, "of in within"))).then_some(&group.value)
    }

    /// Whether only words stand there that set two things side by side.
    fn sets_beside(&self, between: Range<usize>) -> bool {
        const JOINTS: &str = "vs versus against compared relative to";
        let mut words = between.map(|at| self.word(at));
        words.clone().any(|word| is_one(word, JOINTS))
            && words.all(|word| is_one(word, JOINTS) || is_one(word, "with my our the total"))
    }

    /// "Rent vs income", "my income compared to rent".
    fn stands_beside_income(&self) -> bool {
        let [name] = self.names else { return false };
        let (start, end) = (name.place.start, name.place.end);
        let beside =
            |at: usize| if at < start { self.sets_beside(at + 1..start) } else { self.sets_beside(end..at) };
        name.kind == MatchKind::Category
            && is_spent_on(&name.value)
            && (0..self.words.len()).any(|at| is_one(self.word(at), INCOME) && beside(at))
    }

    /// "Rent vs salary": the category of income.
    fn stands_beside(&self) -> Option<&str> {
        let [first, second] = self.names else { return None };
        let kinds = (kind(&first.value), kind(&second.value));
        let are_categories = [first, second].iter().all(|name| name.kind == MatchKind::Category);
        if !are_categories || !self.sets_beside(first.place.end..second.place.start) {
            return None;
        }
        match kinds {
            (Some(CategoryKind::Spending), Some(CategoryKind::Income)) => Some(&second.value),
            (Some(CategoryKind::Income), Some(CategoryKind::Spending)) => Some(&first.value),
            _ => None,
        }
    }
}

/// Whether a category is one of a group's.
fn is_inside(path: &str, group: &str) -> bool {
    path.strip_prefix(group).is_some_and(|rest| rest.starts_with(':'))
}

fn kind(path: &str) -> Option<CategoryKind> {
    Category::new(path).ok().map(|category| category.kind())
}

/// Whether a category is of the spending side.
pub(super) fn is_spent_on(path: &str) -> bool {
    kind(path) == Some(CategoryKind::Spending)
}

/// The intent, if the question asks for a part; what it is a part of goes to the slots.
pub(super) fn read(words: &Words, spoken: &Spoken, slots: &mut Slots) -> Option<Intent> {
    let share = |side, of_income| Some(Intent::Share { side, of_income });
    let in_percent = words.has(PARTS);
    if in_percent && (words.has(CHANGES) || words.says(RISES)) {
        let is_now = matches!(slots.against, Some(Against::Now { .. }));
        let has_two =
            is_now || slots.periods.iter().any(|mention| mention.ends.is_some()) || slots.periods.len() == 2;
        let side = if slots.names_income() || words.has(EARNED) { Side::Income } else { Side::Spending };
        let compared = Intent::Compare { side, is_less: false };
        return Some(if has_two { compared } else { Intent::Declined(Missing::OtherPeriod) });
    }
    if let Some(income) = spoken.stands_beside() {
        slots.categories.retain(|path| path != income);
        slots.whole = Some(income.to_owned());
        return share(Side::Spending, false);
    }
    if spoken.stands_beside_income() {
        return share(Side::Spending, true);
    }
    let of_all = words.says("how much of my income|how much of my spending|how much of my salary|how much of our income|how much of our spending");
    let of_part = words.says("part of my|part of our|part of the|part of all");
    if !(in_percent || of_all || of_part) || words.has("rate apr shares") {
        return None;
    }
    let is_named = slots.has_name() || !slots.weekdays.is_empty();
    let comes_in = words.says("comes from|came from|come from|is from|was from|did i get from|did i earn");
    let part_side = |slots: &Slots, is_income_whole: bool| {
        let is_earned = slots.names_income() || is_income_whole && slots.categories.is_empty() && comes_in;
        if is_earned { Side::Income } else { Side::Spending }
    };
    let declined = Some(Intent::Declined(Missing::Whole));
    match spoken.whole(slots) {
        Some(Some(Whole::Side(Side::Income))) if !is_named => (words.has(SPENT) || words.says("did i pay"))
            .then_some(Intent::Share { side: Side::Spending, of_income: true }),
        Some(Some(Whole::Side(side))) => {
            if !is_named && slots.without.is_empty() {
                return None;
            }
            share(part_side(slots, side == Side::Income), side == Side::Income)
        }
        Some(Some(Whole::Name(at))) => {
            let whole = &spoken.names[at];
            let others = spoken.names.iter().enumerate().filter(|(other, _)| *other != at);
            let others: Vec<&Named> = others.map(|(_, name)| name).collect();
            match (whole.kind, others.as_slice()) {
                // "The share of rent in my spending": the part stands first.
                (_, []) => match spoken.side_after(whole, slots) {
                    Some(side) => share(part_side(slots, side == Side::Income), side == Side::Income),
                    // "How much of my salary did I spend": the part is all that was spent.
                    None if kind(&whole.value) == Some(CategoryKind::Income) && words.has(SPENT) => {
                        slots.categories.clear();
                        slots.whole = Some(whole.value.clone());
                        share(Side::Spending, false)
                    }
                    None => declined,
                },
                (_, others) => match spoken.part_of(whole, others) {
                    Some((whole, is_of_part)) => {
                        if is_of_part {
                            slots.categories.retain(|path| *path != whole.value);
                        }
                        slots.whole = Some(whole.value.clone());
                        share(part_side(slots, false), false)
                    }
                    None => declined,
                },
            }
        }
        // "What percentage of my purchases": of what is not known.
        Some(None) => declined,
        None if is_named => {
            // "What share do groceries have of food."
            if let Some(group) = spoken.group_behind() {
                slots.categories.retain(|path| path != group);
                slots.whole = Some(group.to_owned());
                return share(part_side(slots, false), false);
            }
            let of_income = slots.names_income() || comes_in && words.has(EARNED);
            share(part_side(slots, of_income), of_income)
        }
        None => None,
    }
}
