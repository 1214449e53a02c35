//! The sample household: two years of made-up accounts, added and removed as one import.

use domain::{Import, ImportId, ImportSource, ProfileDraft, UserId};

use crate::{AccountChoice, OperationError, Operations, imports::PLANS_MAX};

/// The seed of the household that everyone gets; the same day gives the same rows.
const SEED: u64 = 2024;

impl Operations {
    /// Adds the sample household; its profile too, where the person has none. When it is there
    /// already, that import is returned.
    pub async fn add_sample(&self, user: &UserId) -> Result<Import, OperationError> {
        let mut plans = 0;
        let (household, import) = loop {
            if let Some(import) = self.find_sample(user).await? {
                return Ok(import);
            }
            let mut household = finance::sample_household(SEED, self.clock.today());
            let from = (ImportId::generate(self.clock.as_ref()), ImportSource::Sample, "Sample household");
            let outcome = self
                .commit_statement(user, from, &mut household.statement, (AccountChoice::Found, &[]))
                .await;
            plans += 1;
            match outcome {
                Err(OperationError::Outdated) if plans < PLANS_MAX => {}
                outcome => break (household, outcome?),
            }
        };
        if self.get_profile(user).await?.is_empty() {
            self.replace_profile(user, &ProfileDraft::from(&household.profile)).await?;
        }
        Ok(import)
    }

    /// Removes the sample household, and its profile where the person left it as it came.
    pub async fn remove_sample(&self, user: &UserId) -> Result<(), OperationError> {
        let import = self.find_sample(user).await?.ok_or(OperationError::NotFound)?;
        self.undo_import(user, import.id).await?;
        let day = import.created_at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let household = finance::sample_household(SEED, day);
        if self.get_profile(user).await? == household.profile {
            self.replace_profile(user, &ProfileDraft::default()).await?;
        }
        Ok(())
    }

    async fn find_sample(&self, user: &UserId) -> Result<Option<Import>, OperationError> {
        let imports = self.store.list_imports(user).await?;
        Ok(imports
            .into_iter()
            .find(|import| import.source == ImportSource::Sample && import.undone_at.is_none()))
    }
}
