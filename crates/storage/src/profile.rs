//! Two edits of one profile become one: per field, the newest wins.

use std::collections::BTreeMap;

use domain::{FinancialGoal, Profile};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// When each field of a profile was last set, by its name. A field that is not named here was
/// never set, so that any edit of it counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldTimes(BTreeMap<String, Timestamp>);

impl FieldTimes {
    fn allow(&self, field: &str, at: Timestamp) -> bool {
        self.0.get(field).is_none_or(|set| *set <= at)
    }
}

/// A profile as a store keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoredProfile {
    /// What reads give.
    pub profile: Profile,
    /// When each field was set; stores keep it beside the profile.
    pub times: FieldTimes,
}

impl StoredProfile {
    /// The profile after an edit: `profile` is what the person saved at `at`, `based_on` what they
    /// saw before.
    ///
    /// Only the fields that differ between the two are set, and of these not the ones that were set
    /// at a later time; of two edits at the same time the one merged last stays. Without `based_on`
    /// the profile is replaced whole. Merging an edit again changes nothing, and edits of different
    /// fields give the same in either order. Goals are told apart by their names: two that are added at
    /// once both stay.
    #[must_use]
    pub fn merge(mut self, profile: &Profile, based_on: Option<&Profile>, at: Timestamp) -> Self {
        let goals = based_on.map(|base| {
            let is_newer = self.times.allow("financial_goals", at);
            merged_goals(
                &self.profile.financial_goals,
                &profile.financial_goals,
                &base.financial_goals,
                is_newer,
            )
        });
        // Taken apart without `..`: a field that is added to the profile has to be added here.
        macro_rules! fields {
            ($($field:ident)*) => {{
                let Profile { $($field),* } = profile;
                $(
                    let is_edited = based_on.is_none_or(|base| base.$field != *$field);
                    let may_be_set = based_on.is_none() || self.times.allow(stringify!($field), at);
                    if is_edited && may_be_set {
                        self.profile.$field.clone_from($field);
                        self.times.0.insert(stringify!($field).to_owned(), at);
                    }
                )*
            }};
        }
        fields! {
            display_name date_of_birth marital_status number_of_dependents household_size
            employment_status employer_name job_title years_employed annual_income
            fixed_monthly_costs emergency_fund_months risk_tolerance investment_experience_years
            retirement_age_target tax_filing_status financial_goals base_currency locale country notes
        }
        if let Some(goals) = goals {
            self.profile.financial_goals = goals;
        }
        self
    }
}

/// What an edit from `base` to `edited` makes of the goals that are kept. One that is older than what is
/// kept only adds.
fn merged_goals(
    kept: &[FinancialGoal],
    edited: &[FinancialGoal],
    base: &[FinancialGoal],
    is_newer: bool,
) -> Vec<FinancialGoal> {
    let find = |goals: &[FinancialGoal], name: &str| goals.iter().position(|goal| goal.name == name);
    let mut merged = kept.to_vec();
    if is_newer {
        merged.retain(|goal| find(base, &goal.name).is_none() || find(edited, &goal.name).is_some());
    }
    for goal in edited {
        let is_new = find(base, &goal.name).is_none();
        match find(&merged, &goal.name) {
            Some(at) if is_newer && !base.contains(goal) => merged[at].clone_from(goal),
            Some(_) => {}
            None if is_new || (is_newer && !base.contains(goal)) => merged.push(goal.clone()),
            None => {}
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn second(at: i64) -> Timestamp {
        Timestamp::from_second(at).unwrap()
    }

    fn named(name: Option<u8>, notes: Option<u8>, age: Option<u8>) -> Profile {
        Profile {
            display_name: name.map(|name| name.to_string()),
            notes: notes.map(|notes| notes.to_string()),
            retirement_age_target: age,
            ..Profile::default()
        }
    }

    prop_compose! {
        fn profile()(name: Option<u8>, notes: Option<u8>, age: Option<u8>) -> Profile {
            named(name, notes, age)
        }
    }

    proptest! {
        #[test]
        fn edits_of_different_fields_give_the_same_in_either_order(
            base in profile(), name: Option<u8>, notes: Option<u8>, first in 1_i64..9, other in 1_i64..9,
        ) {
            let start = StoredProfile::default().merge(&base, None, second(0));
            let name = Profile { display_name: name.map(|name| name.to_string()), ..base.clone() };
            let notes = Profile { notes: notes.map(|notes| notes.to_string()), ..base.clone() };
            let (first, other) = (second(first), second(other));
            let one = start.clone().merge(&name, Some(&base), first).merge(&notes, Some(&base), other);
            let two = start.merge(&notes, Some(&base), other).merge(&name, Some(&base), first);
            prop_assert_eq!(&one, &two);
            prop_assert_eq!(&one.profile.display_name, &name.display_name);
            prop_assert_eq!(&one.profile.notes, &notes.notes);
        }

        #[test]
        fn of_edits_of_one_field_the_newest_wins_in_either_order(
            base in profile(), older in profile(), newer in profile(),
        ) {
            let start = StoredProfile::default().merge(&base, None, second(0));
            let older = |stored: StoredProfile| stored.merge(&older, Some(&base), second(1));
            let merge_newer = |stored: StoredProfile| stored.merge(&newer, Some(&base), second(2));
            let one = merge_newer(older(start.clone()));
            prop_assert_eq!(&one, &older(merge_newer(start)));
            if newer.notes != base.notes {
                prop_assert_eq!(&one.profile.notes, &newer.notes);
            }
        }

        #[test]
        fn an_edit_merged_again_changes_nothing(
            edits in prop::collection::vec((profile(), prop::option::of(profile()), 0_i64..9), 1..6),
        ) {
            let mut stored = StoredProfile::default();
            for (profile, based_on, at) in &edits {
                stored = stored.merge(profile, based_on.as_ref(), second(*at));
                let again = stored.clone().merge(profile, based_on.as_ref(), second(*at));
                prop_assert_eq!(&again, &stored);
            }
        }
    }

    #[test]
    fn field_times_are_one_json_object() {
        let stored =
            StoredProfile::default().merge(&named(Some(1), None, None), Some(&Profile::default()), second(0));
        let json = serde_json::to_string(&stored.times).unwrap();
        assert_eq!(json, r#"{"display_name":"1970-01-01T00:00:00Z"}"#);
    }

    fn saving(goals: &[(&str, i64)]) -> Profile {
        let goal = |&(name, target): &(&str, i64)| FinancialGoal {
            name: name.to_owned(),
            target_amount: target.into(),
            target_date: None,
            priority: 1,
            saved_amount: None,
            account_id: None,
        };
        Profile { financial_goals: goals.iter().map(goal).collect(), ..Profile::default() }
    }

    #[test]
    fn goals_that_are_added_changed_and_removed_at_once_are_all_minded() {
        let base = saving(&[("Car", 100), ("Boat", 50), ("Old", 1)]);
        let edits = [
            (saving(&[("Car", 100), ("Boat", 50), ("Old", 1), ("Trip", 30)]), 1),
            (saving(&[("Car", 120), ("Boat", 50), ("Old", 1)]), 2),
            (saving(&[("Car", 100), ("Boat", 50), ("Bike", 20)]), 3),
        ];
        let stored = StoredProfile::default().merge(&base, None, second(0));
        let all =
            edits.iter().fold(stored, |stored, (edit, at)| stored.merge(edit, Some(&base), second(*at)));
        assert_eq!(all.profile, saving(&[("Car", 120), ("Boat", 50), ("Trip", 30), ("Bike", 20)]));
        let again = all.clone().merge(&edits[2].0, Some(&base), second(3));
        assert_eq!(again, all);
        // An edit that arrives late adds what it has, and takes nothing away.
        let late = all.clone().merge(&saving(&[("Home", 900)]), Some(&base), second(1));
        assert_eq!(late.profile.financial_goals.len(), all.profile.financial_goals.len() + 1);
    }
}
