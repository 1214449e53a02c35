//! The assistant's models: the built-in engine, and a serving endpoint where one is configured.

mod convert;
mod person_tokens;
mod serving;

use std::sync::Arc;

use assistant::{BuiltinModel, Models};

use crate::configuration::{Configuration, ServingAuth};

pub use person_tokens::PersonTokens;
pub use serving::ServingModel;

/// The models, and where the tokens of people go that one of them is asked with.
pub(crate) fn models(configuration: &Configuration) -> (Models, Option<PersonTokens>) {
    let builtin = Models::only(Arc::new(BuiltinModel));
    let Some(model) = &configuration.model else { return (builtin, None) };
    let client = match databricks::Client::new(model.workspace.clone()) {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(%error, "the serving endpoint cannot be asked; the built-in engine answers alone");
            return (builtin, None);
        }
    };
    let tokens = (model.auth == ServingAuth::User).then(PersonTokens::default);
    tracing::info!(endpoint = model.endpoint, auth = %model.auth, "a serving endpoint answers");
    let serving = ServingModel::new(&client, model, tokens.clone());
    (Models { serving: Some(Arc::new(serving)), ..builtin }, tokens)
}
