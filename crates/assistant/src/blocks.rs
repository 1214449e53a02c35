//! Markdown that arrives in pieces, cut into finished blocks at blank lines.

/// What to tell a listener.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Markdown of the unfinished block.
    Delta(String),
    /// A block that will not change.
    Block(String),
}

/// Cuts a stream of markdown into blocks: one ends at a blank line outside a code fence.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    block: String,
    /// The line that is being written starts here.
    line_start: usize,
    is_fenced: bool,
}

impl Blocks {
    /// Takes more markdown.
    pub fn push(&mut self, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(end) = rest.find('\n') {
            let (line, after) = rest.split_at(end + 1);
            rest = after;
            self.block.push_str(line);
            let whole = self.block[self.line_start..].trim().to_owned();
            if whole.starts_with("```") || whole.starts_with("~~~") {
                self.is_fenced = !self.is_fenced;
            }
            if whole.is_empty() && !self.is_fenced {
                let block = std::mem::take(&mut self.block).trim_end().to_owned();
                if !block.is_empty() {
                    pieces.push(Piece::Block(block));
                }
            } else {
                pieces.push(Piece::Delta(line.to_owned()));
            }
            self.line_start = self.block.len();
        }
        if !rest.is_empty() {
            self.block.push_str(rest);
            pieces.push(Piece::Delta(rest.to_owned()));
        }
        pieces
    }

    /// The block that no blank line has ended.
    pub fn finish(self) -> Option<String> {
        let block = self.block.trim_end();
        (!block.trim().is_empty()).then(|| block.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(deltas: &[&str]) -> Vec<String> {
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
    fn a_blank_line_ends_a_block_wherever_the_deltas_are_cut() {
        let whole = blocks(&["one\ntwo\n\nthree\n"]);
        assert_eq!(whole, ["one\ntwo", "three"]);
        let letters: Vec<String> = "one\ntwo\n\nthree\n".chars().map(String::from).collect();
        let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
        assert_eq!(blocks(&letters), whole);
    }

    #[test]
    fn a_code_fence_keeps_its_blank_lines() {
        assert_eq!(blocks(&["```\na\n\nb\n```\n\nafter"]), ["```\na\n\nb\n```", "after"]);
    }
}
