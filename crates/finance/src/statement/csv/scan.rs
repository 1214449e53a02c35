//! Records of a window of text, fast: fields are borrowed from the text wherever nothing inside
//! their quotation marks has to be taken away.

use std::ops::Range;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{
    super::{StatementError, text::has_only_plain_bytes},
    batch::{Batch, Outline, Quotes},
    marks::MarkSet,
    records::{COLUMNS_MAX, RECORD_BYTES_MAX, first_line_end},
    sample,
};

/// So many bytes are looked at together for whether their texts are plain.
const PLAIN_BYTES: usize = 16 * 1024;

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
    marks: MarkSet,
}

impl Scanner {
    /// Lines end with CR alone in old Macintosh files, which `head` shows.
    pub(super) fn new(head: &str, delimiter: u8) -> Self {
        let terminator = if head.as_bytes().contains(&b'\n') { b'\n' } else { b'\r' };
        Self {
            delimiter,
            terminator,
            marks: MarkSet::new([delimiter, terminator, b'"']),
            line: 1,
            strays: 0,
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            unquoted: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// The line of the next record.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// Adds the record at `at`, which moves behind it. False at the end of a window, and where a
    /// record is not whole in a window that is not the last.
    pub(super) fn read(
        &mut self,
        text: &str,
        at: &mut usize,
        is_last: bool,
        batch: &mut Batch,
    ) -> Result<bool, StatementError> {
        let bytes = text.as_bytes();
        while let Some(end @ (b'\r' | b'\n')) = bytes.get(*at) {
            self.line += u32::from(*end == self.terminator);
            *at += 1;
        }
        let start = *at;
        if start >= bytes.len() {
            return Ok(false);
        }
        let (line, first) = (self.line, batch.fields.len());
        match self.split(bytes, start, is_last, &mut batch.fields) {
            Split::Line { end } => {
                if batch.fields.len() - first > COLUMNS_MAX {
                    return Err(StatementError::TooManyColumns { line, limit: COLUMNS_MAX });
                }
                *at = end;
                self.line += u32::from(bytes[end - 1] == self.terminator);
                batch.outlines.push(Outline {
                    line,
                    span: start..end,
                    has_lines: false,
                    is_plain: false,
                    quotes: Quotes::Simple,
                    fields: first as u32..batch.fields.len() as u32,
                });
                return Ok(true);
            }
            Split::Incomplete if bytes.len() - start <= RECORD_BYTES_MAX => {}
            Split::Incomplete => {
                return Err(StatementError::RowTooLong { line, limit_kb: RECORD_BYTES_MAX / 1024 });
            }
            Split::Quoted => {
                batch.fields.truncate(first);
                return self.quoted(text, at, is_last, batch);
            }
        }
        batch.fields.truncate(first);
        Ok(false)
    }

    /// Fills a batch with the next records, at most `limit` of them, of which those from
    /// `first_line` on count. After an error the batch has the records before it.
    pub(super) fn fill(
        &mut self,
        text: &str,
        at: &mut usize,
        is_last: bool,
        (first_line, limit): (u32, usize),
        batch: &mut Batch,
    ) -> Result<(), StatementError> {
        batch.clear();
        // Up to where the bytes were looked at, and whether they were plain.
        let mut plain = (0, false);
        while batch.len() < limit && self.read(text, at, is_last, batch)? {
            let Some(last) = batch.outlines.last() else { break };
            let span = last.span.clone();
            if span.start >= plain.0 {
                let end = text.len().min(span.start + PLAIN_BYTES);
                plain = (end, has_only_plain_bytes(&text.as_bytes()[span.start..end], self.delimiter));
            }
            let is_plain = plain.1 && span.end <= plain.0;
            let is_stray = last.has_lines
                && last.line >= first_line
                && !batch.record(last, text).is_blank()
                && sample::swallows_bookings(text, &span, self.delimiter);
            if is_stray {
                // Goes on behind the record's first line.
                *at = first_line_end(text, &span);
                self.line = last.line + self.count(&text.as_bytes()[span.start..*at]);
                self.strays += 1;
            }
            let Some(last) = batch.outlines.last_mut() else { break };
            last.is_plain = is_plain;
            if is_stray {
                last.quotes = Quotes::Stray;
            }
        }
        Ok(())
    }

    fn count(&self, bytes: &[u8]) -> u32 {
        memchr::memchr_iter(self.terminator, bytes).count() as u32
    }

    /// Splits one line at its delimiters.
    fn split(&self, bytes: &[u8], start: usize, is_last: bool, fields: &mut Vec<Range<u32>>) -> Split {
        let mut from = start;
        let mut hits = self.marks.places(bytes, start);
        let mut push = |from: usize, to: usize| fields.push(from as u32..to as u32);
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
    fn quoted(
        &mut self,
        text: &str,
        at: &mut usize,
        is_last: bool,
        batch: &mut Batch,
    ) -> Result<bool, StatementError> {
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
            ReadRecordResult::InputEmpty if reaches_end && !is_last => return Ok(false),
            ReadRecordResult::InputEmpty if reaches_end => {
                // The end of the text closes the record.
                let (_, _, _, more) = self.reader.read_record(&[], &mut [], &mut self.ends[columns..]);
                columns += more;
                read = within.len();
                unclosed = ends_inside_quotes(within, self.delimiter);
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
        let base = batch.unquoted.len();
        batch.unquoted.push_str(
            std::str::from_utf8(&self.unquoted[..written])
                .expect("text that is cut at ASCII bytes stays UTF-8"),
        );
        let (first, mut from) = (batch.fields.len() as u32, base);
        for end in &self.ends[..columns] {
            batch.fields.push(from as u32..(base + *end) as u32);
            from = base + *end;
        }
        *at = start + read;
        let lines = self.count(&bytes[start..*at]);
        self.line += lines;
        batch.outlines.push(Outline {
            line,
            span: start..*at,
            has_lines: first_line_end(text, &(start..*at)) < *at,
            is_plain: false,
            quotes: if unclosed { Quotes::Unclosed } else { Quotes::Removed },
            fields: first..batch.fields.len() as u32,
        });
        Ok(true)
    }
}

/// Whether a record's text ends inside quotation marks.
fn ends_inside_quotes(record: &[u8], delimiter: u8) -> bool {
    let (mut is_inside, mut begins) = (false, true);
    let mut bytes = record.iter().peekable();
    while let Some(byte) = bytes.next() {
        is_inside = match (is_inside, *byte) {
            // Two stand for one.
            (true, b'"') => bytes.next_if_eq(&&b'"').is_some(),
            (true, _) => true,
            (false, b'"') => begins,
            (false, _) => false,
        };
        begins = !is_inside && *byte == delimiter;
    }
    is_inside
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
            let mut batch = Batch::default();
            while scanner.read(&text[..end], &mut at, end == text.len(), &mut batch).unwrap() {}
            for record in batch.records(&text[..end]) {
                all.push((record.outline.line, record.iter().map(str::to_owned).collect()));
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
