//! Sections and records of a QIF text, with their lines.

use domain::AccountKind;

/// What the records below a header are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// Accounts: each record makes its account the one whose bookings follow.
    Accounts,
    /// Bookings of an account of this kind.
    Bookings(AccountKind),
    /// Bookings of an investment account.
    Investments,
    /// Categories.
    Categories,
    /// Classes, which stand behind a category and a slash.
    Classes,
    /// Lists without bookings: securities, prices, memorised payments, budgets.
    Other,
}

/// An option that the file sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Switch<'t> {
    /// `!Clear:AutoSwitch`: a list of accounts ends.
    EndOfList,
    /// `!Option:` with its value.
    Option(&'t str),
}

/// What stands in a file, in its order.
#[derive(Debug)]
pub(super) enum Entry<'t> {
    Section(Section, u32),
    Switch(Switch<'t>),
    Record(Section, Record<'t>),
}

/// One record.
#[derive(Debug)]
pub(super) struct Record<'t> {
    /// The line of its first field, from 1.
    pub(super) line: u32,
    /// Its fields in order.
    pub(super) fields: Vec<Field<'t>>,
    /// Neither `^` nor a header follows it.
    pub(super) is_cut_off: bool,
}

/// One line of a record.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Field<'t> {
    pub(super) code: char,
    pub(super) value: &'t str,
    pub(super) line: u32,
}

impl<'t> Record<'t> {
    /// The first field of a code that is not empty.
    pub(super) fn field(&self, code: char) -> Option<Field<'t>> {
        self.fields.iter().find(|field| field.code == code && !field.value.is_empty()).copied()
    }

    /// The first value of a code; empty where there is none.
    pub(super) fn value(&self, code: char) -> &'t str {
        self.field(code).map_or("", |field| field.value)
    }
}

/// Walks over a text's sections and records.
pub(super) struct Entries<'t> {
    lines: std::str::Split<'t, char>,
    line: u32,
    section: Section,
    header: Option<&'t str>,
}

impl<'t> Entries<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        // Old Macintosh files end lines with CR alone.
        let end = if text.contains('\n') { '\n' } else { '\r' };
        Self { lines: text.split(end), line: 0, section: Section::Other, header: None }
    }

    fn next_line(&mut self) -> Option<&'t str> {
        let line = self.lines.next()?;
        self.line = self.line.saturating_add(1);
        Some(
            line.trim_start_matches('\u{feff}')
                .trim_end_matches(|c: char| c.is_whitespace() || c == '\u{1a}'),
        )
    }

    fn open(&mut self, header: &str) -> Option<Entry<'t>> {
        self.section = section(header)?;
        Some(Entry::Section(self.section, self.line))
    }
}

impl<'t> Iterator for Entries<'t> {
    type Item = Entry<'t>;

    fn next(&mut self) -> Option<Entry<'t>> {
        let mut record = Record { line: 0, fields: Vec::new(), is_cut_off: false };
        loop {
            if let Some(header) = self.header.take() {
                if let Some(switch) = switch(header) {
                    return Some(Entry::Switch(switch));
                }
                if let Some(entry) = self.open(header) {
                    return Some(entry);
                }
            }
            let Some(line) = self.next_line() else {
                record.is_cut_off = true;
                return (!record.fields.is_empty()).then_some(Entry::Record(self.section, record));
            };
            let mut chars = line.trim_start().chars();
            match chars.next() {
                Some('!') => self.header = Some(chars.as_str().trim()),
                Some('^') if !record.fields.is_empty() => {
                    return Some(Entry::Record(self.section, record));
                }
                None | Some('^') => {}
                Some('#') if record.fields.is_empty() => {}
                Some(code) => {
                    if record.fields.is_empty() {
                        record.line = self.line;
                    }
                    let value = chars.as_str().trim();
                    record.fields.push(Field { code: code.to_ascii_uppercase(), value, line: self.line });
                }
            }
            if self.header.is_some() && !record.fields.is_empty() {
                return Some(Entry::Record(self.section, record));
            }
        }
    }
}

fn switch(header: &str) -> Option<Switch<'_>> {
    let (name, value) = header.split_once(':')?;
    match name.to_ascii_lowercase().as_str() {
        "clear" => Some(Switch::EndOfList),
        "option" => Some(Switch::Option(value.trim())),
        _ => None,
    }
}

fn section(header: &str) -> Option<Section> {
    if header.eq_ignore_ascii_case("account") {
        return Some(Section::Accounts);
    }
    let (name, kind) = header.split_once(':')?;
    if !name.trim().eq_ignore_ascii_case("type") {
        return None;
    }
    Some(match kind.trim().to_ascii_lowercase().as_str() {
        "cat" | "category" => Section::Categories,
        "class" => Section::Classes,
        "memorized" | "security" | "prices" | "budget" | "invitem" | "template" | "tag" | "payee" => {
            Section::Other
        }
        "invst" | "port" | "mutual" | "401(k)/403(b)" | "investment" => Section::Investments,
        kind => Section::Bookings(account_kind(kind)),
    })
}

/// The kind of account that `!Type:` or an account's `T` names.
pub(super) fn account_kind(kind: &str) -> AccountKind {
    match kind.trim().to_ascii_lowercase().as_str() {
        "bank" => AccountKind::Checking,
        "cash" => AccountKind::Cash,
        "ccard" | "credit card" => AccountKind::CreditCard,
        "oth s" => AccountKind::Savings,
        "oth l" => AccountKind::Loan,
        "invst" | "port" | "mutual" | "401(k)/403(b)" | "investment" => AccountKind::Investment,
        _ => AccountKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_end_at_a_caret_a_header_or_the_file() {
        let text = "# remark\n!Type:Bank \n^\nD1/1/24\r\nT1\n^^\nT2\n!Type:Cash\nT3";
        let shown: Vec<String> = Entries::new(text)
            .map(|entry| match entry {
                Entry::Section(section, line) => format!("{line} {section:?}"),
                Entry::Switch(switch) => format!("{switch:?}"),
                Entry::Record(_, record) => {
                    format!("{} {} {}", record.line, record.value('T'), record.is_cut_off)
                }
            })
            .collect();
        let expected = ["2 Bookings(Checking)", "4 1 false", "7 2 false", "8 Bookings(Cash)", "9 3 true"];
        assert_eq!(shown, expected);
    }
}
