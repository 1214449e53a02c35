//! The scored corpus: questions with the intent, the slots and the figure that they must get.
//! Expected figures are written by hand or counted by a plain loop over the rows.

use std::{collections::BTreeMap, sync::Arc};

use assistant::{Answer, Toolbox};
use domain::{
    CategoryKind, ChatId, Currency, ExchangeRate, Ledger, Message, MessageId, MessageStatus, Part, Profile,
    Role, Transaction,
};
use jiff::{Timestamp, civil::Date};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;
use uuid::Uuid;

use crate::{household, questions, sample};

/// Lowest shares of right intents, slots and headline figures, in percent.
const GOALS: (usize, usize, usize) = (98, 98, 97);

struct Fixture {
    ledger: Arc<Ledger>,
    profile: Profile,
    today: Date,
    exchange_rates: Vec<ExchangeRate>,
}

/// A line of the corpus.
struct Line {
    question: String,
    intent: String,
    slots: Vec<(String, String)>,
    headline: String,
    says: String,
    goes_on: bool,
}

fn read(line: &str) -> Line {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let (question, intent, slots, headline, says) = match cells[..] {
        [question, intent, slots, headline] => (question, intent, slots, headline, ""),
        [question, intent, slots, headline, says] => (question, intent, slots, headline, says),
        _ => panic!("four or five cells: {line}"),
    };
    let slots = slots.split(';').filter(|slot| !slot.trim().is_empty()).map(|slot| {
        let (key, value) = slot.split_once('=').unwrap_or_else(|| panic!("key=value: {line}"));
        (key.trim().to_owned(), value.trim().to_owned())
    });
    let goes_on = question.starts_with("+ ");
    Line {
        question: question.trim_start_matches("+ ").to_owned(),
        intent: intent.to_owned(),
        slots: slots.collect(),
        headline: headline.to_owned(),
        says: says.to_owned(),
        goes_on,
    }
}

fn message(id: usize, role: Role, text: &str) -> Message {
    Message {
        id: MessageId::from(Uuid::from_u128(id as u128 + 1)),
        chat_id: ChatId::from(Uuid::nil()),
        parent_id: None,
        role,
        parts: [Part::text(text)].into(),
        status: MessageStatus::Complete,
        run_id: None,
        created_at: Timestamp::UNIX_EPOCH,
        feedback: None,
    }
}

/// A chat with one question and its answer.
pub fn history(question: &str) -> Vec<Message> {
    vec![message(0, Role::User, question), message(1, Role::Assistant, "Answered.")]
}

#[derive(Default)]
struct Score {
    all: usize,
    intents: usize,
    slots: usize,
    figures: usize,
    confident: usize,
    declined: usize,
    failures: Vec<String>,
    /// Figures of answers that are marked as unverified.
    doubted: Vec<String>,
}

#[test]
fn the_corpus_is_answered_as_written() {
    let (mut score, mut fixture, mut history) = (Score::default(), fixture("household"), Vec::new());
    for text in include_str!("../questions.txt").lines() {
        if let Some(name) = text.strip_prefix("@ ") {
            fixture = self::fixture(name);
        } else if !text.trim().is_empty() && !text.starts_with('#') {
            let line = read(text);
            if !line.goes_on {
                history.clear();
            }
            let toolbox = Toolbox::new(Arc::clone(&fixture.ledger), fixture.profile.clone(), fixture.today)
                .with_exchange_rates(fixture.exchange_rates.clone());
            let (answer, _) = questions::ask_at(&toolbox, &line.question, history.clone(), fixture.today);
            score.doubt(&line, &answer);
            history.push(message(history.len(), Role::User, &line.question));
            history.push(message(history.len(), Role::Assistant, &questions::markdown(&answer)));
            score.count(&line, &answer, &fixture);
        }
    }
    score.tell();
    assert!(score.all >= 700, "{} questions", score.all);
    assert!(score.declined >= 60, "{} questions to decline", score.declined);
    assert!(score.intents * 100 >= score.all * GOALS.0, "intents");
    assert!(score.slots * 100 >= score.all * GOALS.1, "slots");
    assert!(score.figures * 100 >= score.all * GOALS.2, "headline figures");
    assert_eq!(score.confident, 0, "wrong figures given");
    assert_eq!(
        score.doubted,
        Vec::<String>::new(),
        "figures that the check of an answer finds no source for"
    );
}

fn fixture(name: &str) -> Fixture {
    match name {
        "household" | "rates" => Fixture {
            ledger: household::ledger(),
            profile: household::profile(),
            today: household::TODAY,
            exchange_rates: if name == "rates" { exchange_rates() } else { Vec::new() },
        },
        "sample" => {
            let (ledger, profile) = sample::household();
            Fixture { ledger, profile, today: sample::TODAY, exchange_rates: Vec::new() }
        }
        other => panic!("no fixture {other}"),
    }
}

/// Dollars for a euro on two days.
fn exchange_rates() -> Vec<ExchangeRate> {
    let rates = [("2024-01-02", "1.25"), ("2024-03-01", "1.60")].into_iter().enumerate();
    let rates = rates.map(|(at, (date, rate))| ExchangeRate {
        id: Uuid::from_u128(at as u128).into(),
        date: date.parse().unwrap(),
        from: Currency::EUR,
        to: Currency::USD,
        rate: rate.parse().unwrap(),
    });
    rates.collect()
}

impl Score {
    /// The engine's own figures all have a source.
    fn doubt(&mut self, line: &Line, answer: &Answer) {
        for part in &answer.parts {
            let Part::Text { markdown, unverified } = part else { continue };
            let question = &line.question;
            let marked = unverified.iter().map(|range| &markdown[range.clone()]);
            // "Name its first and last day: from 1 April 2023 …" is an example.
            let marked = marked.filter(|_| !markdown.contains("rather not guess"));
            self.doubted.extend(marked.map(|figure| format!("{figure} in {markdown:?} to {question:?}")));
        }
    }

    fn count(&mut self, line: &Line, answer: &Answer, fixture: &Fixture) {
        self.all += 1;
        let found: Vec<Decimal> = answer.summary.figures.iter().map(|figure| figure.value).collect();
        let wanted = expected(line, fixture);
        let is_declined = line.intent == "declined";
        self.declined += usize::from(line.headline == "-");
        let text = questions::markdown(answer);
        let is_intent = if is_declined { found.is_empty() } else { answer.summary.intent == line.intent };
        let missed = if is_declined { Vec::new() } else { slots_missed(line, answer, fixture) };
        let has_chart = answer.parts.iter().any(|part| matches!(part, Part::Chart(_)));
        let says = line.says.is_empty()
            || text.to_lowercase().contains(&line.says.to_lowercase())
            || line.says == "chart" && has_chart;
        // The first is the headline, the others stand in order behind it.
        // Months of a debt have many digits; they are compared as far as they are written.
        let is_same = |found: &Decimal, wanted: &Decimal| {
            found == wanted || found.scale() > 6 && rounded(*found, wanted.scale()) == *wanted
        };
        let mut rest = found.iter();
        let is_first = match (found.first(), wanted.first()) {
            (Some(found), Some(wanted)) => is_same(found, wanted),
            (found, wanted) => found == wanted,
        };
        let is_figure = is_first && wanted.iter().all(|wanted| rest.any(|found| is_same(found, wanted)));
        let is_confident = !found.is_empty() && !is_figure;
        self.intents += usize::from(is_intent);
        self.slots += usize::from(missed.is_empty());
        self.figures += usize::from(is_figure);
        self.confident += usize::from(is_confident);
        if !(is_intent && is_figure && says && missed.is_empty()) {
            self.failures.push(format!(
                "{}{}\n  wanted {} {wanted:?}, got {} {:?}{}{}\n  {}",
                if is_confident { "WRONG " } else { "" },
                line.question,
                line.intent,
                answer.summary.intent,
                found.iter().take(3).collect::<Vec<_>>(),
                missed.iter().fold(String::new(), |all, one| all + "\n  " + one),
                if says { String::new() } else { format!("\n  does not say {:?}", line.says) },
                text.replace('\n', " "),
            ));
        }
    }

    #[expect(
        clippy::print_stdout,
        clippy::cast_precision_loss,
        reason = "a scoreboard of a few hundred questions"
    )]
    fn tell(&self) {
        let percent = |part: usize| format!("{:.1} %", part as f64 * 100.0 / self.all as f64);
        println!("{}", self.failures.join("\n"));
        println!("questions            {}", self.all);
        println!("without a figure     {}", self.declined);
        println!("intent right         {}", percent(self.intents));
        println!("slots right          {}", percent(self.slots));
        println!("headline right       {}", percent(self.figures));
        println!("wrong figure given   {}", self.confident);
    }
}

/// What a name of the corpus is in a tool's input.
fn input_value(key: &str, value: &str, fixture: &Fixture) -> Value {
    match key {
        "account" => {
            let account = fixture.ledger.accounts.iter().find(|account| account.name == value);
            Value::String(account.unwrap_or_else(|| panic!("account {value}")).id.to_string())
        }
        "without" | "weekdays" => value.split('+').map(str::to_owned).collect(),
        "n" => value.parse::<u32>().unwrap().into(),
        _ => Value::String(value.to_owned()),
    }
}

fn slots_missed(line: &Line, answer: &Answer, fixture: &Fixture) -> Vec<String> {
    let Some(tool) =
        answer.summary.tools.iter().find(|tool| !matches!(tool.name.as_str(), "look_up" | "suggestions"))
    else {
        return if line.slots.is_empty() { Vec::new() } else { vec!["no tool was called".to_owned()] };
    };
    let of = |key: &str| tool.input[key].as_str().unwrap_or_default();
    let mut missed = Vec::new();
    // A line without slots asks for all there is; lists of a calculator are told by its figure.
    let is_plain =
        |input: &Value| input.as_object().unwrap().values().all(|it| it.is_array() || it.is_object());
    if line.slots.is_empty() && !is_plain(&tool.input) {
        missed.push(format!("{} has slots: {}", tool.name, tool.input));
    }
    for (key, value) in &line.slots {
        let found = match key.as_str() {
            "period" => format!("{}..{}", of("from"), of("to")),
            "other" => format!("{}..{}", of("other_from"), of("other_to")),
            _ => {
                let wanted = input_value(key, value, fixture);
                let found = &tool.input[key.as_str()];
                if *found != wanted && found.to_string().trim_matches('"') != value.as_str() {
                    missed.push(format!("{key} is {found}, not {wanted}"));
                }
                continue;
            }
        };
        if found != *value {
            missed.push(format!("{key} is {found}, not {value}"));
        }
    }
    missed
}

/// The figures of a line, counted or as written.
fn expected(line: &Line, fixture: &Fixture) -> Vec<Decimal> {
    let rule: Vec<&str> = line.headline.split(' ').collect();
    let rows = |period: &str| rows_of(line, fixture, period);
    let sum = |period: &str| -> Decimal { rows(period).iter().map(|row| said(row)).sum() };
    let slot = |key: &str| line.slots.iter().find(|(own, _)| own == key).map_or("", |(_, value)| value);
    let period = slot("period");
    match rule[..] {
        ["-"] => Vec::new(),
        ["sum"] => vec![sum(period)],
        ["count"] => vec![rows(period).len().into()],
        ["max"] => vec![rows(period).iter().map(|row| said(row)).max().unwrap()],
        ["min"] => {
            vec![rows(period).iter().map(|row| said(row)).filter(|size| *size > Decimal::ZERO).min().unwrap()]
        }
        ["avg", units] => vec![rounded(sum(period) / units.parse::<Decimal>().unwrap(), 2)],
        ["diff"] => vec![sum(period) - sum(slot("other"))],
        ["share", ref of @ ..] => {
            let of = if of.is_empty() { CategoryKind::Spending } else { CategoryKind::Income };
            let bounds = bounds(period);
            let whole = fixture.ledger.transactions.iter().filter(|row| {
                within(row, bounds)
                    && row.category.kind() == of
                    && row.amount.currency() == domain::Currency::USD
            });
            let whole: Decimal = whole.map(said).sum();
            vec![rounded(sum(period) * Decimal::ONE_HUNDRED / whole, 1)]
        }
        // Counted by a plain loop: the payee with the most rows, the day of the week with the greatest sum.
        ["most", "often"] => {
            let mut counts: BTreeMap<String, i64> = BTreeMap::new();
            for row in rows(period) {
                *counts.entry(row.payee.to_lowercase()).or_default() += 1;
            }
            vec![counts.into_values().max().unwrap().into()]
        }
        ["top", "category"] => {
            let mut sums: BTreeMap<&str, Decimal> = BTreeMap::new();
            for row in rows(period) {
                *sums.entry(row.category.path()).or_default() += said(row);
            }
            vec![sums.into_values().max().unwrap()]
        }
        ["net"] => {
            let all = fixture.ledger.transactions.iter().filter(|row| within(row, bounds(period)));
            let counted = all.filter(|row| row.category.kind() != CategoryKind::Transfer);
            vec![counted.map(|row| row.amount.amount()).sum()]
        }
        ["most" | "least", "weekday"] => {
            let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
            for row in rows(period) {
                *sums.entry(format!("{:?}", row.date.weekday())).or_default() += said(row);
            }
            let found = if rule[0] == "most" { sums.into_values().max() } else { sums.into_values().min() };
            vec![found.unwrap()]
        }
        _ => rule.iter().map(|figure| figure.parse().unwrap_or_else(|_| panic!("figure {figure}"))).collect(),
    }
}

fn rounded(value: Decimal, digits: u32) -> Decimal {
    value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

/// A row as people say it: what was spent is positive.
fn said(row: &Transaction) -> Decimal {
    if row.category.kind() == CategoryKind::Spending { -row.amount.amount() } else { row.amount.amount() }
}

fn bounds(period: &str) -> (Option<Date>, Option<Date>) {
    let (from, to) = period.split_once("..").unwrap_or_default();
    (from.parse().ok(), to.parse().ok())
}

fn within(row: &Transaction, (from, to): (Option<Date>, Option<Date>)) -> bool {
    from.is_none_or(|from| row.date >= from) && to.is_none_or(|to| row.date <= to)
}

/// The rows of a line's slots, row by row.
fn rows_of<'a>(line: &Line, fixture: &'a Fixture, period: &str) -> Vec<&'a Transaction> {
    let side = match line.intent.as_str() {
        "spending" => Some(CategoryKind::Spending),
        "income" => Some(CategoryKind::Income),
        "list_transactions" | "count_transactions" => None,
        _ => Some(CategoryKind::Spending),
    };
    let mut kept = Vec::new();
    for row in &fixture.ledger.transactions {
        let mut side = side;
        let mut fits = within(row, bounds(period));
        for (key, value) in &line.slots {
            let size = row.amount.amount().abs();
            let number = || value.parse::<Decimal>().unwrap();
            fits &= match key.as_str() {
                "category" => {
                    if value.starts_with("Income") {
                        side = Some(CategoryKind::Income);
                    }
                    is_in(row, value)
                }
                "payee" => *row.payee == **value,
                "account" => fixture.ledger.account(row.account_id).unwrap().name == *value,
                "without" => !value.split('+').any(|name| {
                    let is_refund =
                        row.category.kind() == CategoryKind::Spending && row.amount.amount() > Decimal::ZERO;
                    is_in(row, name) || *row.payee == *name || name == "refunds" && is_refund
                }),
                "weekdays" => {
                    let day = format!("{:?}", row.date.weekday()).to_lowercase();
                    value.split('+').any(|name| name == day)
                }
                "above" => size > number(),
                "below" => size < number(),
                "min" => size >= number(),
                "max" => size <= number(),
                "side" => {
                    side =
                        Some(if value == "income" { CategoryKind::Income } else { CategoryKind::Spending });
                    true
                }
                _ => true,
            };
        }
        // Money back is no purchase, and the questions' words choose the side of a list.
        let is_list = matches!(line.intent.as_str(), "list_transactions" | "count_transactions");
        let is_back = row.category.kind() == CategoryKind::Spending && row.amount.amount() > Decimal::ZERO;
        let asks_out = line.question.contains("purchase") || line.question.contains("expense");
        let side = side.or(asks_out.then_some(CategoryKind::Spending));
        let is_counted = line.headline.starts_with("count") || row.amount.currency() == domain::Currency::USD;
        if fits
            && is_counted
            && !(is_list && asks_out && is_back)
            && side.is_none_or(|side| row.category.kind() == side)
        {
            kept.push(row);
        }
    }
    kept
}

fn is_in(row: &Transaction, category: &str) -> bool {
    row.category.path() == category || row.category.path().starts_with(&format!("{category}:"))
}
