//! Server-sent events out of bytes, however those are cut.
//!
//! Own code rather than a crate: those at hand let a server that never ends a line fill the memory.
//! See <https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream>.

/// One event: its name, empty for the usual one, and its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SseEvent {
    pub(crate) name: String,
    pub(crate) data: String,
}

/// A line, or one event's data, is longer than any model's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLong;

/// Reads a stream piece by piece. The end of the stream ends an event too: servers that leave out the last empty line
/// are as common as those that leave out the last event.
#[derive(Debug)]
pub(crate) struct SseReader {
    limit_bytes: usize,
    line: Vec<u8>,
    /// The last byte was a carriage return, whose line is done: a line feed after it belongs to it.
    after_return: bool,
    is_first_line: bool,
    name: String,
    data: Option<String>,
}

impl SseReader {
    /// `limit_bytes` is the longest line and the longest data of one event.
    pub(crate) fn new(limit_bytes: usize) -> Self {
        Self {
            limit_bytes,
            line: Vec::new(),
            after_return: false,
            is_first_line: true,
            name: String::new(),
            data: None,
        }
    }

    /// Takes the next bytes; `events` gets what they complete.
    pub(crate) fn push(&mut self, bytes: &[u8], events: &mut Vec<SseEvent>) -> Result<(), TooLong> {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.after_return {
                self.after_return = false;
                if rest[0] == b'\n' {
                    rest = &rest[1..];
                    continue;
                }
            }
            let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let (piece, is_ended) = (&rest[..end.unwrap_or(rest.len())], end.is_some());
            if self.line.len() + piece.len() > self.limit_bytes {
                return Err(TooLong);
            }
            self.line.extend_from_slice(piece);
            if !is_ended {
                return Ok(());
            }
            self.after_return = rest[piece.len()] == b'\r';
            rest = &rest[piece.len() + 1..];
            let line = std::mem::take(&mut self.line);
            self.take_line(&line, events)?;
        }
        Ok(())
    }

    /// The event that the end of the stream completes.
    pub(crate) fn finish(&mut self) -> Result<Option<SseEvent>, TooLong> {
        let mut events = Vec::new();
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.take_line(&line, &mut events)?;
        }
        self.take_line(b"", &mut events)?;
        Ok(events.pop())
    }

    fn take_line(&mut self, line: &[u8], events: &mut Vec<SseEvent>) -> Result<(), TooLong> {
        let line = if std::mem::take(&mut self.is_first_line) {
            line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line)
        } else {
            line
        };
        if line.is_empty() {
            let name = std::mem::take(&mut self.name);
            events.extend(self.data.take().map(|data| SseEvent { name, data }));
            return Ok(());
        }
        // Whole lines only are decoded, so a character that was cut between two pieces is whole again.
        let line = String::from_utf8_lossy(line);
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                let length = self.data.as_ref().map_or(0, String::len);
                if length + value.len() > self.limit_bytes {
                    return Err(TooLong);
                }
                match &mut self.data {
                    Some(data) => {
                        data.push('\n');
                        data.push_str(value);
                    }
                    None => self.data = Some(value.to_owned()),
                }
            }
            "event" => value.clone_into(&mut self.name),
            // Comments, which keep a connection alive, ids and retry times.
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(pieces: &[&[u8]]) -> Vec<SseEvent> {
        let mut reader = SseReader::new(1 << 20);
        let mut events = Vec::new();
        for piece in pieces {
            reader.push(piece, &mut events).unwrap();
        }
        events.extend(reader.finish().unwrap());
        events
    }

    fn data(pieces: &[&[u8]]) -> Vec<String> {
        read(pieces).into_iter().map(|event| event.data).collect()
    }

    #[test]
    fn lines_may_end_in_any_of_the_three_ways() {
        for text in ["data: a\n\ndata: b\n\n", "data: a\r\n\r\ndata: b\r\n\r\n", "data: a\r\rdata: b\r\r"] {
            assert_eq!(data(&[text.as_bytes()]), ["a", "b"], "{text:?}");
        }
    }

    #[test]
    fn data_of_several_lines_is_joined_and_comments_are_left_out() {
        let text =
            "\u{feff}: hello\nevent: error\ndata: {\ndata:  \"a\": 1\ndata:}\nid: 7\nretry: 5\n\n: bye\n\n";
        let event = SseEvent { name: "error".into(), data: "{\n \"a\": 1\n}".into() };
        assert_eq!(read(&[text.as_bytes()]), [event]);
    }

    #[test]
    fn an_event_without_its_empty_line_is_still_one() {
        assert_eq!(data(&[b"data: a\n\ndata: [DONE]"]), ["a", "[DONE]"]);
        assert_eq!(data(&[b"data: a\n"]), ["a"]);
        assert!(data(&[b"event: x\n\n", b""]).is_empty());
    }

    #[test]
    fn a_character_that_is_cut_between_pieces_is_whole() {
        let text = "data: 5 € – ok 🙂\n\n".as_bytes();
        for cut in 0..=text.len() {
            assert_eq!(data(&[&text[..cut], &text[cut..]]), ["5 € – ok 🙂"], "cut at {cut}");
        }
    }

    #[test]
    fn what_never_ends_is_too_long() {
        let mut reader = SseReader::new(64);
        let mut events = Vec::new();
        assert_eq!(reader.push(&[b'x'; 65], &mut events), Err(TooLong));
        let mut reader = SseReader::new(64);
        let many = "data: 0123456789\n".repeat(7);
        assert_eq!(reader.push(many.as_bytes(), &mut events), Err(TooLong));
        assert!(events.is_empty());
    }

    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let line = prop_oneof![
            4 => "data: ?[a-z{}\"€🙂: ]{0,12}",
            1 => "(event|id|retry|data|x)(: ?[a-z]{0,4})?",
            1 => ":[ -~]{0,6}",
            2 => Just(String::new()),
        ];
        let end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r")];
        let bytes = proptest::collection::vec((line, end), 0..20)
            .prop_map(|lines| lines.into_iter().flat_map(|(line, end)| (line + end).into_bytes()).collect());
        prop_oneof![9 => bytes, 1 => proptest::collection::vec(any::<u8>(), 0..80)]
    }

    proptest! {
        #[test]
        fn any_cut_of_the_bytes_gives_the_same_events(
            bytes in stream(),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(read(&pieces), read(&[&bytes]));
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            prop_assert_eq!(read(&single), read(&[&bytes]));
        }
    }
}
