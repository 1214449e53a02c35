//! Questions with the figures that they must be answered with.

use assistant::{Answer, AnswerEvent, BuiltinModel, Question, Toolbox};
use domain::{Cell, ChatId, Message, MessageId, MessageStatus, Part, Profile, Role, TransactionFilter};
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::household::{TODAY, ledger, profile};

pub fn ask_on(toolbox: &Toolbox, text: &str, history: Vec<Message>) -> (Answer, Vec<AnswerEvent>) {
    ask_at(toolbox, text, history, TODAY)
}

pub fn ask_at(
    toolbox: &Toolbox,
    text: &str,
    history: Vec<Message>,
    today: Date,
) -> (Answer, Vec<AnswerEvent>) {
    let mut events = Vec::new();
    let question = Question { text: text.to_owned(), as_of: today, history };
    let mut emit = |event| events.push(event);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let answer = runtime.block_on(assistant::answer(&BuiltinModel, toolbox, question, &mut emit));
    (answer, events)
}

pub fn ask(text: &str) -> Answer {
    ask_on(&Toolbox::new(ledger(), profile(), TODAY), text, Vec::new()).0
}

pub fn markdown(answer: &Answer) -> String {
    let texts = answer.parts.iter().filter_map(|part| match part {
        Part::Text { markdown, .. } => Some(markdown.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n\n")
}

#[test]
fn the_headline_is_bold_links_to_its_rows_and_names_the_period() {
    let answer = ask("How much did I spend on groceries in March 2024?");
    assert_eq!(
        markdown(&answer),
        "You spent **[$93.00](/money?from=2024-03-01&to=2024-03-31&category=Food%3AGroceries&side=spending&currency=USD)** \
         on Groceries in March 2024, in 2 transactions."
    );
    assert_eq!(answer.summary.transaction_ids.len(), 2);
    assert_eq!(answer.status, MessageStatus::Complete);
}

#[test]
fn every_figure_of_a_table_is_what_its_rows_add_up_to() {
    for question in [
        "spending in 2023",
        "income by month in 2023",
        "top 5 payees in 2023",
        "groceries in 2023",
        "spending by account",
    ] {
        let answer = ask(question);
        let mut checked = 0;
        for part in &answer.parts {
            let Part::Table(table) = part else { continue };
            for cell in table.rows.iter().flatten() {
                let Cell::Money { money, rows: Some(rows) } = cell else { continue };
                let sum: Decimal = sum_of(rows);
                assert_eq!(sum.abs(), money.amount().abs(), "{question}: {rows:?}");
                checked += 1;
            }
        }
        assert!(checked > 1, "{question} has no table");
    }
}

fn sum_of(rows: &TransactionFilter) -> Decimal {
    finance::counted_rows(&ledger(), rows).iter().map(|it| it.counted).sum()
}

#[test]
fn a_table_with_a_total_adds_up() {
    for question in [
        "spending in 2023",
        "top 3 payees in 2023",
        "compare spending in 2023 and January 2024",
        "what is my balance",
    ] {
        let answer = ask(question);
        for part in &answer.parts {
            let Part::Table(table) = part else { continue };
            if !table.has_total {
                continue;
            }
            for column in 0..table.columns.len() {
                let amounts: Vec<Decimal> = table
                    .rows
                    .iter()
                    .filter_map(|row| match &row[column] {
                        Cell::Money { money, .. } => Some(money.amount()),
                        _ => None,
                    })
                    .collect();
                if let [rows @ .., total] = amounts.as_slice() {
                    assert_eq!(rows.iter().sum::<Decimal>(), *total, "{question}: {}", table.title);
                }
            }
        }
    }
}

#[test]
fn currencies_are_told_apart_with_the_base_currency_first() {
    let answer = ask("How much did I spend in March 2024?");
    let figures: Vec<String> = answer
        .summary
        .figures
        .iter()
        .map(|figure| format!("{} {}", figure.value, figure.currency.unwrap()))
        .collect();
    assert_eq!(figures, ["2286.50 USD", "180.00 EUR"]);
    assert!(markdown(&answer).contains("$2,286.50"), "{}", markdown(&answer));
    assert!(markdown(&answer).contains("€180.00"), "{}", markdown(&answer));
}

#[test]
fn figures_are_written_as_the_persons_locale_does() {
    let profile = Profile { locale: Some("de-DE".into()), ..profile() };
    let toolbox = Toolbox::new(ledger(), profile, TODAY);
    let text = markdown(&ask_on(&toolbox, "What did I spend in 2023?", Vec::new()).0);
    assert!(text.contains("16.692,00\u{a0}$"), "{text}");
}

#[test]
fn a_follow_up_keeps_what_it_does_not_name() {
    let toolbox = Toolbox::new(ledger(), profile(), TODAY);
    let said = |id: u128, role, text: &str| Message {
        id: MessageId::from(Uuid::from_u128(id)),
        chat_id: ChatId::from(Uuid::nil()),
        parent_id: None,
        role,
        parts: [Part::text(text)].into(),
        status: MessageStatus::Complete,
        run_id: None,
        created_at: Timestamp::UNIX_EPOCH,
        feedback: None,
    };
    let history = vec![
        said(1, Role::User, "How much did I spend on groceries in January 2024?"),
        said(2, Role::Assistant, "You spent **$91.00**."),
    ];
    let figure = |text: &str, history: Vec<Message>| {
        ask_on(&toolbox, text, history).0.summary.figures[0].value.to_string()
    };
    assert_eq!(figure("and in February?", history.clone()), "72.00");
    assert_eq!(figure("What about restaurants?", history.clone()), "30.00");
    let mut longer = history;
    longer
        .extend([said(3, Role::User, "and in February?"), said(4, Role::Assistant, "You spent **$72.00**.")]);
    assert_eq!(figure("and at Green Grocer?", longer), "22.00");
}

#[test]
fn without_rows_the_answer_says_which_days_there_are() {
    let answer = ask("How much did I spend in 2019?");
    assert!(answer.summary.figures.is_empty());
    let text = markdown(&answer);
    assert!(text.contains("no transactions in 2019"), "{text}");
    assert!(text.contains("1 January 2023 to 28 March 2024"), "{text}");
}

#[test]
fn what_is_not_understood_is_said_with_three_questions_that_are_answered() {
    for question in
        ["Why is the sky blue?", "Spending on unicorns last month", "asdf qwer", "How do I reset my PIN?"]
    {
        let answer = ask(question);
        assert!(answer.summary.figures.is_empty(), "{question}: {:?}", answer.summary.figures);
        let text = markdown(&answer);
        let offered: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("- ")).collect();
        assert_eq!(offered.len(), 3, "{question}: {text}");
        for offer in offered {
            assert!(!ask(offer).summary.figures.is_empty(), "{offer}");
        }
    }
}

#[test]
fn the_events_tell_the_same_as_the_answer() {
    let toolbox = Toolbox::new(ledger(), profile(), TODAY);
    let (answer, events) = ask_on(&toolbox, "spending in 2023", Vec::new());
    let mut parts = Vec::new();
    let mut unfinished = String::new();
    for event in events {
        match event {
            AnswerEvent::ToolStarted { .. }
            | AnswerEvent::Restarted
            | AnswerEvent::Spent(_)
            | AnswerEvent::Asked(_) => {}
            AnswerEvent::ToolFinished(call) => parts.push(Part::ToolCall(call)),
            AnswerEvent::Text { delta } => unfinished.push_str(&delta),
            AnswerEvent::Block(part) => {
                if let Part::Text { markdown, .. } = &part {
                    assert_eq!(unfinished.trim_end(), markdown);
                    unfinished.clear();
                }
                parts.push(part);
            }
        }
    }
    assert_eq!(parts, answer.parts);
    assert!(parts.iter().any(|part| matches!(part, Part::Chart(chart) if chart.points.len() > 1)));
}

#[test]
fn text_of_a_bank_never_becomes_markup_of_an_answer() {
    let mut hostile = (*ledger()).clone();
    let payee = "![x](https://evil.example/?q=1) <img src=x> [a](javascript:alert(1)) `**b**`";
    for row in &mut hostile.transactions {
        if &*row.payee == "Pixel Electronics" {
            row.payee = payee.into();
        }
    }
    let toolbox = Toolbox::new(hostile.into(), profile(), TODAY);
    for question in
        ["largest expense in March 2024", "top 5 payees in March 2024", "what changed in March 2024?"]
    {
        let text = markdown(&ask_on(&toolbox, question, Vec::new()).0);
        // What is escaped is no markup.
        let live = ["\\!", "\\[", "\\]", "\\<", "\\`"]
            .iter()
            .fold(text.clone(), |text, mark| text.replace(mark, ""));
        for forbidden in ["![", "<img", "](javascript", "](https", "://", "`"] {
            assert!(!live.contains(forbidden), "{question}: {text}");
        }
    }
}

#[test]
fn a_long_paste_is_answered_in_bounded_work() {
    let long = "how much did i spend on groceries in march 2024 ".repeat(1_400);
    assert!(long.len() > 64_000);
    let answer = ask(&long);
    assert!(answer.summary.tools.iter().all(|tool| tool.input.to_string().len() < 5_000));
}
