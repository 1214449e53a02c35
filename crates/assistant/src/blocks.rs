//! Markdown that arrives in pieces, cut into finished blocks at blank lines.

use std::mem;

/// What to tell a listener.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Markdown of the unfinished block.
    Delta(String),
    /// A block that will not change.
    Block(String),
}

/// Cuts a stream of markdown into blocks: one ends at a blank line outside a code fence. A list goes
/// on behind a blank line with its next item or what is indented under the last one.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    /// Whole lines of the unfinished block.
    block: String,
    /// Blank lines behind it: what follows them tells whether it is finished.
    gap: String,
    /// The line that is being written, and how much of it a listener has.
    line: String,
    told: usize,
    /// The mark that opened a code fence and how often it stood there.
    fence: Option<(u8, usize)>,
}

/// What a line behind blank ones does to the block before them.
enum Next {
    /// More of the line is needed.
    Unknown,
    /// The block goes on.
    SameBlock,
    /// The block is finished.
    NewBlock,
}

impl Blocks {
    /// Takes more markdown.
    pub fn push(&mut self, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for piece in text.split_inclusive('\n') {
            self.line.push_str(piece);
            let is_whole = piece.ends_with('\n');
            self.tell(is_whole, &mut pieces);
            if is_whole {
                self.end_line();
            }
        }
        pieces
    }

    /// Tells what is known of the line so far.
    fn tell(&mut self, is_whole: bool, pieces: &mut Vec<Piece>) {
        if self.line.trim().is_empty() && self.fence.is_none() {
            // It may be a blank line, which says nothing by itself.
            return;
        }
        if !self.gap.is_empty() {
            let next = self.next(is_whole);
            match next {
                Next::Unknown => return,
                Next::SameBlock => {
                    let gap = mem::take(&mut self.gap);
                    self.block += &gap;
                    pieces.push(Piece::Delta(gap));
                }
                Next::NewBlock => {
                    self.gap.clear();
                    pieces.push(Piece::Block(mem::take(&mut self.block).trim_end().to_owned()));
                }
            }
        }
        if self.told < self.line.len() {
            pieces.push(Piece::Delta(self.line[self.told..].to_owned()));
            self.told = self.line.len();
        }
    }

    fn end_line(&mut self) {
        let line = mem::take(&mut self.line);
        self.told = 0;
        if line.trim().is_empty() && self.fence.is_none() {
            if !self.block.is_empty() {
                self.gap += &line;
            }
            return;
        }
        self.fence = fence_after(self.fence, &line);
        self.block += &line;
    }

    fn next(&self, is_whole: bool) -> Next {
        let line = self.line.trim_start();
        if !is_list_item(self.block.trim_start()) {
            return Next::NewBlock;
        }
        if self.line.len() - line.len() >= 2 || is_list_item(line) {
            return Next::SameBlock;
        }
        let may_become_item = line.trim_end().trim_start_matches(|c: char| c.is_ascii_digit()).len() <= 1;
        if may_become_item && !is_whole { Next::Unknown } else { Next::NewBlock }
    }

    /// The block that no blank line has ended.
    pub fn finish(self) -> Option<String> {
        let block = self.block + &self.gap + &self.line;
        (!block.trim().is_empty()).then(|| block.trim_end().to_owned())
    }
}

/// The fence that is open behind a line.
fn fence_after(open: Option<(u8, usize)>, line: &str) -> Option<(u8, usize)> {
    let line = line.trim();
    let Some(mark) = line.bytes().next().filter(|mark| matches!(mark, b'`' | b'~')) else { return open };
    let count = line.bytes().take_while(|byte| *byte == mark).count();
    let rest = &line[count..];
    match open {
        // A fence of backticks has none behind it: such a line is code in a sentence.
        None if count >= 3 && !(mark == b'`' && rest.contains('`')) => Some((mark, count)),
        Some((opened_by, length)) if mark == opened_by && count >= length && rest.is_empty() => None,
        _ => open,
    }
}

/// Whether a text begins with the mark of a list's item: `- `, `* `, `+ `, `1. `, `1) `.
fn is_list_item(text: &str) -> bool {
    let behind_number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - behind_number.len();
    let mark = match digits {
        0 => text.strip_prefix(['-', '*', '+']),
        1..=9 => behind_number.strip_prefix(['.', ')']),
        _ => None,
    };
    mark.is_some_and(|rest| rest.starts_with([' ', '\t', '\n']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn blocks<'a>(deltas: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let mut cutter = Blocks::default();
        let mut found: Vec<String> = Vec::new();
        for delta in deltas {
            for piece in cutter.push(delta) {
                if let Piece::Block(block) = piece {
                    found.push(block);
                }
            }
        }
        found.extend(cutter.finish());
        found
    }

    #[test]
    fn a_blank_line_ends_a_block() {
        assert_eq!(blocks(["one\ntwo\n\nthree\n"]), ["one\ntwo", "three"]);
    }

    #[test]
    fn a_code_fence_keeps_its_blank_lines() {
        assert_eq!(blocks(["```\na\n\nb\n```\n\nafter"]), ["```\na\n\nb\n```", "after"]);
        assert_eq!(blocks(["````\n```\n\nb\n````\n\nafter"]), ["````\n```\n\nb\n````", "after"]);
        assert_eq!(blocks(["```a``` b\n\nafter"]), ["```a``` b", "after"]);
    }

    #[test]
    fn a_list_goes_on_behind_a_blank_line() {
        assert_eq!(blocks(["1. a\n\n2. b\n\n   c\n\nafter"]), ["1. a\n\n2. b\n\n   c", "after"]);
        assert_eq!(blocks(["- a\n\n- b\n\n12 after"]), ["- a\n\n- b", "12 after"]);
        assert_eq!(blocks(["text\n\n- a"]), ["text", "- a"]);
    }

    proptest! {
        #[test]
        fn the_blocks_are_the_same_wherever_the_deltas_are_cut(
            lines in prop::collection::vec(
                prop::sample::select(vec!["", "a", "- b", "1. c", "12", "  d", "```", "~~~~", "> e", " "]),
                0..12,
            ),
            cuts in prop::collection::vec(0_usize..60, 0..12),
        ) {
            let text = lines.join("\n");
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let deltas = cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]);
            prop_assert_eq!(blocks(deltas), blocks([text.as_str()]));
        }

        #[test]
        fn what_a_listener_hears_is_the_whole_text(text in "[-a1.` \n]{0,40}") {
            let mut cutter = Blocks::default();
            let (mut told, mut done) = (String::new(), String::new());
            for letter in text.split_inclusive(|_| true) {
                for piece in cutter.push(letter) {
                    match piece {
                        Piece::Delta(delta) => told += &delta,
                        // A finished block takes the place of what was told of it.
                        Piece::Block(block) => {
                            let heard = mem::take(&mut told);
                            prop_assert_eq!(heard.trim_end(), block.as_str());
                            done += &block;
                        }
                    }
                }
            }
            done += &cutter.finish().unwrap_or_default();
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<String>();
            prop_assert_eq!(words(&done), words(&text));
        }
    }
}
