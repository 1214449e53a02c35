//! Who the credentials belong to: `/api/2.0/preview/scim/v2/Me`.

use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::error::Error;
use crate::lenient::null_as_default;
use crate::request::Call;

/// The current-user API of one workspace; made by [`Client::current_user`].
#[derive(Debug, Clone)]
pub struct CurrentUser {
    client: Client,
}

impl CurrentUser {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The user or service principal that the credentials belong to.
    pub async fn me(&self) -> Result<Me, Error> {
        let call = Call::get("read the current user", &["preview", "scim", "v2", "Me"]);
        let (mut me, headers) = self.client.call_with_headers::<Me>(&call).await?;
        me.workspace_id = headers
            .get("x-databricks-org-id")
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
            .or_else(|| self.client.workspace_id());
        Ok(me)
    }
}

/// A user or service principal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "camelCase"))]
#[non_exhaustive]
pub struct Me {
    /// The SCIM id.
    pub id: Option<String>,
    /// An e-mail address; a service principal's application id.
    pub user_name: String,
    /// The name for people.
    pub display_name: Option<String>,
    /// Whether the account may be used.
    pub active: Option<bool>,
    /// The e-mail addresses.
    #[serde(default, deserialize_with = "null_as_default")]
    pub emails: Vec<Email>,
    /// The workspace, from the answer's `x-databricks-org-id`.
    #[serde(skip_deserializing)]
    pub workspace_id: Option<String>,
}

/// An e-mail address of [`Me`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Email {
    /// The address.
    pub value: Option<String>,
    /// Whether it is the one to use.
    pub primary: Option<bool>,
}
