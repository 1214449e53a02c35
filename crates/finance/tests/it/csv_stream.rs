//! The same rows come out of a stream as out of a file read at once.

use std::io::Read;

use finance::statement::{ReadOptions, ReadRow, StatementError, StatementRow, read, read_rows};
use proptest::prelude::*;

/// A source that gives a few bytes at a time.
struct Slow<'b>(&'b [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let end = self.1.min(buffer.len());
        self.0.read(&mut buffer[..end])
    }
}

/// Rows with their accounts' places, and lines that are left out.
type Lines = (Vec<(usize, StatementRow)>, Vec<u32>);

fn streamed(bytes: &[u8], step: usize) -> Result<Lines, StatementError> {
    let (mut rows, mut skipped) = (Vec::new(), Vec::new());
    read_rows(&mut Slow(bytes, step), &ReadOptions::default(), &mut |read| match read {
        ReadRow::Row(row) => rows.push((row.account, row.into_row())),
        ReadRow::Skipped(row) => skipped.push(row.line),
    })?;
    Ok((rows, skipped))
}

fn at_once(bytes: &[u8]) -> Result<Lines, StatementError> {
    let statement = read(bytes, &ReadOptions::default())?;
    let accounts = statement.accounts.into_iter().enumerate();
    let mut rows: Vec<_> =
        accounts.flat_map(|(index, account)| account.rows.into_iter().map(move |row| (index, row))).collect();
    rows.sort_by_key(|(_, row)| row.line);
    Ok((rows, statement.skipped.iter().map(|row| row.line).collect()))
}

#[test]
fn every_layout_gives_the_same_rows_streamed() {
    let folder = format!("{}/tests/fixtures/csv", env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(streamed(&bytes, 7), at_once(&bytes), "{}", path.display());
    }
}

#[test]
fn rows_and_lines_are_exact_across_windows() {
    let mut text = "Date;Payee;Amount\n".to_owned();
    for row in 0..60_000u32 {
        let day = row % 28 + 1;
        let line = match row % 5 {
            0 => format!("2024-03-{day:02};\"Köln \"\"{row}\"\"\";-{row}.25\r\n"),
            1 => format!("2024-03-{day:02};\"Two\nlines {row}\";{row}.50\n"),
            2 => format!("\n2024-03-{day:02};Plain {row};-1.00\n"),
            3 => format!("2024-03-{day:02};\"Quoted {row}\";-2.00\n"),
            _ => format!("never;Broken {row};1.00\n"),
        };
        text += &line;
    }
    assert!(text.len() > 1_500_000);
    let (utf8, western) = (text.as_bytes(), text.chars().map(|c| c as u32 as u8).collect::<Vec<u8>>());
    for bytes in [utf8, &western] {
        let whole = at_once(bytes).unwrap();
        assert_eq!((whole.0.len(), whole.1.len()), (48_000, 12_000));
        assert_eq!(streamed(bytes, 100_000).unwrap(), whole);
    }
    assert!(text.lines().nth(at_once(utf8).unwrap().1[11_999] as usize - 1).unwrap().starts_with("never"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_by_a_stream(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = streamed(&bytes, 3);
    }

    #[test]
    fn any_table_is_the_same_streamed(
        text in "Date,Text,Amount\n(2024-0[1-9]-1[0-9],[a-zé\", \n]{0,8},[0-9.,-]{0,6}\n|[a-z\",\n]{0,9}\n){0,8}",
    ) {
        if let (Ok(streamed), Ok(whole)) = (streamed(text.as_bytes(), 5), at_once(text.as_bytes())) {
            prop_assert_eq!(streamed, whole);
        }
    }
}
