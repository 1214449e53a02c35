use std::time::Duration;

use proptest::prelude::*;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use super::{Answer, Credential, CredentialMachine, MintError, MintFailure, Policy};

const HOUR: Duration = Duration::from_hours(1);

fn machine(seed: u64) -> CredentialMachine {
    CredentialMachine::new(Policy::default(), ChaCha8Rng::seed_from_u64(seed))
}

fn token(lifetime: Duration) -> Credential {
    Credential { token: "t".into(), lifetime, expires_at: None }
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn held(lifetime: Duration) -> CredentialMachine {
    let mut machine = machine(1);
    assert!(matches!(machine.want(Duration::ZERO), Answer::Mint));
    machine.minted(Duration::ZERO, token(lifetime));
    machine
}

#[test]
fn nothing_is_minted_before_somebody_wants_it() {
    let mut machine = machine(1);
    assert!(!machine.refresh(seconds(1_000_000)) && machine.next_wake().is_none());
}

#[test]
fn only_one_mint_is_under_way() {
    let mut machine = machine(1);
    assert!(matches!(machine.want(Duration::ZERO), Answer::Mint));
    assert!(matches!(machine.want(Duration::ZERO), Answer::InFlight));
    assert!(!machine.refresh(seconds(9)));
}

#[test]
fn a_year_of_refreshes_never_lacks_a_token() {
    let mut machine = held(HOUR);
    let mut now = Duration::ZERO;
    let mut mints = 0;
    while now < Duration::from_hours(24 * 365) {
        now = machine.next_wake().expect("a refresh is due some time");
        assert!(matches!(machine.want(now), Answer::Use(_)));
        assert!(machine.refresh(now));
        // A mint takes its time, and every third fails.
        now += seconds(2);
        mints += 1;
        if mints % 3 == 0 {
            machine.failed(now, MintError::new(MintFailure::Unavailable));
        } else {
            machine.minted(now, token(HOUR));
        }
    }
    assert!((20_000..40_000).contains(&mints), "{mints}");
}

#[test]
fn the_token_is_refreshed_at_half_its_life_or_a_little_before() {
    let wake = held(HOUR).next_wake().unwrap();
    assert!(wake > HOUR.mul_f64(0.39) && wake <= HOUR / 2, "{wake:?}");
}

#[test]
fn the_old_token_is_used_while_a_new_one_cannot_be_minted() {
    let mut machine = held(HOUR);
    let mut now = HOUR / 2;
    let mut calls = 0;
    while now < Duration::from_secs(3_569) {
        if machine.refresh(now) {
            calls += 1;
            machine.failed(now, MintError::new(MintFailure::Unavailable));
        }
        assert!(matches!(machine.want(now), Answer::Use(_)));
        now += seconds(1);
    }
    assert!((60..=130).contains(&calls), "half an hour at 15 to 30 seconds a call: {calls}");
    assert!(!matches!(machine.want(HOUR), Answer::Use(_)));
}

#[test]
fn who_waits_without_a_token_is_served_within_a_second_of_recovery() {
    let mut machine = machine(1);
    let mut now = Duration::ZERO;
    for _ in 0..20 {
        match machine.want(now) {
            Answer::Mint => machine.failed(now, MintError::new(MintFailure::Unavailable)),
            Answer::Later { at, .. } => {
                assert!(at <= now + seconds(1));
                now = at;
            }
            answer => panic!("{answer:?}"),
        }
    }
}

#[test]
fn retry_after_is_kept_however_urgent_it_is() {
    let mut machine = machine(1);
    assert!(matches!(machine.want(Duration::ZERO), Answer::Mint));
    let error = MintError { failure: MintFailure::Throttled, retry_after: Some(seconds(20)) };
    machine.failed(seconds(1), error);
    assert!(matches!(machine.want(seconds(20)), Answer::Later { at, .. } if at >= seconds(21)));
    assert!(matches!(machine.want(seconds(22)), Answer::Mint));
}

#[test]
fn a_403_is_asked_again_soon_at_first_and_once_a_minute_when_it_goes_on() {
    let mut machine = machine(1);
    let mut now = Duration::ZERO;
    let mut waits = Vec::new();
    for _ in 0..220 {
        assert!(matches!(machine.want(now), Answer::Mint));
        machine.failed(now, MintError::new(MintFailure::Forbidden));
        let Answer::Later { at, failure: MintFailure::Forbidden } = machine.want(now) else {
            panic!("it waits")
        };
        waits.push(at.saturating_sub(now));
        now = at;
    }
    let (soon, late) = waits.split_at(199);
    assert!(soon.iter().all(|wait| *wait <= Duration::from_millis(600)), "{soon:?}");
    assert!(soon.iter().sum::<Duration>() >= Duration::from_mins(1), "somebody has time to grant it");
    assert!(late[late.len() - 10..].iter().all(|wait| (60..=61).contains(&wait.as_secs())), "{late:?}");
}

#[test]
fn a_refused_token_is_replaced_once_and_then_with_growing_waits() {
    let mut machine = held(HOUR);
    let now = seconds(100);
    assert!(machine.invalidate(now, 1));
    assert!(!machine.invalidate(now, 1), "nine more logins were under way with it");
    assert!(matches!(machine.want(now), Answer::Mint));
    machine.minted(now, token(HOUR));
    assert!(!machine.invalidate(now, 1), "the eleventh comes late");
    // The new one is refused too: the role is missing, or the endpoint wakes.
    assert!(machine.invalidate(now, 2));
    assert!(matches!(machine.want(now), Answer::Later { at, .. } if at >= now + Duration::from_millis(250)));
}

#[test]
fn a_token_of_no_life_is_no_token() {
    let mut machine = machine(1);
    assert!(matches!(machine.want(Duration::ZERO), Answer::Mint));
    machine.minted(Duration::ZERO, token(Duration::ZERO));
    assert!(matches!(machine.want(Duration::ZERO), Answer::Later { failure: MintFailure::Malformed, .. }));
}

#[test]
fn no_secret_is_in_any_debug_form() {
    let credential = Credential { token: "geheim".into(), lifetime: HOUR, expires_at: None };
    assert!(!format!("{credential:?}").contains("geheim"));
    let mut machine = machine(1);
    assert!(matches!(machine.want(Duration::ZERO), Answer::Mint));
    machine.minted(Duration::ZERO, credential);
    assert!(!format!("{:?}", machine.want(Duration::ZERO)).contains("geheim"));
}

#[derive(Debug, Clone)]
enum Step {
    Wait(u64),
    Want,
    Refresh,
    Minted(u64),
    Failed(Option<u64>),
    Invalidate(u64),
    Accepted(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (1_u64..3_000_000).prop_map(Step::Wait),
        Just(Step::Want),
        Just(Step::Refresh),
        (0_u64..7_200).prop_map(Step::Minted),
        proptest::option::of(0_u64..120).prop_map(Step::Failed),
        (0_u64..3).prop_map(Step::Invalidate),
        (0_u64..3).prop_map(Step::Accepted),
    ];
    proptest::collection::vec(step, 1..200)
}

proptest! {
    #[test]
    fn whatever_happens_mints_are_single_spaced_and_a_refused_token_stays_unused(seed: u64, steps in steps()) {
        let mut machine = machine(seed);
        let (mut now, mut in_flight, mut generation) = (Duration::ZERO, false, 0_u64);
        let (mut refused, mut earliest) = (0_u64, Duration::ZERO);
        for step in steps {
            match step {
                Step::Wait(milliseconds) => now += Duration::from_millis(milliseconds),
                Step::Want => match machine.want(now) {
                    Answer::Use(lease) => prop_assert!(lease.generation == generation && generation > refused),
                    Answer::Mint => {
                        prop_assert!(!in_flight && now >= earliest);
                        in_flight = true;
                    }
                    Answer::InFlight => prop_assert!(in_flight),
                    Answer::Later { at, .. } => prop_assert!(!in_flight && at > now),
                },
                Step::Refresh => {
                    if machine.refresh(now) {
                        prop_assert!(!in_flight && now >= earliest);
                        in_flight = true;
                    }
                }
                Step::Minted(lifetime) if in_flight => {
                    in_flight = false;
                    machine.minted(now, token(seconds(lifetime)));
                    generation += u64::from(lifetime >= 1);
                }
                Step::Failed(retry_after) if in_flight => {
                    in_flight = false;
                    let retry_after = retry_after.map(seconds);
                    earliest = earliest.max(now + retry_after.unwrap_or_default());
                    machine.failed(now, MintError { failure: MintFailure::Throttled, retry_after });
                }
                Step::Minted(_) | Step::Failed(_) => {}
                Step::Invalidate(age) => {
                    let acted = machine.invalidate(now, generation.saturating_sub(age));
                    prop_assert!(!acted || (age == 0 || generation == 0) && generation > refused);
                    if acted {
                        refused = generation;
                    }
                }
                Step::Accepted(age) => machine.accepted(generation.saturating_sub(age)),
            }
        }
    }
}
