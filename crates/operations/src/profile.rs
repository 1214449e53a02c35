//! The profile.

use domain::{Profile, ProfileDraft, UserId};
use serde_json::{Map, Value};
use storage::ChangeKind;

use crate::{OperationError, Operations};

impl Operations {
    /// The profile; empty when none was saved.
    pub async fn get_profile(&self, user: &UserId) -> Result<Profile, OperationError> {
        Ok(self.store.find_profile(user).await?.unwrap_or_default())
    }

    /// Replaces the profile by what was typed.
    pub async fn replace_profile(
        &self,
        user: &UserId,
        draft: &ProfileDraft,
    ) -> Result<Profile, OperationError> {
        let edited = self.get_profile(user).await?;
        self.save_profile(user, draft, edited).await
    }

    /// Saves what was typed as an edit of the profile that was read before.
    pub(crate) async fn save_profile(
        &self,
        user: &UserId,
        draft: &ProfileDraft,
        edited: Profile,
    ) -> Result<Profile, OperationError> {
        let (profile, kind) = self.profile_change(draft, edited)?;
        self.write(user, kind).await?;
        Ok(profile)
    }

    /// What was typed as an edit of a profile, and the change that saves it.
    pub(crate) fn profile_change(
        &self,
        draft: &ProfileDraft,
        edited: Profile,
    ) -> Result<(Profile, ChangeKind), OperationError> {
        let profile = draft.validate(self.clock.today()).map_err(OperationError::Invalid)?;
        let based_on = Some(Box::new(edited));
        let kind = ChangeKind::ProfileSaved { profile: Box::new(profile.clone()), based_on };
        Ok((profile, kind))
    }

    /// Replaces the profile by a JSON object; fields that are left out become unknown.
    pub async fn put_profile(&self, user: &UserId, body: &Value) -> Result<Profile, OperationError> {
        self.replace_profile(user, &draft_from_json(body)?).await
    }

    /// Merges a JSON object into the profile (RFC 7396): `null` makes a field unknown.
    pub async fn patch_profile(&self, user: &UserId, patch: &Value) -> Result<Profile, OperationError> {
        let current = self.get_profile(user).await?;
        self.save_profile(user, &patched(&current, patch)?, current).await
    }
}

/// A profile with a JSON object merged into it, as it would be typed.
pub(crate) fn patched(current: &Profile, patch: &Value) -> Result<ProfileDraft, OperationError> {
    let Value::Object(changes) = patch else {
        return Err(OperationError::field("body", "must be a JSON object"));
    };
    let mut merged = serde_json::to_value(current).unwrap_or_default();
    if let Value::Object(fields) = &mut merged {
        fields.extend(changes.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    draft_from_json(&merged)
}

/// Reads a profile's JSON into a draft, whose validation names every wrong field. Numbers and
/// texts are both accepted for figures.
fn draft_from_json(body: &Value) -> Result<ProfileDraft, OperationError> {
    let Value::Object(fields) = body else {
        return Err(OperationError::field("body", "must be a JSON object"));
    };
    let mut texts = serde_json::Map::new();
    for (name, value) in fields {
        let text = match value {
            Value::Array(goals) if name == "financial_goals" => Value::Array(goal_drafts(goals)?),
            Value::Null if name == "financial_goals" => Value::Array(Vec::new()),
            other => Value::String(
                scalar_text(other)
                    .ok_or_else(|| OperationError::field(name, "must be a text, a number or null"))?,
            ),
        };
        texts.insert(name.clone(), text);
    }
    serde_json::from_value(Value::Object(texts)).map_err(|error| unknown_field(&error))
}

fn goal_drafts(goals: &[Value]) -> Result<Vec<Value>, OperationError> {
    let draft = |(index, goal): (usize, &Value)| {
        let at = format!("financial_goals.{index}");
        let Value::Object(fields) = goal else {
            return Err(OperationError::field(&at, "must be a JSON object"));
        };
        texts(fields, |name| format!("{at}.{name}")).map(Value::Object)
    };
    goals.iter().enumerate().map(draft).collect()
}

/// A JSON object's values as the texts that a draft takes.
pub(crate) fn texts(
    fields: &Map<String, Value>,
    named: impl Fn(&str) -> String,
) -> Result<Map<String, Value>, OperationError> {
    let text = |(name, value): (&String, &Value)| {
        let text = scalar_text(value)
            .ok_or_else(|| OperationError::field(&named(name), "must be a text, a number or null"))?;
        Ok((name.clone(), Value::String(text)))
    };
    fields.iter().map(text).collect()
}

fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// serde names an unknown field between back quotes.
fn unknown_field(error: &serde_json::Error) -> OperationError {
    let text = error.to_string();
    let name = text.split('`').nth(1).unwrap_or("body");
    OperationError::field(name, "is not a field of a profile")
}
