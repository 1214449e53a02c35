//! Records of a window of text, fast: fields are borrowed from the text wherever nothing inside
//! their quotation marks has to be taken away.

use std::ops::Range;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{
    super::StatementError,
    records::{COLUMNS_MAX, RECORD_BYTES_MAX, first_line_end},
};

/// So many quotation marks without their partner are no quotation marks: they stand for themselves
/// from there on, which keeps the time to read a file in proportion to its size.
const STRAY_MAX: u32 = 1_000;

/// Reads record after record; knows the line.
pub(super) struct Scanner {
    delimiter: u8,
    terminator: u8,
    line: u32,
    strays: u32,
    reader: Reader,
    unquoted: Vec<u8>,
    ends: Vec<usize>,
    fields: Vec<Range<u32>>,
    /// The bytes that end a field or begin a closer look.
    marks: [bool; 256],
}

/// One record; its fields are unquoted.
pub(super) struct Record<'s> {
    /// The line on which it starts, from 1.
    pub(super) line: u32,
    /// The bytes of the window that it spans, its line end included.
    pub(super) span: Range<usize>,
    /// It ends on a later line than it starts.
    pub(super) has_lines: bool,
    /// A quotation mark in its last field is not closed.
    pub(super) unclosed: bool,
    text: &'s str,
    fields: &'s [Range<u32>],
}

impl<'s> Record<'s> {
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// A field, trimmed; a column that the record does not reach is empty.
    #[inline]
    pub(super) fn field(&self, column: usize) -> &'s str {
        self.fields
            .get(column)
            .map_or("", |field| trimmed(&self.text[field.start as usize..field.end as usize]))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'s str> {
        (0..self.len()).map(|column| self.field(column))
    }

    pub(super) fn is_blank(&self) -> bool {
        !self.unclosed && self.iter().all(str::is_empty)
    }
}

/// `trim`, at once where there is nothing to take off.
#[inline]
fn trimmed(text: &str) -> &str {
    let is_plain = |byte: &u8| (0x21..0x7f).contains(byte);
    match text.as_bytes() {
        [] => text,
        [first, .., last] if is_plain(first) && is_plain(last) => text,
        _ => text.trim(),
    }
}

impl Scanner {
    /// Lines end with CR alone in old Macintosh files, which `head` shows.
    pub(super) fn new(head: &str, delimiter: u8) -> Self {
        let terminator = if head.as_bytes().contains(&b'\n') { b'\n' } else { b'\r' };
        let mut marks = [false; 256];
        for mark in [delimiter, terminator, b'"'] {
            marks[usize::from(mark)] = true;
        }
        Self {
            delimiter,
            terminator,
            marks,
            line: 1,
            strays: 0,
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            unquoted: Vec::new(),
            ends: Vec::new(),
            fields: Vec::with_capacity(32),
        }
    }

    /// The line of the next record.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// The record at `at`, which moves behind it. None at the end of a window, and where a record
    /// is not whole in a window that is not the last.
    pub(super) fn next<'s>(
        &'s mut self,
        text: &'s str,
        at: &mut usize,
        is_last: bool,
    ) -> Result<Option<Record<'s>>, StatementError> {
        let bytes = text.as_bytes();
        while let Some(end @ (b'\r' | b'\n')) = bytes.get(*at) {
            self.line += u32::from(*end == self.terminator);
            *at += 1;
        }
        let start = *at;
        if start >= bytes.len() {
            return Ok(None);
        }
        let line = self.line;
        match self.split(bytes, start, is_last) {
            Split::Line { end } => {
                if self.fields.len() > COLUMNS_MAX {
                    return Err(StatementError::TooManyColumns { line, limit: COLUMNS_MAX });
                }
                *at = end;
                self.line += u32::from(bytes[end - 1] == self.terminator);
                let record = Record {
                    line,
                    span: start..end,
                    has_lines: false,
                    unclosed: false,
                    text,
                    fields: &self.fields,
                };
                Ok(Some(record))
            }
            Split::Incomplete if bytes.len() - start <= RECORD_BYTES_MAX => Ok(None),
            Split::Incomplete => Err(StatementError::RowTooLong { line, limit_kb: RECORD_BYTES_MAX / 1024 }),
            Split::Quoted => self.quoted(text, at, is_last),
        }
    }

    /// Goes back behind the first line of the record that began at `start` on `line`.
    pub(super) fn continue_behind_first_line(
        &mut self,
        text: &str,
        record: (Range<usize>, u32),
        at: &mut usize,
    ) {
        let (span, line) = record;
        *at = first_line_end(text, &span);
        self.line = line + self.count(&text.as_bytes()[span.start..*at]);
        self.strays += 1;
    }

    fn count(&self, bytes: &[u8]) -> u32 {
        memchr::memchr_iter(self.terminator, bytes).count() as u32
    }

    /// Splits one line at its delimiters.
    fn split(&mut self, bytes: &[u8], start: usize, is_last: bool) -> Split {
        self.fields.clear();
        let (mut from, mut at) = (start, start);
        let marks = &self.marks;
        // Marks stand a few bytes apart, where a loop is faster than a search that takes many bytes.
        let mut hits = std::iter::from_fn(|| {
            let hit = at + bytes[at..].iter().position(|byte| marks[usize::from(*byte)])?;
            at = hit + 1;
            Some(hit)
        });
        let mut push = |from: usize, to: usize| self.fields.push(from as u32..to as u32);
        while let Some(mut hit) = hits.next() {
            let mut to = hit;
            if bytes[hit] == b'"' {
                if hit != from || self.strays > STRAY_MAX {
                    continue;
                }
                from += 1;
                let Some(close) = hits.find(|hit| bytes[*hit] != self.delimiter) else {
                    return Split::Quoted;
                };
                let ends = match (bytes.get(close + 1), bytes.get(close + 2)) {
                    _ if bytes[close] != b'"' => return Split::Quoted,
                    (Some(end), _) if *end == self.delimiter || *end == self.terminator => hits.next(),
                    (Some(b'\r'), Some(end)) if *end == self.terminator => hits.next(),
                    (None, _) if is_last => {
                        push(from, close);
                        return Split::Line { end: bytes.len() };
                    }
                    _ => return Split::Quoted,
                };
                let Some(end) = ends else { return Split::Quoted };
                (hit, to) = (end, close);
            }
            push(from, to);
            from = hit + 1;
            if bytes[hit] == self.terminator {
                return Split::Line { end: from };
            }
        }
        if !is_last {
            return Split::Incomplete;
        }
        push(from, bytes.len());
        Split::Line { end: bytes.len() }
    }

    /// A record with line ends or quotation marks inside quotation marks.
    fn quoted<'s>(
        &'s mut self,
        text: &'s str,
        at: &mut usize,
        is_last: bool,
    ) -> Result<Option<Record<'s>>, StatementError> {
        let (start, line, bytes) = (*at, self.line, text.as_bytes());
        let within = &bytes[start..bytes.len().min(start + RECORD_BYTES_MAX)];
        let reaches_end = start + within.len() == bytes.len();
        self.reader.reset();
        self.unquoted.resize(within.len(), 0);
        self.ends.resize(COLUMNS_MAX + 1, 0);
        let (result, mut read, written, mut columns) =
            self.reader.read_record(within, &mut self.unquoted, &mut self.ends);
        let mut unclosed = false;
        match result {
            ReadRecordResult::Record => {}
            ReadRecordResult::InputEmpty if reaches_end && !is_last => return Ok(None),
            ReadRecordResult::InputEmpty if reaches_end => {
                // The end of the text closes the record; whether inside quotation marks, their
                // number tells.
                let (_, _, _, more) = self.reader.read_record(&[], &mut [], &mut self.ends[columns..]);
                columns += more;
                read = within.len();
                unclosed = memchr::memchr_iter(b'"', within).count() % 2 == 1;
            }
            ReadRecordResult::OutputEndsFull => {
                return Err(StatementError::TooManyColumns { line, limit: COLUMNS_MAX });
            }
            _ => {
                // A record over so many lines is a stray quotation mark: its first line is lost.
                let end = first_line_end(text, &(start..start + within.len()));
                if end == start + within.len() {
                    return Err(StatementError::RowTooLong { line, limit_kb: RECORD_BYTES_MAX / 1024 });
                }
                (read, unclosed) = (end - start, true);
                self.strays += 1;
            }
        }
        if columns > COLUMNS_MAX {
            return Err(StatementError::TooManyColumns { line, limit: COLUMNS_MAX });
        }
        let mut from = 0;
        self.fields.clear();
        for end in &self.ends[..columns] {
            self.fields.push(from as u32..*end as u32);
            from = *end;
        }
        *at = start + read;
        let lines = self.count(&bytes[start..*at]);
        self.line += lines;
        let has_lines = first_line_end(text, &(start..*at)) < *at;
        let text = std::str::from_utf8(&self.unquoted[..written])
            .expect("text that is cut at ASCII bytes stays UTF-8");
        Ok(Some(Record { line, span: start..*at, has_lines, unclosed, text, fields: &self.fields }))
    }
}

enum Split {
    /// One line, up to `end`.
    Line { end: usize },
    /// The window ends before the line does.
    Incomplete,
    /// Quotation marks that need a closer look.
    Quoted,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str, window: usize) -> Vec<(u32, Vec<String>)> {
        let mut scanner = Scanner::new(text, b',');
        let (mut all, mut at, mut end) = (Vec::new(), 0, 0);
        loop {
            end = (end + window).min(text.len());
            while !text.is_char_boundary(end) {
                end += 1;
            }
            while let Some(record) = scanner.next(&text[..end], &mut at, end == text.len()).unwrap() {
                all.push((record.line, record.iter().map(str::to_owned).collect()));
            }
            if end == text.len() {
                return all;
            }
        }
    }

    #[test]
    fn records_know_their_lines_through_quotes_and_blank_lines() {
        let records = all("a,b\r\n\r\n\"x\ny\",\"2\"\r\nlast, \"3\"\"\"\n\"4\",5\"", 1 << 20);
        assert_eq!(records[0], (1, vec!["a".into(), "b".into()]));
        assert_eq!(records[1], (3, vec!["x\ny".into(), "2".into()]));
        assert_eq!(records[2].0, 5);
        assert_eq!(records[3], (6, vec!["4".into(), "5\"".into()]));
    }

    proptest! {
        #[test]
        fn the_same_records_come_out_of_windows_of_any_size(
            text in "([a-z ]{0,3}|\"[a-z,\n]{0,4}\"|\"\"|,|,|\n|\r\n|ü){0,40}",
            window in 1usize..9,
        ) {
            prop_assert_eq!(all(&text, window), all(&text, 1 << 20));
        }

        #[test]
        fn records_are_those_of_a_csv_reader(rows in prop::collection::vec(
            prop::collection::vec("[a-zü,\"\n]{1,5}", 2..4), 1..6)
        ) {
            let quoted = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
            let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",");
            let text = rows.iter().map(line).collect::<Vec<_>>().join("\n");
            let read: Vec<Vec<String>> = all(&text, 7).into_iter().map(|(_, row)| row).collect();
            let written: Vec<Vec<String>> =
                rows.iter().map(|row| row.iter().map(|field| field.trim().to_owned()).collect()).collect();
            prop_assert_eq!(read, written);
        }
    }
}
