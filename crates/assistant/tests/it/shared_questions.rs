//! Questions that other people asked, where they are present: CLINC150, banking77, Sure.
//! None of them was looked at word by word; the shares show how general the reading is.

use std::{fs, path::PathBuf, sync::Arc};

use assistant::{Answer, Toolbox};
use serde_json::Value;

use crate::{questions, sample};

fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/questions");
    folder.is_dir().then_some(folder)
}

fn ask_all(questions: &[String]) -> Vec<Answer> {
    let (ledger, profile) = sample::household();
    let toolbox = Toolbox::new(Arc::clone(&ledger), profile, sample::TODAY);
    questions.iter().map(|text| questions::ask_at(&toolbox, text, Vec::new(), sample::TODAY).0).collect()
}

fn is_declined(answer: &Answer) -> bool {
    answer.summary.figures.is_empty()
        && matches!(answer.summary.intent.as_str(), "declined" | "none" | "greeting" | "thanks" | "help")
}

/// The questions of one of CLINC150's intents.
fn clinc(intent: &str) -> Option<Vec<String>> {
    let text = fs::read_to_string(folder()?.join("clinc150_money_train_val.json")).ok()?;
    let all: Value = serde_json::from_str(&text).unwrap();
    let rows = ["train", "val", "oos_train", "oos_val"]
        .map(|part| all[part].as_array().cloned().unwrap_or_default())
        .concat();
    let own = rows.iter().filter(|row| row[1] == intent);
    Some(own.map(|row| row[0].as_str().unwrap().to_owned()).collect())
}

#[expect(clippy::cast_precision_loss, reason = "shares of a few thousand questions")]
fn share(part: usize, all: usize) -> f64 {
    part as f64 * 100.0 / all as f64
}

#[expect(clippy::print_stdout, reason = "scores are read by people")]
fn told(name: &str, all: &[String], answers: &[Answer], is_right: impl Fn(&Answer) -> bool) -> f64 {
    let right = answers.iter().filter(|answer| is_right(answer)).count();
    for (question, answer) in all.iter().zip(answers).filter(|(_, answer)| !is_right(answer)) {
        println!("  {name}: {question} -> {}", answer.summary.intent);
    }
    println!("{name}: {:.1} % of {}", share(right, all.len()), all.len());
    share(right, all.len())
}

#[test]
fn questions_for_ones_own_spending_are_routed_to_a_tool() {
    for (intent, lowest) in [("spending_history", 95.0), ("transactions", 95.0), ("balance", 95.0)] {
        let Some(all) = clinc(intent) else { return };
        let answers = ask_all(&all);
        let score = told(intent, &all, &answers, |answer| !is_declined(answer));
        assert!(score >= lowest, "{intent}: {score}");
    }
}

#[test]
fn what_is_not_about_ones_own_data_is_declined() {
    let names = [
        "transfer",
        "definition",
        "insurance_change",
        "improve_credit_score",
        "change_language",
        "replacement_card_duration",
        "application_status",
        "freeze_account",
        "rollover_401k",
        "rewards_balance",
        "pay_bill",
        "credit_score",
        "new_card",
        "repeat",
        "insurance",
        "apr",
        "calculator",
        "date",
        "report_lost_card",
        "w2",
        "damaged_card",
        "routing",
        "exchange_rate",
        "credit_limit",
        "pin_change",
        "account_blocked",
        "international_fees",
        "report_fraud",
        "taxes",
        "min_payment",
        "oos",
    ];
    let mut all = Vec::new();
    for name in names {
        let Some(own) = clinc(name) else { return };
        // Every fourth: a debug build answers fifty a second.
        all.extend(own.into_iter().step_by(4));
    }
    let answers = ask_all(&all);
    let score = told("other intents", &all, &answers, |answer| answer.summary.figures.is_empty());
    assert!(score >= 97.0, "{score}");
}

#[test]
fn questions_to_a_bank_are_declined() {
    let Some(folder) = folder() else { return };
    let text = fs::read_to_string(folder.join("banking77_train_sample.csv")).unwrap();
    let all: Vec<String> = text
        .lines()
        .skip(1)
        .filter_map(|line| Some(line.rsplit_once(',')?.0.trim_matches('"').to_owned()))
        .collect();
    let answers = ask_all(&all);
    let score = told("banking77", &all, &answers, |answer| answer.summary.figures.is_empty());
    assert!(score >= 99.0, "{score}");
}

#[test]
fn the_golden_questions_call_the_tool_for_them() {
    let Some(folder) = folder() else { return };
    let text = fs::read_to_string(folder.join("sure_chat_golden_v1.yml")).unwrap();
    let (mut questions, mut wanted) = (Vec::new(), Vec::new());
    for line in text.lines().map(str::trim) {
        if let Some(prompt) = line.strip_prefix("prompt: ") {
            questions.push(prompt.trim_matches('"').to_owned());
            wanted.push(String::new());
        } else if let (Some(name), Some(last)) = (line.strip_prefix("- name: "), wanted.last_mut()) {
            last.push_str(name);
        }
    }
    let answers = ask_all(&questions);
    let mut right = 0;
    for ((question, wanted), answer) in questions.iter().zip(&wanted).zip(&answers) {
        let is_right = wanted.is_empty() || !is_declined(answer);
        right += usize::from(is_right);
        println!("  {wanted}: {question} -> {}", answer.summary.intent);
    }
    println!("Sure: {:.1} % of {}", share(right, questions.len()), questions.len());
    assert!(share(right, questions.len()) >= 80.0);
}
