//! A serving model in the loop: its faults, its mistakes, its limits.

use std::time::Duration;

use assistant::{
    Answer, AnswerEvent, AnswerLimits, Assistant, Briefing, BuiltinModel, ChatModel, ModelError, ModelEvent,
    ModelMessage, Question, Toolbox,
};
use domain::{Message, MessageStatus, Notice, NoticeLevel, Part, Persona, UserId};
use serde_json::{Value, json};

use crate::{
    corpus,
    household::{TODAY, ledger, profile},
    questions::markdown,
    scripted::{Said, Scripted, call, text},
};

const QUESTION: &str = "How much did I spend on groceries in March 2024?";

async fn asked_with(
    serving: &dyn ChatModel,
    history: Vec<Message>,
    persona: Persona,
    limits: AnswerLimits,
) -> (Answer, Vec<AnswerEvent>) {
    let toolbox = Toolbox::new(ledger(), profile(), TODAY);
    let briefing = Briefing { persona, ..Briefing::of(UserId::local()) };
    let assistant = Assistant {
        builtin: &BuiltinModel,
        serving: Some(serving),
        toolbox: &toolbox,
        runner: None,
        briefing,
        limits,
    };
    let question = Question { text: QUESTION.to_owned(), as_of: TODAY, history };
    let mut events = Vec::new();
    let answer = assistant.answer(&question, &mut |event| events.push(event)).await;
    assert_eq!(replayed(&events, &answer), answer.parts, "the events tell the same as the answer");
    (answer, events)
}

async fn asked(serving: &dyn ChatModel) -> Answer {
    asked_with(serving, Vec::new(), Persona::Plain, AnswerLimits::default()).await.0
}

/// The parts that a listener ends with.
fn replayed(events: &[AnswerEvent], answer: &Answer) -> Vec<Part> {
    let (mut parts, mut tail) = (Vec::new(), String::new());
    for event in events {
        match event {
            AnswerEvent::ToolStarted { .. } | AnswerEvent::Spent(_) | AnswerEvent::Asked(_) => {}
            AnswerEvent::ToolFinished(call) => parts.push(Part::ToolCall(call.clone())),
            AnswerEvent::Text { delta } => tail.push_str(delta),
            AnswerEvent::Block(part) => {
                if matches!(part, Part::Text { .. }) {
                    tail.clear();
                }
                parts.push(part.clone());
            }
            AnswerEvent::Restarted => {
                parts.clear();
                tail.clear();
            }
        }
    }
    assert!(tail.is_empty(), "{tail:?} is left of {answer:?}");
    parts
}

fn groceries() -> Value {
    json!({ "category": "Food:Groceries", "from": "2024-03-01", "to": "2024-03-31" })
}

/// A model that does it right.
fn script() -> Vec<Vec<Said>> {
    vec![
        vec![
            text("Let me look."),
            call("a", "spending", groceries()),
            call("b", "balance", json!({})),
            Ok(ModelEvent::Usage { input_tokens: 900, output_tokens: 40 }),
        ],
        vec![
            text("You spent **$9"),
            text("3.00** on groceries.\n\n"),
            text("That is 2 trans"),
            text("actions."),
            Ok(ModelEvent::Usage { input_tokens: 1_200, output_tokens: 30 }),
        ],
    ]
}

fn notices(answer: &Answer) -> Vec<&Notice> {
    answer
        .parts
        .iter()
        .filter_map(|part| if let Part::Notice(notice) = part { Some(notice) } else { None })
        .collect()
}

async fn builtin() -> Answer {
    let toolbox = Toolbox::new(ledger(), profile(), TODAY);
    let question = Question { text: QUESTION.to_owned(), as_of: TODAY, history: Vec::new() };
    assistant::answer(&BuiltinModel, &toolbox, question, &mut |_| {}).await
}

/// The built-in engine's answer, whatever stood in the way of the model.
async fn assert_is_builtin(answer: &Answer) {
    let builtin = builtin().await;
    assert_eq!(answer.status, MessageStatus::Complete);
    assert_eq!(answer.summary, builtin.summary);
    assert_eq!(markdown(answer), markdown(&builtin));
    assert_eq!(notices(answer)[0].level, NoticeLevel::Info);
}

#[tokio::test]
async fn an_answer_that_its_length_cuts_is_not_whole_and_stays() {
    let model = Scripted::new(vec![vec![text("It is a long story"), Ok(ModelEvent::Cut)]]);
    let answer = asked(&model).await;
    assert_eq!((answer.status, markdown(&answer).as_str()), (MessageStatus::Failed, "It is a long story"));
    let told = notices(&answer);
    assert_eq!((told.len(), told[0].level), (1, NoticeLevel::Info));
    assert!(told[0].text.contains("greatest length"), "{}", told[0].text);
    // One that was cut before it said anything is answered by the built-in engine.
    assert_is_builtin(&asked(&Scripted::new(vec![vec![Ok(ModelEvent::Cut)]])).await).await;
}

#[tokio::test]
async fn a_model_writes_the_words_and_the_tools_the_figures() {
    let model = Scripted::new(script());
    let (answer, _) = asked_with(&model, Vec::new(), Persona::Coach, AnswerLimits::default()).await;
    assert_eq!(
        markdown(&answer),
        "Let me look.\n\nYou spent **[$93.00](/money?from=2024-03-01&to=2024-03-31&category=Food%3AGroceries&side=spending&currency=USD)** \
         on groceries.\n\nThat is 2 transactions."
    );
    assert_eq!(answer.status, MessageStatus::Complete);
    assert!(notices(&answer).is_empty());
    let builtin = builtin().await.summary;
    assert_eq!(answer.summary.figures[0], builtin.figures[0]);
    assert_eq!(answer.summary.transaction_ids, builtin.transaction_ids);
    assert_eq!((answer.record.input_tokens, answer.record.output_tokens), (2_100, 70));
    assert_eq!(answer.record.model, "scripted");
    assert_eq!(answer.record.steps.len(), 2);
    assert_eq!(answer.record.steps[1].messages.len(), 3, "the second step holds what the first did not");
    let asked = model.asked.lock().unwrap();
    assert!(asked[0].system.contains("Today is 2024-03-31"));
    assert!(asked[0].system.contains("one small next step"), "the persona's tone");
    assert_eq!(asked[0].messages, [ModelMessage::User(QUESTION.to_owned())]);
    assert_eq!(asked[1].messages.len(), 4, "both calls are answered");
}

#[tokio::test]
async fn wherever_a_model_dies_the_built_in_engine_answers_with_the_same_digits() {
    let errors = [
        ModelError::Unavailable,
        ModelError::Unreadable,
        ModelError::Filtered,
        ModelError::Denied,
        ModelError::RateLimited { retry_after: None },
        ModelError::RateLimited { retry_after: Some(Duration::from_mins(1)) },
    ];
    for (turn, events) in script().iter().enumerate() {
        for cut in 0..events.len() {
            for error in &errors {
                let mut turns = script()[..turn].to_vec();
                turns.push(events[..cut].iter().cloned().chain([Err(error.clone())]).collect());
                let answer = asked(&Scripted::new(turns)).await;
                assert_is_builtin(&answer).await;
                assert_eq!(notices(&answer).len(), 1);
            }
        }
    }
}

#[tokio::test]
async fn a_model_that_says_nothing_is_answered_for() {
    assert_is_builtin(&asked(&Scripted::default()).await).await;
    assert_is_builtin(&asked(&Scripted::new([vec![text("  \n\n")]])).await).await;
    let silent_after_tools = Scripted::new([vec![call("a", "spending", groceries())], vec![]]);
    assert_is_builtin(&asked(&silent_after_tools).await).await;
}

#[tokio::test(start_paused = true)]
async fn a_model_that_falls_silent_is_given_up_on() {
    let mut model = Scripted::new(script()[..1].to_vec());
    model.hangs = true;
    assert_is_builtin(&asked(&model).await).await;
}

#[tokio::test(start_paused = true)]
async fn a_short_pause_is_waited_for() {
    let pause = Err(ModelError::RateLimited { retry_after: Some(Duration::from_secs(3)) });
    let mut turns = vec![vec![pause.clone()]];
    turns.extend(script());
    let before = tokio::time::Instant::now();
    let answer = asked(&Scripted::new(turns)).await;
    assert!(notices(&answer).is_empty());
    assert_eq!(before.elapsed(), Duration::from_secs(3));
    let thrice = Scripted::new([vec![pause.clone()], vec![pause.clone()], vec![pause]]);
    assert_is_builtin(&asked(&thrice).await).await;
}

#[tokio::test]
async fn a_conversation_that_is_too_long_is_shortened_once() {
    let too_long = || vec![Err(ModelError::ContextTooLong)];
    let mut turns = vec![too_long()];
    turns.extend(script());
    let model = Scripted::new(turns);
    let history = corpus::history("spending in 2023");
    let (answer, _) = asked_with(&model, history.clone(), Persona::Plain, AnswerLimits::default()).await;
    assert!(notices(&answer).is_empty());
    {
        let asked = model.asked.lock().unwrap();
        assert_eq!((asked[0].messages.len(), asked[1].messages.len()), (3, 1));
    }
    let model = Scripted::new([too_long(), too_long()]);
    let (answer, _) = asked_with(&model, history, Persona::Plain, AnswerLimits::default()).await;
    assert_is_builtin(&answer).await;
}

#[tokio::test]
async fn a_spent_budget_ends_the_models_part() {
    let limits = AnswerLimits { tokens: 940, ..AnswerLimits::default() };
    let (answer, _) = asked_with(&Scripted::new(script()), Vec::new(), Persona::Plain, limits).await;
    assert_is_builtin(&answer).await;
    let limits = AnswerLimits { tokens_left: Some(0), ..AnswerLimits::default() };
    let model = Scripted::new(script());
    let (answer, events) = asked_with(&model, Vec::new(), Persona::Plain, limits).await;
    assert_is_builtin(&answer).await;
    assert!(model.asked.lock().unwrap().is_empty(), "the model is not asked at all");
    assert!(!events.contains(&AnswerEvent::Restarted), "nothing was shown that could be void");
}

#[tokio::test]
async fn wrong_calls_are_answered_so_that_the_model_can_mend_them() {
    let model = Scripted::new([
        vec![
            call("a", "spending", Value::String("{\"category\": \"Food".to_owned())),
            call("b", "spendings", json!({})),
            call("c", "spending", json!({ "cheese": true })),
            call("d", "spending", Value::String(String::new())),
        ],
        vec![call("e", "spending", groceries())],
        vec![text("You spent $93.00.")],
    ]);
    let answer = asked(&model).await;
    assert!(notices(&answer).is_empty());
    let asked = model.asked.lock().unwrap();
    let results: Vec<&Value> = asked[1]
        .messages
        .iter()
        .filter_map(|message| {
            if let ModelMessage::Tool { output, .. } = message { Some(output.as_ref()) } else { None }
        })
        .collect();
    assert_eq!(results[0]["error"], "the input does not fit: the arguments must be one JSON object");
    assert_eq!(results[1]["error"], "there is no tool of this name");
    assert!(results[1]["tools"].as_array().unwrap().contains(&json!("spending")));
    assert!(results[2]["error"].as_str().unwrap().contains("cheese"));
    assert!(results[3].get("error").is_none(), "no arguments are an empty object: {}", results[3]);
}

#[tokio::test]
async fn a_model_that_runs_in_circles_is_answered_for() {
    let again = || vec![call("a", "spending", groceries())];
    let model = Scripted::new(std::iter::repeat_with(again).take(20));
    assert_is_builtin(&asked(&model).await).await;
    let asked = model.asked.lock().unwrap();
    let Some(ModelMessage::Tool { output, .. }) = asked[2].messages.last() else { panic!("a result") };
    assert_eq!(output["error"], "this call was answered already: use that result");
    assert!(asked.len() < 8);
}

#[tokio::test]
async fn a_result_is_bounded_in_what_a_model_is_sent() {
    let list = json!({ "n": 100 });
    let model = Scripted::new([vec![call("a", "list_transactions", list)], vec![text("There.")]]);
    asked(&model).await;
    let asked = model.asked.lock().unwrap();
    let Some(ModelMessage::Tool { output, .. }) = asked[1].messages.last() else { panic!("a result") };
    assert!(output.to_string().len() <= 12 * 1024, "{} bytes", output.to_string().len());
}

#[tokio::test]
async fn a_figure_that_no_tool_gave_is_marked_and_said() {
    let answer = asked(&Scripted::new([
        vec![call("a", "spending", groceries())],
        vec![text("You spent [$94.00](https://evil.example) of $93.00, see ![x](https://evil.example/p).")],
    ]))
    .await;
    let marked: Vec<&str> = answer
        .parts
        .iter()
        .filter_map(|part| {
            if let Part::Text { markdown, unverified } = part { Some((markdown, unverified)) } else { None }
        })
        .flat_map(|(markdown, unverified)| unverified.iter().map(|range| &markdown[range.clone()]))
        .collect();
    assert_eq!(marked, ["$94.00"]);
    assert!(!markdown(&answer).contains("evil.example"));
    assert_eq!(notices(&answer)[0].level, NoticeLevel::Warning);
}

#[tokio::test]
async fn no_tone_changes_a_figure() {
    let toolbox = Toolbox::new(ledger(), profile(), TODAY);
    let questions = include_str!("../questions.txt").lines();
    let questions = questions.take_while(|line| !line.starts_with("@ ") || line.contains("household"));
    let questions = questions.filter(|line| !line.starts_with(['#', '@', '+']) && !line.trim().is_empty());
    // Each of them takes all four personas: a part of the corpus is enough.
    let questions = questions.step_by(6);
    let mut compared = 0;
    for line in questions {
        let text = line.split('|').next().unwrap().trim();
        let mut plain: Option<Answer> = None;
        for persona in Persona::ALL {
            let briefing = Briefing { persona, ..Briefing::of(UserId::local()) };
            let limits = AnswerLimits::default();
            let builtin = &BuiltinModel;
            let assistant =
                Assistant { builtin, serving: None, toolbox: &toolbox, runner: None, briefing, limits };
            let question = Question { text: text.to_owned(), as_of: TODAY, history: Vec::new() };
            let answer = assistant.answer(&question, &mut |_| {}).await;
            let plain = plain.get_or_insert_with(|| answer.clone());
            assert_eq!(answer.summary, plain.summary, "{text}");
            assert!(markdown(&answer).starts_with(&markdown(plain)), "{text}");
        }
        compared += 1;
    }
    assert!(compared >= 30, "{compared} questions");
}
