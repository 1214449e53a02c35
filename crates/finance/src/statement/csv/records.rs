//! Records of a CSV text, with their lines and within bounds.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{
    super::{StatementError, lines::LineCounter},
    batch::without_marks,
};

/// The longest record, in bytes. Larger allows a stray quotation mark to swallow more of a file
/// before it is noticed.
pub(super) const RECORD_BYTES_MAX: usize = 1 << 20;
/// More columns than any bank writes; each costs time in detection.
pub(super) const COLUMNS_MAX: usize = 500;

/// Reads records one by one into buffers that it keeps.
pub(super) struct Records<'t> {
    text: &'t str,
    at: usize,
    lines: LineCounter<'t>,
    reader: Reader,
    out: Vec<u8>,
    ends: Vec<usize>,
}

/// One record; its fields are unquoted.
pub(super) struct Record<'r> {
    /// The line on which it starts, from 1.
    pub(super) line: u32,
    /// The bytes of the text that it spans, its line end included.
    pub(super) span: std::ops::Range<usize>,
    /// A quotation mark on its first line is not closed within bounds; it has no fields then.
    pub(super) unclosed: bool,
    fields: &'r str,
    ends: &'r [usize],
}

impl<'r> Record<'r> {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A field, trimmed; a column that the record does not reach is empty.
    pub(super) fn field(&self, column: usize) -> &'r str {
        let Some(end) = self.ends.get(column) else { return "" };
        let start = if column == 0 { 0 } else { self.ends[column - 1] };
        without_marks(&self.fields[start..*end])
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'r str> {
        (0..self.len()).map(|column| self.field(column))
    }

    pub(super) fn is_blank(&self) -> bool {
        !self.unclosed && self.fields.trim().is_empty()
    }
}

impl<'t> Records<'t> {
    pub(super) fn new(text: &'t str, delimiter: u8) -> Self {
        let reader = ReaderBuilder::new().delimiter(delimiter).build();
        Self {
            text,
            at: 0,
            lines: LineCounter::new(text),
            reader,
            out: vec![0; 4096],
            ends: vec![0; COLUMNS_MAX],
        }
    }

    /// The next record that is not a blank line.
    pub(super) fn next(&mut self) -> Result<Option<Record<'_>>, StatementError> {
        let bytes = self.text.as_bytes();
        self.at += bytes[self.at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        if self.at >= bytes.len() {
            return Ok(None);
        }
        let (start, line) = (self.at, self.lines.line_at(self.at));
        self.reader.reset();
        let (mut read, mut written, mut columns) = (0, 0, 0);
        loop {
            let (result, nin, nout, nends) = self.reader.read_record(
                &bytes[start + read..],
                &mut self.out[written..],
                &mut self.ends[columns..],
            );
            read += nin;
            written += nout;
            columns += nends;
            match result {
                ReadRecordResult::Record | ReadRecordResult::End => break,
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputEndsFull => {
                    return Err(StatementError::TooManyColumns { line, limit: COLUMNS_MAX });
                }
                ReadRecordResult::OutputFull if self.out.len() < RECORD_BYTES_MAX => {
                    self.out.resize(self.out.len() * 2, 0);
                }
                ReadRecordResult::OutputFull => return self.overlong(start, start + read, line),
            }
        }
        self.at = start + read;
        let fields =
            std::str::from_utf8(&self.out[..written]).expect("text that is cut at ASCII bytes stays UTF-8");
        Ok(Some(Record { line, span: start..self.at, unclosed: false, fields, ends: &self.ends[..columns] }))
    }

    /// A record over many lines is a stray quotation mark: only its first line is lost.
    fn overlong(
        &mut self,
        start: usize,
        end: usize,
        line: u32,
    ) -> Result<Option<Record<'_>>, StatementError> {
        let first_line_end = first_line_end(self.text, &(start..end));
        if first_line_end == end {
            return Err(StatementError::RowTooLong { line, limit_kb: RECORD_BYTES_MAX / 1024 });
        }
        self.at = first_line_end;
        Ok(Some(Record { line, span: start..first_line_end, unclosed: true, fields: "", ends: &[] }))
    }

    /// Continues at an offset behind the start of the last record.
    pub(super) fn continue_at(&mut self, offset: usize) {
        self.at = offset;
    }
}

/// Where the first line of a span ends, behind its line end.
pub(super) fn first_line_end(text: &str, span: &std::ops::Range<usize>) -> usize {
    let bytes = &text.as_bytes()[span.clone()];
    let line = bytes.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
    let end = bytes[line..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    span.start + line + end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(u32, Vec<String>)> {
        let mut records = Records::new(text, b',');
        let mut all = Vec::new();
        while let Some(record) = records.next().unwrap() {
            all.push((record.line, record.iter().map(str::to_owned).collect()));
        }
        all
    }

    #[test]
    fn records_know_their_lines_through_quotes_and_blank_lines() {
        let records = all("a,b\r\n\r\n\"x\ny\",2\r\nlast, \"3\"\"\"");
        assert_eq!(records[0], (1, vec!["a".into(), "b".into()]));
        assert_eq!(records[1], (3, vec!["x\ny".into(), "2".into()]));
        assert_eq!(records[2].0, 5);
    }

    #[test]
    fn a_row_without_end_and_a_row_of_too_many_columns_are_named() {
        let long = format!("a,b\n{}", "x".repeat(RECORD_BYTES_MAX + 1));
        let mut records = Records::new(&long, b',');
        records.next().unwrap();
        assert!(matches!(records.next(), Err(StatementError::RowTooLong { line: 2, .. })));
        let wide = ",".repeat(COLUMNS_MAX + 1);
        assert!(matches!(
            Records::new(&wide, b',').next(),
            Err(StatementError::TooManyColumns { line: 1, .. })
        ));
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_costs_one_line() {
        let text = format!("\"a,b\n{}", "1,2\n".repeat(RECORD_BYTES_MAX / 3));
        let mut records = Records::new(&text, b',');
        assert!(records.next().unwrap().unwrap().unclosed);
        let second = records.next().unwrap().unwrap();
        assert_eq!((second.line, second.field(1)), (2, "2"));
    }
}
