//! The workspace's address.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;

/// A workspace's address: scheme and host, in lower case, without a trailing slash and without the scheme's own port.
///
/// ```
/// # use databricks::Host;
/// let host: Host = "My-Workspace.cloud.databricks.com:443/".parse()?;
/// assert_eq!(host.as_str(), "https://my-workspace.cloud.databricks.com");
/// # Ok::<(), databricks::HostError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Host {
    text: String,
    name: String,
    is_https: bool,
}

/// What is wrong with a workspace's address. The address itself is not repeated: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// Nothing but white space.
    #[error("the workspace host is empty")]
    Empty,
    /// Not an address at all.
    #[error("the workspace host is not an address such as https://my-workspace.cloud.databricks.com")]
    Unreadable,
    /// A scheme other than http and https.
    #[error(
        "the workspace host starts with {scheme}://; only https:// (or http:// on this machine) is possible"
    )]
    Scheme {
        /// The scheme that was given.
        scheme: String,
    },
    /// `user:password@` in the address.
    #[error("the workspace host holds a user name or password; give those in their own variables")]
    UserInfo,
    /// Something follows the host.
    #[error("the workspace host has a path; give only its first part, such as https://{host}")]
    Path {
        /// The host without the path.
        host: String,
    },
}

impl Host {
    /// The address, such as `https://my-workspace.cloud.databricks.com`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host's name alone, without scheme and port.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// False only when `http://` was given.
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// Whether the address is this machine: an emulator or a test.
    pub fn is_loopback(&self) -> bool {
        let bare = self.name.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost"
            || bare.ends_with(".localhost")
            || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl FromStr for Host {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(HostError::Empty);
        }
        let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&with_scheme).map_err(|_| HostError::Unreadable)?;
        let is_https = match url.scheme() {
            "https" => true,
            "http" => false,
            scheme => return Err(HostError::Scheme { scheme: scheme.to_owned() }),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(HostError::UserInfo);
        }
        let name = url.host_str().ok_or(HostError::Unreadable)?.to_owned();
        // A browser's address bar gives `https://host/?o=123`: the query goes, a page's path would be a mistake.
        if !url.path().trim_matches('/').is_empty() {
            return Err(HostError::Path { host: name });
        }
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self { text: format!("{}://{name}{port}", url.scheme()), name, is_https })
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        text.parse::<Host>().unwrap().to_string()
    }

    #[test]
    fn a_host_is_brought_to_one_form() {
        for text in [
            "adb-1.2.azuredatabricks.net",
            "https://adb-1.2.azuredatabricks.net",
            "https://adb-1.2.azuredatabricks.net/",
            "https://adb-1.2.azuredatabricks.net:443///",
            "adb-1.2.azuredatabricks.net:443",
            " HTTPS://ADB-1.2.azuredatabricks.net/?o=123#job \n",
        ] {
            assert_eq!(parsed(text), "https://adb-1.2.azuredatabricks.net", "{text:?}");
        }
    }

    #[test]
    fn plain_http_and_odd_ports_are_kept_when_so_given() {
        assert_eq!(parsed("http://127.0.0.1:8080/"), "http://127.0.0.1:8080");
        assert_eq!(parsed("https://proxy.example.com:8443"), "https://proxy.example.com:8443");
        assert!(!"http://127.0.0.1:8080".parse::<Host>().unwrap().is_https());
    }

    #[test]
    fn this_machine_is_recognised_by_name_and_by_address() {
        for text in ["http://localhost:1", "http://127.0.0.1", "http://[::1]:9", "http://emulator.localhost"]
        {
            assert!(text.parse::<Host>().unwrap().is_loopback(), "{text}");
        }
        assert!(!"https://localhost.example.com".parse::<Host>().unwrap().is_loopback());
    }

    #[test]
    fn a_bad_host_is_named_by_its_problem_and_not_repeated() {
        assert_eq!(" ".parse::<Host>(), Err(HostError::Empty));
        assert_eq!("https://".parse::<Host>(), Err(HostError::Unreadable));
        assert_eq!("ftp://x.com".parse::<Host>(), Err(HostError::Scheme { scheme: "ftp".into() }));
        let path = "https://x.com/browse/1".parse::<Host>();
        assert_eq!(path, Err(HostError::Path { host: "x.com".into() }));
        let secret = "https://me:hunter2@x.com".parse::<Host>().unwrap_err();
        assert_eq!(secret, HostError::UserInfo);
        assert!(!secret.to_string().contains("hunter2"));
    }
}
