//! The pool's limits.

use std::time::Duration;

/// The pool's limits. Each default says what breaks when it is larger or smaller.
#[derive(Debug, Clone)]
pub struct PoolConfig {
    /// Ten. More than the endpoint allows (104 at half a compute unit, all instances together) and logins
    /// fail with 53300; fewer and requests queue.
    pub max_connections: usize,
    /// 30 minutes, each connection up to a tenth less. Lakebase may close a connection after 24 hours idle
    /// or 3 days; much shorter pays for logins, much longer never exercises the credential.
    pub max_lifetime: Duration,
    /// 240 seconds. At 300 and above an Autoscaling endpoint with the default suspend time never suspends,
    /// and costs money all night.
    pub idle_timeout: Duration,
    /// 15 seconds for one connect, session set-up included. Shorter gives up on an endpoint that wakes:
    /// its proxy holds the connection for about 7 seconds.
    pub connect_timeout: Duration,
    /// 3 seconds. The longest that [`Pool::acquire`](crate::Pool::acquire) takes, whatever happens.
    pub acquire_timeout: Duration,
    /// 60 seconds. How long a waking endpoint is waited for in the background once callers have gone.
    pub wake_budget: Duration,
    /// 5 seconds for one credential call. Less never gets a credential from a workspace that slow. While none
    /// is held that is good, most calls are given up after 0.85 seconds, as
    /// [`Policy`](crate::credential::Policy) says: an answer may be lost for good.
    pub mint_timeout: Duration,
    /// 10 seconds. A connection that was idle longer is tested before it is handed out. Zero costs a round
    /// trip at every acquire; much longer hands out sockets that a network device has forgotten.
    pub test_after_idle: Duration,
    /// Half a second for testing or cleaning one connection. On a dead socket this is what its finder waits;
    /// much shorter closes good connections over a slow network.
    pub test_timeout: Duration,
    /// SQL run once on every new connection, in one round trip (`search_path`, timeouts).
    pub on_connect: Option<String>,
}

impl Default for PoolConfig {
    fn default() -> Self {
        Self {
            max_connections: 10,
            max_lifetime: Duration::from_mins(30),
            idle_timeout: Duration::from_mins(4),
            connect_timeout: Duration::from_secs(15),
            acquire_timeout: Duration::from_secs(3),
            wake_budget: Duration::from_mins(1),
            mint_timeout: Duration::from_secs(5),
            test_after_idle: Duration::from_secs(10),
            test_timeout: Duration::from_millis(500),
            on_connect: None,
        }
    }
}
