//! Accounts and rows from XML events, in one walk without a tree.

use domain::SkippedRow;
use quick_xml::{
    Error,
    errors::IllFormedError,
    escape::resolve_xml_entity,
    events::{BytesRef, BytesStart, Event},
};

use super::{
    super::{
        ACCOUNTS_MAX, LINES_MAX, StatementAccount, StatementError,
        joined::Joined,
        lines::{LineCounter, line_of, position_of},
        text::quoted,
    },
    entry::{Entry, NoRow},
    head::{Account, BalanceDraft},
    place::{Place, place},
    sheets::Sheets,
};

/// More rows than a household books in its life.
const ROWS_MAX: usize = LINES_MAX as usize;
/// No CAMT message nests deeper than half of this.
const DEPTH_MAX: usize = 64;
/// No element of a CAMT message is longer.
const VALUE_BYTES_MAX: usize = 16 * 1024;

/// The walk's state.
pub(super) struct Reader<'t> {
    text: &'t str,
    lines: LineCounter<'t>,
    /// Local names of the open elements.
    path: Vec<&'t str>,
    /// Where the name of the last element that began stands.
    began: usize,
    /// The innermost element has had no element inside.
    is_leaf: bool,
    value: String,
    /// `Ccy` of the last amount.
    currency: String,
    message: Option<usize>,
    statement: Option<Statement>,
    joined: Joined,
    skipped: Vec<SkippedRow>,
    first_unreadable: Option<SkippedRow>,
    rows: usize,
}

/// The statement that the walk is inside of.
#[derive(Default)]
struct Statement {
    line: u32,
    /// How many elements are around its children.
    depth: usize,
    account: Account,
    sheets: Sheets,
    entry: Option<Entry>,
    balance: Option<BalanceDraft>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            lines: LineCounter::new(text),
            path: Vec::new(),
            began: 0,
            is_leaf: false,
            value: String::new(),
            currency: String::new(),
            message: None,
            statement: None,
            joined: Joined::default(),
            skipped: Vec::new(),
            first_unreadable: None,
            rows: 0,
        }
    }

    /// The accounts and skipped rows of the whole file.
    pub(super) fn read(mut self) -> Result<(Vec<StatementAccount>, Vec<SkippedRow>), StatementError> {
        let mut reader = quick_xml::Reader::from_str(self.text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        // `Marks & Spencer`, as some banks write it.
        config.allow_dangling_amp = true;
        loop {
            match reader.read_event() {
                Ok(Event::Start(start)) => self.open(&start)?,
                Ok(Event::End(_)) => self.close()?,
                Ok(Event::Text(text)) => self.append(&text),
                Ok(Event::CData(text)) => self.append(&text),
                Ok(Event::GeneralRef(reference)) => self.reference(&reference),
                Ok(Event::DocType(declaration)) => {
                    if declaration.contains('[') {
                        let (line, column) = position_of(self.text, self.offset_of(&declaration));
                        return Err(StatementError::DeclaresEntities { line, column });
                    }
                }
                Ok(Event::Eof) => return self.finish(),
                Ok(_) => {}
                Err(error) => return Err(self.broken(&error, reader.error_position() as usize)),
            }
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), StatementError> {
        let local = start.local_name();
        let offset = self.offset_of(local.as_ref());
        let name = self.text.get(offset..offset + local.as_ref().len()).unwrap_or_default();
        if self.path.len() >= DEPTH_MAX {
            let (line, column) = position_of(self.text, offset);
            let problem = format!("more than {DEPTH_MAX} elements inside of each other");
            return Err(StatementError::BrokenXml { line, column, problem });
        }
        self.begin(name, offset)?;
        if name == "Amt" && self.statement.is_some() {
            self.currency.clear();
            if let Ok(Some(code)) = start.try_get_attribute("Ccy") {
                self.currency.push_str(&code.value);
            }
        }
        self.path.push(name);
        self.began = offset;
        self.is_leaf = true;
        self.value.clear();
        Ok(())
    }

    /// A statement, an entry, a balance or a transaction of an entry may begin.
    fn begin(&mut self, name: &str, offset: usize) -> Result<(), StatementError> {
        let is_message = |name: &str| name.starts_with("BkToCstmr");
        let parent = self.path.last().copied().unwrap_or_default();
        let Some(statement) = &mut self.statement else {
            if is_message(name) {
                self.message = self.message.or(Some(offset));
            } else if is_message(parent) && matches!(name, "Stmt" | "Rpt" | "Ntfctn") {
                let (line, depth) = (self.lines.line_at(offset), self.path.len() + 1);
                self.statement = Some(Statement { line, depth, ..Statement::default() });
            }
            return Ok(());
        };
        match (name, &mut statement.entry) {
            ("Ntry", _) if self.path.len() == statement.depth => {
                statement.entry = Some(Entry::new(place(&mut self.lines, self.text, offset)));
            }
            ("Bal", _) if self.path.len() == statement.depth => {
                statement.balance = Some(BalanceDraft::new(place(&mut self.lines, self.text, offset)));
            }
            ("TxDtls", Some(entry)) if matches!(parent, "NtryDtls" | "Ntry") => {
                entry.begin_detail(self.lines.line_at(offset));
                if self.rows + entry.rows_max() > ROWS_MAX {
                    return Err(StatementError::TooManyRows { limit: LINES_MAX });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn append(&mut self, text: &str) {
        if self.statement.is_some() && self.is_leaf && self.value.len() < VALUE_BYTES_MAX {
            self.value.push_str(text);
        }
    }

    /// The five entities of XML and numbered characters; others stay as written.
    fn reference(&mut self, reference: &BytesRef<'_>) {
        match (resolve_xml_entity(reference), reference.resolve_char_ref()) {
            (Some(text), _) => self.append(text),
            (None, Ok(Some(c))) => self.append(c.encode_utf8(&mut [0; 4])),
            (None, _) => self.append(&format!("&{};", &**reference)),
        }
    }

    fn close(&mut self) -> Result<(), StatementError> {
        let Some(statement) = &mut self.statement else {
            self.path.pop();
            return Ok(());
        };
        if self.is_leaf
            && let Some(path) = self.path.get(statement.depth..)
        {
            match (path, statement) {
                (["Acct", rest @ ..], statement) => statement.account.leaf(rest, &self.value),
                (["Bal", rest @ ..], Statement { balance: Some(balance), .. }) => {
                    balance.leaf(rest, &self.value, &self.currency);
                }
                (["Ntry", rest @ ..], Statement { entry: Some(entry), .. }) => {
                    let place = place(&mut self.lines, self.text, self.began);
                    entry.leaf(rest, place, &self.value, &self.currency);
                }
                _ => {}
            }
        }
        self.is_leaf = false;
        self.path.pop();
        let depth = self.statement.as_ref().map_or(0, |statement| statement.depth);
        if self.path.len() == depth {
            self.end_entry()?;
            self.end_balance();
        } else if self.path.len() < depth {
            self.end_statement()?;
        }
        Ok(())
    }

    fn end_entry(&mut self) -> Result<(), StatementError> {
        let Some(statement) = &mut self.statement else { return Ok(()) };
        let Some(entry) = statement.entry.take() else { return Ok(()) };
        match entry.read(&statement.account.own, statement.account.currency) {
            Ok(booked) => {
                self.rows += booked.rows.len();
                statement.sheets.book(booked);
            }
            Err(NoRow::Information) => {
                let reason = "for information only (INFO): it is not booked on the account".to_owned();
                self.skip(entry.place, reason);
            }
            Err(NoRow::Unreadable(place, reason)) => {
                statement.sheets.is_incomplete = true;
                let skipped = self.skip(place, reason).clone();
                self.first_unreadable.get_or_insert(skipped);
            }
        }
        if self.rows + self.skipped.len() > ROWS_MAX {
            return Err(StatementError::TooManyRows { limit: LINES_MAX });
        }
        Ok(())
    }

    fn end_balance(&mut self) {
        let Some(statement) = &mut self.statement else { return };
        let Some(balance) = statement.balance.take() else { return };
        match balance.read(statement.account.currency) {
            None => {}
            Some(Ok(value)) => statement.sheets.balance(&value, balance.place),
            Some(Err(reason)) => {
                self.skip(balance.place, reason);
            }
        }
    }

    fn end_statement(&mut self) -> Result<(), StatementError> {
        let Some(statement) = self.statement.take() else { return Ok(()) };
        let head = statement.account.head();
        let (sheets, balances) = statement.sheets.finish(statement.account.currency);
        for (place, reason) in balances {
            self.skip(place, reason);
        }
        for sheet in sheets {
            if self.joined.add(&head, sheet).is_err() {
                return Err(StatementError::TooManyAccounts { line: statement.line, limit: ACCOUNTS_MAX });
            }
        }
        Ok(())
    }

    fn skip(&mut self, Place { line, column }: Place, reason: String) -> &SkippedRow {
        self.skipped.push(SkippedRow { line, column: Some(column), reason });
        self.skipped.last().expect("one was just pushed")
    }

    fn finish(mut self) -> Result<(Vec<StatementAccount>, Vec<SkippedRow>), StatementError> {
        if !self.path.is_empty() {
            return Err(StatementError::truncated(self.text));
        }
        let accounts = self.joined.into_accounts();
        if accounts.is_empty() {
            let line = line_of(self.text, self.message.unwrap_or(0));
            return Err(StatementError::NoAccount { line });
        }
        if self.rows == 0
            && let Some(first) = self.first_unreadable
        {
            return Err(StatementError::NothingReadable { first });
        }
        self.skipped.sort_by_key(|row| row.line);
        Ok((accounts, self.skipped))
    }

    fn broken(&self, error: &Error, offset: usize) -> StatementError {
        let problem = match error {
            // What is open at the file's end was cut off.
            Error::Syntax(_) => return StatementError::truncated(self.text),
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                format!("{} ends where {} is open", quoted(found), quoted(expected))
            }
            Error::IllFormed(IllFormedError::UnmatchedEndTag(found)) => {
                format!("{} ends and never began", quoted(found))
            }
            other => other.to_string(),
        };
        let (line, column) = position_of(self.text, offset);
        StatementError::BrokenXml { line, column, problem }
    }

    /// Where a part of the text stands in it.
    fn offset_of(&self, part: &str) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len())
    }
}
