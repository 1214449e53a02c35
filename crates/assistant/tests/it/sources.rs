//! What a serving model tries so that a figure of its own counts as sourced.

use assistant::{
    Answer, AnswerLimits, Assistant, Briefing, BuiltinModel, Question, ToolDefinition, ToolError,
    ToolOutcome, ToolOutput, ToolRunner, Toolbox, beside_tools,
};
use async_trait::async_trait;
use domain::{Confirmation, Part, UserId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    household::{TODAY, ledger, profile},
    questions::markdown,
    scripted::{Scripted, call, text},
};

const QUESTION: &str = "How much did I spend on groceries in March 2024? I have €20 and 30 more weeks.";

/// A stranger's tool, the search of chats, and a change to a budget.
struct Beside;

#[async_trait]
impl ToolRunner for Beside {
    fn definitions(&self) -> Vec<ToolDefinition> {
        let schema = json!({ "type": "object", "properties": {} });
        let stranger = ToolDefinition::reading("bank__balance", "A balance.", schema);
        beside_tools().into_iter().chain([stranger]).collect()
    }

    async fn call(&self, name: &str, _: &Value) -> Result<ToolOutcome, ToolError> {
        let hit = |who: &str, text: &str| {
            let link = "/chats/0193a0e0-0000-7000-8000-000000000001#m-0193a0e0-0000-7000-8000-000000000002";
            json!({ "chat": "$6,001", "when": "2024-02-05", "who": who, "text": text, "link": link })
        };
        match name {
            "bank__balance" => {
                Ok(ToolOutcome::Foreign(json!({ "balance": "4210", "currency": "USD", "share": 37 })))
            }
            "search_chats" => {
                let title = json!({ "chat": "$6,003", "when": "2024-02-06", "who": "person", "text": "$6,003",
                    "link": "/chats/0193a0e0-0000-7000-8000-000000000001" });
                let hits = [hit("assistant", "You have $6,002."), hit("person", "I have $7,002."), title];
                let details = json!({ "hits": hits });
                Ok(ToolOutcome::Output(Box::new(ToolOutput { details, ..ToolOutput::default() })))
            }
            _ => Ok(ToolOutcome::Proposed(Confirmation {
                tool_write_id: domain::ToolWriteId::from(Uuid::nil()),
                tool: name.to_owned(),
                preview: "Set the budget for Food to 4210 USD a month (it is 350 USD now).".to_owned(),
            })),
        }
    }
}

async fn asked(tool: &str, input: Value, says: &str) -> Answer {
    let model = Scripted::new([vec![call("a", tool, input)], vec![text(says)]]);
    let toolbox = Toolbox::new(ledger(), profile(), TODAY);
    let assistant = Assistant {
        builtin: &BuiltinModel,
        serving: Some(&model),
        toolbox: &toolbox,
        runner: Some(&Beside),
        briefing: Briefing::of(UserId::local()),
        limits: AnswerLimits::default(),
    };
    let question = Question { text: QUESTION.to_owned(), as_of: TODAY, history: Vec::new() };
    assistant.answer(&question, &mut |_| {}).await
}

/// The answer's figures that are marked.
async fn marked(tool: &str, input: &Value, says: &str) -> Vec<String> {
    marks_of(&asked(tool, input.clone(), says).await)
}

fn marks_of(answer: &Answer) -> Vec<String> {
    let texts = answer.parts.iter().filter_map(|part| match part {
        Part::Text { markdown, unverified } => Some((markdown, unverified)),
        _ => None,
    });
    texts.flat_map(|(text, ranges)| ranges.iter().map(|range| text[range.clone()].to_owned())).collect()
}

fn groceries() -> Value {
    json!({ "category": "Food:Groceries", "from": "2024-03-01", "to": "2024-03-31" })
}

#[tokio::test]
async fn a_figure_stays_in_its_unit_and_currency() {
    let latest = json!({ "n": 12 });
    let (spending, list) = (groceries(), "list_transactions");
    for (tool, input, says, expected) in [
        ("spending", &spending, "You spent $93.00, that is 93 dollars, in 2 transactions.", &[][..]),
        ("spending", &spending, "You spent €93.00.", &["€93.00"]),
        ("spending", &spending, "You spent 93 EUR, eur93 or 93 eur.", &["93 EUR", "eur93", "93 eur"]),
        ("spending", &spending, "It is up 93%, or by 2 %.", &["93%", "2 %"]),
        ("spending", &spending, "You have €20 and $20.", &["$20"]),
        (list, &latest, "Of 12 rows one was Pixel Electronics for $899.00.", &[]),
        (list, &latest, "Pixel Electronics took €899.00.", &["€899.00"]),
        (list, &latest, "Up 12% in 12 rows, $12 each.", &["12%", "$12"]),
        (list, &latest, "The hotel took €180.00, not $180.00.", &["$180.00"]),
    ] {
        assert_eq!(marked(tool, input, says).await, expected, "{says}");
    }
}

#[tokio::test]
async fn a_stranger_and_an_old_answer_are_no_sources() {
    for (tool, input, says, expected) in [
        ("bank__balance", json!({}), "You have $4,210, 37% more.", &["$4,210", "37%"][..]),
        ("search_chats", json!({ "text": "car" }), "On 5 February 2024 you had $7,002.", &[]),
        ("search_chats", json!({ "text": "car" }), "You have $6,001 or $6,002.", &["$6,001", "$6,002"]),
        (
            "search_chats",
            json!({ "text": "car" }),
            "You have $6,003, and 7000 or 8000.",
            &["$6,003", "7000", "8000"],
        ),
    ] {
        assert_eq!(marked(tool, &input, says).await, expected, "{says}");
    }
}

#[tokio::test]
async fn what_a_model_puts_into_a_call_is_no_source() {
    let fund = json!({ "monthly_expenses": "4210", "n_months": 7 });
    let growth =
        |amount: &str, rate: &str| json!({ "amount": amount, "annual_inflation": rate, "n_months": 30 });
    let budget = json!({ "category": "Food", "amount": "4210" });
    for (tool, input, says, expected) in [
        ("spending", json!({ "category": "$4,210.00" }), "You have $4,210.00.", &["$4,210.00"][..]),
        ("spending", json!({ "period": "4210 weeks" }), "You have 4210.", &["4210"]),
        (
            "spending",
            json!({ "text": "4,210 cafés, 17%" }),
            "4,210, $4,210 and 17%",
            &["4,210", "$4,210", "17%"],
        ),
        ("list_transactions", json!({ "above": "850" }), "One row above $850: $899.00.", &["$850"]),
        ("list_transactions", json!({ "above": 20 }), "Rows above €20, some for $93.00.", &["$93.00"]),
        ("emergency_fund", fund, "At $4,210 a month 7 months take $29,470.00.", &["$4,210"]),
        ("inflation", growth("20", "0.07"), "At 7% that is $23.69 in 30 months.", &["7%"]),
        ("inflation", growth("4210", "0.3"), "$4,210 at 30%.", &["$4,210"]),
        ("set_budget", budget, "A budget of $4,210 instead of $350.", &["$4,210"]),
    ] {
        assert_eq!(marked(tool, &input, says).await, expected, "{says}");
    }
}

#[tokio::test]
async fn what_is_left_of_a_list_is_counted() {
    let payees = json!({ "from": "2024-03-01", "to": "2024-03-31", "n": 20 });
    for (says, expected) in [
        ("Pixel Electronics, Riverside Homes and 3 more.", &["3"][..]),
        ("Pixel Electronics, Riverside Homes and 5 more.", &[]),
        ("- Pixel Electronics\n- Riverside Homes\n- City Power\n\nAnd 4 others.", &[]),
        ("There are 4 more.", &["4"]),
    ] {
        assert_eq!(marked("top_payees", &payees, says).await, expected, "{says}");
    }
}

/// A model that makes the built-in engine's calls and says its words.
#[tokio::test]
async fn what_the_built_in_engine_says_needs_no_mark_when_a_model_says_it() {
    let toolbox = Toolbox::new(ledger(), profile(), TODAY);
    let questions = include_str!("../questions.txt").lines();
    let questions = questions.take_while(|line| !line.starts_with("@ ") || line.contains("household"));
    let questions = questions.filter(|line| !line.starts_with(['#', '@', '+']) && !line.trim().is_empty());
    // What is left of a price after a down payment the engine subtracts itself, which no model may.
    let questions = questions.filter(|line| !line.contains(" down "));
    let (mut compared, mut marked) = (0, Vec::new());
    for line in questions.step_by(4) {
        let asked = line.split('|').next().unwrap().trim();
        let question = Question { text: asked.to_owned(), as_of: TODAY, history: Vec::new() };
        let own = assistant::answer(&BuiltinModel, &toolbox, question.clone(), &mut |_| {}).await;
        let says = markdown(&own);
        if own.summary.tools.is_empty() || says.contains("rather not guess") {
            continue;
        }
        let calls = own.summary.tools.iter().enumerate();
        let calls = calls.map(|(at, tool)| call(&at.to_string(), &tool.name, tool.input.clone()));
        let model = Scripted::new([calls.collect(), vec![text(&says)]]);
        let limits = AnswerLimits::default();
        let briefing = Briefing::of(UserId::local());
        let serving = Some(&model as &dyn assistant::ChatModel);
        let assistant =
            Assistant { builtin: &BuiltinModel, serving, toolbox: &toolbox, runner: None, briefing, limits };
        let answer = assistant.answer(&question, &mut |_| {}).await;
        marked.extend(marks_of(&answer).into_iter().map(|mark| format!("{mark} to {asked:?}: {says}")));
        compared += 1;
    }
    assert!(compared >= 30, "{compared} answers");
    assert_eq!(marked, Vec::<String>::new());
}
