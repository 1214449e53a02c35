//! Budgets and goals.

use domain::{Cell, Table};
use finance::insight::{
    budgets::{BudgetStanding, BudgetStatus, BudgetSuggestion, budgets, suggest_budgets},
    goals::{GoalProgress, GoalStanding, goals},
};
use serde_json::json;

use super::{by_currency, nothing};
use crate::toolbox::{
    Input, ToolFigure, ToolOutput, Toolbox,
    output::{figures, money, text, words},
};

/// Suggestions that a list shows.
const SUGGESTIONS: usize = 12;

impl Toolbox {
    /// The budgets of a month.
    pub(super) fn budgets(&self, input: &Input) -> ToolOutput {
        let month = input.date.unwrap_or(self.as_of).first_of_month();
        let mut statuses = budgets(&self.ledger, &self.budgets, month, self.as_of);
        let mut suggestions = suggest_budgets(&self.ledger, &self.budgets, self.main_currency(), self.as_of);
        if let Some(category) = &input.category {
            let is_it =
                |own: &domain::Category| own.path() == category || own.name().eq_ignore_ascii_case(category);
            statuses.retain(|it| is_it(&it.budget.category));
            if statuses.is_empty() {
                return nothing("no_budgets", "no budget for it");
            }
            suggestions.clear();
        }
        suggestions.truncate(SUGGESTIONS);
        if statuses.is_empty() && suggestions.is_empty() {
            return nothing("no_budgets", "no budgets");
        }
        let mut output = ToolOutput {
            summary: format!("{} budgets", statuses.len()),
            details: json!({ "month": month, "budgets": statuses, "suggestions": suggestions }),
            ..ToolOutput::default()
        };
        let left = statuses.iter().map(|it| (it.left.currency(), it.left.amount()));
        for (currency, sum) in by_currency(self, left) {
            let figure = ToolFigure::money("left", "Left of all budgets", sum, currency, None);
            output.figures.push(figure.by("what is left of each budget, added up"));
        }
        for it in &statuses {
            let (label, currency) = (format!("Left for {}", it.budget.category), it.left.currency());
            let rows = it.proof.filter.clone();
            let figure = ToolFigure::money("left_of", label, it.left.amount(), currency, rows);
            output.figures.push(figure.by("the budget and what was carried over, less what was spent"));
        }
        if statuses.is_empty() {
            let all = suggestions.iter().map(|it| (it.amount.currency(), it.amount.amount()));
            for (currency, sum) in by_currency(self, all) {
                let label = "Suggested budgets a month";
                let figure = ToolFigure::money("suggested", label, sum, currency, None);
                output.figures.push(figure.by("the suggested budgets, added up"));
            }
        } else {
            output.tables.push(budget_table(&statuses));
        }
        if !suggestions.is_empty() {
            output.tables.push(suggestion_table(&suggestions));
        }
        output
    }

    /// What the person saves for.
    pub(super) fn goals(&self) -> ToolOutput {
        let told = goals(&self.ledger, &self.profile, self.as_of);
        if told.is_empty() {
            return nothing("no_goals", "no goals in the profile");
        }
        let on_track = told.iter().filter(|it| it.standing == GoalStanding::OnTrack).count();
        let mut output = ToolOutput {
            summary: format!("{} goals, {on_track} on track", told.len()),
            details: json!({ "goals": told }),
            ..ToolOutput::default()
        };
        let needed = told.iter().filter_map(|it| it.needed_a_month);
        let needed = by_currency(self, needed.map(|needed| (needed.currency(), needed.amount())));
        for (currency, sum) in needed {
            let label = "Needed a month for all goals with a date";
            let figure = ToolFigure::money("needed", label, sum, currency, None);
            output
                .figures
                .push(figure.by("what each goal lacks, divided by the months until its day, added up"));
        }
        for it in &told {
            let label = format!("Missing for {}", it.goal.name);
            let (missing, currency) = (it.missing.amount(), it.missing.currency());
            let figure = ToolFigure::money("missing", label, missing, currency, None);
            output.figures.push(figure.by("the goal's target less what is saved for it"));
        }
        output.tables.push(goal_table(&told));
        output
    }
}

fn budget_table(statuses: &[BudgetStatus]) -> Table {
    let row = |it: &BudgetStatus| -> Vec<Cell> {
        let currency = it.left.currency();
        let standing = match it.standing {
            BudgetStanding::Within => "within",
            BudgetStanding::WillBeOver => "will be over",
            BudgetStanding::Over => "over",
        };
        vec![
            text(it.budget.category.name()),
            money(it.budgeted.amount(), currency, None),
            money(it.carried.amount(), currency, None),
            money(it.spent.amount(), currency, it.proof.filter.clone()),
            money(it.left.amount(), currency, None),
            money(it.projected.amount(), currency, None),
            text(standing),
        ]
    };
    Table {
        title: "Budgets".to_owned(),
        columns: vec![
            words("Category"),
            figures("Budget"),
            figures("Carried over"),
            figures("Spent"),
            figures("Left"),
            figures("By month's end"),
            words("Standing"),
        ],
        rows: statuses.iter().map(row).collect(),
        has_total: false,
    }
}

fn suggestion_table(suggestions: &[BudgetSuggestion]) -> Table {
    let row = |it: &BudgetSuggestion| {
        let amount = money(it.amount.amount(), it.amount.currency(), it.proof.filter.clone());
        vec![text(it.category.name()), amount]
    };
    Table {
        title: "Budgets that the last six months suggest".to_owned(),
        columns: vec![words("Category"), figures("A month")],
        rows: suggestions.iter().map(row).collect(),
        has_total: false,
    }
}

fn goal_table(told: &[GoalProgress]) -> Table {
    let row = |it: &GoalProgress| -> Vec<Cell> {
        let amount = |value: Option<domain::Money>| {
            value.map_or_else(|| text(""), |value| money(value.amount(), value.currency(), None))
        };
        let date =
            |date: Option<jiff::civil::Date>| date.map_or_else(|| text(""), |date| Cell::Date { date });
        let standing = match it.standing {
            GoalStanding::Reached => "reached",
            GoalStanding::OnTrack => "on track",
            GoalStanding::Behind => "behind",
            GoalStanding::Overdue => "overdue",
            GoalStanding::Open => "open",
        };
        vec![
            text(&it.goal.name),
            amount(Some(it.target)),
            amount(it.saved),
            Cell::Percent { percent: it.percent },
            amount(it.needed_a_month),
            date(it.goal.target_date),
            date(it.expected),
            text(standing),
        ]
    };
    Table {
        title: "Goals".to_owned(),
        columns: vec![
            words("Goal"),
            figures("Target"),
            figures("Saved"),
            figures("Progress"),
            figures("Needed a month"),
            words("By"),
            words("Expected"),
            words("Standing"),
        ],
        rows: told.iter().map(row).collect(),
        has_total: false,
    }
}
