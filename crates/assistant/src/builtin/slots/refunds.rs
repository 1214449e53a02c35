//! Money that came back: left out, taken off anyway, or asked for, which no tool tells.

use super::{Reading, Sort, is_one};

impl Reading<'_> {
    pub(super) fn is_refund(&self, at: usize) -> bool {
        matches!(self.words[at].text.as_str(), "refund" | "refunds" | "refunded" | "refunding")
            || self.comes_back(at)
    }

    /// "How much did I get back", "money back", "what Zipcab gave me back": not "back in March", "back to work".
    fn comes_back(&self, at: usize) -> bool {
        const VERBS: &str = "get gets got getting receive received give gives gave given send sends sent come comes came coming money cash";
        if matches!(self.words[at].text.as_str(), "returned" | "credited") {
            return self.slots.payee.is_some() && !self.slots.names_income();
        }
        let leads = at.saturating_sub(3)..at;
        let start = leads.rev().find(|at| !is_one(self.word(Some(*at)), "me us it them that my the"));
        let next = (self.word(Some(at + 1)), self.word(Some(at + 2)));
        let is_of_money = match next {
            ("to", whom) => is_one(whom, "me us"),
            next => next != ("from", "work"),
        };
        self.words[at].text == "back"
            && start.is_some_and(|at| is_one(self.word(Some(at)), VERBS))
            && is_of_money
            && !self.slots.names_income()
    }

    /// `without refunds`; `net of refunds` is how spending is counted anyway.
    pub(super) fn refunds(&mut self) {
        for at in 0..self.words.len() {
            if self.taken[at] || !self.is_refund(at) {
                continue;
            }
            let is_net = matches!(
                (self.word(at.checked_sub(2)), self.word(at.checked_sub(1))),
                (_, "minus" | "less" | "after" | "including" | "with" | "incl") | ("net", "of")
            );
            let is_left_out = if self.words[at].text == "refunds" {
                self.left_out(&(at..at + 1), Sort::FixedCost)
            } else {
                None
            };
            if is_net {
                let start = if self.words[at - 1].text == "of" { at - 2 } else { at - 1 };
                let is_not = matches!(self.word(start.checked_sub(1)), "not" | "without");
                self.taken[start..=at].fill(true);
                if is_not {
                    self.taken[start - 1] = true;
                    self.slots.without.push("refunds".to_owned());
                }
            } else if let Some(said) = is_left_out {
                for word in said.words {
                    self.taken[word] = true;
                }
                self.taken[at] = true;
                self.slots.without.push("refunds".to_owned());
            } else {
                // A service's word, or rows that no tool tells from others: no name.
                self.taken[at] = true;
                self.has_refund = true;
            }
        }
    }
}
