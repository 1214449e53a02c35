use proptest::prelude::*;

use super::*;

const SUPERSEDED: [&str; 2] = ["LAKEBASE_INSTANCE_NAME", "PGENDPOINT"];

fn wanted() -> Vec<(&'static str, String)> {
    vec![("PGHOST", "ep-a.example.com".to_owned()), ("PGDATABASE", "my data".to_owned())]
}

#[test]
fn an_empty_file_gets_what_is_wanted() {
    assert_eq!(edited("", &wanted(), &SUPERSEDED), "PGHOST=ep-a.example.com\nPGDATABASE='my data'\n");
}

#[test]
fn lines_and_comments_of_others_stay_where_they_are() {
    let text = "# mine\nexport PGHOST = \"old\" # the host\nSECRET=hunter2\n\nPGENDPOINT=projects/x\nlast=1";
    let expected = "# mine\nexport PGHOST =ep-a.example.com # the host\nSECRET=hunter2\n\n# PGENDPOINT=projects/x\nlast=1\nPGDATABASE='my data'\n";
    assert_eq!(edited(text, &wanted(), &SUPERSEDED), expected);
}

#[test]
fn a_value_over_several_lines_is_not_looked_into() {
    let text = "KEY=\"a\nPGHOST=inside\nb\"\nPGHOST=old\n";
    let edited = edited(text, &wanted(), &SUPERSEDED);
    assert!(edited.starts_with("KEY=\"a\nPGHOST=inside\nb\"\nPGHOST=ep-a.example.com\n"), "{edited}");
}

#[test]
fn line_ends_of_windows_stay() {
    let text = "A=1\r\nPGHOST=old\r\n";
    let expected = "A=1\r\nPGHOST=ep-a.example.com\r\nPGDATABASE='my data'\r\n";
    assert_eq!(edited(text, &wanted(), &SUPERSEDED), expected);
}

#[test]
fn values_that_are_right_are_left_as_they_were_written() {
    let text = "PGDATABASE=\"my data\"   # spaced\nPGHOST='ep-a.example.com'\n";
    assert_eq!(edited(text, &wanted(), &SUPERSEDED), text);
}

#[test]
fn a_file_is_replaced_as_a_whole_and_for_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".env.local");
    replace(&path, "A=1\n").unwrap();
    replace(&path, "A=2\n").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "A=2\n");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

/// A line that somebody may have in such a file.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "# [a-z =#']{0,12}",
        Just(String::new()),
        "[A-Z]{3}_[A-Z]{1,6}=[a-z0-9./:@-]{0,12}",
        "[A-Z]{3}_X=\"[a-z #=]{0,9}\"",
        "(export )?PGHOST=[a-z.]{0,8}( # [a-z]{1,4})?",
        "PGDATABASE='[a-z ]{0,8}'",
        "PGENDPOINT=projects/[a-z]{1,3}",
    ]
}

fn is_ours(line: &str) -> bool {
    assignment(line).is_some_and(|(_, name)| ["PGHOST", "PGDATABASE", "PGENDPOINT"].contains(&name))
}

proptest! {
    #[test]
    fn other_lines_are_kept_in_their_order(lines in proptest::collection::vec(line(), 0..12)) {
        let text = lines.join("\n");
        let edited = edited(&text, &wanted(), &SUPERSEDED);
        let kept = |text: &str| {
            let others = text.lines().filter(|line| !is_ours(line) && !line.starts_with("# PGENDPOINT="));
            others.map(str::to_owned).collect::<Vec<_>>()
        };
        let mut before = kept(&text);
        let mut after = kept(&edited);
        before.retain(|line| !line.is_empty());
        after.retain(|line| !line.is_empty());
        prop_assert_eq!(before, after);
    }

    #[test]
    fn twice_is_as_good_as_once(lines in proptest::collection::vec(line(), 0..12)) {
        let once = edited(&lines.join("\n"), &wanted(), &SUPERSEDED);
        prop_assert_eq!(edited(&once, &wanted(), &SUPERSEDED), once);
    }

    #[test]
    fn what_was_wanted_is_read_back(lines in proptest::collection::vec(line(), 0..12), value in "[ -~]{0,20}") {
        let wanted = [("PGHOST", "h".to_owned()), ("PGDATABASE", value.clone())];
        let edited = edited(&lines.join("\n"), &wanted, &SUPERSEDED);
        let values = values(&edited).unwrap();
        prop_assert_eq!(values.get("PGHOST").map(String::as_str), Some("h"));
        prop_assert_eq!(values.get("PGDATABASE"), Some(&value));
        prop_assert_eq!(values.get("PGENDPOINT"), None);
    }
}
