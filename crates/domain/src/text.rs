//! Short texts that people type.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidText {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// Longer than allowed, in characters.
    #[error("must be at most {max} characters")]
    TooLong {
        /// The longest allowed, in characters.
        max: usize,
    },
}

/// A chat's title: one line, 1 to 120 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Title(String);

impl Title {
    /// The longest title in characters; longer ones do not fit a list row at any width.
    pub const MAX_CHARS: usize = 120;

    /// Checks a title that a person typed; line breaks and runs of white space become one space.
    pub fn new(text: &str) -> Result<Self, InvalidText> {
        let line = single_line(text);
        match line.chars().count() {
            0 => Err(InvalidText::Empty),
            n if n > Self::MAX_CHARS => Err(InvalidText::TooLong { max: Self::MAX_CHARS }),
            _ => Ok(Self(line)),
        }
    }

    /// A title made of a question's first 60 characters, cut at a word.
    pub fn from_question(question: &str) -> Self {
        const MAX: usize = 60;
        let line = single_line(question);
        if line.is_empty() {
            return Self("New chat".to_owned());
        }
        if line.chars().count() <= MAX {
            return Self(line);
        }
        let cut: String = line.chars().take(MAX - 1).collect();
        let whole_words = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
        Self(format!("{whole_words}…"))
    }

    /// The title as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn single_line(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl TryFrom<String> for Title {
    type Error = InvalidText;

    fn try_from(text: String) -> Result<Self, InvalidText> {
        Self::new(&text)
    }
}

impl From<Title> for String {
    fn from(title: Title) -> Self {
        title.0
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
