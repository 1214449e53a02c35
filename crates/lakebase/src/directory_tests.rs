use std::sync::Arc;

use super::*;

/// One app with an instance, one project with an endpoint.
#[derive(Default)]
struct Fake {
    app_forbidden: bool,
    /// How long it takes to list projects, and how often that was asked.
    projects_take: Duration,
    projects_asked: Arc<std::sync::atomic::AtomicUsize>,
    host: Mutex<Option<String>>,
    hangs: std::sync::atomic::AtomicBool,
}

const ENDPOINT: &str = "projects/p/branches/b/endpoints/e";

impl Fake {
    fn found_endpoint(&self) -> Found {
        let moved = self.host.lock().unwrap().clone();
        Found { target: Target::Endpoint(ENDPOINT.into()), host: Some(moved.unwrap_or("ep.example".into())) }
    }
}

impl Directory for Fake {
    async fn mint(&self, target: &Target) -> Result<Credential, MintError> {
        let token = format!("for {target}").into();
        Ok(Credential { token, lifetime: Duration::from_hours(1), expires_at: None })
    }

    async fn instance(&self, name: &str) -> Result<Found, MintError> {
        Ok(Found { target: Target::Instance(name.into()), host: Some(format!("{name}.example")) })
    }

    async fn instances(&self) -> Result<Vec<Found>, MintError> {
        Ok(vec![self.instance("other").await?])
    }

    async fn endpoint(&self, _: &str) -> Result<Found, MintError> {
        if self.hangs.load(std::sync::atomic::Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        Ok(self.found_endpoint())
    }

    async fn endpoints(&self, _: &str) -> Result<Vec<Found>, MintError> {
        Ok(vec![self.found_endpoint()])
    }

    async fn projects(&self) -> Result<Vec<String>, MintError> {
        self.projects_asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        tokio::time::sleep(self.projects_take).await;
        Ok(vec!["projects/p".into()])
    }

    async fn branches(&self, _: &str) -> Result<Vec<String>, MintError> {
        Ok(vec!["projects/p/branches/b".into()])
    }

    async fn app_databases(&self, _: &str) -> Result<Vec<Target>, MintError> {
        if self.app_forbidden {
            return Err(MintError::new(MintFailure::Forbidden));
        }
        Ok(vec![Target::Instance("mine".into())])
    }

    async fn user_name(&self) -> Result<String, MintError> {
        Ok("me@example.com".into())
    }
}

fn resolver(fake: Fake, pairs: &[(&str, &str)]) -> Resolver<Fake> {
    let lookup =
        |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    Resolver::new(fake, Settings::from_lookup(&lookup).unwrap().unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_search_that_takes_longer_than_a_mint_may_is_gone_on_with() {
    let asked = Arc::<std::sync::atomic::AtomicUsize>::default();
    let fake = Fake {
        projects_take: Duration::from_secs(12),
        projects_asked: Arc::clone(&asked),
        ..Fake::default()
    };
    let resolver = Arc::new(resolver(fake, &[("PGHOST", "ep.example")]));
    for _ in 0..2 {
        assert!(timeout(Duration::from_secs(5), resolver.mint()).await.is_err());
    }
    assert!(timeout(Duration::from_secs(5), resolver.mint()).await.unwrap().is_ok());
    assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_workspace_that_hangs_keeps_nobody_from_a_known_address() {
    let resolver = resolver(Fake::default(), &[("LAKEBASE_ENDPOINT", ENDPOINT)]);
    assert_eq!(resolver.host().await.as_deref(), Ok("ep.example"));
    resolver.directory.hangs.store(true, std::sync::atomic::Ordering::Relaxed);
    resolver.mark_moved();
    tokio::time::advance(LOOKUP_SOONEST).await;
    let found = timeout(Duration::from_millis(1_100), resolver.host()).await;
    assert_eq!(found.unwrap().as_deref(), Ok("ep.example"));
}

#[tokio::test(start_paused = true)]
async fn a_first_look_up_that_is_lost_is_given_up_and_a_slow_one_gets_its_time() {
    let resolver = resolver(Fake::default(), &[("LAKEBASE_ENDPOINT", ENDPOINT)]);
    resolver.directory.hangs.store(true, std::sync::atomic::Ordering::Relaxed);
    for milliseconds in [1_500, 3_000, 6_000, 12_000, 12_000] {
        let began = Instant::now();
        assert_eq!(resolver.host().await.unwrap_err().failure, MintFailure::Timeout);
        assert_eq!(began.elapsed().as_millis(), milliseconds);
    }
    resolver.directory.hangs.store(false, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(resolver.host().await.unwrap(), "ep.example");
    assert_eq!(resolver.known().given_up, 0);
}

#[tokio::test]
async fn the_apps_own_resource_is_found_by_its_host() {
    let resolver = resolver(Fake::default(), &[("PGHOST", "MINE.example"), ("DATABRICKS_APP_NAME", "a")]);
    assert_eq!(resolver.target().await, Ok(Target::Instance("mine".into())));
}

#[tokio::test]
async fn an_app_that_may_not_see_itself_is_found_among_the_instances_and_endpoints() {
    for (host, expected) in [
        ("other.example", Target::Instance("other".into())),
        ("ep.example", Target::Endpoint(ENDPOINT.into())),
    ] {
        let fake = Fake { app_forbidden: true, ..Fake::default() };
        let resolver = resolver(fake, &[("PGHOST", host), ("DATABRICKS_APP_NAME", "a")]);
        assert_eq!(resolver.target().await, Ok(expected), "{host}");
    }
}

#[tokio::test]
async fn a_host_that_nothing_has_is_missing() {
    let resolver = resolver(Fake::default(), &[("PGHOST", "nobody.example")]);
    assert_eq!(resolver.target().await, Err(MintError::new(MintFailure::TargetMissing)));
}

#[tokio::test]
async fn a_branch_stands_for_its_endpoint() {
    let resolver = Arc::new(resolver(Fake::default(), &[("LAKEBASE_ENDPOINT", "projects/p/branches/b")]));
    let minted = resolver.mint().await.unwrap();
    assert_eq!(secrecy::ExposeSecret::expose_secret(&minted.token), format!("for endpoint {ENDPOINT}"));
}

#[tokio::test(start_paused = true)]
async fn a_host_that_moved_is_looked_up_again_but_not_in_a_loop() {
    let resolver = resolver(Fake::default(), &[("LAKEBASE_ENDPOINT", ENDPOINT)]);
    assert_eq!(resolver.host().await.as_deref(), Ok("ep.example"));
    *resolver.directory.host.lock().unwrap() = Some("new.example".into());
    assert_eq!(resolver.host().await.as_deref(), Ok("ep.example"));
    resolver.mark_moved();
    assert_eq!(resolver.host().await.as_deref(), Ok("ep.example"), "looked up a moment ago");
    tokio::time::advance(LOOKUP_SOONEST).await;
    assert_eq!(resolver.host().await.as_deref(), Ok("new.example"));

    // It moved again: no longer to wait than the first time.
    *resolver.directory.host.lock().unwrap() = Some("newer.example".into());
    resolver.mark_moved();
    tokio::time::advance(LOOKUP_SOONEST).await;
    assert_eq!(resolver.host().await.as_deref(), Ok("newer.example"));
}

#[tokio::test(start_paused = true)]
async fn a_host_that_fails_where_it_is_is_looked_up_less_and_less_often() {
    let resolver = resolver(Fake::default(), &[("LAKEBASE_ENDPOINT", ENDPOINT)]);
    resolver.host().await.unwrap();
    let start = Instant::now();
    let mut looked_up_at = Vec::new();
    let mut last = resolver.known().looked_up;
    while start.elapsed() < Duration::from_secs(30) {
        tokio::time::advance(Duration::from_millis(50)).await;
        resolver.mark_moved();
        resolver.host().await.unwrap();
        if resolver.known().looked_up != last {
            last = resolver.known().looked_up;
            looked_up_at.push(start.elapsed().as_millis());
        }
    }
    assert_eq!(looked_up_at, [250, 750, 1_750, 3_750, 7_750, 12_750, 17_750, 22_750, 27_750]);

    // Another outage, later.
    tokio::time::advance(LOOKUPS_FORGOTTEN).await;
    resolver.mark_moved();
    resolver.host().await.unwrap();
    *resolver.directory.host.lock().unwrap() = Some("new.example".into());
    resolver.mark_moved();
    tokio::time::advance(LOOKUP_SOONEST).await;
    assert_eq!(resolver.host().await.as_deref(), Ok("new.example"));
}
