//! Laws: no cut and no piece changes or breaks a turn.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::sse::SseReader;
use super::tests::{call_delta, calls, chunk, said, turn};

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "[a-z_]{0,8}".prop_map(Value::from),
        prop_oneof![Just("response.output_item.done"), Just("message"), Just("function_call"), Just("tool")]
            .prop_map(Value::from),
    ];
    let key = prop_oneof![
        Just("choices"),
        Just("delta"),
        Just("content"),
        Just("tool_calls"),
        Just("index"),
        Just("id"),
        Just("function"),
        Just("arguments"),
        Just("name"),
        Just("type"),
        Just("item"),
        Just("output"),
        Just("messages"),
        Just("role"),
        Just("usage"),
        Just("finish_reason"),
        Just("response"),
        Just("error"),
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|fields| fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn no_piece_is_a_panic(pieces in proptest::collection::vec(json_value(), 0..6)) {
        let _ = turn(&pieces);
    }

    #[test]
    fn arguments_are_whole_however_they_were_cut(
        arguments in "[{}\":a-z0-9€ ]{1,40}",
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let letters: Vec<char> = arguments.chars().collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(letters.len() + 1)).collect();
        cuts.extend([0, letters.len()]);
        cuts.sort_unstable();
        let mut pieces = vec![call_delta(json!({"index": 0, "id": "a", "function": {"name": "x"}}))];
        pieces.extend(cuts.windows(2).map(|pair| {
            let piece: String = letters[pair[0]..pair[1]].iter().collect();
            call_delta(json!({"index": 0, "function": {"arguments": piece}}))
        }));
        pieces.push(chunk(json!({}), Some("tool_calls")));
        let events = turn(&pieces).unwrap();
        let kept = calls(&events)[0].2;
        prop_assert_eq!(kept, if arguments.trim().is_empty() { "{}" } else { &arguments });
    }

    #[test]
    fn an_answer_is_the_same_however_its_bytes_were_cut(
        words in proptest::collection::vec("[a-z€🙂\\n\" ]{1,9}", 1..8),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..9),
        end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
    ) {
        let mut bytes = Vec::new();
        for word in &words {
            let piece = chunk(json!({ "content": word }), None);
            bytes.extend_from_slice(format!("data: {piece}{end}{end}").as_bytes());
        }
        bytes.extend_from_slice(format!("data: {}{end}{end}", chunk(json!({}), Some("stop"))).as_bytes());
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let (mut reader, mut events) = (SseReader::new(1 << 20), Vec::new());
        for pair in cuts.windows(2) {
            reader.push(&bytes[pair[0]..pair[1]], &mut events).unwrap();
        }
        let pieces: Vec<Value> = events.iter().map(|event| serde_json::from_str(&event.data).unwrap()).collect();
        prop_assert_eq!(said(&turn(&pieces).unwrap()), words.concat());
    }
}
