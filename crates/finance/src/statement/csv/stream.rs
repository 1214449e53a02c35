//! A CSV of any length, row by row: memory does not grow with the file.

use std::{
    io::Read,
    num::NonZero,
    sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    thread,
};

use super::{
    super::{
        CsvLayout, ReadOptions, StatementAccount, StatementError, read::not_csv, text::name_of_file,
        window::Window,
    },
    batch::Batch,
    detect::{self, Detected},
    lines::LineReader,
    nothing_readable, order_swapped,
    rows::{ReadRow, RowReader},
    scan::Scanner,
};

/// Windows that are looked through ahead of the rows; each takes a few megabytes.
const AHEAD: usize = 2;

/// What a file says beside its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamedStatement {
    /// The character encoding's WHATWG name.
    pub encoding: String,
    /// The accounts, in the file's order, without rows and balances.
    pub accounts: Vec<StatementAccount>,
    /// How many rows were read.
    pub rows: usize,
    /// How many lines were left out.
    pub skipped: usize,
    /// How the columns were understood.
    pub layout: CsvLayout,
}

/// Reads a CSV and gives each row, and each line that is left out, to `sink`, in the file's order.
/// A file of more than a megabyte is looked through by a second thread, where there can be one.
///
/// The layout is found out from the first megabyte. Beside what [`read`](crate::statement::read)
/// refuses, a file is refused at the first row that shows that day and month were taken the wrong
/// way round, and at its end where it was cut off; rows before have gone to the sink then. A last row that is
/// the total of the others is given like them.
pub fn read_rows(
    source: &mut (dyn Read + Send),
    options: &ReadOptions,
    sink: &mut dyn FnMut(ReadRow<'_>),
) -> Result<StreamedStatement, StatementError> {
    let window = Window::open(source)?;
    if window.text().trim().is_empty() {
        return Err(StatementError::Empty);
    }
    if let Some(what) = not_csv(window.text()) {
        return Err(StatementError::OtherFormat { what });
    }
    let mut detected = detect::detect(window.text(), options.mapping.as_ref())?;
    let name = name_of_file(&options.file_name);
    let scanner = |window: &Window<'_>, detected: &Detected| {
        Scanner::new(window.text(), detected.layout.mapping.delimiter as u8)
    };
    if detected.order_is_a_guess {
        let (mut head, mut scanner) = (RowReader::new(&detected, &name), scanner(&window, &detected));
        head.feed(&mut scanner, (window.text(), window.is_last(), &[]), &mut |_| {})?;
        if head.swapped > 0 {
            detected.layout.mapping.date_order = order_swapped(detected.layout.mapping.date_order);
            detected.order_is_a_guess = false;
        }
    }
    let mut scan = Scan {
        scanner: scanner(&window, &detected),
        lines: LineReader::new(&detected),
        window,
        first_line: detected.first_line,
    };
    let mut rows = Rows { reader: RowReader::new(&detected, &name), sink };
    if scan.window.is_last() || !rows.take_scanned_ahead(&mut scan)? {
        rows.take_scanned(&mut scan)?;
    }
    let mut reader = rows.reader;
    reader.check_end()?;
    if reader.read == 0 {
        return Err(nothing_readable(reader.first_skipped, detected.first_line));
    }
    Ok(StreamedStatement {
        encoding: scan.window.encoding().to_owned(),
        rows: reader.read,
        skipped: reader.skipped,
        accounts: std::mem::take(&mut reader.accounts.all),
        layout: detected.layout.clone(),
    })
}

/// What is read of a file before rows are made of it.
struct Scan<'w> {
    window: Window<'w>,
    scanner: Scanner,
    lines: LineReader<'w>,
    first_line: u32,
}

/// A window that was looked through.
struct Scanned {
    text: String,
    slips: Vec<usize>,
    batch: Batch,
    /// The line at its beginning.
    line: u32,
    /// Why there is nothing behind it.
    end: Result<(), StatementError>,
}

impl Scan<'_> {
    /// Looks window after window through, until the file ends or nobody takes them any more. While they are
    /// not taken as fast as they are found, days and amounts are read here too.
    fn ahead(&mut self, taker: &SyncSender<Scanned>) {
        loop {
            let (line, mut at, mut batch) = (self.scanner.line(), 0, Batch::default());
            let is_last = self.window.is_last();
            let bounds = (self.first_line, usize::MAX);
            let mut end = self.scanner.fill(self.window.text(), &mut at, is_last, bounds, &mut batch);
            let (text, slips) = self.window.take(at);
            if end.is_ok() && !is_last {
                end = self.window.advance(0, self.scanner.line());
            }
            let is_end = is_last || end.is_err();
            let is_sent = match taker.try_send(Scanned { text, slips, batch, line, end }) {
                Err(TrySendError::Full(mut scanned)) => {
                    self.lines.tell(&scanned.text, &scanned.slips, &mut scanned.batch);
                    taker.send(scanned).is_ok()
                }
                outcome => outcome.is_ok(),
            };
            if !is_sent || is_end {
                return;
            }
        }
    }
}

/// Where rows are made, and where they go.
struct Rows<'r> {
    reader: RowReader<'r>,
    sink: &'r mut dyn FnMut(ReadRow<'_>),
}

impl Rows<'_> {
    /// Makes rows while another thread looks the file through. False where there can be no other
    /// thread; nothing was read then.
    fn take_scanned_ahead(&mut self, scan: &mut Scan<'_>) -> Result<bool, StatementError> {
        if !thread::available_parallelism().is_ok_and(|threads| threads > NonZero::<usize>::MIN) {
            return Ok(false);
        }
        thread::scope(|scope| {
            let (taker, scanned) = sync_channel(AHEAD);
            let other = thread::Builder::new().spawn_scoped(scope, move || scan.ahead(&taker));
            // Both ends of the channel go with an error, which ends the other thread.
            if other.is_err() { Ok(false) } else { self.take(scanned).map(|()| true) }
        })
    }

    fn take(&mut self, scanned: Receiver<Scanned>) -> Result<(), StatementError> {
        for Scanned { text, slips, mut batch, line, end } in scanned {
            self.reader.rows(&text, &mut batch, &slips, self.sink)?;
            self.check_order(line)?;
            if self.reader.is_hopeless() {
                break;
            }
            end?;
        }
        Ok(())
    }

    fn take_scanned(&mut self, scan: &mut Scan<'_>) -> Result<(), StatementError> {
        loop {
            let (line, window) = (scan.scanner.line(), &scan.window);
            let (text, is_last) = (window.text(), window.is_last());
            let text = (text, is_last, window.slips());
            let consumed = self.reader.feed(&mut scan.scanner, text, self.sink)?;
            self.check_order(line)?;
            if is_last || self.reader.is_hopeless() {
                return Ok(());
            }
            scan.window.advance(consumed, scan.scanner.line())?;
        }
    }

    /// The window that began at `line` shows that day and month were taken the wrong way round.
    fn check_order(&self, line: u32) -> Result<(), StatementError> {
        if self.reader.is_order_wrong() {
            return Err(StatementError::DateOrderUnclear { line });
        }
        Ok(())
    }
}
