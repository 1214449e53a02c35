//! What the assistant remembers of a person, and which tools it may use.

use domain::{Remembered, RememberedSource, Setting, SettingId, ToolSwitch, UserId};

use crate::{OperationError, Operations};

/// Things remembered of one person; a model is told all of them with every question.
const MEMORIES_MAX: usize = 200;
/// Longest name of a tool, in characters.
const TOOL_NAME_MAX: usize = 200;

impl Operations {
    /// What is remembered, oldest first.
    pub async fn list_memories(&self, user: &UserId) -> Result<Vec<Remembered>, OperationError> {
        Ok(self.settings(user).await?.remembered.clone())
    }

    /// Remembers a text. With a `key` a repeat is [`OperationError::AlreadyDone`].
    pub async fn add_memory(
        &self,
        user: &UserId,
        text: &str,
        key: Option<SettingId>,
    ) -> Result<Remembered, OperationError> {
        let memory = self.checked_memory(user, self.setting_id(key), text, None).await?;
        self.add_settings(user, memory.id, vec![Setting::Remembered(memory.clone())]).await?;
        Ok(memory)
    }

    /// Forgets something that is remembered.
    pub async fn delete_memory(&self, user: &UserId, id: SettingId) -> Result<(), OperationError> {
        if !self.settings(user).await?.remembered.iter().any(|memory| memory.id == id) {
            return Err(OperationError::NotFound);
        }
        self.delete_setting(user, id).await
    }

    /// Something to be remembered, checked against what is.
    pub(crate) async fn checked_memory(
        &self,
        user: &UserId,
        id: SettingId,
        text: &str,
        source: Option<RememberedSource>,
    ) -> Result<Remembered, OperationError> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let max = Remembered::TEXT_MAX_CHARS;
        if text.is_empty() || text.chars().count() > max || text.chars().any(char::is_control) {
            return Err(OperationError::field("text", format!("must be 1 to {max} characters")));
        }
        let settings = self.settings(user).await?;
        let others = settings.remembered.iter().filter(|memory| memory.id != id);
        if others.clone().any(|memory| memory.text.to_lowercase() == text.to_lowercase()) {
            return Err(OperationError::field("text", "is remembered already"));
        }
        if others.count() >= MEMORIES_MAX {
            return Err(OperationError::Full);
        }
        Ok(Remembered { id, text, source, at: self.clock.now() })
    }

    /// Whether the assistant may call a tool: it may unless the person has switched it off.
    pub async fn tool_is_enabled(&self, user: &UserId, tool: &str) -> Result<bool, OperationError> {
        Ok(self.settings(user).await?.tool_is_enabled(tool))
    }

    /// Switches a tool, ours or a remote one, on or off.
    pub async fn switch_tool(&self, user: &UserId, tool: &str, enabled: bool) -> Result<(), OperationError> {
        if tool.is_empty() || tool.chars().count() > TOOL_NAME_MAX || tool.chars().any(char::is_control) {
            return Err(OperationError::field("tool", format!("must be 1 to {TOOL_NAME_MAX} characters")));
        }
        let settings = self.settings(user).await?;
        let there = settings.tool_switches.iter().filter(|switch| switch.tool == tool);
        let mut changed: Vec<ToolSwitch> =
            there.map(|switch| ToolSwitch { enabled, ..switch.clone() }).collect();
        if changed.is_empty() {
            if settings.len() >= crate::settings::SETTINGS_MAX {
                return Err(OperationError::Full);
            }
            changed.push(ToolSwitch { id: self.setting_id(None), tool: tool.to_owned(), enabled });
        }
        self.save_settings(user, changed.into_iter().map(Setting::ToolSwitch).collect()).await
    }
}
