//! What answers of a model may take.

use std::time::Duration;

use assistant::AnswerLimits;

use super::{ConfigurationError, Environment};

/// Longer than anybody waits for an answer.
const SECONDS_MAX: u64 = 3_600;

/// What answers of a model may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AnswerConfiguration {
    /// One answer.
    pub limits: AnswerLimits,
    /// Tokens that all answers of a person may take in a day; none leaves them unbounded.
    pub tokens_per_day: Option<u64>,
}

impl AnswerConfiguration {
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, ConfigurationError> {
        let defaults = AnswerLimits::default();
        let seconds = environment.positive("LAKELEDGER_ANSWER_SECONDS", defaults.time.as_secs())?;
        if seconds > SECONDS_MAX {
            let problem = format!("must be at most {SECONDS_MAX}");
            return Err(ConfigurationError::new("LAKELEDGER_ANSWER_SECONDS", problem));
        }
        let tokens_per_day = environment
            .parsed::<u64>("LAKELEDGER_TOKENS_PER_DAY", "must be a whole number; 0 leaves them unbounded")?;
        Ok(Self {
            limits: AnswerLimits {
                steps: environment.positive("LAKELEDGER_ANSWER_STEPS", defaults.steps)?,
                time: Duration::from_secs(seconds),
                tokens: environment.positive("LAKELEDGER_ANSWER_TOKENS", defaults.tokens)?,
                tokens_left: None,
            },
            tokens_per_day: tokens_per_day.filter(|tokens| *tokens > 0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<AnswerConfiguration, ConfigurationError> {
        AnswerConfiguration::from_environment(&Environment::of(variables))
    }

    #[test]
    fn what_is_not_said_is_as_usual_and_no_budget_is_none() {
        assert_eq!(read(&[]).unwrap(), AnswerConfiguration::default());
        assert_eq!(read(&[("LAKELEDGER_TOKENS_PER_DAY", "0")]).unwrap().tokens_per_day, None);
    }

    #[test]
    fn every_limit_is_read() {
        let read = read(&[
            ("LAKELEDGER_ANSWER_STEPS", "3"),
            ("LAKELEDGER_ANSWER_SECONDS", "20"),
            ("LAKELEDGER_ANSWER_TOKENS", "5000"),
            ("LAKELEDGER_TOKENS_PER_DAY", "90000"),
        ])
        .unwrap();
        let limits =
            AnswerLimits { steps: 3, time: Duration::from_secs(20), tokens: 5_000, tokens_left: None };
        assert_eq!(read, AnswerConfiguration { limits, tokens_per_day: Some(90_000) });
    }

    #[test]
    fn a_limit_that_is_none_is_named() {
        for (variable, value) in [
            ("LAKELEDGER_ANSWER_STEPS", "0"),
            ("LAKELEDGER_ANSWER_STEPS", "many"),
            ("LAKELEDGER_ANSWER_SECONDS", "0"),
            ("LAKELEDGER_ANSWER_SECONDS", "3601"),
            ("LAKELEDGER_ANSWER_SECONDS", "18446744073709551615"),
            ("LAKELEDGER_ANSWER_TOKENS", "-1"),
            ("LAKELEDGER_TOKENS_PER_DAY", "1e6"),
        ] {
            assert_eq!(read(&[(variable, value)]).unwrap_err().variable, variable, "{value}");
        }
    }
}
