//! What a person tells the assistant to change: a budget, a category, a goal, what to remember.
//!
//! Read from the person's own words alone, never from a row; the tool only proposes the change.

use serde_json::{Value, json};

use super::{Done, call, decline::plain, finish};
use crate::{
    grounding::{amounts, last_day},
    model::{ModelContext, ModelEvent, ModelRequest},
    toolbox::{LOOK_UP, Match, MatchKind},
};

/// A change that was asked for.
#[derive(Debug, PartialEq)]
pub(super) struct Command {
    pub tool: &'static str,
    pub input: Value,
    /// Words that name a category; what they mean is looked up first.
    pub category: Option<String>,
}

/// Ids of the calls that a command makes.
const NAMES: &str = "command-names";
const WRITE: &str = "command";

/// The turn of a command; none for anything else, or when its tool is not offered.
pub(super) fn turn(text: &str, request: &ModelRequest, done: &[Done<'_>]) -> Option<Vec<ModelEvent>> {
    let Command { tool, mut input, category } = read(text, &request.context)?;
    if !request.tools.iter().any(|offered| offered.name == tool) {
        return None;
    }
    let output = |id: &str| done.iter().find(|done| done.call.id == id).map(|done| done.output);
    if let Some(written) = output(WRITE) {
        return Some(finish(tool, &told(written), None));
    }
    if let Some(words) = category {
        match output(NAMES) {
            None => return Some(vec![call(NAMES, LOOK_UP, json!({ "text": words }))]),
            Some(names) => input["category"] = category_of(&words, names).into(),
        }
    }
    Some(vec![call(WRITE, tool, input)])
}

fn told(output: &Value) -> String {
    if let Some(error) = output["error"].as_str() {
        return format!("I can't prepare that change: {}.", plain(error.trim_end_matches('.')));
    }
    // The card above says what would change.
    "Nothing changes before you say yes.".to_owned()
}

/// The category that words mean in this ledger, or a new one of that name.
fn category_of(words: &str, names: &Value) -> String {
    let matches: Vec<Match> = serde_json::from_value(names["details"]["matches"].clone()).unwrap_or_default();
    let known = matches.into_iter().find(|found| found.kind == MatchKind::Category);
    known.map_or_else(|| titled(words), |found| found.value)
}

fn titled(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Reads a command; none when the text is a question or says something else.
pub(super) fn read(text: &str, context: &ModelContext) -> Option<Command> {
    let text = polite(text.trim());
    let is_asked = text.ends_with('?');
    let text = text.trim_end_matches(['.', '!', '?', ' ']);
    // Beyond this a text is pasted, not said.
    if text.len() > 500 || text.contains('\n') {
        return None;
    }
    let said = Said { text, lower: text.to_lowercase(), locale: context.locale.as_deref() };
    // Lower case that moves bytes would cut the text at the wrong places.
    if said.lower.len() != text.len() || is_asked && !said.opens(&["set ", "remember ", "forget ", "categor"])
    {
        return None;
    }
    said.memory()
        .or_else(|| said.goal())
        .or_else(|| said.budget())
        .or_else(|| said.category())
        .or_else(|| said.profile())
}

/// The text without what is only polite.
fn polite(mut text: &str) -> &str {
    const LEADS: [&str; 10] = [
        "please ",
        "can you ",
        "could you ",
        "would you ",
        "will you ",
        "hey ",
        "ok ",
        "okay ",
        "and ",
        "now ",
    ];
    let starts =
        |text: &str, lead: &str| text.get(..lead.len()).is_some_and(|head| head.eq_ignore_ascii_case(lead));
    while let Some(lead) = LEADS.iter().find(|lead| starts(text, lead)) {
        text = text[lead.len()..].trim_start_matches([',', ' ']);
    }
    for tail in [", please", " please", " please.", " please?"] {
        text = text.strip_suffix(tail).unwrap_or(text);
    }
    text
}

struct Said<'a> {
    text: &'a str,
    lower: String,
    locale: Option<&'a str>,
}

impl Said<'_> {
    fn opens(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.lower.starts_with(phrase))
    }

    /// What follows the first of these phrases that opens the text.
    fn after(&self, phrases: &[&str]) -> Option<&str> {
        let phrase = phrases.iter().find(|phrase| self.lower.starts_with(**phrase))?;
        let rest = self.text[phrase.len()..].trim();
        (!rest.is_empty()).then_some(rest)
    }

    /// What stands before and after a word, at its last place.
    fn parted(&self, word: &str) -> Option<(&str, &str)> {
        let at = self.lower.rfind(word)?;
        Some((self.text[..at].trim(), self.text[at + word.len()..].trim()))
    }

    fn command(tool: &'static str, input: Value) -> Command {
        Command { tool, input, category: None }
    }

    fn memory(&self) -> Option<Command> {
        let noted = [
            "remember that ",
            "remember: ",
            "remember ",
            "keep in mind that ",
            "make a note that ",
            "note that ",
        ];
        if let Some(text) = self.after(&noted) {
            return Some(Self::command("remember", json!({ "text": text })));
        }
        let dropped = ["forget that ", "forget about ", "forget: ", "forget "];
        let text = self
            .after(&dropped)
            .filter(|text| !matches!(*text, "it" | "that" | "about it" | "everything"))?;
        Some(Self::command("forget", json!({ "text": text })))
    }

    fn goal(&self) -> Option<Command> {
        let leads = [
            "my goal is to save ",
            "my goal is to have ",
            "my goal is ",
            "set a savings goal of ",
            "set a goal of ",
            "set a goal to save ",
            "add a goal of ",
            "create a goal of ",
            "set myself a goal of ",
            "new goal: ",
        ];
        let rest = self.after(&leads)?;
        let amount = amounts(rest, self.locale).into_iter().next()?;
        let lower = rest.to_lowercase();
        let name = ["for a ", "for an ", "for the ", "for my ", "for our ", "for "].iter().find_map(|word| {
            let at = lower.find(word)?;
            Some(&rest[at + word.len()..])
        });
        let (name, _) = name.map_or(("Savings", ""), |name| {
            let lower = name.to_lowercase();
            let end =
                [" by ", " until ", " before ", " in "].iter().filter_map(|word| lower.find(word)).min();
            end.map_or((name, ""), |end| name.split_at(end))
        });
        let mut input = json!({ "name": titled(name.trim()), "target_amount": amount.value.to_string() });
        if let Some(day) = last_day(rest, self.locale) {
            input["target_date"] = day.to_string().into();
        }
        Some(Self::command("set_goal", input))
    }

    fn budget(&self) -> Option<Command> {
        let is_set = self.opens(&[
            "set ",
            "make ",
            "change ",
            "raise ",
            "lower ",
            "create ",
            "put ",
            "give ",
            "limit ",
            "budget ",
            "cap ",
            "add a budget",
            "new budget",
            "reduce ",
            "increase ",
        ]);
        let is_limit = self.opens(&["limit ", "cap ", "budget "]);
        if !is_set || !(is_limit || self.lower.contains("budget")) {
            return None;
        }
        let amount = amounts(self.text, self.locale).into_iter().last()?;
        let words = format!("{} \u{1} {}", &self.text[..amount.range.start], &self.text[amount.range.end..]);
        let kept: Vec<&str> = words
            .split_whitespace()
            .filter(|word| {
                let word = word.to_lowercase();
                !BUDGET_WORDS.contains(&word.trim_matches([',', ':']))
            })
            .collect();
        let category = kept.join(" ");
        if category.is_empty() || category.split(' ').count() > 4 {
            return None;
        }
        let input = json!({ "amount": amount.value.to_string() });
        Some(Command { tool: "set_budget", input, category: Some(category) })
    }

    fn category(&self) -> Option<Command> {
        let verbs = [
            "categorise ",
            "categorize ",
            "recategorise ",
            "recategorize ",
            "classify ",
            "label ",
            "tag ",
            "file ",
            "mark ",
            "always categorise ",
            "always categorize ",
            "put ",
            "move ",
            "always put ",
        ];
        let rest_at = verbs.iter().find(|verb| self.lower.starts_with(**verb))?.len();
        let is_moved = self.opens(&["put ", "move ", "always put "]);
        let links: &[&str] =
            if is_moved { &[" into ", " under ", " in "] } else { &[" as ", " under ", " into ", " to "] };
        let (before, category) = links.iter().find_map(|link| self.parted(link))?;
        let rows = before.get(rest_at..)?;
        let forever = ["from now on", "in future", "in the future", "always"];
        let is_rule = forever.iter().any(|words| self.lower.contains(words));
        let rows = stripped(
            rows,
            &[
                "all ",
                "my ",
                "the ",
                "every ",
                "transactions ",
                "transaction ",
                "payments ",
                "from ",
                "at ",
                "to ",
                "by ",
            ],
        );
        let category = stripped(category, &["the ", "category "]);
        let category = forever
            .iter()
            .fold(category, |text, words| text.trim_end_matches(words).trim_end_matches([' ', ',']));
        let category = category.strip_suffix(" category").unwrap_or(category);
        if rows.is_empty() || category.is_empty() || is_moved && rows.chars().any(|c| c.is_ascii_digit()) {
            return None;
        }
        let (tool, input) = if is_rule {
            ("add_rule", json!({ "text": rows }))
        } else {
            ("set_category", json!({ "filter": { "text": rows } }))
        };
        Some(Command { tool, input, category: Some(category.to_owned()) })
    }

    fn profile(&self) -> Option<Command> {
        if let Some(name) =
            self.after(&["call me ", "my name is "]).filter(|name| name.split(' ').count() <= 3)
        {
            return Some(Self::command("set_profile", json!({ "display_name": name })));
        }
        let income =
            ["my annual income is ", "my yearly income is ", "my income is now ", "i earn ", "i now earn "];
        let rest = self.after(&income)?;
        let is_yearly =
            ["a year", "per year", "annually", "a annum"].iter().any(|words| rest.ends_with(words))
                || self.opens(&["my annual", "my yearly"]);
        let amount = amounts(rest, self.locale).into_iter().next().filter(|_| is_yearly)?;
        Some(Self::command("set_profile", json!({ "annual_income": amount.value.to_string() })))
    }
}

/// Words of a budget that name no category.
const BUDGET_WORDS: &[&str] = &[
    "set", "make", "change", "raise", "lower", "create", "put", "give", "limit", "budget", "cap", "add",
    "new", "reduce", "increase", "a", "an", "the", "my", "our", "me", "up", "of", "for", "on", "to", "at",
    "is", "be", "monthly", "month", "per", "each", "every", "spending", "category", "\u{1}", "us", "only",
];

/// The text without these words before it, and without quotes.
fn stripped<'t>(text: &'t str, words: &[&str]) -> &'t str {
    let mut text = text.trim();
    while let Some(word) =
        words.iter().find(|word| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)))
    {
        text = text[word.len()..].trim_start();
    }
    text.trim_matches(['"', '\'', '“', '”', '‘', '’', ' '])
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn context() -> ModelContext {
        ModelContext { as_of: date(2024, 3, 31), locale: Some("en-US".to_owned()), base_currency: None }
    }

    fn parsed(text: &str) -> Option<(&'static str, Value, Option<String>)> {
        read(text, &context()).map(|command| (command.tool, command.input, command.category))
    }

    #[test]
    fn what_to_change_is_read_from_plain_words() {
        let budget = |amount: &str, category: &str| {
            Some(("set_budget", json!({ "amount": amount }), Some(category.to_owned())))
        };
        for (text, expected) in [
            ("Set a budget of 400 for groceries", budget("400", "groceries")),
            ("please set my groceries budget to $1,250.50 a month.", budget("1250.5", "groceries")),
            ("Can you set a monthly budget of €400 for eating out?", budget("400", "eating out")),
            ("limit coffee to 30", budget("30", "coffee")),
            ("budget 2000 for travel", budget("2000", "travel")),
            (
                "Categorise Blue Cup as Food:Coffee",
                Some((
                    "set_category",
                    json!({ "filter": { "text": "Blue Cup" } }),
                    Some("Food:Coffee".to_owned()),
                )),
            ),
            (
                "put all transactions from \"Corner Market\" into groceries",
                Some((
                    "set_category",
                    json!({ "filter": { "text": "Corner Market" } }),
                    Some("groceries".to_owned()),
                )),
            ),
            (
                "always categorize Kin Thai as restaurants",
                Some(("add_rule", json!({ "text": "Kin Thai" }), Some("restaurants".to_owned()))),
            ),
            (
                "Remember that I get paid on the 25th",
                Some(("remember", json!({ "text": "I get paid on the 25th" }), None)),
            ),
            (
                "forget that I get paid on the 25th.",
                Some(("forget", json!({ "text": "I get paid on the 25th" }), None)),
            ),
            (
                "My goal is to save 5k for a car by June 2025",
                Some((
                    "set_goal",
                    json!({ "name": "Car", "target_amount": "5000", "target_date": "2025-06-30" }),
                    None,
                )),
            ),
            (
                "set a goal of $10,000",
                Some(("set_goal", json!({ "name": "Savings", "target_amount": "10000" }), None)),
            ),
            ("I earn 60k a year", Some(("set_profile", json!({ "annual_income": "60000" }), None))),
            ("call me Ada", Some(("set_profile", json!({ "display_name": "Ada" }), None))),
        ] {
            assert_eq!(parsed(text), expected, "{text}");
        }
    }

    #[test]
    fn a_question_changes_nothing() {
        for text in [
            "How much of my budget is left for groceries?",
            "What is my budget for groceries?",
            "Am I over budget?",
            "Did I categorise Blue Cup as coffee?",
            "forget it",
            "what do you remember about me?",
            "how much did I put into savings",
            "Put 400 into savings each month: what will I have?",
            "How much do I need to save to reach my goal of 5000?",
            "set a budget",
            "I earn well",
            "budget for groceries",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
