//! A sum beside what is usual: the mean of the same days of the periods before it. Not two periods side by side:
//! that is a comparison.

use domain::{Currency, Side};
use finance::proof::{Term, Working};
use jiff::{
    Span, ToSpan,
    civil::{Date, Weekday},
};
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    Input, ToolError, ToolFigure, ToolOutput, Toolbox,
    output::{percent, rounded},
    scope::{Scope, in_currency, said, side_word},
};
use crate::when::{Period, days_between, months_between};

/// Periods before that the mean is of.
const EARLIER_MAX: i64 = 12;
/// With fewer nothing can be called usual.
const EARLIER_MIN: usize = 3;

/// How far apart periods lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Months(i32),
    Days(i32),
}

impl Step {
    /// The step of a period: of months, quarters, years and weeks that are whole or go on today, else as many days
    /// as it has.
    fn of(from: Date, to: Date, today: Date) -> Self {
        let months = months_between(from, to);
        let goes_on = to == today;
        let is_quarter = goes_on && months <= 3 && from.month() % 3 == 1;
        if from.day() == 1 && (months == 1 || to == to.last_of_month()) {
            Self::Months(months)
        } else if from.day() == 1 && is_quarter {
            Self::Months(3)
        } else if from.day() == 1 && from.month() == 1 && goes_on && months <= 12 {
            Self::Months(12)
        } else if from.weekday() == Weekday::Monday && goes_on && days_between(from, to) <= 7 {
            Self::Days(7)
        } else {
            Self::Days(days_between(from, to))
        }
    }

    /// The last day of a period that starts on a day.
    fn end(self, start: Date) -> Option<Date> {
        start.checked_add(self.span(1)).ok()?.yesterday().ok()
    }

    fn span(self, times: i64) -> Span {
        match self {
            Self::Months(months) => (i64::from(months) * times).months(),
            Self::Days(days) => (i64::from(days) * times).days(),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Months(1) => "months",
            Self::Months(3) => "quarters",
            Self::Months(12) => "years",
            Self::Days(1) => "days",
            Self::Days(7) => "weeks",
            _ => "spans of as many days",
        }
    }
}

impl Toolbox {
    /// Spending or income of a period, what is usual, and the first less the second. Without a period, of this month.
    pub(super) fn usual(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let side = input.side.unwrap_or(Side::Spending);
        let scope = self.scope(input)?.on(side);
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let this_month = (self.as_of.first_of_month(), self.as_of.last_of_month());
        let asked =
            if scope.described.covers_all { Some(this_month) } else { scope.described.period().bounds() };
        let (from, to) = asked.filter(|(from, _)| *from <= self.as_of).ok_or_else(|| {
            ToolError::InvalidInput { message: "a period with both ends is needed".to_owned() }
        })?;
        let to = to.min(self.as_of);
        let step = Step::of(from, to, self.as_of);
        let is_part = step.end(from).is_some_and(|end| to < end);
        let scope = scope.within(Period::between(from, to));
        let earlier = self.earlier(&scope, (from, to), step);
        if earlier.len() < EARLIER_MIN {
            let message = format!(
                "your data has fewer than {EARLIER_MIN} {} before that, so what is usual is missing",
                step.word()
            );
            return Err(ToolError::Told { message });
        }
        let currencies = self.currencies_of(std::iter::once(&scope).chain(&earlier));
        let label = scope.described.label();
        let mut output = ToolOutput {
            summary: format!("beside {} {}", earlier.len(), step.word()),
            ..ToolOutput::default()
        };
        for currency in currencies {
            output.figures.extend(self.beside_usual(&scope, &earlier, side, currency, &label));
        }
        let share = output.figures.first().zip(output.figures.get(2));
        output.details = json!({
            "scope": scope.described,
            "side": side,
            "earlier": earlier.len(),
            "unit": step.word(),
            "is_part": is_part,
            "percent": share.and_then(|(difference, usual)| percent(difference.value, usual.value.abs())),
        });
        let rows = std::iter::once(&scope).chain(&earlier).flat_map(|part| self.matching(&part.filter));
        output.ids = Some(rows.map(|row| row.id).collect());
        Ok(output)
    }

    /// The same days of the periods before, as far back as the data goes.
    fn earlier(&self, scope: &Scope, (from, to): (Date, Date), step: Step) -> Vec<Scope> {
        let Some((first, _)) = self.coverage() else { return Vec::new() };
        let is_part = step.end(from).is_some_and(|end| to < end);
        let back = |times: i64| {
            let start = from.checked_sub(step.span(times)).ok().filter(|start| *start >= first)?;
            let (end, so_far) =
                (step.end(start)?, start.checked_add((days_between(from, to) - 1).days()).ok()?);
            let end = if is_part { so_far.min(end) } else { end };
            Some(scope.within(Period::between(start, end)))
        };
        (1..=EARLIER_MAX).map_while(back).collect()
    }

    /// The difference, the sum and what is usual, in one currency.
    fn beside_usual(
        &self,
        scope: &Scope,
        earlier: &[Scope],
        side: Side,
        currency: Currency,
        label: &str,
    ) -> [ToolFigure; 3] {
        let sum = |part: &Scope| {
            let own = self.totals(&part.filter).into_iter().find(|total| total.currency == currency);
            said(own.map_or(Decimal::ZERO, |total| total.total), Some(side))
        };
        let rows = |part: &Scope| in_currency(&part.filter, currency);
        let mean_of = |working: &mut Working| {
            let terms: Vec<String> = earlier.iter().map(|part| working.name(Term::Sum(rows(part)))).collect();
            format!("({}) / {}", terms.join(" + "), earlier.len())
        };
        let total = sum(scope);
        let usual =
            rounded(earlier.iter().map(sum).sum::<Decimal>() / Decimal::from(earlier.len()), currency);
        let word = side_word(Some(side));
        let mut working = Working::default();
        let own = working.name(Term::Sum(rows(scope)));
        working.expression = format!("{own} - r({})", mean_of(&mut working));
        let difference = ToolFigure::money(
            "difference",
            format!("{word} less what is usual: {label}"),
            total - usual,
            currency,
            None,
        )
        .worked("the sum less the mean of those before", working);
        let mut working = Working::default();
        working.expression = mean_of(&mut working);
        let usual = ToolFigure::money(
            "usual",
            format!("Usual {}: {label}", word.to_lowercase()),
            usual,
            currency,
            None,
        )
        .worked(format!("the sums of the {} before, added up and divided by {0}", earlier.len()), working);
        let total =
            ToolFigure::money("total", format!("{word}: {label}"), total, currency, Some(rows(scope)));
        [difference, total, usual]
    }
}
