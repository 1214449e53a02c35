//! Budgets and goals.

use domain::{Cell, Table};
use finance::insight::{
    budgets::{BudgetStanding, BudgetStatus, BudgetSuggestion, budgets, suggest_budgets},
    goals::{GoalProgress, GoalStanding, goals},
};
use finance::proof::{Term, Working};
use rust_decimal::Decimal;
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
            let of_it = statuses.iter().filter(|it| it.left.currency() == currency);
            output.figures.push(left_of(figure, "what is left of each budget, added up", of_it));
        }
        for it in &statuses {
            let (label, currency) = (format!("Left for {}", it.budget.category), it.left.currency());
            let rows = it.proof.filter.clone();
            let figure = ToolFigure::money("left_of", label, it.left.amount(), currency, rows);
            let formula = "the budget and what was carried over, less what was spent";
            output.figures.push(left_of(figure, formula, std::iter::once(it)));
        }
        if statuses.is_empty() {
            let all = suggestions.iter().map(|it| (it.amount.currency(), it.amount.amount()));
            for (currency, sum) in by_currency(self, all) {
                let label = "Suggested budgets a month";
                let figure = ToolFigure::money("suggested", label, sum, currency, None);
                let mut working = Working::default();
                let filters = suggestions.iter().filter_map(|it| it.proof.filter.clone());
                let whole = |median: String| format!("(int({median}) + ({median} > int({median})))");
                let parts: Vec<String> =
                    filters.map(|rows| whole(working.name(Term::MonthlyMedian(rows)))).collect();
                working.expression = parts.join(" + ");
                let formula =
                    "the median of the last six whole months of each category, rounded up, added up";
                output.figures.push(figure.worked(formula, working));
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
            let formula = "what each goal lacks, divided by the months until its day, added up";
            output.figures.push(match self.needed_by_accounts(&told) {
                Some(working) => figure.worked(formula, working),
                None => figure.by(formula),
            });
        }
        for it in &told {
            let label = format!("Missing for {}", it.goal.name);
            let (missing, currency) = (it.missing.amount(), it.missing.currency());
            let figure = ToolFigure::money("missing", label, missing, currency, None);
            let formula = "the goal's target less what is saved for it";
            output.figures.push(match self.saved_on(it, &told) {
                Some(balance) => {
                    figure.worked_out(formula, vec![balance], lacking("v[1]", it.target.amount()))
                }
                None => figure.by(formula),
            });
        }
        output.tables.push(goal_table(&told));
        output
    }

    /// What goals need a month by what their accounts hold; none where an account is for several, or holds
    /// another currency.
    fn needed_by_accounts(&self, told: &[GoalProgress]) -> Option<Working> {
        let mut working = Working::default();
        let mut parts = Vec::new();
        for it in told {
            let Some((needed, months)) = it.needed_a_month.zip(it.months_left) else { continue };
            let told_by_person = it.goal.account_id.is_none() || it.goal.saved_amount.is_some();
            if told_by_person {
                parts.push(needed.amount().to_string());
                continue;
            }
            let missing = lacking(&working.name(self.saved_on(it, told)?), it.target.amount());
            parts.push(format!("up(({missing}) / {months})"));
        }
        working.expression = parts.join(" + ");
        Some(working)
    }

    /// The account whose balance is what is saved for a goal, and for no other.
    fn saved_on(&self, of: &GoalProgress, all: &[GoalProgress]) -> Option<Term> {
        let account = self.ledger.account(of.goal.account_id.filter(|_| of.goal.saved_amount.is_none())?)?;
        let is_shared = all.iter().filter(|it| it.goal.account_id == Some(account.id)).count() > 1;
        let is_told = !is_shared && account.currency == of.target.currency();
        is_told.then(|| Term::Balance {
            accounts: vec![account.id],
            currency: account.currency,
            day: self.as_of,
        })
    }
}

/// What a goal lacks, in awk's words.
fn lacking(saved: &str, target: Decimal) -> String {
    format!("{saved} < 0 ? {target} : {saved} > {target} ? 0 : {target} - {saved}")
}

/// What is left of budgets. A command of many more would be longer than anyone reads.
fn left_of<'a>(
    figure: ToolFigure,
    formula: &str,
    statuses: impl Iterator<Item = &'a BudgetStatus>,
) -> ToolFigure {
    const BUDGETS_MAX: usize = 40;
    let statuses: Vec<&BudgetStatus> = statuses.collect();
    let spent: Option<Vec<Term>> = statuses.iter().map(|it| it.proof.filter.clone().map(Term::Sum)).collect();
    let Some(spent) = spent.filter(|spent| spent.len() <= BUDGETS_MAX) else { return figure.by(formula) };
    let allowed: Decimal = statuses.iter().map(|it| it.budgeted.amount() + it.carried.amount()).sum();
    let less = (1..=spent.len()).map(|at| format!(" - v[{at}]"));
    let expression = format!("{allowed}{}", less.collect::<String>());
    figure.worked_out(formula, spent, expression)
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
