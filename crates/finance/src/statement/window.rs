//! Text of a file of any length, a window at a time.

use std::io::Read;

use encoding_rs::{Decoder, Encoding, UTF_8};

use super::{StatementError, encoding};

/// The layout is found out from so much of a file.
const HEAD_BYTES: usize = 1 << 20;
/// Bytes that are read at once; larger windows leave the processor's cache.
const CHUNK_BYTES: usize = 256 * 1024;

/// A part of the text, from the first byte that was not read yet.
pub(super) struct Window<'r> {
    source: &'r mut (dyn Read + Send),
    bytes: Vec<u8>,
    text: String,
    slips: Vec<usize>,
    mode: Mode,
    ended: bool,
}

enum Mode {
    /// UTF-8; whether other letters than ASCII proved it.
    Utf8 {
        proven: bool,
    },
    Other {
        decoder: Box<Decoder>,
        encoding: &'static Encoding,
    },
}

impl<'r> Window<'r> {
    /// Reads the head of a file and finds out its encoding.
    pub(super) fn open(source: &'r mut (dyn Read + Send)) -> Result<Self, StatementError> {
        let mut window = Self {
            source,
            bytes: Vec::new(),
            text: String::new(),
            slips: Vec::new(),
            mode: Mode::Utf8 { proven: false },
            ended: false,
        };
        window.load(HEAD_BYTES, 1)?;
        let (encoding, mark) = encoding::of_head(&window.bytes)?;
        window.bytes.drain(..mark);
        window.mode = match encoding {
            Some(encoding) if encoding != UTF_8 => Mode::other(encoding),
            _ => Mode::Utf8 { proven: mark > 0 },
        };
        window.decode(1)?;
        Ok(window)
    }

    /// What was read and not taken yet.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Places in the text where bytes of another encoding stood.
    pub(super) fn slips(&self) -> &[usize] {
        &self.slips
    }

    /// Whether the text reaches the end of the file.
    pub(super) fn is_last(&self) -> bool {
        self.ended
    }

    /// The encoding's WHATWG name.
    pub(super) fn encoding(&self) -> &'static str {
        match &self.mode {
            Mode::Utf8 { .. } => UTF_8.name(),
            Mode::Other { encoding, .. } => encoding.name(),
        }
    }

    /// Takes the first `consumed` bytes of the text away, with the places of slips in them.
    pub(super) fn take(&mut self, consumed: usize) -> (String, Vec<usize>) {
        let rest = self.text[consumed..].to_owned();
        self.text.truncate(consumed);
        let (taken, left): (Vec<usize>, Vec<usize>) = self.slips.iter().partition(|place| **place < consumed);
        self.slips = left.into_iter().map(|place| place - consumed).collect();
        (std::mem::replace(&mut self.text, rest), taken)
    }

    /// Takes `consumed` bytes of the text away and reads on; `line` is the next one.
    pub(super) fn advance(&mut self, consumed: usize, line: u32) -> Result<(), StatementError> {
        self.text.drain(..consumed);
        self.slips.retain(|place| *place >= consumed);
        self.slips.iter_mut().for_each(|place| *place -= consumed);
        self.load(CHUNK_BYTES, line)?;
        self.decode(line)
    }

    fn load(&mut self, wanted: usize, line: u32) -> Result<(), StatementError> {
        let mut limited = (&mut *self.source).take(wanted as u64);
        let read = limited.read_to_end(&mut self.bytes).map_err(|_| StatementError::Interrupted { line })?;
        self.ended = read < wanted;
        Ok(())
    }

    /// Moves what is decoded from bytes to text; the beginning of a letter waits for its end.
    fn decode(&mut self, line: u32) -> Result<(), StatementError> {
        let bytes = std::mem::take(&mut self.bytes);
        let mut rest = bytes.as_slice();
        if let Mode::Utf8 { proven } = &mut self.mode {
            if memchr::memchr(0, rest).is_some() {
                return Err(encoding::nul_byte(rest, line + lines(&self.text)));
            }
            loop {
                let error = match std::str::from_utf8(rest) {
                    Ok(valid) => {
                        *proven |= !valid.is_ascii();
                        self.text.push_str(valid);
                        self.bytes = bytes;
                        self.bytes.clear();
                        return Ok(());
                    }
                    Err(error) => error,
                };
                let (valid, invalid) = rest.split_at(error.valid_up_to());
                *proven |= !valid.is_ascii();
                self.text.push_str(std::str::from_utf8(valid).expect("checked up to here"));
                rest = invalid;
                match error.error_len() {
                    None if !self.ended => {
                        self.bytes = rest.to_vec();
                        return Ok(());
                    }
                    _ if !*proven => break,
                    length => {
                        self.slips.push(self.text.len());
                        self.text.push(char::REPLACEMENT_CHARACTER);
                        rest = &rest[length.unwrap_or(rest.len())..];
                    }
                }
            }
            self.mode = Mode::other(encoding::detect(rest));
        }
        if let Mode::Other { decoder, .. } = &mut self.mode {
            let needed = decoder.max_utf8_buffer_length(rest.len()).unwrap_or(rest.len() * 3);
            self.text.reserve(needed);
            let _ = decoder.decode_to_string(rest, &mut self.text, self.ended);
        }
        Ok(())
    }
}

impl Mode {
    fn other(encoding: &'static Encoding) -> Self {
        Self::Other { decoder: Box::new(encoding.new_decoder_without_bom_handling()), encoding }
    }
}

fn lines(text: &str) -> u32 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u32
}
