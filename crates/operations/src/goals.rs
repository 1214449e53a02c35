//! Goals: what a person saves for. They stand in the profile and are known by their names.

use domain::{FieldError, FinancialGoal, GoalDraft, Profile, ProfileDraft, UserId};
use serde_json::{Map, Value};

use crate::{OperationError, Operations, profile::texts};

impl Operations {
    /// Every goal, in the profile's order.
    pub async fn list_goals(&self, user: &UserId) -> Result<Vec<FinancialGoal>, OperationError> {
        Ok(self.get_profile(user).await?.financial_goals)
    }

    /// Adds a goal from a JSON object with the fields of a [`FinancialGoal`].
    pub async fn add_goal(&self, user: &UserId, body: &Value) -> Result<FinancialGoal, OperationError> {
        let profile = self.get_profile(user).await?;
        let index = profile.financial_goals.len();
        self.put_goal(user, profile, index, body).await
    }

    /// Merges a JSON object into the goal of a name (RFC 7396): `null` makes a field unknown.
    pub async fn update_goal(
        &self,
        user: &UserId,
        name: &str,
        patch: &Value,
    ) -> Result<FinancialGoal, OperationError> {
        let profile = self.get_profile(user).await?;
        let index = index_of(&profile, name).ok_or(OperationError::NotFound)?;
        let mut merged = serde_json::to_value(&profile.financial_goals[index]).unwrap_or_default();
        if let Value::Object(fields) = &mut merged {
            fields.extend(object(patch)?.clone());
        }
        self.put_goal(user, profile, index, &merged).await
    }

    /// Takes the goal of a name away.
    pub async fn remove_goal(&self, user: &UserId, name: &str) -> Result<(), OperationError> {
        let profile = self.get_profile(user).await?;
        let index = index_of(&profile, name).ok_or(OperationError::NotFound)?;
        let mut draft = ProfileDraft::from(&profile);
        draft.financial_goals.remove(index);
        self.save_profile(user, &draft, profile).await.map(drop)
    }

    /// Puts a goal at its place in the profile: the one after the last is new.
    async fn put_goal(
        &self,
        user: &UserId,
        profile: Profile,
        index: usize,
        body: &Value,
    ) -> Result<FinancialGoal, OperationError> {
        let (goal, draft) = self.placed_goal(user, &profile, index, body).await?;
        self.save_profile(user, &draft, profile).await?;
        Ok(goal)
    }

    /// A goal, and the profile with it at its place, as it would be typed.
    pub(crate) async fn placed_goal(
        &self,
        user: &UserId,
        profile: &Profile,
        index: usize,
        body: &Value,
    ) -> Result<(FinancialGoal, ProfileDraft), OperationError> {
        let goal = goal_draft(body)?;
        let is_taken = |other: &(usize, &FinancialGoal)| other.0 != index && is_named(other.1, &goal.name);
        if profile.financial_goals.iter().enumerate().any(|other| is_taken(&other)) {
            return Err(OperationError::field("name", "is the name of another goal"));
        }
        let mut draft = ProfileDraft::from(profile);
        match draft.financial_goals.get_mut(index) {
            Some(there) => *there = goal,
            None => draft.financial_goals.push(goal),
        }
        let goal = checked(&draft, index, self.clock.today())?;
        if let Some(id) = goal.account_id
            && self.ledger(user).await?.account(id).is_none()
        {
            return Err(OperationError::field("account_id", "is not one of your accounts"));
        }
        Ok((goal, draft))
    }
}

/// The goal at a place of a draft, or what is wrong, named as the goal's own fields.
fn checked(
    draft: &ProfileDraft,
    index: usize,
    today: jiff::civil::Date,
) -> Result<FinancialGoal, OperationError> {
    let own = format!("financial_goals.{index}.");
    let profile = draft.validate(today).map_err(|errors| {
        let own_name = |error: FieldError| FieldError {
            field: error.field.strip_prefix(&own).unwrap_or(&error.field).to_owned(),
            ..error
        };
        OperationError::Invalid(errors.into_iter().map(own_name).collect())
    })?;
    // An empty draft is no goal.
    let missing = || OperationError::field("name", "must not be empty");
    profile.financial_goals.into_iter().nth(index).ok_or_else(missing)
}

fn is_named(goal: &FinancialGoal, name: &str) -> bool {
    goal.name.to_lowercase() == name.trim().to_lowercase()
}

pub(crate) fn index_of(profile: &Profile, name: &str) -> Option<usize> {
    profile.financial_goals.iter().position(|goal| is_named(goal, name))
}

fn object(body: &Value) -> Result<&Map<String, Value>, OperationError> {
    body.as_object().ok_or_else(|| OperationError::field("body", "must be a JSON object"))
}

fn goal_draft(body: &Value) -> Result<GoalDraft, OperationError> {
    let texts = texts(object(body)?, str::to_owned)?;
    serde_json::from_value(Value::Object(texts)).map_err(|error| {
        let text = error.to_string();
        OperationError::field(text.split('`').nth(1).unwrap_or("body"), "is not a field of a goal")
    })
}
