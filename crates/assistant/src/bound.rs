//! Bounds a tool's result: a model reads it into its context, where a ledger of ten years has no room.

use serde_json::{Value, json};

/// Bytes of a result's JSON for another agent, or of a remote tool's. Larger and one call fills a small
/// model's context; smaller and a table of a year's months loses rows.
pub const RESULT_MAX_BYTES: usize = 32 * 1024;

/// Lengths of lists and characters of texts that are tried, one pair after the other.
const LENGTHS: [(usize, usize); 6] = [(100, 4_000), (50, 2_000), (20, 1_000), (8, 500), (3, 500), (1, 200)];
/// Characters of a summary that nothing else has room beside.
const SUMMARY_MAX: usize = 500;

/// The result with shorter lists, then shorter texts, until it takes no more than `max_bytes` as JSON;
/// `truncated` says that it was cut.
pub fn bounded(value: Value, max_bytes: usize) -> Value {
    if size_bytes(&value) <= max_bytes {
        return value;
    }
    for (length, text_max) in LENGTHS {
        let mut cut = value.clone();
        shorten(&mut cut, length, text_max);
        if let Value::Object(fields) = &mut cut {
            let note = format!("Long lists are cut to {length} entries: ask for less at once.");
            fields.insert("truncated".to_owned(), note.into());
        }
        if size_bytes(&cut) <= max_bytes {
            return cut;
        }
    }
    let mut cut = json!({ "truncated": "The result is too large: ask for less at once." });
    if let Some(summary) = value["summary"].as_str() {
        cut["summary"] = cut_text(summary, SUMMARY_MAX).into();
        cut["figures"] = json!([]);
    }
    let left = max_bytes.saturating_sub(size_bytes(&cut) + r#","beginning":"""#.len());
    // JSON escapes at most sixfold: `\u0000`.
    let text = value.to_string();
    cut["beginning"] = text[..text.floor_char_boundary(left / 6)].into();
    cut
}

fn shorten(value: &mut Value, length: usize, text_max: usize) {
    match value {
        Value::Array(items) => {
            let left_out = items.len().saturating_sub(length);
            items.truncate(length);
            for item in items.iter_mut() {
                shorten(item, length, text_max);
            }
            // A list of objects holds nothing else: its schema says so.
            if left_out > 0 && !items.iter().any(Value::is_object) {
                items.push(format!("{left_out} more left out").into());
            }
        }
        Value::Object(fields) => {
            for field in fields.values_mut() {
                shorten(field, length, text_max);
            }
        }
        Value::String(text) if text.len() > text_max => *text = cut_text(text, text_max),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn cut_text(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

fn size_bytes(value: &Value) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    serde_json::to_writer(&mut count, value).map_or(usize::MAX, |()| count.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_fits_is_left_alone() {
        let value = json!({ "summary": "a", "figures": [1, 2, 3] });
        assert_eq!(bounded(value.clone(), 100), value);
    }

    #[test]
    fn a_long_table_is_cut_and_says_so() {
        let rows: Vec<_> = (0..10_000).map(|row| json!({ "row": row, "text": "x".repeat(40) })).collect();
        let cut = bounded(
            json!({ "summary": "rows", "figures": [], "tables": [{ "rows": rows }] }),
            RESULT_MAX_BYTES,
        );
        assert_eq!(cut["summary"], "rows");
        assert_eq!(cut["tables"][0]["rows"].as_array().unwrap().len(), 100);
        assert!(cut["truncated"].as_str().unwrap().contains("100"));
    }

    #[test]
    fn a_long_list_of_rows_says_how_many_it_lacks() {
        let value = json!({ "rows": (0..1_000).collect::<Vec<_>>(), "total": "5" });
        let cut = bounded(value, 300);
        assert_eq!(cut["total"], "5");
        assert_eq!(cut["rows"][50], "950 more left out");
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,2000}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 200, 20, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..20).prop_map(Value::from),
                prop::collection::hash_map("[a-z]{1,8}", inner, 0..20)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn whatever_it_is_the_result_fits(value in any_json(), max_bytes in 4_096_usize..40_000) {
            prop_assert!(size_bytes(&bounded(value, max_bytes)) <= max_bytes);
        }
    }
}
