//! Rows that no single filter finds: all but some, those of some weekdays, of some size, of a
//! kind of accounts. The tool then runs on these rows alone.

use std::{fmt::Write, sync::Arc};

use domain::{AccountKind, Category, CategoryKind, Cell, Ledger, Transaction, TransactionFilter};
use jiff::civil::Weekday;
use rust_decimal::Decimal;

use super::{Input, ToolError, ToolOutput, Toolbox, names};

/// What rows must have beyond a filter.
#[derive(Debug, Default)]
struct Narrowing {
    without: Vec<TransactionFilter>,
    without_refunds: bool,
    weekdays: Vec<Weekday>,
    kind: Option<AccountKind>,
    min: Option<Decimal>,
    max: Option<Decimal>,
    above: Option<Decimal>,
    below: Option<Decimal>,
    /// The same in words: ` without Rent`.
    words: String,
}

impl Narrowing {
    fn keeps(&self, row: &Transaction, whole: &Ledger) -> bool {
        let size = row.amount.amount().abs();
        let is_refund = || row.category.kind() == CategoryKind::Spending && !row.amount.is_outflow();
        self.min.is_none_or(|min| size >= min)
            && self.max.is_none_or(|max| size <= max)
            && self.above.is_none_or(|above| size > above)
            && self.below.is_none_or(|below| size < below)
            && (self.weekdays.is_empty() || self.weekdays.contains(&row.date.weekday()))
            && !(self.without_refunds && is_refund())
            && self
                .kind
                .is_none_or(|kind| whole.account(row.account_id).is_some_and(|account| account.kind == kind))
            && !self.without.iter().any(|left_out| left_out.matches(row))
    }
}

impl Toolbox {
    /// Runs a tool on the rows that an input narrows to; none when the input does not narrow.
    pub(super) fn run_narrowed(&self, name: &str, input: &Input) -> Option<Result<ToolOutput, ToolError>> {
        let mut input = input.clone();
        let kind = self.kind_of_several(name, &input);
        let narrows = !input.without.is_empty()
            || !input.weekdays.is_empty()
            || input.above.is_some()
            || input.below.is_some()
            || kind.is_some()
            || (input.min.is_some() || input.max.is_some());
        if !narrows {
            return None;
        }
        Some(self.narrowing(&mut input, kind).and_then(|narrowing| self.run_on(name, &input, narrowing)))
    }

    /// The kind that an input means by `account`, where there are several of it.
    fn kind_of_several(&self, name: &str, input: &Input) -> Option<AccountKind> {
        let account = input.account.as_deref().filter(|_| name != "balance")?;
        match self.account(account) {
            Err(ToolError::Ambiguous { .. }) => names::account_kind(account),
            _ => None,
        }
    }

    /// Takes what narrows out of an input.
    fn narrowing(&self, input: &mut Input, kind: Option<AccountKind>) -> Result<Narrowing, ToolError> {
        let mut narrowing = Narrowing {
            kind,
            min: input.min.take(),
            max: input.max.take(),
            above: input.above.take(),
            below: input.below.take(),
            ..Narrowing::default()
        };
        if let Some(kind) = kind {
            input.account = None;
            write!(narrowing.words, " from {} accounts", names::kind_word(kind)).expect("a string takes it");
        }
        let mut left_out = Vec::new();
        for name in std::mem::take(&mut input.without) {
            if name == "refunds" {
                narrowing.without_refunds = true;
                left_out.push(name);
                continue;
            }
            let (filter, words) = self.left_out(&name)?;
            narrowing.without.push(filter);
            left_out.push(words);
        }
        if !left_out.is_empty() {
            write!(narrowing.words, " without {}", joined(&left_out)).expect("a string takes it");
        }
        for name in std::mem::take(&mut input.weekdays) {
            let day = crate::when::weekday(&name)
                .ok_or_else(|| ToolError::InvalidInput { message: format!("{name:?} is no weekday") })?;
            if !narrowing.weekdays.contains(&day) {
                narrowing.weekdays.push(day);
            }
        }
        if !narrowing.weekdays.is_empty() {
            write!(narrowing.words, " on {}", weekday_words(&narrowing.weekdays)).expect("a string takes it");
        }
        let sizes = [
            (narrowing.above, "over"),
            (narrowing.min, "of at least"),
            (narrowing.below, "under"),
            (narrowing.max, "of at most"),
        ];
        for (bound, word) in sizes {
            if let Some(bound) = bound {
                write!(narrowing.words, " {word} {}", bound.normalize()).expect("a string takes it");
            }
        }
        Ok(narrowing)
    }

    /// What a name leaves out, and what it is called.
    fn left_out(&self, name: &str) -> Result<(TransactionFilter, String), ToolError> {
        let only = TransactionFilter::default();
        if let Ok(id) = self.account(name) {
            let words =
                self.ledger.account(id).map_or_else(|| name.to_owned(), |account| account.name.clone());
            return Ok((TransactionFilter { account: Some(id), ..only }, words));
        }
        let exact = Category::new(name).ok().filter(|category| self.names().has_category(category));
        let category = |category: Category| {
            let words = category.name().to_owned();
            (TransactionFilter { category: Some(category), ..TransactionFilter::default() }, words)
        };
        if let Some(exact) = exact {
            return Ok(category(exact));
        }
        if let Ok(payee) = self.payee(name) {
            return Ok((TransactionFilter { payee: Some(payee.clone()), ..only }, payee));
        }
        if let Some(found) = self.names().category(name) {
            return Ok(category(found));
        }
        let filter = TransactionFilter { text: Some(name.to_owned()), ..only };
        if finance::matching(self.whole(), &filter).next().is_none() {
            return Err(ToolError::UnknownName { what: "category, payee or account", name: name.to_owned() });
        }
        Ok((filter, format!("“{name}”")))
    }

    fn run_on(&self, name: &str, input: &Input, narrowing: Narrowing) -> Result<ToolOutput, ToolError> {
        let names_only = Input {
            category: input.category.clone(),
            payee: input.payee.clone(),
            account: input.account.clone(),
            text: input.text.clone(),
            ..Input::default()
        };
        let within = TransactionFilter { to: None, ..self.scope(&names_only)?.filter };
        let (kept, left_out): (Vec<&Transaction>, Vec<&Transaction>) =
            self.matching(&within).partition(|row| narrowing.keeps(row, self.whole()));
        let ledger = Ledger {
            accounts: self.ledger.accounts.clone(),
            transactions: kept.into_iter().cloned().collect(),
        };
        let part = Self {
            ledger: Arc::new(ledger),
            profile: self.profile.clone(),
            as_of: self.as_of,
            exchange_rates: self.exchange_rates.clone(),
            budgets: self.budgets.clone(),
            names: Arc::clone(&self.names),
            whole: Some(Arc::clone(self.whole_ledger())),
            narrowed: narrowing.words,
        };
        let mut output = part.run_whole(name, input)?;
        output.ids = Some(part.rows_behind(&output));
        let is_exact = |rows: &TransactionFilter| !left_out.iter().any(|row| rows.matches(row));
        strip_links(&mut output, &is_exact);
        Ok(output)
    }
}

/// Takes links away that would show rows which were left out.
fn strip_links(output: &mut ToolOutput, is_exact: &dyn Fn(&TransactionFilter) -> bool) {
    for figure in &mut output.figures {
        if figure.rows.as_ref().is_some_and(|rows| !is_exact(rows)) {
            (figure.rows, figure.link) = (None, None);
        }
    }
    let cells = output.tables.iter_mut().flat_map(|table| &mut table.rows).flatten();
    for cell in cells {
        if let Cell::Money { rows, .. } = cell
            && rows.as_ref().is_some_and(|rows| !is_exact(rows))
        {
            *rows = None;
        }
    }
    for point in output.charts.iter_mut().flat_map(|chart| &mut chart.points) {
        if point.rows.as_ref().is_some_and(|rows| !is_exact(rows)) {
            point.rows = None;
        }
    }
}

/// `weekends`, `weekdays`, `Mondays and Fridays`.
fn weekday_words(days: &[Weekday]) -> String {
    use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    let are = |all: &[Weekday]| days.len() == all.len() && all.iter().all(|day| days.contains(day));
    if are(&[Saturday, Sunday]) {
        return "weekends".to_owned();
    }
    if are(&[Monday, Tuesday, Wednesday, Thursday, Friday]) {
        return "weekdays".to_owned();
    }
    let names: Vec<String> = days.iter().map(|day| format!("{day:?}s")).collect();
    joined(&names)
}

fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
