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

/// When the token is refused.
const WITHOUT: Duration = Duration::from_secs(100);
const PATIENT: Duration = Duration::from_secs(5);
const URGENT: Duration = Duration::from_millis(840);

/// A machine whose token has just been refused. Its workspace was quick when it minted that.
fn without_token(seed: u64) -> CredentialMachine {
    let mut machine = machine(seed);
    assert!(matches!(machine.want(Duration::ZERO), Answer::Mint));
    machine.minted(Duration::ZERO, token(HOUR));
    assert!(machine.invalidate(WITHOUT, 1));
    machine
}

/// Somebody waits from `now` on for a token of a workspace that never answers a call begun before `lift` and
/// answers later ones after `takes`: when the token is there, and how many calls that took, one at a time.
fn wait(
    machine: &mut CredentialMachine,
    mut now: Duration,
    lift: Duration,
    takes: Duration,
) -> (Duration, u32) {
    let mut calls = 0;
    loop {
        match machine.want(now) {
            Answer::Mint => calls += 1,
            Answer::Later { at, .. } => {
                now = at;
                continue;
            }
            answer => panic!("{answer:?}"),
        }
        let give_up_at = machine.give_up_at();
        if now >= lift && now + takes <= give_up_at {
            machine.minted(now + takes, token(HOUR));
            return (now + takes, calls);
        }
        now = give_up_at;
        machine.failed(now, MintError::new(MintFailure::Timeout));
    }
}

#[test]
fn without_a_token_a_call_that_is_lost_delays_recovery_by_less_than_a_second() {
    let takes = Duration::from_millis(100);
    for seed in 0..20 {
        for lift in (0..60_000).step_by(50).map(Duration::from_millis) {
            let (back, calls) = wait(&mut without_token(seed), WITHOUT, WITHOUT + lift, takes);
            let late = back.saturating_sub(WITHOUT + lift);
            // The second call finds out whether the workspace is slow, and about every 15 s another does.
            let patient = (Duration::from_millis(700)..seconds(6)).contains(&lift) || lift > seconds(14);
            let allowed = if patient { PATIENT } else { URGENT } + takes;
            assert!(late <= allowed, "seed {seed}: {late:?} after a lift at {lift:?}");
            let calls_at_most = lift.as_millis() / 700 + 2;
            assert!(u128::from(calls) <= calls_at_most, "{calls} calls in {lift:?}");
        }
    }
}

#[test]
fn most_calls_without_a_token_are_given_up_soon_however_long_nothing_answers() {
    let takes = Duration::from_millis(100);
    let lifts = (7_000..300_000).step_by(100).map(Duration::from_millis);
    let late = lifts.map(|lift| {
        let (back, _) = wait(&mut without_token(1), WITHOUT, WITHOUT + lift, takes);
        back.saturating_sub(WITHOUT + lift)
    });
    let (soon, late): (Vec<_>, Vec<_>) = late.partition(|late| *late <= URGENT + takes);
    assert!(soon.len() > 2 * late.len(), "{} soon, {} late", soon.len(), late.len());
}

#[test]
fn a_workspace_that_has_become_slow_is_found_out_by_the_second_call_and_then_waited_for() {
    for takes in [seconds(2), seconds(3), Duration::from_millis(4_900)] {
        let mut machine = without_token(1);
        let (back, calls) = wait(&mut machine, WITHOUT, WITHOUT, takes);
        assert!(back <= WITHOUT + URGENT + takes && calls == 2, "{takes:?}: {calls} calls until {back:?}");
        // Once it is known to be slow one call is enough.
        machine.accepted(2);
        assert!(machine.invalidate(back + seconds(9), 2));
        let now = back + seconds(9);
        assert_eq!(wait(&mut machine, now, now, takes), (now + takes, 1));
    }
}

#[test]
fn a_workspace_that_comes_back_slow_gets_its_turn() {
    let takes = seconds(4);
    for lift in (0..60).map(seconds) {
        let (back, _) = wait(&mut without_token(1), WITHOUT, WITHOUT + lift, takes);
        let late = back.saturating_sub(WITHOUT + lift);
        assert!(late <= PATIENT + 13 * URGENT + takes, "{late:?} after a lift at {lift:?}");
    }
}

#[test]
fn the_first_call_of_a_process_has_time_for_the_log_in() {
    let mut machine = machine(1);
    assert!(matches!(machine.want(seconds(7)), Answer::Mint));
    assert_eq!(machine.give_up_at(), seconds(7) + PATIENT);
    machine.failed(seconds(12), MintError::new(MintFailure::Timeout));
    assert!(matches!(machine.want(seconds(12)), Answer::Mint));
    assert!(machine.give_up_at() <= seconds(12) + URGENT);
}

#[test]
fn a_refresh_is_waited_for_as_long_as_the_old_token_is_good() {
    let mut machine = held(HOUR);
    let now = machine.next_wake().unwrap();
    assert!(machine.refresh(now));
    assert_eq!(machine.give_up_at(), now + PATIENT);
    // Now somebody is without a token, and the answer may be lost.
    assert!(machine.invalidate(now + seconds(2), 1));
    assert!(machine.give_up_at() <= now + URGENT);
    machine.failed(now + seconds(2), MintError::new(MintFailure::Timeout));
    assert!(matches!(machine.want(now + seconds(2)), Answer::Mint));
}

#[test]
fn a_refusal_that_took_its_time_is_followed_by_a_pause() {
    let mut machine = without_token(1);
    assert!(matches!(machine.want(WITHOUT), Answer::Mint));
    let refused_at = WITHOUT + seconds(1);
    machine.failed(refused_at, MintError::new(MintFailure::Unavailable));
    assert!(matches!(machine.want(refused_at), Answer::Later { .. }));
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
