//! What one answer may take.

use std::time::Duration;

/// What one answer of a serving model may take. When it is spent, the built-in engine answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerLimits {
    /// Turns. A question takes two or three; more means that a model runs in circles.
    pub steps: u32,
    /// Time, over all turns.
    pub time: Duration,
    /// Tokens read and written, over all turns.
    pub tokens: u64,
    /// Tokens that the person has left today; none where nothing bounds them.
    pub tokens_left: Option<u64>,
}

impl Default for AnswerLimits {
    fn default() -> Self {
        Self { steps: 8, time: Duration::from_secs(90), tokens: 100_000, tokens_left: None }
    }
}

impl AnswerLimits {
    /// Tokens that this answer may take.
    pub(super) fn tokens_max(&self) -> u64 {
        self.tokens_left.map_or(self.tokens, |left| left.min(self.tokens))
    }
}

/// Tool calls of one answer; bounds what one question can cost.
pub(super) const CALLS_MAX: usize = 16;
/// Equal calls of one answer that are pointed out; one more and the model runs in circles.
pub(super) const REPEATS_MAX: usize = 3;
/// Bytes of one tool's result that a serving model is sent.
pub(super) const RESULT_BYTES: usize = 12 * 1024;
/// The same once the model has found the conversation too long.
pub(super) const SHORT_RESULT_BYTES: usize = 3 * 1024;
/// How long a serving model may be silent.
pub(super) const SILENCE_MAX: Duration = Duration::from_secs(40);
